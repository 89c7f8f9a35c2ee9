/** What follows when a web seed (BEP 19) ends: for good, or to be tried again, and what people are told. Pure. */
import { LIMITS } from '../limits.ts';
import type { WebCode } from '../ports.ts';
import { doubling } from './backoff.ts';

/**
 * Why a web seed ended. TIMED_OUT: it sent nothing for too long; LIED: what it sent was wrong; TOO_MANY_FILES: the names
 * of the torrent's files do not fit a request.
 */
export type WebSeedCode = WebCode | 'TIMED_OUT' | 'LIED' | 'TOO_MANY_FILES';

/** How a web seed ended. */
export interface WebSeedEnd {
  readonly code: WebSeedCode;
  /** Of the last answer, 0 without one. */
  readonly status: number;
  /** How long the server wants to be left alone, 0 when it did not say. */
  readonly retryMs: number;
  readonly detail: string;
}

/** Ends that another try would not change, until the user begins anew. */
const LASTING: ReadonlySet<WebSeedCode> = new Set([
  'BAD_URL',
  'FORBIDDEN_ADDRESS',
  'BAD_REPLY',
  'WRONG_LENGTH',
  'NO_RANGES',
  'NOT_DATA',
  'TOO_MANY_REDIRECTS',
  'LIED',
  'TOO_MANY_FILES',
]);

/** The server has trouble of its own, or asks for another try (RFC 9110 15.5.9, RFC 8470). */
function isPassing(status: number): boolean {
  return status >= 500 || status === 408 || status === 425;
}

/** How long to wait before the next try, ms; null: there is none. `failures` in a row, this one included. */
export function retryAfter({ code, status, retryMs }: WebSeedEnd, failures: number): number | null {
  if (LASTING.has(code) || (code === 'BAD_STATUS' && !isPassing(status))) return null;
  const waitMs = doubling(failures, LIMITS.webRetryMs, LIMITS.webRetryMaxMs);
  return Math.min(Math.max(retryMs, waitMs), LIMITS.webPauseMaxMs);
}

const SENTENCES: Readonly<Record<WebSeedCode, string>> = {
  BAD_URL: 'it sends us to an address that cannot be used',
  FORBIDDEN_ADDRESS: 'it is at a local address, where only the user may send us',
  NAME_NOT_FOUND: 'its name was not found',
  CONNECT_FAILED: 'no connection',
  BAD_CERTIFICATE: 'its certificate is not trusted',
  CUT_OFF: 'it breaks off its answers',
  BAD_REPLY: 'its answer makes no sense',
  BAD_STATUS: 'the file cannot be had there',
  BUSY: 'it is busy',
  WRONG_LENGTH: 'the file there has another length',
  NO_RANGES: 'it gives whole files only',
  NOT_DATA: 'it sends a page instead of the file',
  TOO_MANY_REDIRECTS: 'it sends us on and on',
  FLOOD: 'it sends more than was asked for',
  STORE_CLOSED: '',
  TIMED_OUT: 'it sends nothing',
  LIED: 'it sent wrong data',
  TOO_MANY_FILES: 'the torrent has too many files for it',
};

/** One line for people. */
export function endText({ code, status, detail }: WebSeedEnd): string {
  const more = [...(status >= 300 ? [`status ${status}`] : []), ...(detail === '' ? [] : [detail])];
  return more.length === 0 ? SENTENCES[code] : `${SENTENCES[code]} (${more.join(', ')})`;
}
