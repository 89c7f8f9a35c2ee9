/** The user's folder for downloads, in homes of many kinds. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { downloadsFolder, makeDownloadsFolder } from './downloads-folder.ts';

let home = '';
const before = process.env['HOME'];
beforeEach(() => {
  home = realpathSync(mkdtempSync(join(tmpdir(), 'jstorrent-home-')));
  process.env['HOME'] = home;
});
afterEach(() => {
  process.env['HOME'] = before;
  rmSync(home, { recursive: true, force: true });
});

const say = (line: string): void => {
  mkdirSync(join(home, '.config'), { recursive: true });
  writeFileSync(join(home, '.config/user-dirs.dirs'), `# comment\nXDG_DESKTOP_DIR="$HOME/Desk"\n${line}\n`);
};

it('is made in the home when a user sets JSTorrent up and has none', () => {
  const made = makeDownloadsFolder();
  expect(made).toBe(join(home, 'Downloads'));
  expect(downloadsFolder({}, 'linux')).toBe(made);
  expect(makeDownloadsFolder()).toBe(made);
  process.env['HOME'] = join(home, 'no', 'such', 'home');
  expect(makeDownloadsFolder()).toBeNull();
});

it('is Downloads where that exists, and nothing otherwise', () => {
  expect(downloadsFolder({}, 'linux')).toBeNull();
  mkdirSync(join(home, 'Downloads'));
  expect(downloadsFolder({}, 'linux')).toBe(join(home, 'Downloads'));
  expect(downloadsFolder({}, 'darwin')).toBe(join(home, 'Downloads'));
});

it('is what the desktop says, in any language', () => {
  mkdirSync(join(home, 'Téléchargements'));
  mkdirSync(join(home, 'Downloads'));
  say('XDG_DOWNLOAD_DIR="$HOME/Téléchargements/"');
  expect(downloadsFolder({}, 'linux')).toBe(join(home, 'Téléchargements'));
});

it('is not the home itself, nor what is not there', () => {
  mkdirSync(join(home, 'Downloads'));
  for (const path of ['$HOME', '$HOME/', '$HOME/gone', 'relative/way']) {
    say(`XDG_DOWNLOAD_DIR="${path}"`);
    expect(downloadsFolder({}, 'linux')).toBe(join(home, 'Downloads'));
  }
});
