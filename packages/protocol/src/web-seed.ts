/**
 * Where the files of a torrent are on a web server that has them (BEP 19). Which servers are asked, and for what, is not
 * decided here.
 */
import { assert } from './assert.ts';
import { getBytes, getList } from './bencode-read.ts';
import { scanBencode } from './bencode-scan.ts';
import type { Info } from './info.ts';
import { readV1Files } from './info-v1.ts';
import { MAX_TORRENT_BYTES } from './limits.ts';
import { percentEncode } from './urls.ts';
import { encodeRaw } from './web-url.ts';

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
