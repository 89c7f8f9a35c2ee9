import { readdirSync, statSync } from 'node:fs';
import process from 'node:process';
import { afterEach, expect, test } from 'vitest';
import type { ResumeData } from '@jstorrent/engine';
import { openStore, StoreError, type SessionStore, type TorrentRecord } from './session-store.ts';
import { idOf, newSession, newTorrent, stateOf } from './testing/folder.ts';

const ends: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

function open(file: string, options: { readonly maxBytes?: number } = {}): SessionStore {
  const store = openStore({ file, now: Date.now, ...options });
  ends.push(() => store.close({ backup: false }));
  return store;
}

/** A store with the root `r` and some torrents. */
function newStore(count = 0): { store: SessionStore; file: string; folder: string } {
  const { file, folder } = newSession((clean) => ends.push(clean));
  const store = open(file);
  store.setRoot({ key: 'r', path: '/downloads', label: 'Downloads' });
  store.batch(() => {
    for (let index = 0; index < count; index += 1) store.add(newTorrent(index));
  });
  return { store, file, folder };
}

function codeOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (error instanceof StoreError) return error.code;
    throw error;
  }
  return 'none';
}

const names = (store: SessionStore): string[] => store.load().map(({ name }) => name);

const FULL: Omit<TorrentRecord, 'hasMetadata'> = {
  id: idOf(1),
  source: 'magnet',
  magnet: 'magnet:?xt=urn:btih:…',
  name: 'naïve ‮name',
  displayName: 'mine',
  place: { root: 'r', folder: ['a', 'b c'] },
  movingTo: { root: 'other', folder: [] },
  intent: 'force',
  stoppedBy: 'ratio',
  sequential: true,
  endsFirst: true,
  downLimit: 1,
  upLimit: 2,
  connections: 3,
  goals: { ratio: 1.5, seedMinutes: 60, idleMinutes: null, action: 'removeWithData' },
  labels: ['x', 'y'],
  trackers: [['udp://a', 'udp://b'], ['https://c']],
  webSeeds: [
    { url: 'https://d/', byUser: false },
    { url: 'http://192.168.0.9/', byUser: true },
  ],
  addedAt: 1_700_000_000_000,
  completedAt: 1_700_000_000_001,
  lastActiveAt: 1_700_000_000_002,
  downloaded: Number.MAX_SAFE_INTEGER,
  uploaded: 5,
  wasted: 6,
  seededMs: 7,
  activeMs: 8,
  private: true,
  totalLength: 9,
  pieceCount: 10,
  havePieces: 4,
  wantedLength: 12,
  bytesLeft: 13,
};

const RESUME: ResumeData = {
  infoHash: new Uint8Array(20).fill(1),
  pieces: Uint8Array.of(0xff, 0x80),
  partials: [{ piece: 9, blocks: Uint8Array.of(1) }],
  files: [
    { size: 12, mtimeMs: 34 },
    { size: -1, mtimeMs: 0 },
  ],
  clean: true,
  downloaded: 56,
  uploaded: 78,
  activeMs: 90,
  seededMs: 12,
};

test('everything that was saved is there after the next start', async () => {
  const { store, file } = newStore();
  store.setRoot({ key: 'other', path: '/mnt', label: '' });
  const files = { priorities: [0, 1, 2, 3] as const, renamed: [{ file: 2, path: ['new', 'name'] }] };
  store.add(FULL, { files });
  store.setMetadata(FULL.id, new TextEncoder().encode('d4:name1:xe'));
  store.saveResume(FULL.id, RESUME);
  store.savePeers(FULL.id, [{ host: '2001:db8::1', port: 6881 }]);
  store.setSettings({ port: 6881, nested: { list: [1, null] }, gone: 1 });
  store.setSettings({ gone: undefined });
  store.addToCounters({ downloaded: 5 });
  store.addToCounters({ downloaded: 6, sessions: 1 });
  store.setValue('nodes', Uint8Array.of(1, 2, 3));
  store.setValue('note:2', Uint8Array.of(4));
  store.setValue('note:1', Uint8Array.of(5));
  expect(store.valueNames('note:')).toEqual(['note:1', 'note:2']);
  const before = stateOf(store);
  await store.close();

  const again = open(file);
  expect(again.opening).toEqual({ outcome: 'opened', setAside: null, backupAgeMs: null, sentence: null });
  expect(stateOf(again)).toEqual(before);
  expect(again.load()).toEqual([{ ...FULL, hasMetadata: true }]);
  expect(again.get(FULL.id)).toEqual({ ...FULL, hasMetadata: true });
  expect(new TextDecoder().decode(again.metainfo(FULL.id) ?? undefined)).toBe('d4:infod4:name1:xee');
  expect(again.resume(FULL.id)).toEqual(RESUME);
  expect(again.files(FULL.id)).toEqual(files);
  expect([...again.chosenFiles()]).toEqual([[FULL.id, files]]);
  expect(again.peers(FULL.id)).toEqual([{ host: '2001:db8::1', port: 6881 }]);
  expect(again.settings()).toEqual({ port: 6881, nested: { list: [1, null] } });
  expect(again.counters()).toEqual({ downloaded: 11, sessions: 1 });
  expect(again.value('nodes')).toEqual(Uint8Array.of(1, 2, 3));
});

test('every member of a torrent can be changed, and the others stay', () => {
  const { store } = newStore(1);
  store.setRoot({ key: 'other', path: '/mnt', label: '' });
  let expected: Record<string, unknown> = { ...store.get(idOf(0)) };
  for (const [key, value] of Object.entries(FULL)) {
    if (key === 'id') continue;
    store.update(idOf(0), { [key]: value });
    expected = { ...expected, [key]: value };
    expect(store.get(idOf(0))).toEqual(expected);
  }
});

test('a removed torrent leaves nothing behind, and comes back new when it is added again', () => {
  const { store } = newStore();
  store.add(FULL, { metainfo: Uint8Array.of(1), files: { priorities: [0], renamed: [] } });
  store.saveResume(FULL.id, RESUME);
  store.savePeers(FULL.id, [{ host: 'h', port: 1 }]);
  store.remove(FULL.id);
  store.remove(FULL.id);
  expect(store.load()).toEqual([]);
  // Progress that was under way when it was removed.
  store.saveResume(FULL.id, RESUME);
  store.savePeers(FULL.id, [{ host: 'h', port: 1 }]);
  store.add(newTorrent(1));
  expect(store.get(FULL.id)?.hasMetadata).toBe(false);
  expect(store.metainfo(FULL.id)).toBeNull();
  expect(store.resume(FULL.id)).toBeNull();
  expect(store.files(FULL.id)).toEqual({ priorities: null, renamed: [] });
  expect(store.peers(FULL.id)).toEqual([]);
});

test('new torrents come last or first, and any can be put between any two', async () => {
  const { store, file } = newStore(5);
  store.add(newTorrent(5), { queueTop: true });
  expect(names(store)).toEqual([5, 0, 1, 2, 3, 4].map((index) => `torrent ${index}`));
  store.place([idOf(4)], { after: null, before: idOf(5) });
  store.place([idOf(0), idOf(2)], { after: idOf(4), before: idOf(5) });
  store.place([idOf(1)], { after: idOf(3), before: null });
  store.add(newTorrent(6));
  await store.close();
  expect(names(open(file))).toEqual([4, 0, 2, 5, 3, 1, 6].map((index) => `torrent ${index}`));
});

test('the gap between two is made again when it is used up', async () => {
  const { store, file } = newStore(4);
  let order = [0, 1, 2, 3];
  for (let round = 0; round < 100; round += 1) {
    const [first, second, third, last] = order as [number, number, number, number];
    store.place([idOf(third)], { after: idOf(first), before: idOf(second) });
    order = [first, third, second, last];
    expect(store.ids()).toEqual(order.map(idOf));
  }
  await store.close();
  expect(open(file).ids()).toEqual(order.map(idOf));
});

test('a call that cannot be is refused with a code and changes nothing', () => {
  const { store } = newStore(1);
  store.setRoot({ key: 'free', path: '/free', label: '' });
  const before = stateOf(store);
  expect(codeOf(() => store.add(newTorrent(0, { name: 'other' })))).toBe('DUPLICATE');
  expect(codeOf(() => store.add(newTorrent(1, { place: { root: 'none', folder: [] } })))).toBe(
    'UNKNOWN_ROOT',
  );
  expect(codeOf(() => store.update(idOf(0), { place: { root: 'none', folder: [] } }))).toBe('UNKNOWN_ROOT');
  expect(codeOf(() => store.removeRoot('r'))).toBe('ROOT_IN_USE');
  expect(codeOf(() => store.update(idOf(9), { name: 'x' }))).toBe('UNKNOWN_TORRENT');
  expect(codeOf(() => store.setMetadata(idOf(9), new Uint8Array()))).toBe('UNKNOWN_TORRENT');
  expect(codeOf(() => store.place([idOf(9)], { after: null, before: null }))).toBe('UNKNOWN_TORRENT');
  expect(codeOf(() => store.metainfo(idOf(9)))).toBe('UNKNOWN_TORRENT');
  expect(codeOf(() => store.setSettings({ large: 'x'.repeat(2_000_000) }))).toBe('TOO_LARGE');
  expect(codeOf(() => store.setValue('large', new Uint8Array(2_000_000)))).toBe('TOO_LARGE');
  expect(stateOf(store)).toEqual(before);
  store.removeRoot('free');
  expect(store.roots().map(({ key }) => key)).toEqual(['r']);
});

test('a batch that fails changes nothing, also not what is known without asking', () => {
  const { store } = newStore(3);
  const before = stateOf(store);
  expect(() =>
    store.batch(() => {
      store.add(newTorrent(7), { metainfo: new Uint8Array(10) });
      store.remove(idOf(0));
      store.place([idOf(7)], { after: idOf(1), before: idOf(2) });
      throw new RangeError('for another reason');
    }),
  ).toThrow(RangeError);
  expect(stateOf(store)).toEqual(before);
  expect(codeOf(() => store.update(idOf(7), { name: 'x' }))).toBe('UNKNOWN_TORRENT');
  store.update(idOf(0), { name: 'still there' });
  store.add(newTorrent(7));
  expect(names(store)).toEqual(['still there', 'torrent 1', 'torrent 2', 'torrent 7']);
});

test('a batch goes on after a call that was refused, and in a batch it is a part of that one', () => {
  const { store } = newStore(1);
  store.batch(() => {
    expect(codeOf(() => store.add(newTorrent(0)))).toBe('DUPLICATE');
    store.batch(() => store.add(newTorrent(1)));
    store.batch(() => store.add(newTorrent(2)), { isDurable: false });
  });
  expect(names(store)).toHaveLength(3);
  expect(() => store.batch(async () => {})).toThrow('cannot wait');
});

test('a full disk is a code, nothing of the call is kept, and later calls succeed', async () => {
  const { file } = newSession((clean) => ends.push(clean));
  const store = open(file, { maxBytes: 400_000 });
  store.setRoot({ key: 'r', path: '/downloads', label: '' });
  let count = 0;
  const fill = (): void => store.add(newTorrent(count), { metainfo: new Uint8Array(50_000) });
  while (codeOf(fill) === 'none') count += 1;
  expect(count).toBeGreaterThan(3);
  const before = stateOf(store);
  expect(codeOf(fill)).toBe('STORE_FULL');
  const isCaught = (): void => {
    // Half of a call is not committed because its caller does not mind.
    codeOf(fill);
  };
  expect(codeOf(() => store.batch(isCaught))).toBe('STORE_FULL');
  expect(stateOf(store)).toEqual(before);
  store.remove(idOf(0));
  expect(codeOf(fill)).toBe('none');
  await store.close();
  const all = Array.from({ length: count + 1 }, (_, index) => `torrent ${index}`);
  expect(names(open(file))).toEqual(all.slice(1));
});

test('after closing every call says so, and closing again does nothing', async () => {
  const { store } = newStore(1);
  const closing = store.close();
  expect(codeOf(() => store.add(newTorrent(1)))).toBe('STORE_CLOSED');
  await closing;
  await store.close();
  expect(codeOf(() => store.load())).toBe('STORE_CLOSED');
  expect(codeOf(() => store.update(idOf(0), {}))).toBe('STORE_CLOSED');
});

test('a session that was closed is one file and one backup, for the user alone', async () => {
  const { store, folder } = newStore(1);
  await store.close();
  expect(readdirSync(folder)).toEqual(['session.backup-1.db', 'session.db']);
  if (process.platform === 'win32') return;
  for (const name of readdirSync(folder)) expect(statSync(`${folder}/${name}`).mode & 0o777).toBe(0o600);
});
