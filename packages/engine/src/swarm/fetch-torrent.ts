/** Getting a .torrent file from the web at the user's wish. What is in it is not decided here. */
import { MAX_TORRENT_BYTES } from '@jstorrent/protocol';
import { LIMITS } from '../limits.ts';
import type { HttpCode } from '../ports.ts';
import type { Asks } from './asks.ts';
import type { Turn } from './turn.ts';

/** What to get and who wants to know; exactly one of the callbacks is called, inside a later turn. */
export interface FetchRequest {
  readonly url: string;
  readonly userAgent: string;
  /** The body of a reply with status 200; the receiver's own. */
  onDone(metainfo: Uint8Array): void;
  /** `HTTP_STATUS`: the server answered something else, which `detail` names. */
  onFailed(code: HttpCode | 'HTTP_STATUS', detail: string): void;
}

/** Ask for the file behind a URL; a URL that the user typed may lead to this machine. */
export function fetchTorrent(request: FetchRequest, asks: Asks, turn: Turn): void {
  const id = asks.ask((event) => {
    if (event.type === 'httpReply' && event.status === 200) request.onDone(event.body);
    else if (event.type === 'httpReply') request.onFailed('HTTP_STATUS', `status ${event.status}`);
    else if (event.type === 'httpFailed') request.onFailed(event.code, event.detail);
  });
  turn.push({
    type: 'httpGet',
    request: id,
    url: request.url,
    maxBytes: MAX_TORRENT_BYTES,
    connectTimeoutMs: LIMITS.httpConnectTimeoutMs,
    totalTimeoutMs: LIMITS.fetchTimeoutMs,
    userAgent: request.userAgent,
    purpose: 'user',
  });
}
