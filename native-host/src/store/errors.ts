/** What can go wrong with the session's database, and which error of SQLite means what. */

/**
 * Why a call failed. Codes are append-only.
 * - `STORE_BUSY`: another process has the database open.
 * - `STORE_FULL`: the disk or the permitted size is used up; nothing of the call was kept, later ones may succeed.
 * - `STORE_DAMAGED`: what should be there cannot be read; the next `openStore` examines everything.
 * - `STORE_DENIED`: the system does not let us read or write there.
 * - `STORE_IO`: the disk failed.
 * - `STORE_CLOSED`: called after `close`.
 * - `DUPLICATE`, `UNKNOWN_TORRENT`, `UNKNOWN_ROOT`, `ROOT_IN_USE`, `TOO_LARGE`: the call asks for what cannot be.
 */
export type StoreErrorCode =
  | 'STORE_BUSY'
  | 'STORE_FULL'
  | 'STORE_DAMAGED'
  | 'STORE_DENIED'
  | 'STORE_IO'
  | 'STORE_CLOSED'
  | 'DUPLICATE'
  | 'UNKNOWN_TORRENT'
  | 'UNKNOWN_ROOT'
  | 'ROOT_IN_USE'
  | 'TOO_LARGE';

/** Thrown by the store. `message` is a sentence for a log; the user is told by code. */
export class StoreError extends Error {
  readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? {} : { cause });
    this.name = 'StoreError';
    this.code = code;
  }
}

/** Primary result codes of SQLite (sqlite.org/rescode.html); its bugs and ours (ERROR, MISUSE, ...) are not among them. */
const MEANING: Readonly<Record<number, StoreErrorCode>> = {
  3: 'STORE_DENIED',
  5: 'STORE_BUSY',
  6: 'STORE_BUSY',
  8: 'STORE_DENIED',
  10: 'STORE_IO',
  11: 'STORE_DAMAGED',
  13: 'STORE_FULL',
  14: 'STORE_DENIED',
  26: 'STORE_DAMAGED',
};

const SYSTEM: Readonly<Record<string, StoreErrorCode>> = {
  ENOSPC: 'STORE_FULL',
  EDQUOT: 'STORE_FULL',
  EACCES: 'STORE_DENIED',
  EPERM: 'STORE_DENIED',
  EROFS: 'STORE_DENIED',
  EIO: 'STORE_IO',
};

/** The error that SQLite or the system meant; anything else is a bug and comes back as it is. */
export function storeError(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof StoreError) return error;
  const { errcode, code } = error as { errcode?: unknown; code?: unknown };
  if (typeof errcode === 'number') {
    const meaning = MEANING[errcode & 0xff];
    return meaning === undefined ? error : new StoreError(meaning, error.message, error);
  }
  // A damaged integer can lie beyond what Node hands out.
  if (code === 'ERR_OUT_OF_RANGE') return new StoreError('STORE_DAMAGED', error.message, error);
  const meaning = typeof code === 'string' ? SYSTEM[code] : undefined;
  return meaning === undefined ? error : new StoreError(meaning, error.message, error);
}
