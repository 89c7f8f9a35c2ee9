/**
 * URLs of files on web servers: how a request names them, and where a server sends us instead. Which servers are asked, and
 * for what, is not decided here.
 */
import { MAX_WEB_URL_LENGTH } from './limits.ts';
import { parseUrl, percentEncode, type UrlParts, WEB_SEED_SCHEMES } from './urls.ts';
import { encodeLatin1, encodeUtf8 } from './utf8.ts';

/** The `Host` field of a request to a URL (RFC 9110 7.2): without the port where it is the scheme's own. */
export function authorityOf({ scheme, host, port }: UrlParts): string {
  const name = host.includes(':') ? `[${host}]` : host;
  return port === (scheme === 'https' ? 443 : 80) ? name : `${name}:${port}`;
}

/** Path and query of a URL as they stand in a request: everything beyond plain ASCII percent-encoded. */
export function targetOf({ path, query }: UrlParts): string {
  const text = query === null ? path : `${path}?${query}`;
  return text.replace(/[^!-~]+/gu, (part) => percentEncode(encodeUtf8(part)));
}

/**
 * The URL of a web seed or of a file there, with a host of plain letters; else null. `parseUrl` refuses user information:
 * no password is ever sent, nor carried to where a redirect leads.
 */
export function parseWebUrl(text: string): UrlParts | null {
  const parts = parseUrl(text, MAX_WEB_URL_LENGTH);
  if (parts === null || !WEB_SEED_SCHEMES.includes(parts.scheme)) return null;
  return /^[!-~]+$/.test(parts.host) ? parts : null;
}

/** Where a redirect from `from` leads (RFC 9110 10.2.2), or null when that is no URL of a web seed. */
export function resolveLocation(from: UrlParts, location: string): string | null {
  const text = location.replace(/#.*$/, '').replace(/[^!-~]/gu, (character) => encodeRaw(character));
  const origin = `${from.scheme}://${authorityOf(from)}`;
  let url: string;
  if (/^[a-z][a-z0-9+.-]*:/i.test(text)) url = text;
  else if (text.startsWith('//')) url = `${from.scheme}:${text}`;
  else if (text.startsWith('/')) url = origin + text;
  else if (text.startsWith('?')) url = origin + from.path + text;
  else url = origin + from.path.replace(/[^/]*$/, '') + text;
  return parseWebUrl(url) === null ? null : url;
}

/** Percent-encoding of a text in which one character stands for one byte. */
export function encodeRaw(raw: string): string {
  return percentEncode(encodeLatin1(raw) ?? encodeUtf8(raw));
}
