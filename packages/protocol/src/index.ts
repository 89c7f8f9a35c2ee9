/**
 * BitTorrent on the wire and on disk as pure codecs: bytes in, value out, or a ProtocolError.
 */
export * from './allowed-fast.ts';
export * from './bencode-encode.ts';
export * from './bencode-read.ts';
export * from './bencode-scan.ts';
export * from './bitfield.ts';
export * from './build-metainfo.ts';
export {
  concatBytes,
  copyBytes,
  equalBytes,
  fromBase32,
  fromHex,
  readU16,
  readU32,
  toBase32,
  toHex,
  writeU16,
  writeU32,
  writeU64,
} from './bytes.ts';
export * from './digests.ts';
export * from './endpoints.ts';
export * from './error.ts';
export * from './extended.ts';
export * from './handshake.ts';
export {
  buildAnnounceUrl,
  parseAnnounceReply,
  type AnnounceEvent,
  type AnnounceParams,
  type AnnounceReply,
} from './http-tracker.ts';
export * from './info.ts';
export type { InfoFile } from './info-files.ts';
export * from './ip.ts';
export * from './limits.ts';
export * from './lt-donthave.ts';
export * from './magnet.ts';
export * from './metainfo.ts';
export * from './peer-id.ts';
export { safeComponent, safePaths } from './safe-paths.ts';
export * from './scrape.ts';
export * from './udp-tracker.ts';
export * from './urls.ts';
export * from './ut-metadata.ts';
export * from './ut-pex.ts';
export { cutText, decodeUtf8, decodeUtf8Lossy, displayText, encodeUtf8, utf8Length } from './utf8.ts';
export * from './web-seed.ts';
export { parseWebUrl } from './web-url.ts';
export * from './wire.ts';
export * from './wire-encode.ts';
export * from './wire-reader.ts';
