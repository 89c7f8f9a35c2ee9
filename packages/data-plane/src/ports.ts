/**
 * The ports of the data plane: sockets, files and hashing as it needs them, so that it runs over Node and over the
 * in-memory world alike. Nothing here returns a promise; every answer is a callback in a later turn.
 */
import type {
  DiskFigures,
  FilePath,
  FileStat,
  FolderEntry,
  HttpCode,
  Layout,
  LinkCode,
  Place,
  StoreCode,
  WebCode,
} from '@jstorrent/engine/ports';

/** Time and the end of a turn. */
export interface Scheduler {
  /** Monotonic milliseconds. */
  now(): number;
  /** Run `callback` once when everything already queued in this turn has run (setImmediate in Node). */
  afterTurn(callback: () => void): void;
  /**
   * Run `callback` once at `atMs` or shortly after; returns a function that calls it off. Only for rate limits and for
   * memory that slow links hold.
   */
  wakeAt(atMs: number, callback: () => void): () => void;
}

/** Copies bytes as fast as the platform can (Buffer.copy in Node). */
export type CopyBytes = (
  source: Uint8Array,
  sourceOffset: number,
  target: Uint8Array,
  targetOffset: number,
  length: number,
) => void;

/** One stream cipher direction; transforms in place. */
export type StreamCipher = (bytes: Uint8Array) => void;
/** Makes a direction from its key. */
export type CipherFactory = (key: Uint8Array) => StreamCipher;

/** What a socket tells its link. */
export interface SocketEvents {
  onOpen(): void;
  /** `bytes` is only valid during the call: its memory is reused for the next read. */
  onData(bytes: Uint8Array): void;
  /** `queuedBytes` fell to zero. */
  onDrain(): void;
  /** Last event; the socket is gone. */
  onClose(code: LinkCode): void;
}

/** One TCP connection. */
export interface Socket {
  /**
   * Queue bytes; the socket owns them from now on. A socket that will not look at them again may call `onTaken`, in a
   * later turn, and then they are the writer's again.
   */
  write(bytes: Uint8Array, onTaken?: () => void): void;
  /** Bytes written but not yet taken by the system. */
  readonly queuedBytes: number;
  /** Stop reading until `resume`; a chunk already read may still be delivered. */
  pause(): void;
  resume(): void;
  /** Close at once; no `onClose` follows. */
  destroy(): void;
}

/** A socket that a listener accepted, before somebody listens to it. */
export interface AcceptedSocket {
  readonly host: string;
  readonly port: number;
  /** Take it; it reads nothing before. */
  take(events: SocketEvents): Socket;
  /** Refuse it. */
  destroy(): void;
}

export interface ListenerEvents {
  onListening(port: number): void;
  onFailed(code: LinkCode): void;
  onAccept(socket: AcceptedSocket): void;
}

export interface UdpEvents {
  onBound(port: number): void;
  onFailed(code: LinkCode): void;
  /** `bytes` belongs to the receiver. */
  onPacket(host: string, port: number, bytes: Uint8Array): void;
}

export interface HttpRequest {
  readonly url: string;
  readonly maxBytes: number;
  readonly connectTimeoutMs: number;
  readonly totalTimeoutMs: number;
  readonly userAgent: string;
  readonly purpose: 'tracker' | 'user';
}

/** A server of the web and how near it may be. */
export interface WebTarget {
  /** A name of plain letters, or an IP literal without brackets. */
  readonly host: string;
  readonly port: number;
  /** TLS, with a certificate that is valid for `host`. */
  readonly isSecure: boolean;
  /** Whether this machine and its networks may be reached. */
  readonly mayBeLocal: boolean;
}

/** What a stream to a server of the web tells. */
export interface WebStreamEvents extends Pick<SocketEvents, 'onData'> {
  /** Bytes may be written. `isPublic`: what answers is on the internet, and not on this machine or its networks. */
  onOpen(isPublic: boolean): void;
  /** Last event; CUT_OFF: it ended in order or was broken after it was open. */
  onClose(code: WebStreamCode, detail: string): void;
}

/** Why a stream ended or could not begin. */
export type WebStreamCode = Extract<
  WebCode,
  'FORBIDDEN_ADDRESS' | 'NAME_NOT_FOUND' | 'CONNECT_FAILED' | 'BAD_CERTIFICATE' | 'CUT_OFF'
>;

/** The network. Closing functions are idempotent and silence further events. */
export interface Network {
  dial(host: string, port: number, events: SocketEvents): Socket;
  /**
   * Connect to a server of the web (THREATS 15): names become addresses here, and one that may not be reached is not
   * connected to. Nothing is written before `onOpen`.
   */
  openWeb(target: WebTarget, events: WebStreamEvents): Pick<Socket, 'write' | 'pause' | 'resume' | 'destroy'>;
  listen(host: string, port: number, events: ListenerEvents): { close(): void };
  bindUdp(
    host: string,
    port: number,
    events: UdpEvents,
  ): {
    send(host: string, port: number, bytes: Uint8Array): void;
    close(): void;
  };
  httpGet(
    request: HttpRequest,
    onReply: (status: number, body: Uint8Array) => void,
    onFailed: (code: HttpCode, detail: string) => void,
  ): { cancel(): void };
  resolve(
    host: string,
    onResolved: (addresses: readonly string[]) => void,
    onFailed: (code: HttpCode) => void,
  ): void;
}

/** A world error of the disk, as a value. `missing`: bytes that would be needed, 0 when unknown. */
export interface DiskError {
  readonly code: StoreCode;
  /** The path or reason, for a log or an error text. */
  readonly detail: string;
  readonly missing: number;
}

/**
 * Bytes [offset, offset + length) of the torrent as a whole are `piece * pieceLength + offset in piece`.
 * A segment is a run of those bytes of one piece; `memory` is where they are in the arena (-1: on disk already).
 */
export interface Segment {
  /** Offset in the piece. */
  readonly offset: number;
  readonly length: number;
  /** Offset in the arena, or -1 when the bytes were written before. */
  readonly memory: number;
}

/** What the disk says about a finished piece. */
export interface FinishResult {
  readonly good: boolean;
  /** SHA-1 of each 16 KiB block, when asked for or when the piece is bad; else empty. */
  readonly digests: Uint8Array;
}

/** Answers of the disk: one of the two, in a later turn. */
export interface Answer<T> {
  onDone(value: T): void;
  onError(error: DiskError): void;
}

/** Bytes of a move that have arrived, of all that are copied. */
export type MoveProgress = (done: number, total: number) => void;

/** Files of one torrent: created, written, read and hashed elsewhere (workers, or the in-memory disk). */
export interface StoreFiles {
  /**
   * Hash the piece (segments cover it in order) and compare; if it matches, write the segments that are in memory.
   * A bad piece is not written; its digests are of the very bytes that were found bad. On error nothing is lost: the same
   * call may be made again.
   */
  finish(
    piece: number,
    segments: readonly Segment[],
    wantDigests: boolean,
    answer: Answer<FinishResult>,
  ): void;
  /**
   * Write runs of whole blocks of an unfinished piece (spill), all in memory. Answers with the SHA-1 of each block as it
   * was in memory, in the order of the segments: what comes back different was spoilt by the disk.
   */
  write(piece: number, segments: readonly Segment[], answer: Answer<Uint8Array>): void;
  /**
   * Read [offset, offset + length) of a piece into `targets`, filled in order (scattered read).
   * Their lengths sum to `length`.
   */
  read(piece: number, offset: number, targets: readonly Uint8Array[], answer: Answer<void>): void;
  /** Hash `count` pieces from `first`; digests in order. A piece that cannot be read in full gives 20 (32) zero bytes. */
  hash(first: number, count: number, answer: Answer<Uint8Array>): void;
  sync(answer: Answer<readonly FileStat[]>): void;
  setWanted(wanted: Uint8Array, answer: Answer<readonly FileStat[]>): void;
  /** All or none, as `rename` in `relocation/`. */
  rename(renames: readonly FilePath[], answer: Answer<readonly FileStat[]>): void;
  /** As `move` in `relocation/`; `onProgress` at most four times a second. */
  move(place: Place, onProgress: MoveProgress, answer: Answer<readonly FileStat[]>): void;
  /** End a move that is not bound, now or when its turn comes. */
  cancelMove(): void;
  /** As `settle` in `relocation/`. What cannot be forgotten now is forgotten when the files are opened next. */
  settle(): void;
  /** Delete everything of this torrent, then close. */
  remove(answer: Answer<void>): void;
  /** Sync and close; the object is dead afterwards. */
  close(answer: Answer<readonly FileStat[]>): void;
}

export interface OpenFiles {
  readonly place: Place;
  readonly isSaved: boolean;
  readonly layout: Layout;
  readonly wanted: Uint8Array;
  readonly preallocate: 'sparse' | 'full';
}

/** All disks. */
export interface Disk {
  /** Shared memory that pieces are received into; segments point into it. */
  readonly arena: Uint8Array;
  /** How many `hash` calls run at once with profit (cores). */
  readonly lanes: number;
  /** Brings to an end what was interrupted, then opens. */
  open(request: OpenFiles, answer: Answer<OpenedFiles>): void;
  /** A root by its absolute path; null: none any more. Open files stay where they are. */
  setRoot(key: string, path: string | null): void;
  readonly folders: DiskFolders;
  /** What it did and holds. */
  figures(): DiskFigures;
}

/** Files that were opened. */
export interface OpenedFiles {
  readonly files: StoreFiles;
  readonly stats: readonly FileStat[];
  /** Where they are, when that is not where they were asked for. */
  readonly moved: Place | null;
}

/** What stands below the roots beside torrents; links are followed as long as they stay inside. */
export interface DiskFolders {
  list(
    place: Place,
    answer: Answer<{ readonly entries: readonly FolderEntry[]; readonly isCut: boolean }>,
  ): void;
  make(place: Place, answer: Answer<void>): void;
  space(place: Place, answer: Answer<{ readonly free: number; readonly total: number }>): void;
  read(range: FileRange, answer: Answer<FilePart>): void;
  rename(entry: EntryPaths, answer: Answer<void>): void;
}

/** Part of a file below a root. */
export interface FileRange {
  readonly root: string;
  readonly path: readonly string[];
  readonly offset: number;
  readonly length: number;
}

/** Bytes of a file, and size and time of the whole. */
export interface FilePart {
  readonly size: number;
  readonly mtimeMs: number;
  readonly bytes: Uint8Array;
}

/** An entry of a folder and its new path. */
export interface EntryPaths {
  readonly root: string;
  readonly from: readonly string[];
  readonly to: readonly string[];
}
