/** The part of the ports that is about peer connections. Names and shapes only. */
import type { LinkId, ListenerId, StoreId } from './ports-ids.ts';

/**
 * Keys of an agreed stream cipher; the plane looks `name` up among the ciphers it was built with.
 * The outgoing key encrypts what we send, the incoming key decrypts what we receive.
 */
export interface CipherSpec {
  readonly name: string;
  readonly outgoingKey: Uint8Array;
  readonly incomingKey: Uint8Array;
}

/**
 * Life of a link: `dial` or `accepted` -> raw phase -> `upgrade` -> message phase -> `close` or `closed`.
 *
 * Raw phase is in lock step: after each `raw` event the plane reads no more of this link until `continueRaw` or
 * `upgrade`. Commands that name a link the plane no longer knows are ignored (they crossed its `closed`).
 */
export type LinkCommand =
  /** Connect to an IP literal. Answered by `opened` or `closed`. */
  | { readonly type: 'dial'; readonly link: LinkId; readonly host: string; readonly port: number }
  /** Accept connections; port 0 takes any. Answered by `listening` or `listenFailed`. */
  | { readonly type: 'listen'; readonly listener: ListenerId; readonly host: string; readonly port: number }
  | { readonly type: 'unlisten'; readonly listener: ListenerId }
  /** Read on in the raw phase after a `raw` event. */
  | { readonly type: 'continueRaw'; readonly link: LinkId }
  /**
   * Enter the message phase. `rest` are raw bytes the engine got but did not use (plain text: already decrypted when a
   * cipher is given); they are parsed first. `store` is 0 while the metadata is unknown.
   */
  | {
      readonly type: 'upgrade';
      readonly link: LinkId;
      readonly store: StoreId;
      readonly rest: Uint8Array;
      readonly cipher: CipherSpec | null;
    }
  /** Bind an upgraded link to a store that was opened later (magnet). */
  | { readonly type: 'attach'; readonly link: LinkId; readonly store: StoreId }
  /** Send bytes as they are: handshake bytes in the raw phase, whole wire messages after it. */
  | { readonly type: 'send'; readonly link: LinkId; readonly bytes: Uint8Array }
  /** Send BEP 3 request messages for `count` consecutive blocks of a piece and accept their payload on this link. */
  | {
      readonly type: 'request';
      readonly link: LinkId;
      readonly piece: number;
      readonly block: number;
      readonly count: number;
    }
  /** Send BEP 3 cancel messages; the payload is still taken if it comes and is still missing. */
  | {
      readonly type: 'cancel';
      readonly link: LinkId;
      readonly piece: number;
      readonly block: number;
      readonly count: number;
    }
  /**
   * Send piece messages of `blockLength` bytes (the last may be shorter) covering `length` bytes from `offset` of a
   * verified piece. Each is answered by `served` or `unserved`.
   */
  | {
      readonly type: 'serve';
      readonly link: LinkId;
      readonly piece: number;
      readonly offset: number;
      readonly length: number;
      readonly blockLength: number;
    }
  /** Drop the part of earlier `serve`s that is not yet in the socket. Dropped parts are answered by `unserved`. */
  | {
      readonly type: 'unserve';
      readonly link: LinkId;
      readonly piece: number;
      readonly offset: number;
      readonly length: number;
    }
  /**
   * A link to a web seed (BEP 19): it feeds `store` what `webRequest` asks for, knows `cancel` and `close`, and nothing else.
   * Usable at once; its end is told by `webClosed`. `mayBeLocal`: this machine and its networks may be reached.
   */
  | {
      readonly type: 'webOpen';
      readonly link: LinkId;
      readonly store: StoreId;
      readonly userAgent: string;
      readonly mayBeLocal: boolean;
    }
  /** Fetch consecutive blocks of a piece; the lengths of `parts` are together those of the blocks. */
  | {
      readonly type: 'webRequest';
      readonly link: LinkId;
      readonly piece: number;
      readonly block: number;
      readonly count: number;
      readonly parts: readonly WebPart[];
    }
  /** Close now; no `closed` or `webClosed` event follows. */
  | { readonly type: 'close'; readonly link: LinkId }
  /** Payload rate limits in bytes per second, 0 = none; store 0 = all links together. */
  | { readonly type: 'limit'; readonly store: StoreId; readonly down: number; readonly up: number };

/** What happens on links. */
export type LinkEvent =
  | { readonly type: 'opened'; readonly link: LinkId }
  | { readonly type: 'listening'; readonly listener: ListenerId; readonly port: number }
  | { readonly type: 'listenFailed'; readonly listener: ListenerId; readonly code: LinkCode }
  | {
      readonly type: 'accepted';
      readonly listener: ListenerId;
      readonly link: LinkId;
      readonly host: string;
      readonly port: number;
    }
  /** Handshake bytes; the link waits for `continueRaw` or `upgrade`. */
  | { readonly type: 'raw'; readonly link: LinkId; readonly bytes: Uint8Array }
  /** One whole wire message without its length prefix (empty = keep-alive): everything but `piece` and plain requests. */
  | { readonly type: 'message'; readonly link: LinkId; readonly bytes: Uint8Array }
  /** The peer requested consecutive ranges, merged; `blockLength` is the length of each request, the last may be shorter. */
  | {
      readonly type: 'requested';
      readonly link: LinkId;
      readonly piece: number;
      readonly offset: number;
      readonly length: number;
      readonly blockLength: number;
    }
  /** Payload of requested blocks is in the store. */
  | {
      readonly type: 'blocks';
      readonly link: LinkId;
      readonly piece: number;
      readonly block: number;
      readonly count: number;
    }
  /** Payload that was dropped: never requested on this link, or another link was faster. */
  | {
      readonly type: 'unwanted';
      readonly link: LinkId;
      readonly piece: number;
      readonly offset: number;
      readonly length: number;
      readonly reason: 'unrequested' | 'duplicate';
    }
  /** Payload handed to the socket: `blocks` piece messages, `bytes` of payload. */
  | { readonly type: 'served'; readonly link: LinkId; readonly blocks: number; readonly bytes: number }
  /** Parts of a `serve` that will not be sent: unserved by the engine, or unreadable. */
  | {
      readonly type: 'unserved';
      readonly link: LinkId;
      readonly piece: number;
      readonly offset: number;
      readonly length: number;
      readonly blockLength: number;
      readonly reason: 'dropped' | 'unreadable';
    }
  /** The link is gone; its id is free. */
  | { readonly type: 'closed'; readonly link: LinkId; readonly code: LinkCode }
  /**
   * The same of a link to a web seed. `status` is that of the last answer, 0 when there was none; `retryMs` is how long the
   * server wants to be left alone, 0 when it did not say. `detail` is text for people, bounded.
   */
  | {
      readonly type: 'webClosed';
      readonly link: LinkId;
      readonly code: WebCode;
      readonly status: number;
      readonly retryMs: number;
      readonly detail: string;
    };

/** Part of one file on a web server, in bytes. */
export interface WebPart {
  /** Empty: zeros, which nobody is asked for (BEP 47). */
  readonly url: string;
  readonly offset: number;
  readonly length: number;
  /** Of the whole file: a server that says otherwise has another one. */
  readonly fileLength: number;
}

/** Why a link to a web seed ended. Append-only. */
export type WebCode =
  | 'BAD_URL'
  | 'FORBIDDEN_ADDRESS' /** Refused by the request-forgery rules. */
  | 'NAME_NOT_FOUND'
  | 'CONNECT_FAILED'
  | 'BAD_CERTIFICATE'
  | 'CUT_OFF' /** Connections end before their answers do. */
  | 'BAD_REPLY' /** Not HTTP, or not an answer to what was asked. */
  | 'BAD_STATUS' /** The file cannot be had: `status` says why. */
  | 'BUSY' /** Too many requests, or out of service for a while. */
  | 'WRONG_LENGTH' /** The file there is of another length. */
  | 'NO_RANGES' /** The server gives whole files only. */
  | 'NOT_DATA' /** A page for people instead of the file. */
  | 'TOO_MANY_REDIRECTS'
  | 'FLOOD' /** More data in vain than the limit. */
  | 'STORE_CLOSED';

/** Why a link ended or could not begin. Append-only. */
export type LinkCode =
  | 'ENDED' /** The peer closed in order. */
  | 'RESET' /** The peer or the network broke it. */
  | 'REFUSED' /** Nothing listens there. */
  | 'UNREACHABLE' /** No route, or the network is down. */
  | 'TIMED_OUT' /** The system gave up connecting. */
  | 'EMFILE' /** Out of file descriptors. */
  | 'ADDRESS_IN_USE'
  | 'ADDRESS_DENIED' /** No permission, or not an address of this machine. */
  | 'MESSAGE_TOO_LONG' /** Length prefix above the limit (THREATS 18). */
  | 'BAD_MESSAGE' /** A piece, request or reject message of impossible size. */
  | 'FLOOD' /** More unasked payload or unread control bytes than the limit. */
  | 'BACKLOG' /** The peer reads too slowly: our control bytes pile up. */
  | 'STORE_CLOSED' /** The store this link feeds was closed. */
  | 'FAILED'; /** Anything else. */
