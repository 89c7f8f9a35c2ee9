/**
 * Maps system error codes to the codes of the ports. Decides names only.
 */
import type { HttpCode, LinkCode } from '@jstorrent/engine/ports';
import { DETAIL_LENGTH_MAX } from './limits.ts';

const LINK_CODES: Readonly<Record<string, LinkCode>> = {
  ECONNRESET: 'RESET',
  ECONNABORTED: 'RESET',
  EPIPE: 'RESET',
  ECONNREFUSED: 'REFUSED',
  EHOSTUNREACH: 'UNREACHABLE',
  ENETUNREACH: 'UNREACHABLE',
  EHOSTDOWN: 'UNREACHABLE',
  ENETDOWN: 'UNREACHABLE',
  EAFNOSUPPORT: 'UNREACHABLE',
  ETIMEDOUT: 'TIMED_OUT',
  EMFILE: 'EMFILE',
  ENFILE: 'EMFILE',
  EADDRINUSE: 'ADDRESS_IN_USE',
  EACCES: 'ADDRESS_DENIED',
  EPERM: 'ADDRESS_DENIED',
  EADDRNOTAVAIL: 'ADDRESS_DENIED',
};

const HTTP_CODES: Readonly<Record<string, HttpCode>> = {
  ENOTFOUND: 'NAME_NOT_FOUND',
  EAI_AGAIN: 'NAME_NOT_FOUND',
  ENODATA: 'NAME_NOT_FOUND',
  ETIMEDOUT: 'TIMED_OUT',
  HPE_HEADER_OVERFLOW: 'TOO_LARGE',
  ECONNREFUSED: 'CONNECT_FAILED',
  ECONNRESET: 'CONNECT_FAILED',
  ECONNABORTED: 'CONNECT_FAILED',
  EPIPE: 'CONNECT_FAILED',
  EHOSTUNREACH: 'CONNECT_FAILED',
  ENETUNREACH: 'CONNECT_FAILED',
  EADDRNOTAVAIL: 'CONNECT_FAILED',
  EMFILE: 'CONNECT_FAILED',
};

/** The `code` of a system error, or the empty string. */
export function errorCode(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('code' in error)) return '';
  return typeof error.code === 'string' ? error.code : '';
}

/** Why a link failed, from the error of a socket; `FAILED` for what has no code of its own. */
export function linkCode(error: unknown): LinkCode {
  return LINK_CODES[errorCode(error)] ?? 'FAILED';
}

/** A question that failed for a reason of our own; thrown and caught inside the adapter only. */
export class HttpFailure extends Error {
  readonly code: HttpCode;

  constructor(code: HttpCode, detail: string) {
    super(detail);
    this.code = code;
  }
}

/** Why a question failed, from the error of a request, a connection or a decoder. */
export function httpCode(error: unknown): HttpCode {
  if (error instanceof HttpFailure) return error.code;
  const code = errorCode(error);
  const known = HTTP_CODES[code];
  if (known !== undefined) return known;
  if (/^(?:EPROTO|ERR_TLS|ERR_SSL|UNABLE_TO)|CERT/u.test(code)) return 'CONNECT_FAILED';
  return 'BAD_REPLY';
}

/** One line about an error for a log, bounded because parts of it may come from outside. */
export function errorDetail(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.slice(0, DETAIL_LENGTH_MAX);
}
