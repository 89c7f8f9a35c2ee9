import { readdirSync, readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, expect, test } from 'vitest';
import { openStore, type SessionStore } from '../session-store.ts';
import { newSession } from '../testing/folder.ts';
import { migrate, SCHEMA_VERSION } from './migrate.ts';

const ends: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const FIXTURES = new URL('./fixtures/', import.meta.url);

/** A store over a session that some version left. */
function opened(version: number): SessionStore {
  const { file } = newSession((clean) => ends.push(clean));
  const db = new DatabaseSync(file);
  db.exec(readFileSync(new URL(`v${version}.sql`, FIXTURES), 'utf8'));
  db.close();
  const store = openStore({ file, now: () => 0 });
  ends.push(() => store.close({ backup: false }));
  return store;
}

const versionOf = (db: DatabaseSync): unknown => db.prepare('PRAGMA user_version').get()?.['user_version'];

test('there is a session of every version', () => {
  const expected = Array.from({ length: SCHEMA_VERSION }, (_, index) => `v${index + 1}.sql`);
  expect(readdirSync(FIXTURES)).toEqual(expected);
});

test('a session of version 1 has all that was in it', () => {
  const store = opened(1);
  expect(store.opening.outcome).toBe('opened');
  const [first, second] = store.load();
  expect(first).toMatchObject({
    id: 'fedcba9876543210fedcba9876543210fedcba98',
    source: 'magnet',
    displayName: 'Called by me',
    place: { root: 'usb', folder: [] },
    movingTo: { root: 'r', folder: ['moved'] },
    intent: 'stop',
    stoppedBy: 'user',
    sequential: true,
    downLimit: 1000,
    connections: 50,
    goals: { ratio: 1.5, seedMinutes: null, idleMinutes: 30, action: 'remove' },
    labels: ['a', 'b'],
    webSeeds: [{ url: 'https://seed.example/', byUser: false }],
    hasMetadata: false,
    completedAt: null,
  });
  expect(second).toMatchObject({
    id: '0123456789abcdef0123456789abcdef01234567',
    place: { root: 'r', folder: ['films', 'new'] },
    trackers: [['udp://a.example:1'], ['https://b.example/announce']],
    completedAt: 1_700_000_001_000,
    seededMs: 4000,
    hasMetadata: true,
    pieceCount: 10,
  });
  const id = second?.id ?? '';
  expect(store.metainfo(id)).toEqual(new TextEncoder().encode('d4:infod4:name1:xee'));
  expect(store.resume(id)).toMatchObject({ pieces: Uint8Array.of(255, 192), clean: true, uploaded: 200 });
  expect(store.files(id)).toEqual({ priorities: [0, 2], renamed: [{ file: 1, path: ['other', 'name'] }] });
  expect(store.peers(id)).toEqual([{ host: '10.0.0.1', port: 6881 }]);
  expect(store.settings()).toEqual({ port: 6881, labels: ['a', 'b'] });
  expect(store.roots()).toHaveLength(2);
  expect(store.counters()).toEqual({ downloaded: 100, sessions: 2 });
  expect(store.value('nodes')).toEqual(Uint8Array.of(1, 2, 3));
});

test('steps are made in order, and one that fails leaves the version before it', () => {
  const db = new DatabaseSync(':memory:');
  const steps = [
    'CREATE TABLE a (x)',
    'INSERT INTO a VALUES (2)',
    'INSERT INTO a VALUES (3); INSERT INTO none VALUES (1)',
  ];
  expect(() => migrate(db, 0, 3, steps)).toThrow('none');
  expect(versionOf(db)).toBe(2);
  expect(db.prepare('SELECT x FROM a').all()).toEqual([{ x: 2 }]);
  migrate(db, 2, 3, [...steps.slice(0, 2), 'INSERT INTO a VALUES (4)']);
  expect(versionOf(db)).toBe(3);
  expect(db.prepare('SELECT x FROM a').all()).toEqual([{ x: 2 }, { x: 4 }]);
  expect(() => migrate(db, 3, 4, steps)).toThrow(RangeError);
});
