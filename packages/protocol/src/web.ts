/** What fetching from web servers takes, apart from all that is about torrents: for the io-daemon, which starts with little. */
export { ProtocolError } from './error.ts';
export { ChunkReader } from './http-chunks.ts';
export { encodeHttpGet, parseHttpHead, type HttpHead } from './http-head.ts';
export { MAX_HTTP_HEAD } from './limits.ts';
export type { UrlParts } from './urls.ts';
export { authorityOf, parseWebUrl, resolveLocation, targetOf } from './web-url.ts';
