import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import type { Address } from './clients/client.ts';
import { download, seed, type Jstorrent } from './clients/jstorrent.ts';
import { flood } from './harness/flood.ts';
import {
  ATTACKS,
  dialEnemy,
  type Enemy,
  LEECH_ATTACKS,
  listenHostile,
  MUTE_LEECH,
  SEED_ATTACKS,
  type Attack,
} from './harness/hostile.ts';
import { fetchAll } from './harness/raw-leech.ts';
import { startSeed } from './harness/raw-seed.ts';
import { makeShare } from './harness/share.ts';
import { until } from './harness/until.ts';
import { watchVitals, type Watch } from './harness/vitals.ts';
import { handshake, type Share } from './harness/wire.ts';
import { test } from './harness/world.ts';

const MIB = 1024 * 1024;
const LENGTH = 3 * MIB + 777;
/** Connections of each attack, from one address. */
const TIMES = 3;
/** Upload slots of a seed whose peers take nothing. */
const SLOTS = 4;
/** Connections that the program takes from one address, and in all while they say nothing (THREATS 29). */
const PER_ADDRESS = 25;
const SILENT = 100;
/**
 * Resident memory of host and daemon that attacks may cost: what waits in a hundred sockets, and garbage of two heaps that
 * nobody has collected yet.
 */
const MEMORY = 96 * MIB;
/** Descriptors that a download opens itself: a second worker, the file twice, folders. */
const DOWNLOADING = 24;

/** A run over which nobody honest was sent away. */
const WELCOME = { expelled: 0, refused: 0 };

/** Peers that the program counted when it last told. */
function peersOf(run: Jstorrent): number {
  return run.events('progress').at(-1)?.peers ?? -1;
}

/** Every attack over several connections, each kind from an address of its own in 127.0.`net`.x. */
function attackAll(
  attacks: Readonly<Record<string, Attack>>,
  { share, to, net }: { readonly share: Share; readonly to: Address; readonly net: number },
): Enemy[] {
  return Object.entries(attacks).flatMap(([name, attack], index) => {
    const from = `127.0.${net}.${1 + index}`;
    return Array.from({ length: TIMES }, () => dialEnemy(name, attack, { share, to, from }));
  });
}

/** What is left behind by attacks that are over: nothing but some memory. */
async function expectRecovered(vitals: Watch): Promise<void> {
  await until('its descriptors are closed', async () =>
    vitals.now().descriptors <= vitals.base.descriptors ? true : undefined,
  );
  expect(vitals.peak().memory).toBeLessThan(vitals.base.memory + MEMORY);
}

// THREATS 18, 19, 21, 23.
test.concurrent('a seed that is attacked over many connections serves who is honest, and recovers', async ({
  world,
}) => {
  const share = await makeShare(world, LENGTH);
  const program = await seed(world, share.torrent, dirname(share.path));
  const to = await program.address();
  await fetchAll(world, share, to, '127.0.3.1');
  const vitals = watchVitals(world, program.child.pid);

  const enemies = attackAll({ ...ATTACKS, ...LEECH_ATTACKS }, { share, to, net: 1 });
  expect(await fetchAll(world, share, to, '127.0.3.1')).toEqual(WELCOME);
  // Who is only slow may stay.
  await until('those who break the protocol are sent away', async () =>
    peersOf(program) === TIMES ? true : undefined,
  );
  const mutes = Array.from({ length: SLOTS }, () =>
    dialEnemy('mute', MUTE_LEECH, { share, to, from: '127.0.2.1' }),
  );
  await until('its slots are taken', async () => (peersOf(program) === TIMES + SLOTS ? true : undefined));
  expect(await fetchAll(world, share, to, '127.0.3.1')).toEqual(WELCOME);

  // Some read nothing, and so do not see their end; what the program has open shows it.
  const isNoticed = ({ isGone, attack }: Enemy): boolean =>
    isGone || attack === 'a message byte by byte' || attack.endsWith('nothing read');
  await until('those without a handshake are sent away too', async () =>
    enemies.every(isNoticed) ? true : undefined,
  );
  expect(vitals.now().descriptors).toBeLessThanOrEqual(vitals.base.descriptors + TIMES + SLOTS);
  for (const enemy of [...mutes, ...enemies]) enemy.leave();
  await expectRecovered(vitals);
  const addresses = Object.keys({ ...ATTACKS, ...LEECH_ATTACKS }).map((_, index) => `127.0.1.${1 + index}`);
  for (const from of addresses) expect(await fetchAll(world, share, to, from), from).toEqual(WELCOME);
});

// THREATS 29.
test.concurrent('floods of connections do not keep the honest from a seed', async ({ world }) => {
  const share = await makeShare(world, LENGTH);
  const program = await seed(world, share.torrent, dirname(share.path));
  const to = await program.address();
  await fetchAll(world, share, to, '127.0.3.1');
  const vitals = watchVitals(world, program.child.pid);
  const count = 2000;
  const { infoHash } = share.torrent;
  const say = (index: number): Buffer => handshake(infoHash, `-FL0000-${index}`);
  const floods = await Promise.all([
    flood({ to, count, from: () => '127.0.1.1' }),
    flood({ to, count, from: (index) => `127.0.4.${1 + (index % 250)}` }),
    flood({ to, count, from: () => '127.0.5.1', say }),
  ]);
  expect(floods.map(({ made }) => made)).toEqual([count, count, count]);
  expect(await fetchAll(world, share, to, '127.0.3.1')).toEqual(WELCOME);
  const open = (): readonly number[] => floods.map((each) => each.open);
  await until('few are left', async () => {
    const [one = count, many = count, introduced = count] = open();
    return one <= PER_ADDRESS && one + many <= SILENT && introduced <= PER_ADDRESS ? true : undefined;
  });
  // A handshake keeps a connection longer than this takes.
  expect(open()[2]).toBeGreaterThan(0);
  for (const each of floods) each.end();
  await expectRecovered(vitals);
  expect(await fetchAll(world, share, to, '127.0.1.1')).toEqual(WELCOME);
});

// THREATS 18, 19, 22, 23.
test.concurrent('a download among hostile peers takes everything from the honest one', async ({ world }) => {
  const share = await makeShare(world, LENGTH);
  const honest = await startSeed(world, share, { host: '127.0.3.1', allowance: 0 });
  const hosts = Object.entries<Attack>({ ...ATTACKS, ...SEED_ATTACKS });
  const hostile = await Promise.all(
    hosts.map(([, attack], index) => listenHostile(world, attack, { share, host: `127.0.6.${1 + index}` })),
  );
  const folder = world.newFolder('copy');
  const run = download(world, { source: share.torrent.file, folder, peers: [...hostile, honest] });
  const to = await run.address();
  const vitals = watchVitals(world, run.child.pid);
  const enemies = attackAll(ATTACKS, { share, to, net: 7 });
  await until('everybody is met', async () =>
    hostile.every(({ guests }) => guests > 0) && honest.guests > 0 ? true : undefined,
  );
  honest.allow(Infinity);
  await run.complete();
  expect(readFileSync(join(folder, 'shared.bin')).equals(share.content)).toBe(true);
  expect(honest.guests).toBe(1);
  expect(vitals.peak().memory).toBeLessThan(vitals.base.memory + MEMORY);
  expect(vitals.peak().descriptors).toBeLessThan(
    vitals.base.descriptors + hostile.length + enemies.length + DOWNLOADING,
  );
  for (const enemy of enemies) enemy.leave();
});
