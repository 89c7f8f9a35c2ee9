/** Files that are written whole or not at all, even when the machine loses power. */
import { randomBytes } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** How a file is written. */
export interface WriteOptions {
  /** Permissions of a new file. */
  readonly mode: number;
}

/** Replace `path` by `bytes`; missing folders are made for the user alone. Rejects with a system error. */
export async function writeAtomically(
  path: string,
  bytes: Uint8Array,
  options: WriteOptions = { mode: 0o666 },
): Promise<void> {
  const folder = dirname(path);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const temporary = join(folder, `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`);
  try {
    const file = await open(temporary, 'wx', options.mode);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(folder);
}

/** Make the new name durable, where the system lets folders be synced. */
async function syncFolder(folder: string): Promise<void> {
  let handle;
  try {
    handle = await open(folder, 'r');
    await handle.sync();
  } catch {
    // Windows and some network file systems cannot; the data itself is safe.
  } finally {
    await handle?.close();
  }
}
