/** Values of bencoded resume data as ours. Decides units and bounds; which keys mean what is decided by the readers. */
import {
  cleanUrl,
  decodeUtf8Lossy,
  displayText,
  getBytes,
  getInteger,
  getList,
  MAX_TRACKERS,
  MAX_WEB_SEEDS,
  scanBencode,
  TRACKER_SCHEMES,
  WEB_SEED_SCHEMES,
  type BencodeDict,
  type BencodeNode,
} from '@jstorrent/protocol';
import { ImportError } from './imported.ts';
import { IMPORT_LIMITS } from './limits.ts';

/** A dictionary that fills `bytes`; throws ImportError with `sentence` for anything else. */
export function readDict(bytes: Uint8Array, maxBytes: number, sentence: string): BencodeDict {
  try {
    const node = scanBencode(bytes, { maxBytes });
    if (node.type === 'dict') return node;
  } catch {
    // Told below.
  }
  throw new ImportError(sentence);
}

/** Text under `key` as it is; '' when there is none. */
export function getText(dict: BencodeDict, key: string): string {
  const bytes = getBytes(dict, key);
  return bytes === null ? '' : decodeUtf8Lossy(bytes);
}

/** One line for display under `key`, or null when there is nothing to show. */
export function getName(dict: BencodeDict, key: string): string | null {
  const bytes = getBytes(dict, key);
  return bytes === null ? null : displayText(bytes, IMPORT_LIMITS.nameLength) || null;
}

/** A flag: an integer other than 0. */
export function getFlag(dict: BencodeDict, key: string): boolean {
  return (getInteger(dict, key) ?? 0) !== 0;
}

/** A count or size; 0 when it is absent or none. */
export function getCount(dict: BencodeDict, key: string): number {
  return Math.max(0, getInteger(dict, key) ?? 0);
}

/** A rate limit in bytes per second; what limits nothing is 0. */
export function toRate(bytesPerSecond: number): number {
  const rate = Math.round(bytesPerSecond);
  return rate > 0 && rate <= IMPORT_LIMITS.rate ? rate : 0;
}

/** A time given in seconds since 1970, in milliseconds; null when it is none. */
export function getTime(dict: BencodeDict, key: string): number | null {
  return toTime(getInteger(dict, key) ?? 0);
}

/** Seconds since 1970 as milliseconds, or null. */
function toTime(seconds: number): number | null {
  return seconds > 0 && seconds <= IMPORT_LIMITS.lastSecond ? Math.round(seconds * 1000) : null;
}

/** A span given in seconds, in milliseconds. */
export function getSpan(dict: BencodeDict, key: string): number {
  return Math.min(getCount(dict, key), IMPORT_LIMITS.lastSecond) * 1000;
}

/** The integers of a list, whatever else is in it as 0; null when there is no list of this length. */
export function getIntegers(dict: BencodeDict, key: string, length: number): readonly number[] | null {
  const items = getList(dict, key);
  if (items === null || items.length !== length) return null;
  return items.map((item) => (item.type === 'integer' ? Number(item.value) : 0));
}

/** Labels without duplicates, as one line each, within the limits. */
export function toLabels(texts: readonly string[]): readonly string[] {
  const labels = new Set<string>();
  for (const text of texts.slice(0, IMPORT_LIMITS.listed)) {
    const label = displayText(new TextEncoder().encode(text), IMPORT_LIMITS.labelLength);
    if (label !== '' && labels.size < IMPORT_LIMITS.labels) labels.add(label);
  }
  return [...labels];
}

/** The texts of a list of strings. */
export function getTexts(dict: BencodeDict, key: string): readonly string[] {
  return (getList(dict, key) ?? []).map((item) => (item.type === 'bytes' ? decodeUtf8Lossy(item.bytes) : ''));
}

/** Trackers in tiers (BEP 12), usable ones without duplicates. */
export function getTiers(dict: BencodeDict, key: string): readonly (readonly string[])[] {
  return toTiers(
    (getList(dict, key) ?? []).map((tier) =>
      (tier.type === 'list' ? tier.items : [tier]).map((node: BencodeNode) =>
        node.type === 'bytes' ? decodeUtf8Lossy(node.bytes.subarray(0, 8192)) : '',
      ),
    ),
  );
}

/** Usable trackers of these tiers without duplicates and empty tiers. */
export function toTiers(tiers: readonly (readonly string[])[]): readonly (readonly string[])[] {
  const seen = new Set<string>();
  const clean = tiers.slice(0, IMPORT_LIMITS.listed).map((tier) => {
    const urls: string[] = [];
    for (const text of tier.slice(0, IMPORT_LIMITS.listed)) {
      const url = cleanUrl(text, TRACKER_SCHEMES);
      if (url === null || seen.has(url) || seen.size >= MAX_TRACKERS) continue;
      seen.add(url);
      urls.push(url);
    }
    return urls;
  });
  return clean.filter((tier) => tier.length > 0);
}

/** Usable web seeds (BEP 19) without duplicates. */
export function toWebSeeds(texts: readonly string[]): readonly string[] {
  const some = texts.slice(0, IMPORT_LIMITS.listed);
  const urls = some.map((text) => cleanUrl(text, WEB_SEED_SCHEMES)).filter((url) => url !== null);
  return [...new Set(urls)].slice(0, MAX_WEB_SEEDS);
}
