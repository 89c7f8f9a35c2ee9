/**
 * The ports of the engine: everything it asks of the world and everything the world tells it.
 *
 * Commands go down to the plane as plain values, events come back as plain values, both in batches: one batch
 * per turn. That makes the same engine run over a plane in process, over frames on a pipe, and in the simulator.
 * This file decides names and shapes only.
 */

/** Milliseconds that never go backwards; read once per turn. */
export interface Clock {
  /** Monotonic milliseconds since an arbitrary start. */
  now(): number;
  /** Seconds since 1970, for creation dates and resume data only. */
  unixSeconds(): number;
}

/** Chance, so that a simulation can be replayed from a seed. */
export interface Random {
  /** A fresh array of `length` random bytes. */
  bytes(length: number): Uint8Array;
  /** An integer in [0, bound). */
  below(bound: number): number;
}

/** Digests the engine itself needs (info-hash of metadata, allowed-fast set); never used for piece data. */
export interface Digests {
  /** 20 bytes. */
  sha1(bytes: Uint8Array): Uint8Array;
  /** 32 bytes. */
  sha256(bytes: Uint8Array): Uint8Array;
}

/** The world below the engine: sockets, disk, HTTP, DNS. Owned by a host, reached directly or through frames. */
export interface Plane {
  /** Hand over all commands of one turn, in order. The array and its byte arrays belong to the plane afterwards. */
  submit(commands: readonly PlaneCommand[]): void;
}

/** Where a plane delivers; called once per turn with all events of that turn, in order. */
export type PlaneEventHandler = (events: readonly PlaneEvent[]) => void;

/** One peer connection. Dialled links are numbered by the engine below 2^31, accepted ones by the plane from 2^31 up. */
export type LinkId = number;
/** One torrent's pieces on disk, numbered by the engine from 1. */
export type StoreId = number;
/** A listening TCP socket, numbered by the engine. */
export type ListenerId = number;
/** A UDP socket, numbered by the engine. */
export type SocketId = number;
/** A question that gets exactly one answer, numbered by the engine, unique among those open. */
export type RequestId = number;

/** First link id that the plane gives to accepted connections. */
export const FIRST_ACCEPTED_LINK = 0x8000_0000;
/** The transfer unit in bytes (BEP 3). */
export const BLOCK_LENGTH = 16_384;

/** Everything the engine can ask. */
export type PlaneCommand = LinkCommand | StoreCommand | NetCommand;
/** Everything the plane can tell. */
export type PlaneEvent = LinkEvent | StoreEvent | NetEvent;

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
  /** Close now; no `closed` event follows. */
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
  | { readonly type: 'closed'; readonly link: LinkId; readonly code: LinkCode };

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

/** One file of a layout, in torrent order. */
export interface LayoutFile {
  /** Sanitised components below the root; the plane checks them again. */
  readonly path: readonly string[];
  /** Bytes. */
  readonly length: number;
  /** `pad` (BEP 47) is zeros that are never on disk; `symlink` has length 0 and a target inside the torrent. */
  readonly kind: 'file' | 'pad' | 'symlink';
  /** Target components below the root, for `symlink` only. */
  readonly target?: readonly string[];
}

/** How piece, block and file offsets relate, and what pieces must hash to. */
export interface Layout {
  readonly pieceLength: number;
  readonly files: readonly LayoutFile[];
  /** One digest per piece, 20 bytes each for sha1, 32 for sha256; empty when pieces are only to be hashed (create). */
  readonly hashes: Uint8Array;
  readonly algorithm: 'sha1' | 'sha256';
}

/** Blocks of an unfinished piece that are on disk: bit i (most significant first) = block i. */
export interface PartialPiece {
  readonly piece: number;
  readonly blocks: Uint8Array;
}

/** What one file looks like on disk. */
export interface FileStat {
  /** Bytes, or -1 when the file does not exist. */
  readonly size: number;
  /** Milliseconds since 1970 (rounded down), 0 when absent. */
  readonly mtimeMs: number;
}

/**
 * Life of a store: `openStore` -> `storeOpened` -> ... -> `closeStore` -> `storeClosed`.
 *
 * A write error blocks the store: `storeBlocked` tells the code; blocks already received stay in memory, links of the
 * store are not read; `retryStore` tries again and is answered by `storeUnblocked` or another `storeBlocked`.
 */
export type StoreCommand =
  /**
   * Open and look at the files; nothing is created or written yet unless `preallocate` is `full`. `wanted` has one bit
   * per file (most significant first); unwanted files are not created: pieces they share with wanted files keep those
   * bytes in part files. `partials` are what `storeClosed` gave last time. Answered by `storeOpened` or `storeFailed`.
   */
  | {
      readonly type: 'openStore';
      readonly store: StoreId;
      /** Opaque key of a folder the user allowed. */
      readonly root: string;
      readonly layout: Layout;
      readonly wanted: Uint8Array;
      readonly preallocate: 'sparse' | 'full';
      readonly partials: readonly PartialPiece[];
    }
  /** Finish what is in flight, write partial pieces, sync, close the files. Answered by `storeClosed`, links get `closed`. */
  | { readonly type: 'closeStore'; readonly store: StoreId }
  /** Hash existing data of `count` pieces from `first`. Answered by `checked` events that together cover the range. */
  | { readonly type: 'check'; readonly store: StoreId; readonly first: number; readonly count: number }
  /** Stop a running check; ranges not yet started get no `checked`. Answered by `checkStopped`. */
  | { readonly type: 'stopCheck'; readonly store: StoreId }
  /** Hash pieces of a layout without hashes (create). Answered by `hashed` events that together cover the range, in order. */
  | { readonly type: 'hashPieces'; readonly store: StoreId; readonly first: number; readonly count: number }
  /** Make everything verified before this command durable. Answered by `synced`, or `storeBlocked`. */
  | { readonly type: 'sync'; readonly store: StoreId; readonly request: RequestId }
  /** Forget what was received of a piece that is not verified; all its blocks may be requested again. */
  | { readonly type: 'discard'; readonly store: StoreId; readonly piece: number }
  /** Choose files anew; parts of newly wanted files move into place. Answered by `storeDone` or `storeFailed`. */
  | {
      readonly type: 'setWanted';
      readonly store: StoreId;
      readonly request: RequestId;
      readonly wanted: Uint8Array;
    }
  /** Try again after `storeBlocked`. */
  | { readonly type: 'retryStore'; readonly store: StoreId }
  /** Rename one file (new components below the root). Answered by `storeDone` or `storeFailed`. */
  | {
      readonly type: 'renameFile';
      readonly store: StoreId;
      readonly request: RequestId;
      readonly file: number;
      readonly path: readonly string[];
    }
  /** Move all files to another root, copying across file systems. Answered by `storeDone` or `storeFailed`. */
  | {
      readonly type: 'moveStore';
      readonly store: StoreId;
      readonly request: RequestId;
      readonly root: string;
    }
  /** Delete the torrent's files, its part files and folders left empty; only files of the layout. The store is closed afterwards. */
  | { readonly type: 'deleteStore'; readonly store: StoreId; readonly request: RequestId };

/** What happens in stores. */
export type StoreEvent =
  /** `files[i]` is the state of file i of the layout (pads and symlinks: size -1). */
  | { readonly type: 'storeOpened'; readonly store: StoreId; readonly files: readonly FileStat[] }
  /** `openStore` failed (request 0; the store does not exist) or the request did (the store goes on as it was). */
  | {
      readonly type: 'storeFailed';
      readonly store: StoreId;
      readonly request: RequestId;
      readonly code: StoreCode;
      readonly detail: string;
    }
  /** The request is done; `files` is the state after it. */
  | {
      readonly type: 'storeDone';
      readonly store: StoreId;
      readonly request: RequestId;
      readonly files: readonly FileStat[];
    }
  | {
      readonly type: 'storeClosed';
      readonly store: StoreId;
      readonly files: readonly FileStat[];
      readonly partials: readonly PartialPiece[];
    }
  /** Bit i (most significant first) of `good` = piece `first + i` matches its hash. */
  | {
      readonly type: 'checked';
      readonly store: StoreId;
      readonly first: number;
      readonly count: number;
      readonly good: Uint8Array;
    }
  | { readonly type: 'checkStopped'; readonly store: StoreId }
  | { readonly type: 'hashed'; readonly store: StoreId; readonly first: number; readonly digests: Uint8Array }
  /** Everything verified before the `sync` is durable; `files` is the state on disk then, for resume data. */
  | {
      readonly type: 'synced';
      readonly store: StoreId;
      readonly request: RequestId;
      readonly files: readonly FileStat[];
    }
  /**
   * The piece matches its hash and is written (readable, not yet synced). `digests` is empty, or holds the SHA-1 of each
   * block when an earlier attempt at this piece was corrupt (to find who lied).
   */
  | {
      readonly type: 'verified';
      readonly store: StoreId;
      readonly piece: number;
      readonly digests: Uint8Array;
    }
  /**
   * All blocks came and the hash does not match; the piece is empty again. `digests` holds the SHA-1 of each block.
   * `fromDisk`: some blocks had been spilled and read back, so the disk may be the liar.
   */
  | {
      readonly type: 'corrupt';
      readonly store: StoreId;
      readonly piece: number;
      readonly digests: Uint8Array;
      readonly fromDisk: boolean;
    }
  /** Writing is impossible for now. `missing` bytes would be needed (0 = unknown). */
  | {
      readonly type: 'storeBlocked';
      readonly store: StoreId;
      readonly code: StoreCode;
      readonly detail: string;
      readonly missing: number;
    }
  | { readonly type: 'storeUnblocked'; readonly store: StoreId }
  /** A verified piece could not be read to serve it: gone, changed or unreadable. The engine should check it again. */
  | { readonly type: 'pieceLost'; readonly store: StoreId; readonly piece: number; readonly code: StoreCode };

/** Why a store could not do something. Append-only. */
export type StoreCode =
  | 'DISK_FULL' /** ENOSPC, EDQUOT. */
  | 'DISK_ERROR' /** EIO and unknown errors. */
  | 'DENIED' /** EACCES, EPERM. */
  | 'READ_ONLY' /** EROFS. */
  | 'TOO_MANY_FILES' /** EMFILE, ENFILE. */
  | 'NOT_FOUND' /** The folder or drive is gone. */
  | 'NAME_TOO_LONG'
  | 'FILE_TOO_LARGE' /** EFBIG. */
  | 'PATH_ESCAPES' /** A path would leave the root, directly or through a link. */
  | 'UNKNOWN_ROOT'
  | 'EXISTS' /** The target of a rename or move is taken, or a folder stands where a file must be. */
  | 'BAD_LAYOUT' /** The layout contradicts itself. */
  | 'BUSY'; /** Not while this is running. */

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
