/**
 * Where the files of a torrent are on a web server that has them (BEP 19), and where a server sends us instead. Which
 * servers are asked, and for what, is not decided here.
 */
import { assert } from './assert.ts';
import { getBytes, getList } from './bencode-read.ts';
import { scanBencode } from './bencode-scan.ts';
import type { Info } from './info.ts';
import { readV1Files } from './info-v1.ts';
import { MAX_TORRENT_BYTES, MAX_WEB_URL_LENGTH } from './limits.ts';
import { parseUrl, percentEncode, type UrlParts, WEB_SEED_SCHEMES } from './urls.ts';
import { encodeLatin1, encodeUtf8 } from './utf8.ts';

/** The names by which a torrent's files are known outside, percent-encoded. */
export interface WebSeedNames {
  readonly name: string;
  /** One per file of the torrent, pads included; null for a torrent that is a single file. */
  readonly paths: readonly string[] | null;
}

/** The names in a v1 or hybrid info dictionary: as they were given, not as they are on our disk. */
export function webSeedNames(info: Info): WebSeedNames {
  const dict = scanBencode(info.raw, { maxBytes: MAX_TORRENT_BYTES });
  assert(dict.type === 'dict', 'an info was parsed before');
  const nameBytes = getBytes(dict, 'name.utf-8') ?? getBytes(dict, 'name') ?? new Uint8Array();
  const name = percentEncode(nameBytes);
  if (getList(dict, 'files') === null) return { name, paths: null };
  const paths = readV1Files(dict, nameBytes).map(({ path }) => path.map(encodeRaw).join('/'));
  return { name, paths };
}

/**
 * The URL of one file (BEP 19). That of a single file is the web seed itself, unless it ends with a slash: then the name
 * follows. For others name and path follow in any case.
 */
export function webSeedUrl(webSeed: string, { name, paths }: WebSeedNames, file: number): string {
  const base = webSeed.replace(/#.*$/, '');
  if (paths === null) return base.endsWith('/') ? base + name : base;
  return `${base.endsWith('/') ? base : `${base}/`}${name}/${paths[file] ?? ''}`;
}

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

/** One character stands for one byte. */
function encodeRaw(raw: string): string {
  return percentEncode(encodeLatin1(raw) ?? encodeUtf8(raw));
}
