/**
 * Which files go into a torrent that is made of a folder: all regular ones below it, in an order that depends on their
 * names alone. Links and special files are left out and named.
 */
import { accessSync, constants, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { MAX_FILES } from '@jstorrent/protocol';
import { CliError, diskError, EXIT } from './errors.ts';

/** A file to be shared. */
interface WalkedFile {
  /** Components below the folder; empty when the file itself was named. */
  readonly path: readonly string[];
  readonly length: number;
}

/** What was found. */
export interface Walk {
  /** Sorted by their components. */
  readonly files: readonly WalkedFile[];
  /** Absolute paths of what was left out because it is no regular file. */
  readonly skipped: readonly string[];
}

/** Find the files at `path`, a file or a folder; `without` is an absolute path to leave out. Throws a CliError. */
export function walkFiles(path: string, without: string): Walk {
  const files: WalkedFile[] = [];
  const skipped: string[] = [];

  const visit = (full: string, components: readonly string[]): void => {
    if (full === without) return;
    try {
      const stat = lstatSync(full);
      if (stat.isDirectory()) {
        for (const name of readdirSync(full).sort(byCodeUnits))
          visit(join(full, name), [...components, name]);
      } else if (stat.isFile()) {
        accessSync(full, constants.R_OK);
        files.push({ path: components, length: stat.size });
      } else {
        skipped.push(full);
      }
    } catch (error) {
      throw error instanceof CliError ? error : diskError(full, error);
    }
    if (files.length > MAX_FILES) {
      throw new CliError(EXIT.source, 'TORRENT_TOO_MANY_FILES', `${path} holds more than ${MAX_FILES} files`);
    }
  };

  visit(path, []);
  return { files, skipped };
}

function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
