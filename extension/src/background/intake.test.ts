/** What becomes of what is found. */
import { ControlError } from '@jstorrent/control';
import { expect, it } from 'vitest';
import type { AddSource } from '../model/link.ts';
import { PREFS, type Prefs } from '../model/prefs.ts';
import { Intake } from './intake.ts';

const magnet = (n: number): AddSource => ({ kind: 'magnet', magnet: `magnet:?dn=${n}` });

class World {
  readonly asked: (AddSource | null)[] = [];
  readonly added: string[] = [];
  dropped = 0;
  now = 0;
  prefs: Prefs = PREFS;
  fails = false;
  readonly intake = new Intake({
    session: {
      call: ((_: string, { source }: { source: { magnet: string } }) =>
        this.fails
          ? Promise.reject(new ControlError('DUPLICATE'))
          : Promise.resolve({ id: 'x', name: source.magnet })) as never,
    },
    prefs: () => this.prefs,
    now: () => this.now,
    ask: (source) => {
      this.asked.push(source);
      return Promise.resolve();
    },
    dropped: () => {
      this.dropped += 1;
      return Promise.resolve();
    },
    added: ({ name }) => this.added.push(name),
  });
}

it('asks, unless the user wants magnet links added at once', async () => {
  const world = new World();
  await world.intake.fromPerson(magnet(1));
  world.prefs = { ...PREFS, addAtOnce: ['magnet'] };
  await world.intake.fromPerson(magnet(2));
  await world.intake.fromPerson({ kind: 'url', url: 'https://example.org/a.torrent' });
  expect(world.asked).toEqual([magnet(1), { kind: 'url', url: 'https://example.org/a.torrent' }]);
  expect(world.added).toEqual(['magnet:?dn=2']);
});

it('asks after all when it cannot be added at once', async () => {
  const world = new World();
  world.prefs = { ...PREFS, addAtOnce: ['magnet'] };
  world.fails = true;
  await world.intake.fromPerson(magnet(1));
  expect(world.asked).toEqual([magnet(1)]);
});

it('adds nothing at once for a page that acts by itself', async () => {
  const world = new World();
  world.prefs = { ...PREFS, addAtOnce: ['magnet'] };
  await world.intake.fromWeb({ found: magnet(1), active: false }, 1, 'a.example');
  await world.intake.fromWeb({ found: magnet(2), active: true }, 1, 'a.example');
  expect([world.asked, world.added]).toEqual([[magnet(1)], ['magnet:?dn=2']]);
});

it('leaves links of sites that are switched off to the browser', async () => {
  const world = new World();
  world.prefs = { ...PREFS, sitesOff: ['a.example'] };
  expect(await world.intake.fromWeb({ found: magnet(1), active: true }, 1, 'a.example')).toBe(false);
  expect(await world.intake.fromWeb({ found: magnet(2), active: true }, 1, 'b.example')).toBe(true);
  expect(world.asked).toEqual([magnet(2)]);
});

it('takes ten links a minute of a page that floods, notes that there were more, and one that is followed twice once', async () => {
  const world = new World();
  for (let n = 0; n < 500; n += 1) await world.intake.fromWeb({ found: magnet(n), active: false }, 1, 'a');
  expect([world.asked.length, world.dropped]).toEqual([10, 490]);
  await world.intake.fromWeb({ found: magnet(1000), active: true }, 1, 'a');
  await world.intake.fromWeb({ found: magnet(1000), active: true }, 1, 'a');
  await world.intake.fromWeb({ found: magnet(1000), active: false }, 2, 'b');
  expect([world.asked.length, world.dropped]).toEqual([12, 490]);
  world.now = 60_000;
  await world.intake.fromWeb({ found: magnet(1), active: false }, 1, 'a');
  expect(world.asked).toHaveLength(13);
});

it('asks for finished downloads', async () => {
  const world = new World();
  world.prefs = { ...PREFS, addAtOnce: ['torrent'] };
  await world.intake.fromDownload({ kind: 'path', path: '/home/ann/Downloads/a.torrent' });
  expect(world.asked).toEqual([{ kind: 'path', path: '/home/ann/Downloads/a.torrent' }]);
});
