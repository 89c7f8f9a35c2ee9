/** Folders that a user names. */
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
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
