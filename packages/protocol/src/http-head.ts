/**
 * The heads of HTTP/1.1 messages (RFC 9112) as far as fetching parts of files needs them: a GET with a range goes out, the
 * status line and header fields of the answer come in. Strict: what two programs could read in two ways is refused.
 */
import { ProtocolError } from './error.ts';
import { MAX_HTTP_FIELDS } from './limits.ts';
import { decodeLatin1, encodeUtf8 } from './utf8.ts';

/** What is asked for. Offsets are bytes of the file, `last` included. */
export interface HttpGet {
  /** As in the URL, with the port where it is not the scheme's own. */
  readonly authority: string;
  /** Path and query, percent-encoded. */
  readonly target: string;
  readonly userAgent: string;
  readonly first: number;
  readonly last: number;
}

/** What the head of an answer says; null = not told. */
export interface HttpHead {
  /** 100 to 599. */
  readonly status: number;
  /** The connection may be used for another request after the body. */
  readonly keepsAlive: boolean;
  /** Bytes of the body. */
  readonly contentLength: number | null;
  /** The body comes in chunks (RFC 9112 7.1). */
  readonly isChunked: boolean;
  /** Bytes of the file that follow, `last` included, and of the whole file; null when absent or not of bytes. */
  readonly contentRange: {
    readonly first: number;
    readonly last: number;
    readonly total: number | null;
  } | null;
  /** Lower case, without parameters; empty when not told. */
  readonly contentType: string;
  /** Lower case; empty when not told. */
  readonly contentEncoding: string;
  /** As it was sent. */
  readonly location: string | null;
  /** How long the server wants to be left alone. */
  readonly retryAfterMs: number | null;
}

/** The bytes of a GET for part of a file (RFC 9110 14.2). The parts must hold no control characters and no spaces. */
export function encodeHttpGet({ authority, target, userAgent, first, last }: HttpGet): Uint8Array {
  return encodeUtf8(
    [
      `GET ${target} HTTP/1.1`,
      `Host: ${authority}`,
      `User-Agent: ${userAgent}`,
      'Accept: */*',
      'Accept-Encoding: identity',
      `Range: bytes=${first}-${last}`,
      'Connection: keep-alive',
      '\r\n',
    ].join('\r\n'),
  );
}

const STATUS_LINE = /^HTTP\/1\.([01]) ([1-5][0-9][0-9])(?: .*)?$/;
const FIELD = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[ \t]*(.*?)[ \t]*$/;
// oxlint-disable-next-line no-control-regex
const CONTROLS = /[\u0000-\u0008\u000a-\u001f\u007f]/;
const DIGITS = /^[0-9]{1,15}$/;
const RANGE = /^bytes ([0-9]{1,15})-([0-9]{1,15})\/([0-9]{1,15}|\*)$/i;

/**
 * The head of an answer: `bytes` are all lines, the last CR LF CR LF included. Throws HTTP_HEAD for what is malformed or
 * ambiguous: folded lines, two lengths, a length beside chunks, an unknown transfer coding, two targets of a redirect.
 */
export function parseHttpHead(bytes: Uint8Array): HttpHead {
  const text = decodeLatin1(bytes);
  if (!text.endsWith('\r\n\r\n')) throw malformed('no end');
  const [statusLine = '', ...lines] = text.slice(0, -4).split('\r\n');
  const status = STATUS_LINE.exec(statusLine);
  if (status === null || CONTROLS.test(statusLine)) throw malformed('status line');
  const fields = readFields(lines);
  const coding = fields.get('transfer-encoding')?.toLowerCase();
  if (coding !== undefined && coding !== 'chunked') throw malformed('transfer coding');
  const contentLength = readLength(fields.get('content-length'));
  if (coding !== undefined && contentLength !== null) throw malformed('length beside chunks');
  const options = (fields.get('connection') ?? '').toLowerCase().split(/[ \t]*,[ \t]*/);
  const isOld = status[1] === '0';
  return {
    status: Number(status[2]),
    keepsAlive: isOld ? options.includes('keep-alive') : !options.includes('close'),
    contentLength,
    isChunked: coding !== undefined,
    contentRange: readRange(fields.get('content-range')),
    contentType: (/^[^;, ]*/.exec(fields.get('content-type') ?? '')?.[0] ?? '').toLowerCase(),
    contentEncoding: (fields.get('content-encoding') ?? '').toLowerCase(),
    location: fields.get('location') ?? null,
    retryAfterMs: readRetryAfter(fields.get('retry-after'), fields.get('date')),
  };
}

/** Fields that say one thing: said twice, and not the same, nobody knows which. */
const SINGLE = new Set(['content-length', 'transfer-encoding', 'content-range', 'content-type', 'location']);

function readFields(lines: readonly string[]): Map<string, string> {
  if (lines.length > MAX_HTTP_FIELDS) throw malformed('too many fields');
  const fields = new Map<string, string>();
  for (const line of lines) {
    const match = FIELD.exec(line);
    if (match === null || CONTROLS.test(line)) throw malformed('field');
    const name = (match[1] ?? '').toLowerCase();
    const value = match[2] ?? '';
    const before = fields.get(name);
    if (before === undefined) fields.set(name, value);
    else if (!SINGLE.has(name)) fields.set(name, `${before}, ${value}`);
    else if (before !== value) throw malformed(`two ${name}`);
  }
  return fields;
}

function readLength(value: string | undefined): number | null {
  if (value === undefined) return null;
  if (!DIGITS.test(value)) throw malformed('content length');
  return Number(value);
}

function readRange(value: string | undefined): HttpHead['contentRange'] {
  const match = RANGE.exec(value ?? '');
  if (match === null) return null;
  const [first, last] = [Number(match[1]), Number(match[2])];
  const total = match[3] === '*' ? null : Number(match[3]);
  return first <= last && (total === null || last < total) ? { first, last, total } : null;
}

/** Seconds, or a date (RFC 9110 10.2.3): that one is compared with the date of the answer, whatever clock we have. */
function readRetryAfter(value: string | undefined, date: string | undefined): number | null {
  if (value === undefined) return null;
  if (DIGITS.test(value)) return Number(value) * 1000;
  const [until, now] = [readDate(value), readDate(date ?? '')];
  return until === null || now === null ? null : Math.max(0, until - now) * 1000;
}

const DATE = /^[A-Z][a-z]{2}, ([0-9]{2}) ([A-Z][a-z]{2}) ([0-9]{4}) ([0-9]{2}):([0-9]{2}):([0-9]{2}) GMT$/;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Seconds since 1970 of an IMF-fixdate (RFC 9110 5.6.7), the one form that servers may send. */
function readDate(text: string): number | null {
  const match = DATE.exec(text);
  const month = MONTHS.indexOf(match?.[2] ?? '');
  if (match === null || month < 0) return null;
  const [day, year, hour, minute, second] = [1, 3, 4, 5, 6].map((group) => Number(match[group]));
  return (
    ((daysBefore(year ?? 0, month) + (day ?? 1) - 1) * 24 + (hour ?? 0)) * 3600 +
    (minute ?? 0) * 60 +
    (second ?? 0)
  );
}

/** Days from 1970 to the first of a month (from 0): years are counted from March, so that leap days come last. */
function daysBefore(year: number, month: number): number {
  const years = month < 2 ? year - 1 : year;
  const sinceMarch = (month + 10) % 12;
  const leapDays = Math.floor(years / 4) - Math.floor(years / 100) + Math.floor(years / 400);
  return 365 * years + leapDays + Math.floor((153 * sinceMarch + 2) / 5) - 719_468;
}

function malformed(what: string): ProtocolError {
  return new ProtocolError('HTTP_HEAD', 0, `The head of an HTTP answer is malformed: ${what}`);
}
