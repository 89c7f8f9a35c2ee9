import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterEach, expect, test } from 'vitest';
import { makePrivateFolder, NotPrivateError, stateDir } from './state-dir.ts';

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'jstorrent-state-'));
  ends.push(() => rmSync(folder, { recursive: true }));
  return folder;
}

test('state is kept where the platform wants it, or where the user wants it', () => {
  const home = homedir();
  expect(stateDir({}, 'linux')).toBe(join(home, '.local', 'state', 'jstorrent'));
  expect(stateDir({ XDG_STATE_HOME: '/state' }, 'linux')).toBe(join('/state', 'jstorrent'));
  expect(stateDir({}, 'darwin')).toBe(join(home, 'Library', 'Application Support', 'JSTorrent'));
  expect(stateDir({ LOCALAPPDATA: '/local' }, 'win32')).toBe(join('/local', 'JSTorrent'));
  expect(stateDir({ JSTORRENT_HOME: '/mine', XDG_STATE_HOME: '/state' }, 'linux')).toBe('/mine');
  expect(stateDir({ JSTORRENT_HOME: 'mine' }, 'linux')).toBe(join(process.cwd(), 'mine'));
  expect(stateDir({ JSTORRENT_HOME: '', XDG_STATE_HOME: '/state' }, 'linux')).toBe(
    join('/state', 'jstorrent'),
  );
});

test.skipIf(process.platform === 'win32')(
  'a private folder is made with its parents, and an open one is closed',
  () => {
    const folder = join(newFolder(), 'a', 'b');
    makePrivateFolder(folder);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    chmodSync(folder, 0o755);
    makePrivateFolder(folder);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  },
);

test('a link in the place of a private folder is refused', () => {
  const folder = newFolder();
  mkdirSync(join(folder, 'elsewhere'));
  symlinkSync(join(folder, 'elsewhere'), join(folder, 'link'));
  expect(() => makePrivateFolder(join(folder, 'link'))).toThrow(NotPrivateError);
});
