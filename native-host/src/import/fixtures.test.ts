/** Sessions that the real clients wrote (fixtures/make-fixtures.py). */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import type { FoundSession } from './find-sessions.ts';
import type { ImportedTorrent, ImportOutcome } from './imported.ts';
import { readSession, type SessionFiles } from './read-session.ts';

const FIXTURES = fileURLToPath(new URL('./fixtures', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'import-test-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const files: SessionFiles = {
  scratch,
  list: async (folder) => {
    try {
      return { names: readdirSync(folder), isCut: false };
    } catch {
      return { names: [], isCut: false };
    }
  },
  read: async (file, maxBytes) => {
    try {
      return statSync(file).size > maxBytes ? null : new Uint8Array(readFileSync(file));
    } catch {
      return null;
    }
  },
};

async function read(client: FoundSession['client'], folder: string): Promise<Map<string, ImportedTorrent>> {
  const torrents = new Map<string, ImportedTorrent>();
  for await (const outcome of readSession({ client, path: join(FIXTURES, folder) }, files)) {
    if (!outcome.ok) throw new Error(`${outcome.what}: ${outcome.reason}`);
    torrents.set(outcome.torrent.id, outcome.torrent);
  }
  return torrents;
}

const COMPLETE = 'c2635536eee79beb23b0b400dd9f34b40d0bdded';
const PARTIAL = '1e4e695d88fc56ca6dc1a9b5e8999da79f1f2de1';
const SINGLE = 'ad73654ce4f888e5c822e65ef369a8c4ff89dffa';
const LINKED = '0123456789abcdef0123456789abcdef01234567';
const DATA = '/tmp/jstorrent-fixtures/data';
const TRACKERS = [['http://127.0.0.1:9/announce']];
/** Of 8 pieces: those of the file before the missing one and the last one, which lies in the file after it. */
const SOME = Uint8Array.of(0b1110_0001);
const ALL_5 = Uint8Array.of(0b1111_1000);
const ALL_7 = Uint8Array.of(0b1111_1110);

/** What all clients must agree on. */
function expectCommon(torrents: ReadonlyMap<string, ImportedTorrent>): void {
  expect([...torrents.keys()].toSorted()).toEqual([LINKED, PARTIAL, SINGLE, COMPLETE]);
  for (const torrent of torrents.values()) {
    expect(torrent).toMatchObject({ folder: DATA, trackers: TRACKERS, webSeeds: [], warnings: [] });
    expect(torrent.addedAt).toBeGreaterThan(1_700_000_000_000);
  }
  expect(torrents.get(COMPLETE)).toMatchObject({
    verified: ALL_5,
    priorities: null,
    renamed: [],
    unfinished: [],
    downLimit: expect.any(Number),
  });
  expect(torrents.get(COMPLETE)?.source.kind).toBe('metainfo');
  expect(torrents.get(PARTIAL)?.verified).toEqual(SOME);
  expect(torrents.get(SINGLE)).toMatchObject({ verified: ALL_7, intent: 'stop' });
  const { source } = torrents.get(LINKED) ?? {};
  expect(source).toMatchObject({ kind: 'magnet', magnet: expect.stringContaining(`xt=urn:btih:${LINKED}`) });
  expect(source).toMatchObject({ magnet: expect.stringContaining('announce') });
}

for (const folder of ['qbittorrent', 'qbittorrent-sqlite']) {
  test(`a session of qBittorrent is read as it was (${folder})`, async () => {
    const torrents = await read('qbittorrent', folder);
    expectCommon(torrents);
    expect(torrents.get(COMPLETE)).toMatchObject({
      client: 'qbittorrent',
      intent: 'run',
      labels: ['films', 'iso', 'linux'],
      goals: { ratio: 2.5, seedMinutes: 90, idleMinutes: null, action: 'stop' },
      downLimit: 102_400,
      upLimit: 51_200,
      connections: 100,
      queue: null,
    });
    expect(torrents.get(COMPLETE)?.completedAt).toBeGreaterThan(1_700_000_000_000);
    expect(torrents.get(PARTIAL)).toMatchObject({
      priorities: [3, 2, 0],
      sequential: true,
      goals: null,
      completedAt: null,
      queue: 0,
    });
    expect(torrents.get(SINGLE)).toMatchObject({
      displayName: 'My single',
      renamed: [{ file: 0, path: ['renamed.bin'] }],
    });
  });
}

test('a session of Transmission is read as it was', async () => {
  const torrents = await read('transmission', 'transmission');
  expectCommon(torrents);
  expect(torrents.get(COMPLETE)).toMatchObject({
    client: 'transmission',
    intent: 'run',
    labels: ['linux', 'iso'],
    goals: { ratio: 2.5, seedMinutes: null, idleMinutes: null, action: 'stop' },
    downLimit: 100_000,
    upLimit: 50_000,
  });
  expect(torrents.get(PARTIAL)).toMatchObject({
    intent: 'run',
    priorities: [3, 2, 0],
    goals: null,
    unfinished: [
      { file: 0, path: ['partial', 'a.bin.part'] },
      { file: 1, path: ['partial', 'b.bin.part'] },
      { file: 2, path: ['partial', 'c.bin.part'] },
    ],
  });
  expect(torrents.get(SINGLE)).toMatchObject({ renamed: [{ file: 0, path: ['renamed.bin'] }] });
});

test('a session of Deluge is read as it was', async () => {
  const torrents = await read('deluge', 'deluge');
  expectCommon(torrents);
  expect(torrents.get(COMPLETE)).toMatchObject({
    client: 'deluge',
    intent: 'run',
    goals: { ratio: 2.5, seedMinutes: null, idleMinutes: null, action: 'stop' },
    downLimit: 102_400,
    upLimit: 0,
    connections: null,
  });
  expect(torrents.get(PARTIAL)).toMatchObject({ goals: null, queue: 0 });
});

test('what is missing or damaged is told per torrent, and the others are read', async () => {
  const damaged: SessionFiles = {
    ...files,
    read: async (file, maxBytes) => {
      const bytes = await files.read(file, maxBytes);
      if (file.includes(`${PARTIAL}.fastresume`)) return bytes?.subarray(0, 100) ?? null;
      return file.includes(`${SINGLE}.torrent`) ? Uint8Array.of(1, 2, 3) : bytes;
    },
  };
  const outcomes: ImportOutcome[] = [];
  const session = { client: 'qbittorrent', path: join(FIXTURES, 'qbittorrent') } as const;
  for await (const outcome of readSession(session, damaged)) outcomes.push(outcome);
  const failed = outcomes.filter((outcome) => !outcome.ok);
  expect(failed.map(({ what, reason }) => [what, reason])).toEqual([
    [PARTIAL, 'Its resume file is damaged.'],
    [SINGLE, expect.stringMatching(/^Its \.torrent file is damaged: .*\.$/)],
  ]);
  expect(outcomes.length).toBe(4);
});

test('a session that is not there gives nothing, one that cannot be read says so', async () => {
  const nothing: ImportOutcome[] = [];
  for await (const outcome of readSession({ client: 'qbittorrent', path: '/nowhere' }, files))
    nothing.push(outcome);
  expect(nothing).toEqual([]);
  for await (const outcome of readSession({ client: 'deluge', path: '/nowhere' }, files))
    nothing.push(outcome);
  expect(nothing).toEqual([
    {
      ok: false,
      about: 'session',
      what: '/nowhere',
      reason: 'Deluge’s list of torrents cannot be read.',
    },
  ]);
});

test('no copy of a database is left behind', async () => {
  await read('qbittorrent', 'qbittorrent-sqlite');
  expect(readdirSync(scratch)).toEqual([]);
});

test('a folder that has more in it than is listed is told, and what was listed is read', async () => {
  const list: SessionFiles['list'] = async (folder) => ({ ...(await files.list(folder)), isCut: true });
  for (const [client, folder] of [
    ['qbittorrent', 'qbittorrent'],
    ['transmission', 'transmission'],
  ] as const) {
    const outcomes = [];
    const path = join(FIXTURES, folder);
    for await (const outcome of readSession({ client, path }, { ...files, list })) outcomes.push(outcome);
    const told = outcomes.filter((outcome) => !outcome.ok && outcome.about === 'session');
    expect(told).toMatchObject([{ reason: expect.stringMatching(/^It holds more than \d+ files/) }]);
    expect(outcomes.some(({ ok }) => ok)).toBe(true);
  }
});
