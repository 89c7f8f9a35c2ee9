/** A disk that is really full, where this process may mount a small one. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, type TestContext } from 'vitest';
import { openStore, StoreError, type StoreNotice } from './session-store.ts';
import { idOf, newSession, newTorrent, stateOf } from './testing/folder.ts';

/** A disk of 4 MiB, or null. */
function smallDisk(onEnd: TestContext['onTestFinished']): string | null {
  const { folder } = newSession((clean) => onEnd(clean));
  const disk = join(folder, 'disk');
  mkdirSync(disk);
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', disk]);
  if (status !== 0) return null;
  onEnd(() => void spawnSync('umount', [disk]));
  return disk;
}

function codeOf(call: () => void): string {
  try {
    call();
    return 'none';
  } catch (error) {
    if (error instanceof StoreError) return error.code;
    throw error;
  }
}

/** Leave no byte free. */
function fillUp(disk: string): void {
  let size = 1 << 20;
  for (let part = 0; size >= 1; part += 1) {
    try {
      writeFileSync(join(disk, `fill-${part}`), new Uint8Array(size));
    } catch {
      size >>= 1;
    }
  }
}

function makeRoom(disk: string): void {
  for (const name of readdirSync(disk)) if (name.startsWith('fill-')) rmSync(join(disk, name));
}

test('on a full disk calls fail with a code, nothing that was said is lost, and with room they succeed', async (context) => {
  const disk = smallDisk(context.onTestFinished);
  if (disk === null) return context.skip('needs the right to mount');
  const file = join(disk, 'session.db');
  const notices: StoreNotice[] = [];
  const options = { file, now: Date.now, onNotice: (notice: StoreNotice) => notices.push(notice) };
  const store = openStore(options);
  store.setRoot({ key: 'r', path: '/', label: '' });
  store.add(newTorrent(0), { metainfo: new Uint8Array(400_000) });
  fillUp(disk);
  let count = 1;
  const add = (): void => store.add(newTorrent(count), { metainfo: new Uint8Array(100_000) });
  while (codeOf(add) === 'none') count += 1;
  const before = stateOf(store);
  expect(codeOf(add)).toBe('STORE_FULL');
  expect(stateOf(store)).toEqual(before);
  expect(await store.backup()).toBe(false);
  expect(notices.map(({ code }) => code)).toContain('BACKUP_FAILED');
  fillUp(disk);
  await store.close();

  const again = openStore(options);
  expect(again.opening.outcome).toBe('opened');
  expect(stateOf(again)).toEqual(before);
  makeRoom(disk);
  again.add(newTorrent(count), { metainfo: new Uint8Array(100_000) });
  again.remove(idOf(0));
  expect(await again.backup()).toBe(true);
  const after = stateOf(again);
  await again.close();
  const last = openStore(options);
  expect(stateOf(last)).toEqual(after);
  await last.close({ backup: false });
});

test('a first start on a full disk is refused with a code, and works when there is room', async (context) => {
  const disk = smallDisk(context.onTestFinished);
  if (disk === null) return context.skip('needs the right to mount');
  fillUp(disk);
  const options = { file: join(disk, 'session.db'), now: Date.now };
  expect(codeOf(() => void openStore(options))).toBe('STORE_FULL');
  makeRoom(disk);
  const store = openStore(options);
  expect(store.opening.outcome).toBe('new');
  await store.close();
});
