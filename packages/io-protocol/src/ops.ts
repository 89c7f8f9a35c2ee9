/**
 * The io protocol: every op, its number and its fields in wire order. Decides nothing else.
 *
 * Numbers and field lists are append-only in the sense of docs/IO-PROTOCOL.md: a number is never given to another op, and any
 * other change raises PROTOCOL_VERSION. The compiler checks the table against the unions of the engine's ports: an op, a field
 * or a code that is missing here, or too much, does not compile.
 */
import type {
  CipherSpec,
  FilePath,
  FileStat,
  FolderEntry,
  Layout,
  LayoutFile,
  PartialPiece,
  PlaneCommand,
  PlaneEvent,
  WebPart,
} from '@jstorrent/engine/ports';
import {
  bool,
  bytes,
  choice,
  type Fields,
  i53,
  list,
  nullable,
  optional,
  string,
  struct,
  u16,
  u32,
  u53,
} from './fields.ts';

/** Frames of the pipe itself, in both directions. */
export type PipeFrame =
  /** The first frame each way. */
  | { readonly type: 'hello'; readonly magic: number; readonly version: number }
  /** `bytes` of command or event frames, length prefixes included, were processed since the last `credit`. */
  | { readonly type: 'credit'; readonly bytes: number };

/** What travels from host to daemon: commands, and `openRefused` for an `openStore` above MAX_FRAME_BYTES. */
export type HostFrame = PlaneCommand | { readonly type: 'openRefused'; readonly store: number };

/** Number and fields of one op. */
interface Op<T> {
  readonly op: number;
  readonly fields: Fields<Omit<T, 'type'>>;
}

/** An entry for every member of a union. */
export type OpTable<U extends { readonly type: string }> = { readonly [T in U as T['type']]: Op<T> };

const linkCode = choice('LinkCode', [
  'ENDED',
  'RESET',
  'REFUSED',
  'UNREACHABLE',
  'TIMED_OUT',
  'EMFILE',
  'ADDRESS_IN_USE',
  'ADDRESS_DENIED',
  'MESSAGE_TOO_LONG',
  'BAD_MESSAGE',
  'FLOOD',
  'BACKLOG',
  'STORE_CLOSED',
  'FAILED',
]);

const storeCode = choice('StoreCode', [
  'DISK_FULL',
  'DISK_ERROR',
  'DENIED',
  'READ_ONLY',
  'TOO_MANY_FILES',
  'NOT_FOUND',
  'NAME_TOO_LONG',
  'FILE_TOO_LARGE',
  'PATH_ESCAPES',
  'UNKNOWN_ROOT',
  'EXISTS',
  'BAD_LAYOUT',
  'BUSY',
  'FILE_CHANGED',
  'CANCELLED',
]);

const httpCode = choice('HttpCode', [
  'BAD_URL',
  'FORBIDDEN_ADDRESS',
  'NAME_NOT_FOUND',
  'CONNECT_FAILED',
  'TIMED_OUT',
  'TOO_LARGE',
  'TOO_MANY_REDIRECTS',
  'BAD_REPLY',
]);

const webCode = choice('WebCode', [
  'BAD_URL',
  'FORBIDDEN_ADDRESS',
  'NAME_NOT_FOUND',
  'CONNECT_FAILED',
  'BAD_CERTIFICATE',
  'CUT_OFF',
  'BAD_REPLY',
  'BAD_STATUS',
  'BUSY',
  'WRONG_LENGTH',
  'NO_RANGES',
  'NOT_DATA',
  'TOO_MANY_REDIRECTS',
  'FLOOD',
  'STORE_CLOSED',
]);

const preallocate = choice('Preallocate', ['sparse', 'full']);
const unwantedReason = choice('UnwantedReason', ['unrequested', 'duplicate']);
const unservedReason = choice('UnservedReason', ['dropped', 'unreadable']);
const purpose = choice('Purpose', ['tracker', 'user']);

const cipher = struct<CipherSpec>('CipherSpec', { name: string, outgoingKey: bytes, incomingKey: bytes });
const fileStat = struct<FileStat>('FileStat', { size: i53, mtimeMs: i53 });
const filePath = struct<FilePath>('FilePath', { file: u32, path: list(string) });
const folderEntry = struct<FolderEntry>('FolderEntry', {
  name: string,
  isFolder: bool,
  size: u53,
  mtimeMs: i53,
});
const webPart = struct<WebPart>('WebPart', { url: string, offset: u53, length: u32, fileLength: u53 });
const partialPiece = struct<PartialPiece>('PartialPiece', { piece: u32, blocks: bytes });

const layoutFile = struct<LayoutFile>('LayoutFile', {
  path: list(string),
  length: u53,
  kind: choice('FileKind', ['file', 'pad', 'symlink']),
  target: optional(list(string)),
});

const layout = struct<Layout>('Layout', {
  pieceLength: u32,
  files: list(layoutFile),
  hashes: bytes,
  algorithm: choice('Algorithm', ['sha1', 'sha256']),
});

const blockRange = { link: u32, piece: u32, block: u32, count: u32 };
const byteRange = { link: u32, piece: u32, offset: u32, length: u32 };
const files = list(fileStat);
const components = list(string);
const inFolder = { request: u32, root: string, folder: components };
const partials = list(partialPiece);

/** Frames of the pipe itself, in both directions. */
export const PIPE_OPS = {
  hello: { op: 1, fields: { magic: u32, version: u16 } },
  credit: { op: 2, fields: { bytes: u53 } },
} as const satisfies OpTable<PipeFrame>;

/** Host to daemon. */
export const COMMAND_OPS = {
  dial: { op: 16, fields: { link: u32, host: string, port: u16 } },
  listen: { op: 17, fields: { listener: u32, host: string, port: u16 } },
  unlisten: { op: 18, fields: { listener: u32 } },
  continueRaw: { op: 19, fields: { link: u32 } },
  upgrade: { op: 20, fields: { link: u32, store: u32, rest: bytes, cipher: nullable(cipher) } },
  attach: { op: 21, fields: { link: u32, store: u32 } },
  send: { op: 22, fields: { link: u32, bytes } },
  request: { op: 23, fields: blockRange },
  cancel: { op: 24, fields: blockRange },
  serve: { op: 25, fields: { ...byteRange, blockLength: u32 } },
  unserve: { op: 26, fields: byteRange },
  close: { op: 27, fields: { link: u32 } },
  limit: { op: 28, fields: { store: u32, down: u53, up: u53 } },
  webOpen: { op: 29, fields: { link: u32, store: u32, userAgent: string, mayBeLocal: bool } },
  webRequest: { op: 30, fields: { ...blockRange, parts: list(webPart) } },

  openStore: {
    op: 40,
    fields: {
      store: u32,
      root: string,
      folder: components,
      isSaved: bool,
      layout,
      wanted: bytes,
      preallocate,
      partials,
    },
  },
  closeStore: { op: 41, fields: { store: u32 } },
  check: { op: 42, fields: { store: u32, first: u32, count: u32 } },
  stopCheck: { op: 43, fields: { store: u32 } },
  hashPieces: { op: 44, fields: { store: u32, first: u32, count: u32 } },
  sync: { op: 45, fields: { store: u32, request: u32 } },
  discard: { op: 46, fields: { store: u32, piece: u32 } },
  setWanted: { op: 47, fields: { store: u32, request: u32, wanted: bytes } },
  retryStore: { op: 48, fields: { store: u32 } },
  moveStore: { op: 50, fields: { store: u32, request: u32, root: string, folder: components } },
  deleteStore: { op: 51, fields: { store: u32, request: u32 } },
  renameFiles: { op: 52, fields: { store: u32, request: u32, renames: list(filePath) } },
  cancelMove: { op: 53, fields: { store: u32 } },
  settleStore: { op: 54, fields: { store: u32 } },

  udpBind: { op: 60, fields: { socket: u32, host: string, port: u16 } },
  udpSend: { op: 61, fields: { socket: u32, host: string, port: u16, bytes } },
  udpClose: { op: 62, fields: { socket: u32 } },
  httpGet: {
    op: 63,
    fields: {
      request: u32,
      url: string,
      maxBytes: u32,
      connectTimeoutMs: u32,
      totalTimeoutMs: u32,
      userAgent: string,
      purpose,
    },
  },
  httpCancel: { op: 64, fields: { request: u32 } },
  resolve: { op: 65, fields: { request: u32, host: string } },

  setRoot: { op: 70, fields: { key: string, path: string } },
  dropRoot: { op: 71, fields: { key: string } },
  listFolder: { op: 72, fields: inFolder },
  makeFolder: { op: 73, fields: inFolder },
  freeSpace: { op: 74, fields: inFolder },
  readFile: { op: 75, fields: { request: u32, root: string, path: components, offset: u53, length: u32 } },
  renameEntry: { op: 76, fields: { request: u32, root: string, from: components, to: components } },

  askFigures: { op: 77, fields: { request: u32 } },
  openRefused: { op: 80, fields: { store: u32 } },
} as const satisfies OpTable<HostFrame>;

/** Daemon to host. */
export const EVENT_OPS = {
  opened: { op: 128, fields: { link: u32 } },
  listening: { op: 129, fields: { listener: u32, port: u16 } },
  listenFailed: { op: 130, fields: { listener: u32, code: linkCode } },
  accepted: { op: 131, fields: { listener: u32, link: u32, host: string, port: u16 } },
  raw: { op: 132, fields: { link: u32, bytes } },
  message: { op: 133, fields: { link: u32, bytes } },
  requested: { op: 134, fields: { ...byteRange, blockLength: u32 } },
  blocks: { op: 135, fields: blockRange },
  unwanted: { op: 136, fields: { ...byteRange, reason: unwantedReason } },
  served: { op: 137, fields: { link: u32, blocks: u32, bytes: u53 } },
  unserved: { op: 138, fields: { ...byteRange, blockLength: u32, reason: unservedReason } },
  closed: { op: 139, fields: { link: u32, code: linkCode } },
  webClosed: {
    op: 140,
    fields: { link: u32, status: u16, retryMs: u53, detail: string, code: webCode },
  },

  storeOpened: { op: 160, fields: { store: u32, files } },
  storeFailed: {
    op: 161,
    fields: { store: u32, request: u32, code: storeCode, detail: string, missing: u53 },
  },
  storeDone: { op: 162, fields: { store: u32, request: u32, files } },
  storeClosed: { op: 163, fields: { store: u32, files, partials } },
  checked: { op: 164, fields: { store: u32, first: u32, count: u32, good: bytes } },
  checkStopped: { op: 165, fields: { store: u32 } },
  hashed: { op: 166, fields: { store: u32, first: u32, digests: bytes } },
  synced: { op: 167, fields: { store: u32, request: u32, files } },
  verified: { op: 168, fields: { store: u32, piece: u32, digests: bytes } },
  corrupt: { op: 169, fields: { store: u32, piece: u32, digests: bytes, fromDisk: bool } },
  storeBlocked: { op: 170, fields: { store: u32, code: storeCode, detail: string, missing: u53 } },
  storeUnblocked: { op: 171, fields: { store: u32 } },
  pieceLost: { op: 172, fields: { store: u32, piece: u32, code: storeCode } },
  storeMoved: { op: 173, fields: { store: u32, root: string, folder: components } },
  moveProgress: { op: 174, fields: { store: u32, done: u53, total: u53 } },

  udpBound: { op: 190, fields: { socket: u32, port: u16 } },
  udpFailed: { op: 191, fields: { socket: u32, code: linkCode } },
  udpPacket: { op: 192, fields: { socket: u32, host: string, port: u16, bytes } },
  httpReply: { op: 193, fields: { request: u32, status: u16, body: bytes } },
  httpFailed: { op: 194, fields: { request: u32, code: httpCode, detail: string } },
  resolved: { op: 195, fields: { request: u32, addresses: list(string) } },
  resolveFailed: { op: 196, fields: { request: u32, code: httpCode } },

  folderListed: { op: 200, fields: { request: u32, entries: list(folderEntry), isCut: bool } },
  folderDone: { op: 201, fields: { request: u32 } },
  spaceKnown: { op: 202, fields: { request: u32, free: u53, total: u53 } },
  fileRead: { op: 203, fields: { request: u32, size: u53, mtimeMs: i53, bytes } },
  folderFailed: { op: 204, fields: { request: u32, code: storeCode, detail: string } },
  figures: {
    op: 205,
    fields: {
      request: u32,
      bytesRead: u53,
      reads: u53,
      readUs: u53,
      bytesWritten: u53,
      writes: u53,
      writeUs: u53,
      syncs: u53,
      syncUs: u53,
      openFiles: u53,
      jobsWaiting: u53,
      jobsRunning: u53,
      memoryBytes: u53,
      bufferBytes: u53,
      bufferUsed: u53,
      writesWaiting: u53,
      writesRunning: u53,
      linksWaiting: u53,
      checksRunning: u53,
      stores: u53,
    },
  },
} as const satisfies OpTable<PlaneEvent>;
