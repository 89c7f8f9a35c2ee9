/** Command lines for Node and for the one executable file. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { expect, it, onTestFinished } from 'vitest';
import { nodeCommand, nodeVariables } from './node-command.ts';

it('gives the flags to Node on the command line', () => {
  const command = nodeCommand(['--a', '--b=c d'], '/x.mjs', ['y']);
  expect(command).toEqual({ argv: [process.execPath, '--a', '--b=c d', '/x.mjs', 'y'], nodeOptions: null });
  expect(nodeVariables(command)).toEqual({});
});

it('gives them to an executable file by the environment, as Node reads it', () => {
  const parent = realpathSync(mkdtempSync(join(tmpdir(), 'jstorrent-words-')));
  onTestFinished(() => rmSync(parent, { recursive: true }));
  const folder = join(parent, 'a "quoted" b\\c');
  mkdirSync(folder);
  const flags = ['--permission', `--allow-fs-read=${folder}`, '--allow-fs-read=/usr'];
  const command = nodeCommand(flags, '/x.mjs', ['y'], true);
  expect(command.argv).toEqual([process.execPath, '/x.mjs', 'y']);
  const script = `[process.permission.has('fs.read', ${JSON.stringify(`${folder}/f`)}), process.permission.has('fs.read', '/etc')]`;
  const said = execFileSync(process.execPath, ['-p', script], {
    env: { ...process.env, ...nodeVariables(command) },
    encoding: 'utf8',
  });
  expect(said.trim()).toBe('[ true, false ]');
});
