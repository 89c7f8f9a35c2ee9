/**
 * Names of the files beside the session and how they change places. Decides what each is called; what is in them is
 * decided by others.
 */
import { existsSync, renameSync, rmSync } from 'node:fs';
import { dirname, join, parse } from 'node:path';
import { syncFolder } from './sync.ts';

/** The files of one session. */
export interface StoreFiles {
  /** The database. */
  readonly main: string;
  /** Checked backups, newest first. */
  readonly backups: readonly [string, string];
  /** A backup being made, a database being restored, and a copy of a damaged one: worth nothing when found. */
  readonly copying: string;
  readonly restoring: string;
  readonly salvaging: string;
  /** Is there when something could not be read: the next start looks at everything. */
  readonly suspect: string;
}

/** The names around an absolute path such as `.../session.db`. */
export function storeFiles(main: string): StoreFiles {
  const { dir, name, ext } = parse(main);
  const beside = (mark: string): string => join(dir, `${name}.${mark}${ext}`);
  return {
    main,
    backups: [beside('backup-1'), beside('backup-2')],
    copying: beside('copying'),
    restoring: beside('restoring'),
    salvaging: beside('salvaging'),
    suspect: join(dir, `${name}.suspect`),
  };
}

/** What SQLite keeps beside a database. */
const COMPANIONS = ['-wal', '-shm', '-journal'];

/**
 * Rename a database and what belongs to it to a name with the reason and the time, such as
 * `session.damaged-2030-01-02T03-04-05.678Z.db`. Returns its absolute path. Throws a system error.
 */
export function setAside(main: string, why: 'damaged' | 'newer', nowMs: number): string {
  const { dir, name, ext } = parse(main);
  const time = new Date(nowMs).toISOString().replaceAll(':', '-');
  const named = (count: number): string =>
    join(dir, `${name}.${why}-${time}${count === 0 ? '' : `-${count}`}${ext}`);
  let count = 0;
  while (existsSync(named(count))) count += 1;
  const target = named(count);
  // The database alone may be missing.
  if (existsSync(main)) renameSync(main, target);
  for (const companion of COMPANIONS) {
    if (existsSync(main + companion)) renameSync(main + companion, target + companion);
  }
  syncFolder(dir);
  return target;
}

/** Delete an unfinished copy with what belongs to it. */
export function discard(file: string): void {
  for (const name of ['', ...COMPANIONS]) rmSync(file + name, { force: true });
}

/** Put a finished file in a place, whatever is there. After a power cut either the former or this one is there. */
export function putInPlace(file: string, target: string): void {
  renameSync(file, target);
  syncFolder(dirname(target));
}
