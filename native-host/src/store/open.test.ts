import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, expect, test } from 'vitest';
import { openStore, type SessionStore } from './session-store.ts';
import { fingerprint, idOf, newSession, newTorrent } from './testing/folder.ts';
import { chance, someBytes } from './testing/story.ts';

const ends: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const NOW = 1_800_000_000_000;
const MODULE = new URL('./session-store.ts', import.meta.url).href;

function open(file: string): SessionStore {
  const store = openStore({ file, now: () => NOW });
  ends.push(() => store.close({ backup: false }));
  return store;
}

/** A closed session of some torrents with a backup of the same; its bytes, and what was in it. */
async function closedSession(): Promise<{ folder: string; file: string; state: string; bytes: Buffer }> {
  const { folder, file } = newSession((clean) => ends.push(clean));
  const store = openStore({ file, now: () => NOW });
  store.setRoot({ key: 'r', path: '/downloads', label: 'Downloads' });
  for (let index = 0; index < 12; index += 1) {
    store.add(newTorrent(index), { metainfo: someBytes(index, 200 * (index + 1) ** 2) });
  }
  const state = fingerprint(store);
  await store.close();
  return { folder, file, state, bytes: readFileSync(file) };
}

/** The files of a session in a folder of their own. */
function placed(folder: string, name: string, files: Readonly<Record<string, Buffer | string>>): string {
  mkdirSync(join(folder, name));
  for (const [file, bytes] of Object.entries(files)) {
    if (typeof bytes === 'string') copyFileSync(bytes, join(folder, name, file));
    else writeFileSync(join(folder, name, file), bytes);
  }
  return join(folder, name, 'session.db');
}

test('the first start makes an empty session and has nothing to tell', () => {
  const { file } = newSession((clean) => ends.push(clean));
  const store = open(file);
  expect(store.opening).toEqual({ outcome: 'new', setAside: null, backupAgeMs: null, sentence: null });
  expect(store.load()).toEqual([]);
});

test('a session cut at any page is kept aside as it was, and its backup takes its place', async () => {
  const { folder, file, state, bytes } = await closedSession();
  const backup = join(folder, 'session.backup-1.db');
  const pages = bytes.length / 4096;
  expect(pages).toBeGreaterThan(20);
  for (let page = 0; page < pages; page += 1) {
    for (const length of page % 8 === 0 ? [page * 4096, page * 4096 + 100] : [page * 4096]) {
      const cut = bytes.subarray(0, length);
      const copy = placed(folder, `cut-${length}`, { 'session.db': cut, 'session.backup-1.db': backup });
      const store = openStore({ file: copy, now: () => NOW });
      expect(store.opening.outcome, `${length} bytes`).toBe('restored');
      expect(readFileSync(store.opening.setAside ?? '').equals(cut)).toBe(true);
      expect(fingerprint(store)).toBe(state);
      await store.close({ backup: false });
    }
  }
  expect(readFileSync(file).equals(bytes)).toBe(true);
});

test('a session with any bit turned opens, and has all torrents or is restored', async () => {
  const { folder, bytes, state } = await closedSession();
  const backup = join(folder, 'session.backup-1.db');
  const next = chance(7);
  const outcomes = { opened: 0, restored: 0 };
  for (let round = 0; round < 100; round += 1) {
    const bad = Buffer.from(bytes);
    // Half of them in the first pages, where the structure is.
    const at = next(round % 2 === 0 ? bad.length : 6 * 4096);
    bad[at] = (bad[at] as number) ^ (1 << next(8));
    const copy = placed(folder, `bit-${round}`, { 'session.db': bad, 'session.backup-1.db': backup });
    const store = openStore({ file: copy, now: () => NOW });
    const { outcome } = store.opening;
    if (outcome === 'restored') expect(fingerprint(store)).toBe(state);
    fingerprint(store);
    expect(
      store.load().map(({ id }) => id),
      `bit at ${at}`,
    ).toEqual(Array.from({ length: 12 }, (_, index) => idOf(index)));
    outcomes[outcome as keyof typeof outcomes] += 1;
    await store.close({ backup: false });
  }
  expect(outcomes.opened).toBeGreaterThan(10);
  expect(outcomes.restored).toBeGreaterThan(5);
});

test('what is no database, or that of another program, is set aside; without a backup the session is empty', async () => {
  const { folder } = newSession((clean) => ends.push(clean));
  const foreign = join(folder, 'foreign.db');
  const other = new DatabaseSync(foreign);
  other.exec('CREATE TABLE torrents (id); PRAGMA user_version = 1; INSERT INTO torrents VALUES (1)');
  other.close();
  const things: Record<string, Buffer> = {
    text: Buffer.from('not a database at all\n'.repeat(500)),
    zeros: Buffer.alloc(20_000),
    short: Buffer.from('SQLite format 3\0'),
    foreign: readFileSync(foreign),
  };
  for (const [name, bytes] of Object.entries(things)) {
    const file = placed(folder, name, { 'session.db': bytes });
    const store = openStore({ file, now: () => NOW });
    expect(store.opening.outcome, name).toBe('new');
    expect(store.opening.setAside).toBe(join(folder, name, 'session.damaged-2027-01-15T08-00-00.000Z.db'));
    expect(store.opening.sentence).toContain('it is empty now');
    expect(store.load()).toEqual([]);
    store.setRoot({ key: 'r', path: '/', label: '' });
    await store.close({ backup: false });
    expect(openStore({ file, now: () => NOW }).opening.outcome).toBe('opened');
  }
  expect(readFileSync(join(folder, 'text', 'session.damaged-2027-01-15T08-00-00.000Z.db'))).toEqual(
    things['text'],
  );
});

test('a folder in the place of the session is set aside with what is in it', () => {
  const { folder, file } = newSession((clean) => ends.push(clean));
  mkdirSync(file);
  writeFileSync(join(file, 'note'), 'mine');
  const store = open(file);
  expect(store.opening.outcome).toBe('new');
  expect(readFileSync(join(store.opening.setAside ?? '', 'note'), 'utf8')).toBe('mine');
  expect(readdirSync(folder)).toHaveLength(3);
});

test('a log whose database is gone is set aside, not deleted', async () => {
  const { folder } = newSession((clean) => ends.push(clean));
  for (const files of [{}, { 'session.db': Buffer.alloc(0) }]) {
    const name = `with-${Object.keys(files).length}`;
    const file = placed(folder, name, { ...files, 'session.db-wal': Buffer.from('last words') });
    const store = openStore({ file, now: () => NOW });
    expect(readFileSync(`${store.opening.setAside}-wal`, 'utf8')).toBe('last words');
    await store.close({ backup: false });
  }
});

test('what a newer version wrote is set aside whole, and the user told to update', async () => {
  const { file, folder, state } = await closedSession();
  const newer = new DatabaseSync(file);
  newer.exec('PRAGMA user_version = 99; CREATE TABLE later (a)');
  newer.close();
  const bytes = readFileSync(file);
  const store = open(file);
  expect(store.opening.outcome).toBe('newer');
  expect(store.opening.setAside).toBe(join(folder, 'session.newer-2027-01-15T08-00-00.000Z.db'));
  expect(store.opening.sentence).toContain('update it');
  expect(readFileSync(store.opening.setAside ?? '').equals(bytes)).toBe(true);
  expect(fingerprint(store)).toBe(state);
});

test('the older backup is used when the newer one is damaged, which is set aside and never takes the place of a good one', async () => {
  const { folder, file, state, bytes } = await closedSession();
  const [first, second] = [join(folder, 'session.backup-1.db'), join(folder, 'session.backup-2.db')];
  copyFileSync(first, second);
  truncateSync(first, 9000);
  writeFileSync(file, 'gone');
  const store = open(file);
  expect(store.opening.outcome).toBe('restored');
  expect(fingerprint(store)).toBe(state);
  expect(statSync(join(folder, 'session.backup-1.damaged-2027-01-15T08-00-00.000Z.db')).size).toBe(9000);
  store.setSettings({ a: 1 });
  await store.close();
  expect(existsSync(first)).toBe(true);
  expect(existsSync(second)).toBe(true);

  for (const name of [first, second, file]) truncateSync(name, bytes.length - 4096);
  expect(open(file).opening.outcome).toBe('new');
  // Of the same moment, so with a number.
  expect(readdirSync(folder).filter((name) => name.includes('damaged'))).toEqual([
    'session.backup-1.damaged-2027-01-15T08-00-00.000Z-1.db',
    'session.backup-1.damaged-2027-01-15T08-00-00.000Z.db',
    'session.backup-2.damaged-2027-01-15T08-00-00.000Z.db',
    'session.damaged-2027-01-15T08-00-00.000Z-1.db',
    'session.damaged-2027-01-15T08-00-00.000Z.db',
  ]);
});

test('a session that vanished is restored, with the age of its backup in words', async () => {
  const { folder, file, state } = await closedSession();
  const missing = placed(folder, 'moved', { 'session.backup-2.db': join(folder, 'session.backup-1.db') });
  const store = openStore({ file: missing, now: () => Date.now() + 3 * 3_600_000 });
  ends.push(() => store.close({ backup: false }));
  expect(store.opening.outcome).toBe('restored');
  expect(store.opening.setAside).toBeNull();
  expect(store.opening.sentence).toContain('the list as it was 3 hours ago');
  expect(fingerprint(store)).toBe(state);
  expect(existsSync(file)).toBe(true);
});

test('after something could not be read, the next start looks at everything', async () => {
  const { file } = newSession((clean) => ends.push(clean), true);
  const store = openStore({ file, now: () => NOW });
  store.setRoot({ key: 'r', path: '/', label: '' });
  store.add(newTorrent(1), { metainfo: someBytes(3, 15_000_000) });
  store.add(newTorrent(2), { metainfo: someBytes(4, 3_000_000) });
  await store.close();
  const bytes = readFileSync(file);
  // The chain of pages of the first metadata: a page of it that leads nowhere.
  const page = Math.floor(bytes.length / 2 / 4096) * 4096;
  bytes.writeUInt32BE(0xff_ff_ff_ff, page);
  writeFileSync(file, bytes);

  const notices: string[] = [];
  const hurt = openStore({ file, now: () => NOW, onNotice: ({ code }) => notices.push(code) });
  expect(hurt.opening.outcome).toBe('opened');
  expect(hurt.metainfo(idOf(1))).toBeNull();
  expect(hurt.metainfo(idOf(2))).not.toBeNull();
  expect(notices).toEqual(['DAMAGED']);
  await hurt.close({ backup: false });

  const mended = open(file);
  expect(mended.opening.outcome).toBe('restored');
  expect(mended.metainfo(idOf(1))).toHaveLength(15_000_000);
});

test('a second process is refused while the first lives, also after a backup, and let in when it was killed', async () => {
  const { file } = newSession((clean) => ends.push(clean));
  const script = (rest: string): string => `
    const { openStore } = await import(${JSON.stringify(MODULE)});
    const store = openStore({ file: ${JSON.stringify(file)}, now: Date.now });
    ${rest}`;
  const holder = spawn(process.execPath, [
    '--input-type=module',
    '-e',
    script(`
      store.setRoot({ key: 'r', path: '/', label: '' });
      console.log(await store.backup());
      setInterval(() => {}, 1000);`),
  ]);
  ends.push(() => void holder.kill('SIGKILL'));
  expect(String(await once(holder.stdout, 'data'))).toContain('true');
  const other = `try { ${script('')} console.log(store.opening.outcome) } catch (error) { console.log(error.code) }`;
  const ask = (): string =>
    execFileSync(process.execPath, ['--input-type=module', '-e', other], { encoding: 'utf8' }).trim();
  expect(ask()).toBe('STORE_BUSY');
  const gone = once(holder, 'exit');
  holder.kill('SIGKILL');
  await gone;
  expect(ask()).toBe('opened');
});
