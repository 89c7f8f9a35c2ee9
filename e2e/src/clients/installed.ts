/** What is on this machine. */
import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import process from 'node:process';

/** Whether a program of this name is on the PATH. */
export function isOnPath(program: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Debian's own Python, which has Debian's Python packages. */
export const DEBIAN_PYTHON = '/usr/bin/python3';

/** Whether Debian's Python has this module. */
export function hasPythonModule(name: string): boolean {
  return spawnSync(DEBIAN_PYTHON, ['-c', `import ${name}`]).status === 0;
}
