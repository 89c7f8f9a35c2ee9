/**
 * URLs of trackers and web seeds: which ones are usable at all (THREATS 15), and percent-encoding. Whether the address
 * behind a host may be reached is decided by the plane, after the name is resolved.
 */
import { hexDigit } from './bytes.ts';
import { canonicalIp } from './ip.ts';
import { MAX_URL_LENGTH } from './limits.ts';
import { encodeUtf8 } from './utf8.ts';

/** The parts of a usable URL. */
export interface UrlParts {
  readonly scheme: 'http' | 'https' | 'udp';
  /** A host name in lower case, or a canonical IP literal without brackets. */
  readonly host: string;
  /** 1 to 65535; the scheme's own where the URL names none; udp must name one. */
  readonly port: number;
  /** From the first `/` after the host, without a fragment; `/` when there is none. */
  readonly path: string;
  /** After `?`, or null when there is none. */
  readonly query: string | null;
}

const URL_SHAPE =
  /^(https?|udp):\/\/(\[[0-9a-f:.]+\]|[^/?#:@[\]]+)(?::([0-9]{1,5}))?(\/[^?#]*)?(?:\?([^#]*))?(?:#.*)?$/i;
// oxlint-disable-next-line no-control-regex
const FORBIDDEN = /[\u0000-\u0020\u007f-\u00a0\\\u2028\u2029\ufeff]/;
/** A host that a URL parser would read as an IPv4 number (`127.1`, `0x7f000001`). */
const NUMERIC_HOST = /(^|\.)(0x[0-9a-f]*|[0-9]+)\.?$/i;

/**
 * The parts of a URL, or null when it is not usable: another scheme than http, https and udp, user information, spaces,
 * line breaks or backslashes, a host that is a disguised IP address, or longer than `maxLength` characters.
 */
export function parseUrl(text: string, maxLength = MAX_URL_LENGTH): UrlParts | null {
  if (text.length > maxLength || FORBIDDEN.test(text)) return null;
  const match = URL_SHAPE.exec(text);
  if (match === null) return null;
  const scheme = (match[1] ?? '').toLowerCase();
  if (scheme !== 'http' && scheme !== 'https' && scheme !== 'udp') return null;
  const host = readHost(match[2] ?? '');
  const defaultPort = scheme === 'http' ? 80 : scheme === 'https' ? 443 : 0;
  const port = match[3] === undefined ? defaultPort : Number(match[3]);
  if (host === null || port < 1 || port > 65_535) return null;
  return { scheme, host, port, path: match[4] ?? '/', query: match[5] ?? null };
}

/** A URL from outside, trimmed, when `parseUrl` takes it and it has one of the schemes; else null. */
export function cleanUrl(text: string, schemes: readonly UrlParts['scheme'][]): string | null {
  const trimmed = text.trim();
  const parts = parseUrl(trimmed);
  return parts !== null && schemes.includes(parts.scheme) ? trimmed : null;
}

/** Schemes a tracker may have (BEP 3, 15). */
export const TRACKER_SCHEMES: readonly UrlParts['scheme'][] = ['http', 'https', 'udp'];
/** Schemes a web seed may have (BEP 17, 19). */
export const WEB_SEED_SCHEMES: readonly UrlParts['scheme'][] = ['http', 'https'];

/** Every byte but the unreserved ones (RFC 3986) as %XX, so that binary values arrive exactly. */
export function percentEncode(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) {
    const character = String.fromCharCode(byte);
    text += /[A-Za-z0-9\-._~]/.test(character)
      ? character
      : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return text;
}

/** The bytes of a percent-encoded text; a `%` without two hex digits stands for itself. */
export function percentDecode(text: string): Uint8Array {
  const bytes = encodeUtf8(text);
  let length = 0;
  for (let at = 0; at < bytes.length; at++) {
    let byte = bytes[at] ?? 0;
    const high = byte === 0x25 ? hexDigit(bytes[at + 1] ?? 0) : -1;
    const low = byte === 0x25 ? hexDigit(bytes[at + 2] ?? 0) : -1;
    if (high >= 0 && low >= 0) {
      byte = high * 16 + low;
      at += 2;
    }
    bytes[length++] = byte;
  }
  return bytes.subarray(0, length);
}

function readHost(text: string): string | null {
  if (text.startsWith('[')) return text.includes(':') ? canonicalIp(text.slice(1, -1)) : null;
  const host = text.toLowerCase();
  if (host.length > 253 || /[%"<>^`{|}]/.test(host)) return null;
  return NUMERIC_HOST.test(host) ? canonicalIp(host) : host;
}
