/**
 * Transactions over an open database: what belongs together, what is durable when a call returns, and which error the
 * caller gets. Decides nothing about tables.
 *
 * A durable commit is synced before it returns (`synchronous = FULL`). One that is not is only ordered: after a power
 * cut it and all that follow it may be missing, never one of those before (frames of the log are chained by checksums,
 * and the next durable commit syncs all of them). A crash of the process alone loses neither.
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { StoreError, storeError } from './errors.ts';
import { STORE_LIMITS } from './limits.ts';

/** Who must know what happened to a transaction. */
export interface ConnectionOwner {
  /** Durable calls and others, that are in the database now. */
  committed(facts: number, progress: number): void;
  /** Nothing since the last `committed` holds. */
  rolledBack(): void;
  /** Something could not be read. */
  damaged(error: StoreError): void;
}

/** A database with transactions. */
export class Connection {
  readonly #db: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  #owner: ConnectionOwner | null = null;
  #isOpen = true;
  #isDurable = true;
  /** Of the open transaction. */
  #facts = 0;
  #progress = 0;
  #failure: unknown = null;

  constructor(db: DatabaseSync) {
    this.#db = db;
  }

  /** To be called once, before anything is written. */
  own(owner: ConnectionOwner): void {
    this.#owner = owner;
  }

  /** The statement for some SQL, prepared once. */
  prepare(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.#db.prepare(sql);
    if (this.#statements.size >= STORE_LIMITS.statements) this.#statements.clear();
    this.#statements.set(sql, statement);
    return statement;
  }

  /** Set a property of the connection, between transactions. */
  exec(sql: string): void {
    this.#db.exec(sql);
  }

  /** Ask something. Throws StoreError. */
  read<T>(question: () => T): T {
    this.#requireOpen();
    try {
      return question();
    } catch (error) {
      throw this.#told(error);
    }
  }

  /**
   * Change something in the transaction there is, or in one of its own. An error of the database dooms the whole
   * transaction, so that no half of a call can be committed. Throws StoreError.
   */
  write<T>(change: () => T, isFact: boolean): T {
    return this.batch(() => {
      try {
        const result = change();
        if (isFact) this.#facts += 1;
        else this.#progress += 1;
        return result;
      } catch (error) {
        const meaning = this.#told(error);
        this.#failure ??= meaning;
        throw meaning;
      }
    }, isFact);
  }

  /** All calls that `body` makes, or none of them. Inside of another batch it is a part of that one. */
  batch<T>(body: () => T, isDurable: boolean): T {
    this.#requireOpen();
    if (this.#db.isTransaction) return body();
    try {
      this.#setDurable(isDurable);
      this.#db.exec('BEGIN IMMEDIATE');
    } catch (error) {
      throw this.#told(error);
    }
    this.#facts = 0;
    this.#progress = 0;
    this.#failure = null;
    let result: T;
    try {
      result = body();
      if (result instanceof Promise) throw new TypeError('a batch cannot wait');
      if (this.#failure !== null) throw this.#failure;
      if (this.#db.isTransaction) this.#db.exec('COMMIT');
    } catch (error) {
      this.#rollBack();
      throw this.#told(error);
    }
    this.#owner?.committed(this.#facts, this.#progress);
    return result;
  }

  /** Everything committed is in the main file and synced afterwards; false when it is not. */
  checkpoint(): boolean {
    try {
      const sql = 'PRAGMA wal_checkpoint(FULL)';
      const row = this.#db.prepare(sql).get() as { busy: number; log: number; checkpointed: number };
      return row.busy === 0 && row.log === row.checkpointed;
    } catch (error) {
      throw this.#told(error);
    }
  }

  /** Throw `STORE_CLOSED` for whatever is read or written from now on. */
  refuse(): void {
    this.#isOpen = false;
  }

  /** Leave the file; its log is emptied into it, synced, and deleted. */
  close(): void {
    this.#isOpen = false;
    this.#statements.clear();
    this.#db.close();
  }

  #setDurable(isDurable: boolean): void {
    if (isDurable === this.#isDurable) return;
    this.#db.exec(`PRAGMA synchronous = ${isDurable ? 'FULL' : 'NORMAL'}`);
    this.#isDurable = isDurable;
  }

  #rollBack(): void {
    try {
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
    } finally {
      this.#owner?.rolledBack();
    }
  }

  #told(error: unknown): unknown {
    const meaning = storeError(error);
    if (meaning instanceof StoreError && meaning.code === 'STORE_DAMAGED') this.#owner?.damaged(meaning);
    return meaning;
  }

  #requireOpen(): void {
    if (!this.#isOpen) throw new StoreError('STORE_CLOSED', 'the session is closed');
  }
}
