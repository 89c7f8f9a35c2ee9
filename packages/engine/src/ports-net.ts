/** The part of the ports that is about UDP, HTTP and DNS. Names and shapes only. */
import type { LinkCode } from './ports-links.ts';
import type { RequestId, SocketId } from './ports-ids.ts';

/** UDP, HTTP and DNS. */
export type NetCommand =
  /** Answered by `udpBound` or `udpFailed`. */
  | { readonly type: 'udpBind'; readonly socket: SocketId; readonly host: string; readonly port: number }
  | {
      readonly type: 'udpSend';
      readonly socket: SocketId;
      readonly host: string;
      readonly port: number;
      readonly bytes: Uint8Array;
    }
  | { readonly type: 'udpClose'; readonly socket: SocketId }
  /** GET; follows at most five redirects, decodes gzip within `maxBytes`. Answered by `httpReply` or `httpFailed`. */
  | {
      readonly type: 'httpGet';
      readonly request: RequestId;
      readonly url: string;
      readonly maxBytes: number;
      readonly connectTimeoutMs: number;
      readonly totalTimeoutMs: number;
      readonly userAgent: string;
      /** `tracker`: a local address only if its path names an announce or scrape; `user`: the user typed this URL. */
      readonly purpose: 'tracker' | 'user';
    }
  /** Drop the question; it is not answered. */
  | { readonly type: 'httpCancel'; readonly request: RequestId }
  /** Answered by `resolved` or `resolveFailed`. */
  | { readonly type: 'resolve'; readonly request: RequestId; readonly host: string };

/** What comes back from UDP, HTTP and DNS. */
export type NetEvent =
  | { readonly type: 'udpBound'; readonly socket: SocketId; readonly port: number }
  | { readonly type: 'udpFailed'; readonly socket: SocketId; readonly code: LinkCode }
  | {
      readonly type: 'udpPacket';
      readonly socket: SocketId;
      readonly host: string;
      readonly port: number;
      readonly bytes: Uint8Array;
    }
  | {
      readonly type: 'httpReply';
      readonly request: RequestId;
      readonly status: number;
      readonly body: Uint8Array;
    }
  | {
      readonly type: 'httpFailed';
      readonly request: RequestId;
      readonly code: HttpCode;
      readonly detail: string;
    }
  /** IP literals, at least one. */
  | { readonly type: 'resolved'; readonly request: RequestId; readonly addresses: readonly string[] }
  | { readonly type: 'resolveFailed'; readonly request: RequestId; readonly code: HttpCode };

/** Why a question to the network has no answer. Append-only. */
export type HttpCode =
  | 'BAD_URL'
  | 'FORBIDDEN_ADDRESS' /** Refused by the request-forgery rules. */
  | 'NAME_NOT_FOUND'
  | 'CONNECT_FAILED'
  | 'TIMED_OUT'
  | 'TOO_LARGE'
  | 'TOO_MANY_REDIRECTS'
  | 'BAD_REPLY';
