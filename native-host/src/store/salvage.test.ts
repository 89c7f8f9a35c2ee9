import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, expect, test } from 'vitest';
import { buildMetainfo, parseMetainfo, toHex } from '@jstorrent/protocol';
import { nodeDigests } from '../digests.ts';
import { openStore, type SessionStore } from './session-store.ts';
import { newSession, newTorrent } from './testing/folder.ts';

const ends: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const NOW = 1_800_000_000_000;
const PAGE = 4096;
const MAGNET = 'c12fe1c06bba254a9dc9f519b335aa7c1367a88a';

function open(file: string): SessionStore {
  const store = openStore({ file, now: () => NOW });
  ends.push(() => store.close({ backup: false }));
  return store;
}

/** A torrent that proves itself: its name is unlike any other text of the session. */
function realTorrent(index: number): {
  readonly id: string;
  readonly name: string;
  readonly metainfo: Uint8Array;
} {
  const name = `the real torrent number ${index}`;
  const pieceHashes = new Uint8Array(createHash('sha1').update(name).digest());
  const metainfo = buildMetainfo({
    name,
    pieceLength: 16_384,
    pieceHashes,
    files: [{ path: [], length: 9 }],
  });
  const { infoHash } = parseMetainfo(metainfo, nodeDigests).info;
  return { id: toHex(infoHash ?? new Uint8Array()), name, metainfo };
}

function add(store: SessionStore, index: number): string {
  const { id, name, metainfo } = realTorrent(index);
  store.add(newTorrent(index, { id, name, labels: [`label ${index}`] }), { metainfo });
  return id;
}

/** A session that changed since its only backup: a torrent is gone, others came. */
async function changedSession(count: number) {
  const { folder, file } = newSession((clean) => ends.push(clean));
  const store = openStore({ file, now: () => NOW });
  store.setRoot({ key: 'r', path: '/downloads', label: 'Downloads' });
  const kept = add(store, 0);
  const gone = add(store, 1);
  store.addToCounters({ downloaded: 1 });
  expect(await store.backup()).toBe(true);
  store.remove(gone);
  const added = Array.from({ length: count }, (_, index) => add(store, index + 2));
  store.add(newTorrent(900, { id: MAGNET, source: 'magnet', magnet: `magnet:?xt=urn:btih:${MAGNET}` }));
  // Nothing proves that there is such a torrent.
  store.add(newTorrent(901));
  await store.close({ backup: false });
  return { folder, file, kept, gone, added };
}

/** Damage a table that is no torrent's; the bytes of the file then. */
function damageCounters(file: string): Buffer {
  const db = new DatabaseSync(file, { readOnly: true });
  const sql = "SELECT rootpage FROM sqlite_schema WHERE name = 'counters'";
  const { rootpage } = db.prepare(sql).get() as { rootpage: number };
  db.close();
  const bytes = readFileSync(file);
  bytes.fill(0xff, (rootpage - 1) * PAGE, rootpage * PAGE);
  writeFileSync(file, bytes);
  return bytes;
}

const idsOf = (store: SessionStore): ReadonlySet<string> => new Set(store.load().map(({ id }) => id));

test('what was added and removed since the backup is read from a damaged list, which stays as it was', async () => {
  const { folder, file, kept, added } = await changedSession(3);
  const bytes = damageCounters(file);

  const store = open(file);
  expect(store.opening.outcome).toBe('restored');
  expect(store.opening.sentence).toContain('4 torrents were saved from the damaged list.');
  expect(store.opening.sentence).toContain('1 torrent that you had removed is gone again.');
  expect(idsOf(store)).toEqual(new Set([kept, ...added, MAGNET]));
  const first = store.get(added[0] ?? '');
  expect(first).toMatchObject({ name: realTorrent(2).name, labels: ['label 2'], hasMetadata: true });
  expect(store.metainfo(added[0] ?? '')).toEqual(realTorrent(2).metainfo);
  expect(readFileSync(store.opening.setAside ?? '').equals(bytes)).toBe(true);
  expect(readdirSync(folder).filter((name) => name.includes('salvaging'))).toEqual([]);
});

test('of a list that is damaged itself the rest is read, and nothing is taken for removed', async () => {
  const { file, kept, gone, added } = await changedSession(60);
  const bytes = readFileSync(file);
  const lost = realTorrent(30);
  // A leaf of the table (https://sqlite.org/fileformat2.html): other pages may hold the same bytes as garbage.
  const LEAF = 13;
  const page = Array.from({ length: bytes.length / PAGE }, (_, index) => index).findIndex(
    (index) =>
      bytes[index * PAGE] === LEAF &&
      bytes.subarray(index * PAGE, (index + 1) * PAGE).includes('["label 30"]'),
  );
  expect(page).toBeGreaterThan(0);
  bytes.fill(0xff, page * PAGE, (page + 1) * PAGE);
  writeFileSync(file, bytes);

  const store = open(file);
  const ids = idsOf(store);
  expect(store.opening.sentence).toMatch(/\d+ torrents were saved from the damaged list\.$/);
  for (const id of [kept, gone, added[0] ?? '', added.at(-1) ?? '', MAGNET]) expect(ids.has(id)).toBe(true);
  expect(ids.has(lost.id)).toBe(false);
  expect(ids.size).toBeGreaterThan(added.length / 2);
});

test('without a backup the list is what can be read', async () => {
  const { folder, file, kept, added } = await changedSession(2);
  for (const name of readdirSync(folder)) {
    if (name.includes('backup')) writeFileSync(`${folder}/${name}`, 'no database');
  }
  damageCounters(file);
  const store = open(file);
  expect(store.opening.outcome).toBe('new');
  expect(idsOf(store)).toEqual(new Set([kept, ...added, MAGNET]));
  expect(store.opening.sentence).toContain('4 torrents were saved');
  expect(store.roots()).toHaveLength(1);
  expect(existsSync(store.opening.setAside ?? '')).toBe(true);
});
