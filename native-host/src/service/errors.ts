/** What went wrong below, as front ends are told. Decides which code of control an error of ours means. */
import { ControlError, isErrorCode, type ErrorCode, type ErrorData } from '@jstorrent/control';
import { EngineError } from '@jstorrent/engine';
import { ProtocolError } from '@jstorrent/protocol';
import { StoreError, type StoreErrorCode } from '../store/session-store.ts';

const STORE: Readonly<Record<StoreErrorCode, ErrorCode>> = {
  STORE_BUSY: 'BUSY',
  STORE_FULL: 'DISK_FULL',
  STORE_DAMAGED: 'FAILED',
  STORE_DENIED: 'DENIED',
  STORE_IO: 'DISK_ERROR',
  STORE_CLOSED: 'CLOSED',
  DUPLICATE: 'DUPLICATE',
  UNKNOWN_TORRENT: 'UNKNOWN_TORRENT',
  UNKNOWN_ROOT: 'UNKNOWN_ROOT',
  ROOT_IN_USE: 'BUSY',
  TOO_LARGE: 'TOO_LARGE',
};

/** What the session's own disk is called in sentences. */
const OUR_FOLDER: ErrorData = { folder: 'JSTorrent’s own data' };

/** The error to tell; one that is a bug comes back as it is. */
export function controlError(error: unknown): unknown {
  if (error instanceof StoreError) {
    const code = STORE[error.code];
    if (error.code === 'ROOT_IN_USE') return new ControlError(code, { what: 'Downloading to this folder' });
    return new ControlError(code, error.code.startsWith('STORE_') ? OUR_FOLDER : {});
  }
  if (error instanceof EngineError) return engineError(error.code, { why: error.message });
  if (error instanceof ProtocolError) {
    const code = error.code.startsWith('MAGNET') ? 'BAD_MAGNET' : 'BAD_TORRENT';
    return new ControlError(code, { why: error.message });
  }
  return error;
}

/** An error by a code of the engine or the disk. */
export function engineError(code: string, data: ErrorData = {}): ControlError {
  return isErrorCode(code)
    ? new ControlError(code, data)
    : new ControlError('FAILED', { why: code, ...data });
}

/** Run something; its errors come out as front ends are told. */
export function told<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw controlError(error);
  }
}
