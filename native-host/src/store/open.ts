/**
 * What happens when the session is opened: a sound database is used, one that is not is set aside and never deleted, and
 * the newest backup takes its place. Decides which, and what the user is told. Only for who holds the lock of the
 * service: two that set the same file aside at once would lose the second one's session.
 */
import { copyFileSync, existsSync, statSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { examine, openDatabase, type DatabaseOptions, type Depth, type Finding } from './database.ts';
import { StoreError, storeError } from './errors.ts';
import { STORE_LIMITS } from './limits.ts';
import { migrate, SCHEMA_VERSION } from './migrations/migrate.ts';
import { salvage, type Salvaged } from './salvage.ts';
import { discard, putInPlace, setAside, type StoreFiles } from './place.ts';
import { syncDatabase } from './sync.ts';

/** How a session came to be open. */
export interface Opening {
  /**
   * `opened`: as it was left. `new`: empty, because there was none, or none that could be read. `restored`: from a backup.
   * `newer`: what was there belongs to a newer version; this is a backup or an empty session.
   */
  readonly outcome: 'opened' | 'new' | 'restored' | 'newer';
  /** Absolute path of what could not be used. */
  readonly setAside: string | null;
  /** How old the backup is that was restored. */
  readonly backupAgeMs: number | null;
  /** For the user; null when there is nothing to tell. */
  readonly sentence: string | null;
}

/** An open, sound database of the newest version. */
export interface Opened {
  readonly db: DatabaseSync;
  readonly opening: Opening;
}

type Found = { readonly db: DatabaseSync } | { readonly finding: Exclude<Finding, { kind: 'sound' }> };

/** Open the session. Throws StoreError for what is no damage: `STORE_BUSY`, `STORE_FULL`, `STORE_DENIED`, `STORE_IO`. */
export function openSound(files: StoreFiles, nowMs: number, options: DatabaseOptions): Opened {
  try {
    discard(files.copying);
    discard(files.restoring);
    discard(files.salvaging);
    const found = look(files, options);
    if ('db' in found) return { db: found.db, opening: told('opened', null, null) };
    return replace(files, found.finding, nowMs, options);
  } catch (error) {
    throw storeError(error);
  }
}

function look(files: StoreFiles, options: DatabaseOptions): Found {
  const main = statSync(files.main, { throwIfNoEntry: false });
  if (main === undefined || (main.isFile() && main.size === 0)) {
    // SQLite would delete the log of an empty database.
    if (logBytes(files) > 0) return { finding: { kind: 'damaged', why: 'only its log is there' } };
    return { finding: { kind: 'empty' } };
  }
  if (!main.isFile()) return { finding: { kind: 'foreign', why: 'it is no file' } };
  return useOr(files.main, depthFor(files, main.size), options);
}

const logBytes = ({ main }: StoreFiles): number =>
  statSync(`${main}-wal`, { throwIfNoEntry: false })?.size ?? 0;

/** After a crash or a suspicion more is looked at than after an orderly close, which leaves no log. */
function depthFor(files: StoreFiles, bytes: number): Depth {
  const isDoubtful = existsSync(files.suspect) || logBytes(files) > 0;
  return isDoubtful || bytes <= STORE_LIMITS.checkedBytes ? 'all' : 'small';
}

/** The database of a file if it is sound, in the newest version; otherwise what it is. */
function useOr(file: string, depth: Depth, options: DatabaseOptions): Found {
  let db: DatabaseSync;
  try {
    db = openDatabase(file, options);
  } catch (error) {
    if (!(error instanceof StoreError) || error.code !== 'STORE_DAMAGED') throw error;
    return { finding: { kind: 'damaged', why: error.message } };
  }
  try {
    const finding = examine(db, depth);
    if (finding.kind === 'sound') {
      migrate(db, finding.version, SCHEMA_VERSION);
      return { db };
    }
    db.close();
    return { finding };
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Put a backup, or else an empty session, in the place of what cannot be used. */
function replace(
  files: StoreFiles,
  finding: Exclude<Finding, { kind: 'sound' }>,
  nowMs: number,
  options: DatabaseOptions,
): Opened {
  const hasSomething = finding.kind !== 'empty' || files.backups.some((backup) => existsSync(backup));
  const isThere = existsSync(files.main) || logBytes(files) > 0;
  const why = reasonOf(finding);
  const aside = hasSomething && isThere ? setAside(files.main, why, nowMs) : null;
  const backupAgeMs = restore(files, nowMs);
  if (backupAgeMs !== null) {
    const found = useOr(files.main, 'small', options);
    if (!('db' in found)) throw new StoreError('STORE_IO', 'a backup changed while it was restored');
    const { db } = found;
    const outcome = why === 'newer' ? 'newer' : 'restored';
    return { db, opening: told(outcome, aside, backupAgeMs, salvaged(files, why, aside, db)) };
  }
  const db = openDatabase(files.main, options);
  try {
    migrate(db, 0, SCHEMA_VERSION);
  } catch (error) {
    db.close();
    throw error;
  }
  return {
    db,
    opening: told(why === 'newer' ? 'newer' : 'new', aside, null, salvaged(files, why, aside, db)),
  };
}

/** What a damaged session still told; a newer one is not ours to read. */
function salvaged(
  files: StoreFiles,
  why: 'newer' | 'damaged',
  aside: string | null,
  db: DatabaseSync,
): Salvaged {
  return why === 'newer' || aside === null ? NOTHING : salvage(aside, files.salvaging, db);
}

const reasonOf = ({ kind }: Finding): 'newer' | 'damaged' => (kind === 'newer' ? 'newer' : 'damaged');

/** Copy the newest sound backup into the place of the session, which is free; its age, or null when there is none. */
function restore(files: StoreFiles, nowMs: number): number | null {
  for (const backup of files.backups) {
    const found = statSync(backup, { throwIfNoEntry: false });
    if (found?.isFile() !== true) continue;
    discard(files.restoring);
    copyFileSync(backup, files.restoring);
    const copy = useOr(files.restoring, 'all', {});
    if (!('db' in copy)) {
      // Out of the way, so that no rotation puts it over a good one.
      setAside(backup, reasonOf(copy.finding), nowMs);
      continue;
    }
    copy.db.close();
    syncDatabase(files.restoring);
    putInPlace(files.restoring, files.main);
    return Math.max(0, nowMs - found.mtimeMs);
  }
  discard(files.restoring);
  return null;
}

const NOTHING: Salvaged = { added: 0, removed: 0 };

function told(
  outcome: Opening['outcome'],
  aside: string | null,
  backupAgeMs: number | null,
  { added, removed }: Salvaged = NOTHING,
): Opening {
  const sentence = sentenceOf(outcome, aside, backupAgeMs);
  const torrents = (count: number, was: string, were: string): string =>
    count === 1 ? `1 torrent ${was}` : `${count} torrents ${were}`;
  const more = [
    added === 0 ? '' : ` ${torrents(added, 'was', 'were')} saved from the damaged list.`,
    removed === 0
      ? ''
      : ` ${torrents(removed, 'that you had removed is', 'that you had removed are')} gone again.`,
  ];
  return {
    outcome,
    setAside: aside,
    backupAgeMs,
    sentence: sentence === null ? null : sentence + more.join(''),
  };
}

const FILES_ARE_SAFE = 'Downloaded files are not touched';

function sentenceOf(outcome: Opening['outcome'], aside: string | null, ageMs: number | null): string | null {
  const kept = aside === null ? '' : ` What was there is kept as ${aside}.`;
  const since = ageMs === null ? '' : `the list as it was ${formatAge(ageMs)} ago`;
  switch (outcome) {
    case 'opened':
      return null;
    case 'newer':
      return `The list of torrents was written by a newer JSTorrent, which this one cannot read: update it to get the list back. Until then you see ${ageMs === null ? 'an empty list' : since}. ${FILES_ARE_SAFE}.${kept}`;
    case 'restored':
      return `The list of torrents could not be read, so ${since} was restored; what you changed since then has to be done again. ${FILES_ARE_SAFE}.${kept}`;
    case 'new':
      if (aside === null) return null;
      return `The list of torrents could not be read and there was no backup of it, so it is empty now: add your torrents again, and what is on disk is found. ${FILES_ARE_SAFE}.${kept}`;
  }
}

function formatAge(ms: number): string {
  const minutes = Math.max(1, Math.round(ms / 60_000));
  const [count, unit] =
    minutes < 120
      ? [minutes, 'minute']
      : minutes < 48 * 60
        ? [Math.round(minutes / 60), 'hour']
        : [Math.round(minutes / 1440), 'day'];
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}
