/**
 * Scraping HTTP trackers (BEP 48): the URL rule and the reply.
 */
import { getBytes, getDict } from './bencode-read.ts';
import { toHex } from './bytes.ts';
import { ProtocolError } from './error.ts';
import { appendQuery, readCount, scanReply } from './http-tracker.ts';
import { MAX_LABEL_LENGTH, MAX_UDP_SCRAPE } from './limits.ts';
import { parseUrl, percentEncode } from './urls.ts';
import { displayText, encodeLatin1 } from './utf8.ts';

/** Counts of a torrent at a tracker (BEP 48, 15); null = not told or unusable. */
export interface ScrapeCounts {
  /** Seeds. */
  readonly complete: number | null;
  /** Leeches. */
  readonly incomplete: number | null;
  /** How often it was completed. */
  readonly downloaded: number | null;
}

/** The answer of an HTTP tracker to a scrape (BEP 48): counts by info-hash in lower-case hex, or its refusal. */
export type ScrapeReply =
  | { readonly type: 'failure'; readonly reason: string }
  | { readonly type: 'success'; readonly torrents: ReadonlyMap<string, ScrapeCounts> };

/**
 * The scrape URL of an HTTP tracker (BEP 48), or null when it has none: the last part of its path must begin with
 * `announce`, which becomes `scrape`.
 */
export function buildScrapeUrl(trackerUrl: string, infoHashes: readonly Uint8Array[]): string | null {
  const parts = parseUrl(trackerUrl);
  if (parts === null || parts.scheme === 'udp') return null;
  const [base = ''] = trackerUrl.split(/[?#]/, 1);
  const slash = base.lastIndexOf('/');
  const hasPath = slash > base.indexOf('://') + 2;
  if (!hasPath || !base.startsWith('announce', slash + 1)) return null;
  const scrape = `${base.slice(0, slash + 1)}scrape${base.slice(slash + 1 + 'announce'.length)}`;
  const fields = infoHashes.map((infoHash) => `info_hash=${percentEncode(infoHash)}`);
  return appendQuery(parts.query === null ? scrape : `${scrape}?${parts.query}`, fields);
}

/**
 * Read the reply to a scrape (BEP 48), at most MAX_UDP_SCRAPE torrents.
 * Throws TRACKER_REPLY for a wrong shape, BENCODE_ errors when it is not bencoded.
 */
export function parseScrapeReply(bytes: Uint8Array): ScrapeReply {
  const dict = scanReply(bytes);
  const failure = getBytes(dict, 'failure reason');
  if (failure !== null) {
    return { type: 'failure', reason: displayText(failure, MAX_LABEL_LENGTH) || 'no reason given' };
  }
  const files = getDict(dict, 'files');
  if (files === null) throw new ProtocolError('TRACKER_REPLY', 0, 'The reply to a scrape has no files');
  const torrents = new Map<string, ScrapeCounts>();
  for (const [key, counts] of files.entries) {
    const infoHash = encodeLatin1(key);
    if (infoHash?.length !== 20 || counts.type !== 'dict' || torrents.size >= MAX_UDP_SCRAPE) continue;
    torrents.set(toHex(infoHash), {
      complete: readCount(counts, 'complete'),
      incomplete: readCount(counts, 'incomplete'),
      downloaded: readCount(counts, 'downloaded'),
    });
  }
  return { type: 'success', torrents };
}
