/**
 * When a backup of the open session is made, and that it blocks nobody: everything committed goes into the main file,
 * which then stays as it is while a thread copies it; what is committed meanwhile goes into the log.
 */
import { closeSync, fstatSync, openSync, statSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import type { Connection } from './connection.ts';
import type { CopyOrder, CopyResult } from './copy.ts';
import { StoreError } from './errors.ts';
import { STORE_LIMITS } from './limits.ts';
import type { StoreFiles } from './place.ts';

/** What changed since the newest backup. */
export interface BackupState {
  /** Calls that a user was told of. */
  readonly facts: number;
  /** All calls. */
  readonly changes: number;
  /** Since the newest backup, or since the store was opened; and which of them it is. */
  readonly elapsedMs: number;
  readonly isFirst: boolean;
  /** Size of the database. */
  readonly bytes: number;
}

/** Whether it is time. */
export function isBackupDue({ facts, changes, elapsedMs, isFirst, bytes }: BackupState): boolean {
  if (changes === 0) return false;
  if (isFirst) return elapsedMs >= STORE_LIMITS.backupFirstMs;
  const paceMs = (bytes / STORE_LIMITS.backupBytesPerSecond) * 1000;
  const usualMs = facts >= STORE_LIMITS.backupFacts ? STORE_LIMITS.backupSoonMs : STORE_LIMITS.backupMs;
  return elapsedMs >= Math.max(usualMs, paceMs);
}

/** What backups are made of and for. */
export interface BackupParts {
  readonly files: StoreFiles;
  readonly connection: Connection;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly onFailed: (result: CopyResult & { readonly ok: false }) => void;
}

/** The backups of one open session. */
export class Backups {
  readonly #parts: BackupParts;
  /**
   * Open as long as the database is: on POSIX, closing any descriptor of a file frees all locks of the process on it,
   * SQLite's among them.
   */
  readonly #fd: number;
  #sinceMs: number;
  #isFirst: boolean;
  #facts = 0;
  #changes = 0;
  #running: Promise<boolean> | null = null;

  constructor(parts: BackupParts) {
    this.#parts = parts;
    this.#fd = openSync(parts.files.main, 'r');
    const newest = statSync(parts.files.backups[0], { throwIfNoEntry: false });
    this.#isFirst = newest === undefined;
    this.#sinceMs = Math.min(newest?.mtimeMs ?? Infinity, parts.now());
  }

  /** Something was committed; begins a backup when it is time. */
  noteCommit(facts: number, progress: number): void {
    this.#facts += facts;
    this.#changes += facts + progress;
    if (this.#running !== null) return;
    const state = {
      facts: this.#facts,
      changes: this.#changes,
      elapsedMs: this.#parts.now() - this.#sinceMs,
      isFirst: this.#isFirst,
      bytes: fstatSync(this.#fd).size,
    };
    if (isBackupDue(state)) void this.run();
  }

  /** Whether the newest backup lacks something. */
  get isWanted(): boolean {
    return this.#changes > 0;
  }

  /** Make a backup now, or wait for the one being made; false when there is no new one. */
  run(): Promise<boolean> {
    this.#running ??= this.#copy().finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  /** Wait for a backup that is being made. */
  async settle(): Promise<void> {
    await this.#running;
  }

  /** To be called after the database is closed. */
  close(): void {
    closeSync(this.#fd);
  }

  async #copy(): Promise<boolean> {
    const facts = this.#facts;
    const changes = this.#changes;
    this.#sinceMs = this.#parts.now();
    const result = await this.#tryCopy();
    if (!result.ok) {
      this.#parts.onFailed(result);
      return false;
    }
    this.#isFirst = false;
    this.#facts -= facts;
    this.#changes -= changes;
    return true;
  }

  async #tryCopy(): Promise<CopyResult> {
    const { connection, files } = this.#parts;
    try {
      if (!connection.checkpoint())
        return { ok: false, code: 'STORE_BUSY', message: 'the log cannot be emptied' };
      connection.exec('PRAGMA wal_autocheckpoint = 0');
      try {
        return await copyInThread({ fd: this.#fd, bytes: fstatSync(this.#fd).size, files });
      } finally {
        connection.exec(`PRAGMA wal_autocheckpoint = ${STORE_LIMITS.checkpointPages}`);
      }
    } catch (error) {
      if (error instanceof StoreError) return { ok: false, code: error.code, message: error.message };
      throw error;
    }
  }
}

function copyInThread(order: CopyOrder): Promise<CopyResult> {
  return new Promise((resolve) => {
    const worker = new Worker(new URL('./copy-worker.ts', import.meta.url), {
      workerData: order,
      execArgv: [],
    });
    worker.once('message', resolve);
    // Does not begin, or dies: of lack of memory, or of a bug.
    worker.once('error', (error) => resolve({ ok: false, code: 'FAILED', message: String(error) }));
    worker.once('exit', () => resolve({ ok: false, code: 'FAILED', message: 'the thread ended' }));
  });
}
