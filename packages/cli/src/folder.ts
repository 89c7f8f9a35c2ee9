/** Folders that a user names: found, or made with all that lead to them. */
import { mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { CliError, diskError, EXIT } from './errors.ts';

/** The absolute path of a folder that must be there. */
export function existingFolder(dir: string): string {
  const folder = resolve(dir);
  let isFolder: boolean;
  try {
    isFolder = statSync(folder).isDirectory();
  } catch (error) {
    throw diskError(folder, error);
  }
  if (!isFolder) throw new CliError(EXIT.disk, 'NOT_A_FOLDER', `${folder} is not a folder`);
  return folder;
}

/** The absolute path of a folder that is made when it is missing. */
export function makeFolder(dir: string): string {
  const folder = resolve(dir);
  try {
    makeMissing(folder);
  } catch (error) {
    throw diskError(folder, error);
  }
  return existingFolder(folder);
}

/** One folder after the other: the recursive `mkdir` of Node never ends in places where folders cannot be made. */
function makeMissing(folder: string): void {
  if (statSync(folder, { throwIfNoEntry: false }) !== undefined) return;
  makeMissing(dirname(folder));
  mkdirSync(folder);
}
