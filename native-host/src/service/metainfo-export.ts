/** A .torrent file of a torrent as it stands. Decides what of the first one is kept: all but its trackers and web seeds. */
import { concatBytes, encodeBencode, MAX_TORRENT_BYTES, scanBencode } from '@jstorrent/protocol';

/** A file with other trackers and web seeds (BEP 12, 19); everything else stays as it was, byte by byte. `metainfo` is a sound .torrent file. */
export function withSources(
  metainfo: Uint8Array,
  tiers: readonly (readonly string[])[],
  webSeeds: readonly string[],
): Uint8Array {
  const dict = scanBencode(metainfo, { maxBytes: MAX_TORRENT_BYTES });
  if (dict.type !== 'dict') throw new Error('a .torrent file that is no dictionary was kept');
  const members = new Map<string, Uint8Array>();
  for (const [key, { start, end }] of dict.entries) members.set(key, metainfo.subarray(start, end));
  members.delete('announce');
  members.delete('announce-list');
  members.delete('url-list');
  if (webSeeds.length > 0) members.set('url-list', encodeBencode([...webSeeds]));
  const [first] = tiers.flat();
  if (first !== undefined) {
    members.set('announce', encodeBencode(first));
    members.set('announce-list', encodeBencode(tiers.map((tier) => [...tier])));
  }
  const parts = [...members]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([key, value]) => [Uint8Array.from(Buffer.from(`${key.length}:${key}`, 'latin1')), value]);
  const letter = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1'));
  return concatBytes([letter('d'), ...parts, letter('e')]);
}
