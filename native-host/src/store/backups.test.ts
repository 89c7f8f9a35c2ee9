import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { isBackupDue } from './backups.ts';
import { openStore, type SessionStore } from './session-store.ts';
import { fingerprint, idOf, newSession, newTorrent, stateOf } from './testing/folder.ts';
import { someBytes } from './testing/story.ts';

const ends: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const MINUTE = 60_000;
const state = { facts: 1, changes: 1, elapsedMs: 59 * MINUTE, isFirst: false, bytes: 1_000_000 };

function newStore(now: () => number = Date.now): {
  store: SessionStore;
  folder: string;
  file: string;
  backups: string[];
} {
  const { folder, file } = newSession((clean) => ends.push(clean));
  const store = openStore({ file, now });
  ends.push(() => store.close({ backup: false }));
  store.setRoot({ key: 'r', path: '/', label: '' });
  const backups = [1, 2].map((slot) => join(folder, `session.backup-${slot}.db`));
  return { store, folder, file, backups };
}

/** What is in a backup. */
async function inside(folder: string, backup: string): Promise<string> {
  const copy = join(folder, `copy-${Math.floor(statSync(backup).mtimeMs)}-${statSync(backup).ino}`);
  mkdirSync(copy, { recursive: true });
  copyFileSync(backup, join(copy, 'session.db'));
  const store = openStore({ file: join(copy, 'session.db'), now: Date.now });
  expect(store.opening.outcome).toBe('opened');
  const found = fingerprint(store);
  await store.close({ backup: false });
  return found;
}

test('a backup is due after an hour, or sooner after many facts, and never without a change', () => {
  expect(isBackupDue(state)).toBe(false);
  expect(isBackupDue({ ...state, elapsedMs: 60 * MINUTE })).toBe(true);
  expect(isBackupDue({ ...state, elapsedMs: 600 * MINUTE, facts: 0, changes: 0 })).toBe(false);
  expect(isBackupDue({ ...state, elapsedMs: 5 * MINUTE, facts: 1000, changes: 1000 })).toBe(true);
  expect(isBackupDue({ ...state, elapsedMs: 5 * MINUTE, facts: 999, changes: 9999 })).toBe(false);
});

test('the first backup is not waited for, and a large database is copied less often', () => {
  expect(isBackupDue({ ...state, elapsedMs: MINUTE, isFirst: true })).toBe(true);
  expect(isBackupDue({ ...state, elapsedMs: MINUTE - 1, isFirst: true })).toBe(false);
  expect(isBackupDue({ ...state, elapsedMs: 60 * MINUTE, bytes: 400_000_000 })).toBe(false);
  expect(isBackupDue({ ...state, elapsedMs: 180 * MINUTE, bytes: 400_000_000 })).toBe(true);
});

test('a commit begins a backup when it is time, and the calls meanwhile are not in it but in the next', async () => {
  let nowMs = 1_800_000_000_000;
  const { store, folder, backups } = newStore(() => nowMs);
  const [newest, oldest] = backups as [string, string];
  expect(existsSync(newest)).toBe(false);
  nowMs += MINUTE;
  store.add(newTorrent(1), { metainfo: someBytes(1, 3_000_000) });
  const first = fingerprint(store);
  for (let index = 2; index < 30; index += 1)
    store.add(newTorrent(index), { metainfo: someBytes(index, 200_000) });
  const second = fingerprint(store);
  expect(await store.backup()).toBe(true);
  expect(await inside(folder, newest)).toBe(first);
  expect(await store.backup()).toBe(true);
  expect(await inside(folder, newest)).toBe(second);
  expect(await inside(folder, oldest)).toBe(first);
});

test('closing makes a backup of what changed, and none of what did not', async () => {
  const { store, folder, file, backups } = newStore();
  const before = fingerprint(store);
  await store.close();
  expect(await inside(folder, backups[0] as string)).toBe(before);
  await openStore({ file, now: Date.now }).close();
  expect(existsSync(backups[1] as string)).toBe(false);
});

test('progress alone is backed up at the end, too', async () => {
  const { store, file, backups } = newStore();
  await store.close();
  const again = openStore({ file, now: Date.now });
  again.addToCounters({ downloaded: 1 });
  await again.close();
  expect(existsSync(backups[1] as string)).toBe(true);
});

test('a copy that is not sound does not become a backup, and the next start looks at everything', async () => {
  const { file, folder } = newSession((clean) => ends.push(clean), true);
  const made = openStore({ file, now: Date.now });
  made.setRoot({ key: 'r', path: '/', label: '' });
  made.add(newTorrent(1), { metainfo: someBytes(1, 18_000_000) });
  const good = stateOf(made);
  await made.close();
  const backup = join(folder, 'session.backup-1.db');
  const bytes = readFileSync(file);
  bytes.writeUInt32BE(0xff_ff_ff_ff, Math.floor(bytes.length / 2 / 4096) * 4096);
  writeFileSync(file, bytes);

  const notices: string[] = [];
  const store = openStore({ file, now: Date.now, onNotice: ({ code }) => notices.push(code) });
  const before = readFileSync(backup);
  store.update(idOf(1), { name: 'other' });
  expect(await store.backup()).toBe(false);
  expect(notices).toEqual(['BACKUP_FAILED']);
  expect(readFileSync(backup).equals(before)).toBe(true);
  expect(existsSync(join(folder, 'session.backup-2.db'))).toBe(false);
  expect(existsSync(join(folder, 'session.copying.db'))).toBe(false);
  await store.close({ backup: false });

  const mended = openStore({ file, now: Date.now });
  expect(mended.opening.outcome).toBe('restored');
  expect(stateOf(mended)).toEqual(good);
  await mended.close({ backup: false });
});

test('a backup of the future, after the clock was set back, is not older than now and does not stop new ones', async () => {
  const { store, file, backups } = newStore();
  await store.close();
  const [newest, oldest] = backups as [string, string];
  utimesSync(newest, 4_000_000_000, 4_000_000_000);
  let nowMs = 1_800_000_000_000;
  const again = openStore({ file, now: () => nowMs });
  nowMs += 61 * MINUTE;
  again.setSettings({ a: 1 });
  // The one that the commit began.
  await again.close();
  expect(existsSync(oldest)).toBe(true);
  writeFileSync(file, 'gone');
  utimesSync(newest, 4_000_000_000, 4_000_000_000);
  const restored = openStore({ file, now: () => nowMs });
  expect(restored.opening.backupAgeMs).toBe(0);
  await restored.close({ backup: false });
});
