import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { expect, test } from 'vitest';
import { isAlive } from '../is-alive.ts';
import { isOpenable, openCommand } from './open-path.ts';
import { pickFolder, pickers } from './pick-folder.ts';
import { runProgram } from './run.ts';

const NAME = `a "b" $(touch pwned) \`c\` ; d & e \u202E <i>`;

test('a program gets every word as it is, and no shell sees any', async () => {
  const outcome = await runProgram({
    argv: [process.execPath, '-e', 'process.stdout.write(JSON.stringify(process.argv.slice(1)))', NAME],
    timeoutMs: 30_000,
  });
  expect(outcome).toMatchObject({ kind: 'exited', status: 0, output: JSON.stringify([NAME]) });
});

test('a program that takes too long is killed with what it started', async () => {
  const script =
    "const c = require('child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);" +
    "require('fs').writeFileSync(process.argv[1], String(c.pid)); setInterval(() => {}, 1000)";
  const file = join(mkdtempSync(join(tmpdir(), 'jstorrent-run-')), 'pid');
  const outcome = await runProgram({ argv: [process.execPath, '-e', script, file], timeoutMs: 3000 });
  expect(outcome.kind).toBe('timedOut');
  const child = Number(readFileSync(file, 'utf8'));
  await expect.poll(() => isAlive(child)).toBe(false);
});

test('of what a program prints only the first part is kept', async () => {
  const outcome = await runProgram({
    argv: [process.execPath, '-e', "process.stdout.write('x'.repeat(1e6)); process.stderr.write('why')"],
    timeoutMs: 30_000,
  });
  expect(outcome).toMatchObject({ kind: 'exited', errors: 'why' });
  expect(outcome.kind === 'exited' && outcome.output.length).toBe(16 * 1024);
});

test('a program that is not there is told as that', async () => {
  const outcome = await runProgram({ argv: ['/no/such/program'], timeoutMs: 1000 });
  expect(outcome.kind).toBe('absent');
});

test('what a click would run is not opened', () => {
  for (const name of ['film.mkv', 'notes.txt', 'exe', 'a.exe.txt']) expect(isOpenable(name), name).toBe(true);
  for (const name of ['a.exe', 'A.EXE', 'x.desktop', 'setup.msi. ', 'film.mkv.lnk', 'run.sh', 'a.js']) {
    expect(isOpenable(name), name).toBe(false);
  }
});

test.each(['linux', 'darwin', 'win32'])('on %s a path is one word of the opener', (platform) => {
  const path = `/folder/${NAME}`;
  expect(openCommand(path, 'open', platform).at(-1)).toBe(path);
  expect(openCommand(path, 'show', platform).length).toBeLessThanOrEqual(3);
});

test('titles and folders never become part of a script', () => {
  for (const platform of ['darwin', 'win32', 'linux']) {
    for (const { argv } of pickers({ title: NAME, start: `/${NAME}` }, platform)) {
      const script = argv.filter((word) => word.includes('\n') || word.includes('Add-Type'));
      for (const text of script) expect(text).not.toContain(NAME);
    }
  }
});

test('the folder chosen in a window comes back; a closed window gives nothing', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'jstorrent-pick-'));
  const path = process.env['PATH'];
  process.env['PATH'] = folder;
  try {
    expect(await pickFolder({ title: 't', start: null }, 'linux')).toEqual({ kind: 'unsupported' });
    const answer = (body: string): void =>
      writeFileSync(join(folder, 'zenity'), `#!/bin/sh\n${body}\n`, { mode: 0o755 });
    answer('echo warning >&2; echo "/home/a b/c"');
    expect(await pickFolder({ title: 't', start: null }, 'linux')).toEqual({
      kind: 'picked',
      path: '/home/a b/c',
    });
    answer('exit 1');
    expect(await pickFolder({ title: 't', start: '/x' }, 'linux')).toEqual({ kind: 'closed' });
    answer('echo "Gtk: cannot open display" >&2; exit 1');
    expect(await pickFolder({ title: 't', start: '/x' }, 'linux')).toEqual({ kind: 'unsupported' });
  } finally {
    process.env['PATH'] = path;
  }
});
