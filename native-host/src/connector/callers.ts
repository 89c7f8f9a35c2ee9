/**
 * Who may call this connector: our extensions, and those that the user named when installing. Decides that the file which
 * names them counts only when nobody but this user can have written it.
 */
import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { ALLOWED_CALLERS } from '../install/identity.ts';
import { CALLERS_FILE, joinCallers, readCallers, type Callers } from '../install/more-callers.ts';

/** 64 ids are a few KiB. */
const FILE_MAX = 64 * 1024;

/** Extensions that may talk to the service of a state folder; `complain` hears why a file is not believed. */
export function allowedCallers(stateFolder: string, complain: (why: string) => void): Callers {
  const path = join(stateFolder, CALLERS_FILE);
  const text = readOwn(path, complain);
  return text === null ? ALLOWED_CALLERS : joinCallers(ALLOWED_CALLERS, readCallers(text));
}

function readOwn(path: string, complain: (why: string) => void): string | null {
  let fd: number;
  try {
    // A link is not followed; a pipe does not hold us up.
    fd = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') complain(String(error));
    return null;
  }
  try {
    const found = fstatSync(fd);
    const { mode, size, uid } = found;
    const own = process.getuid?.();
    if (own !== undefined && (uid !== own || (mode & 0o022) !== 0)) {
      complain(`${path} is not counted: others can write it`);
      return null;
    }
    return found.isFile() && size <= FILE_MAX ? readFileSync(fd, 'utf8') : null;
  } finally {
    closeSync(fd);
  }
}
