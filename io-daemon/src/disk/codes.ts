/**
 * Maps system errors of files to the codes of the ports. Decides what is an error of the world and what is a bug.
 */
import type { DiskError } from '@jstorrent/data-plane';
import type { StoreCode } from '@jstorrent/engine/ports';
import { DETAIL_LENGTH_MAX } from './limits.ts';

const STORE_CODES: Readonly<Record<string, StoreCode>> = {
  ENOSPC: 'DISK_FULL',
  EDQUOT: 'DISK_FULL',
  EIO: 'DISK_ERROR',
  EACCES: 'DENIED',
  EPERM: 'DENIED',
  EROFS: 'READ_ONLY',
  EMFILE: 'TOO_MANY_FILES',
  ENFILE: 'TOO_MANY_FILES',
  ENOENT: 'NOT_FOUND',
  ENODEV: 'NOT_FOUND',
  ENXIO: 'EXISTS',
  ENAMETOOLONG: 'NAME_TOO_LONG',
  EFBIG: 'FILE_TOO_LARGE',
  ELOOP: 'PATH_ESCAPES',
  ENOTDIR: 'EXISTS',
  EISDIR: 'EXISTS',
  EEXIST: 'EXISTS',
  ENOTEMPTY: 'EXISTS',
};

/** A world error with a code of our own; thrown and caught inside the adapter only. */
export class DiskFailure extends Error implements DiskError {
  readonly code: StoreCode;
  readonly detail: string;
  readonly missing: number;

  constructor(code: StoreCode, detail: string, missing = 0) {
    super(detail);
    this.code = code;
    this.detail = detail;
    this.missing = missing;
  }
}

/** The system's code (`ENOSPC`, ...) of an error of node:fs, or the empty string for any other value. */
export function systemCode(error: unknown): string {
  if (!(error instanceof Error) || !('syscall' in error) || !('code' in error)) return '';
  return typeof error.code === 'string' ? error.code : '';
}

/**
 * A thrown value as an error of the port: a plain object that can cross to another thread.
 * Throws the value again if it is neither a `DiskFailure` nor a system error: then it is a bug.
 */
export function diskError(thrown: unknown): DiskError {
  if (thrown instanceof DiskFailure) {
    return { code: thrown.code, detail: thrown.detail.slice(0, DETAIL_LENGTH_MAX), missing: thrown.missing };
  }
  const code = systemCode(thrown);
  if (code === '') throw thrown;
  const detail = (thrown as Error).message.slice(0, DETAIL_LENGTH_MAX);
  return { code: STORE_CODES[code] ?? 'DISK_ERROR', detail, missing: 0 };
}
