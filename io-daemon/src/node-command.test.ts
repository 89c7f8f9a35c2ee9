/** Command lines for Node and for the one executable file. */
import { execFileSync } from 'node:child_process';
import process from 'node:process';
import { expect, it } from 'vitest';
import { nodeCommand, nodeVariables } from './node-command.ts';

it('gives the flags to Node on the command line', () => {
  const command = nodeCommand(['--a', '--b=c d'], '/x.mjs', ['y']);
  expect(command).toEqual({ argv: [process.execPath, '--a', '--b=c d', '/x.mjs', 'y'], nodeOptions: null });
  expect(nodeVariables(command)).toEqual({});
});

it('gives them to an executable file by the environment, as Node reads it', () => {
  const folder = '/a "quoted" b\\c';
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
