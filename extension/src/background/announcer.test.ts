/** What is said of what happened. */
import { expect, it } from 'vitest';
import { ManualClock } from '../testing/manual-clock.ts';
import { Announcer, announcementsOf, type Announcement, type Seen } from './announcer.ts';

const BOTH = { notifyCompleted: true, notifyFailed: true };
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function completed(number: number) {
  return {
    event: 'notice',
    number,
    kind: 'completed',
    id: String(number).padStart(40, '0'),
    sentence: `${number} is complete.`,
    data: { name: `name ${number}` },
  } as const;
}

/** What the browser keeps, and what was shown, through several lives of the worker. */
class World {
  readonly shown: string[] = [];
  stored: Seen | null = null;
  readonly clock = new ManualClock();

  live(instance: string, kept: readonly ReturnType<typeof completed>[] = [], fails = false): Announcer {
    const announcer = new Announcer({
      clock: this.clock,
      prefs: () => BOTH,
      load: () => Promise.resolve(this.stored),
      save: (seen) => {
        this.stored = seen;
        return Promise.resolve();
      },
      show: ({ message }) => this.shown.push(message),
    });
    announcer.onReady(instance, (after) =>
      fails
        ? Promise.reject(new Error('no answer'))
        : Promise.resolve({
            last: kept.at(-1)?.number ?? 0,
            notices: kept.filter(({ number }) => number > after),
          }),
    );
    return announcer;
  }

  async pass(): Promise<void> {
    await settle();
    this.clock.pass(1000);
    await settle();
  }
}

it('says nothing of what was before it was installed', async () => {
  const world = new World();
  world.live('a', [completed(1)]);
  await world.pass();
  expect(world.shown).toEqual([]);
  expect(world.stored).toEqual({ instance: 'a', number: 1 });
});

it('says what happens once, also when the worker ends and begins anew', async () => {
  const world = new World();
  world.live('a').onNotice(completed(1));
  await world.pass();
  world.live('a', [completed(1), completed(2)]).onNotice(completed(2));
  await world.pass();
  expect(world.shown).toEqual(['name 1', 'name 2']);
});

it('says what it had no time to say before it ended', async () => {
  const world = new World();
  world.live('a').onNotice(completed(1));
  await settle();
  world.live('a', [completed(1)]);
  await world.pass();
  expect(world.shown[0]).toBe('name 1');
  expect(world.stored?.number).toBe(1);
});

it('says what happened while the browser was closed and the service began anew', async () => {
  const world = new World();
  world.stored = { instance: 'a', number: 7 };
  world.live('b', [completed(1)]);
  await world.pass();
  expect(world.shown).toEqual(['name 1']);
  expect(world.stored).toEqual({ instance: 'b', number: 1 });
});

it('says many things together, and leads to the folder or to the torrent', () => {
  const few = announcementsOf([completed(1)], BOTH);
  expect(few).toEqual([
    { id: `folder:${'1'.padStart(40, '0')}`, title: 'Download complete', message: 'name 1' },
  ]);
  const [many, ...more] = announcementsOf([1, 2, 3, 4, 5].map(completed), BOTH);
  expect(more).toEqual([]);
  expect(many).toEqual({ id: 'manager', title: '5 downloads complete', message: 'name 1\nname 2\nname 3 …' });
});

it('says of failures what the user can understand, and nothing of what is switched off', () => {
  const failure = {
    kind: 'diskFull',
    id: 'ab'.repeat(20),
    sentence: 'The disk is full.',
    data: { name: 'Sintel', code: 'DISK_FULL' },
  } as const;
  const said: Announcement[] = announcementsOf([failure, completed(1)], { ...BOTH, notifyCompleted: false });
  expect(said).toMatchObject([{ id: `torrent:${'ab'.repeat(20)}`, title: 'Sintel' }]);
  expect(said[0]?.message).not.toBe('');
  expect(announcementsOf([failure], { notifyCompleted: true, notifyFailed: false })).toEqual([]);
  expect(announcementsOf([{ ...failure, kind: 'added' }], BOTH)).toEqual([]);
});

it('says what comes also when what was missed cannot be asked for', async () => {
  const world = new World();
  world.stored = { instance: 'a', number: 40 };
  const announcer = world.live('b', [completed(1)], true);
  await settle();
  announcer.onNotice(completed(2));
  await world.pass();
  expect(world.shown).toEqual(['name 2']);
});
