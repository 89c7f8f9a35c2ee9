/**
 * Properties of frames: every value survives the wire, every split of the stream is the same stream, and no bytes do worse
 * than a FrameError. FUZZ_RUNS raises the number of runs.
 */
import assert from 'node:assert/strict';
import process from 'node:process';
import type {
  FilePath,
  FileStat,
  FolderEntry,
  Layout,
  PartialPiece,
  PlaneEvent,
  WebPart,
} from '@jstorrent/engine/ports';
import fc, { type Arbitrary } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BodyReader } from './body-reader.ts';
import { type Codec, createCodec } from './codec.ts';
import { FrameError } from './frame-error.ts';
import { FrameReader } from './frame-reader.ts';
import { FrameWriter } from './frame-writer.ts';
import { COMMAND_OPS, EVENT_OPS, type HostFrame } from './ops.ts';

const runs = { numRuns: Number(process.env['FUZZ_RUNS'] ?? 200) };

const u16 = fc.integer({ min: 0, max: 0xffff });
const u32 = fc.integer({ min: 0, max: 0xffff_ffff });
const u53 = fc.oneof(u16, fc.maxSafeNat());
const i53 = fc.oneof(fc.constant(-1), fc.maxSafeInteger());
const bytes = fc.uint8Array({ maxLength: 100 });
const special = fc.constantFrom('é'.repeat(60), '\uFEFFmarked', '\0', '\u{10FFFF}');
const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 80 }), fc.ipV6(), special);
const linkCode = fc.constantFrom('ENDED', 'ADDRESS_DENIED', 'STORE_CLOSED', 'FAILED');
const storeCode = fc.constantFrom('DISK_FULL', 'PATH_ESCAPES', 'BAD_LAYOUT', 'CANCELLED');
const httpCode = fc.constantFrom('BAD_URL', 'TIMED_OUT', 'BAD_REPLY');
const names = fc.array(text, { maxLength: 4 });

/** A record with exactly these properties. */
function record<T extends object>(model: { readonly [K in keyof T]-?: Arbitrary<T[K]> }): Arbitrary<T> {
  return fc.record<T>(model as { [K in keyof T]: Arbitrary<T[K]> }, { noNullPrototype: true });
}

const files: Arbitrary<FileStat[]> = fc.array(record<FileStat>({ size: i53, mtimeMs: i53 }));
const partials: Arbitrary<PartialPiece[]> = fc.array(record<PartialPiece>({ piece: u32, blocks: bytes }));
const file = record({ path: names, length: u53, kind: fc.constantFrom('file', 'pad') });
const symlink = record({ path: names, length: u53, kind: fc.constant('symlink'), target: names });
const layout = record<Layout>({
  pieceLength: u32,
  files: fc.array(fc.oneof(file, symlink)) as Arbitrary<Layout['files']>,
  hashes: bytes,
  algorithm: fc.constantFrom('sha1', 'sha256'),
});
const renames = fc.array(record<FilePath>({ file: u32, path: names }));
const entry = record<FolderEntry>({ name: text, isFolder: fc.boolean(), size: u53, mtimeMs: i53 });
const inFolder = { request: u32, root: text, folder: names };
const cipher = record({ name: text, outgoingKey: bytes, incomingKey: bytes });

/** Arbitrary properties for every member of a union. */
type Models<U extends { readonly type: string }> = {
  readonly [T in U as T['type']]: { readonly [K in keyof Omit<T, 'type'>]-?: Arbitrary<T[K & keyof T]> };
};

const blockRange = { link: u32, piece: u32, block: u32, count: u32 };
const byteRange = { link: u32, piece: u32, offset: u32, length: u32 };

const commands: Models<HostFrame> = {
  dial: { link: u32, host: text, port: u16 },
  listen: { listener: u32, host: text, port: u16 },
  unlisten: { listener: u32 },
  continueRaw: { link: u32 },
  upgrade: { link: u32, store: u32, rest: bytes, cipher: fc.option(cipher) },
  attach: { link: u32, store: u32 },
  send: { link: u32, bytes },
  request: blockRange,
  cancel: blockRange,
  serve: { ...byteRange, blockLength: u32 },
  unserve: byteRange,
  close: { link: u32 },
  limit: { store: u32, down: u53, up: u53 },
  webOpen: { link: u32, store: u32, userAgent: text, mayBeLocal: fc.boolean() },
  webRequest: {
    ...blockRange,
    parts: fc.array(record<WebPart>({ url: text, offset: u53, length: u32, fileLength: u53 })),
  },
  openStore: {
    store: u32,
    root: text,
    folder: names,
    isSaved: fc.boolean(),
    layout,
    wanted: bytes,
    preallocate: fc.constantFrom('sparse', 'full'),
    partials,
  },
  closeStore: { store: u32 },
  check: { store: u32, first: u32, count: u32 },
  stopCheck: { store: u32 },
  hashPieces: { store: u32, first: u32, count: u32 },
  sync: { store: u32, request: u32 },
  discard: { store: u32, piece: u32 },
  setWanted: { store: u32, request: u32, wanted: bytes },
  retryStore: { store: u32 },
  moveStore: { store: u32, request: u32, root: text, folder: names },
  deleteStore: { store: u32, request: u32 },
  renameFiles: { store: u32, request: u32, renames },
  cancelMove: { store: u32 },
  settleStore: { store: u32 },
  udpBind: { socket: u32, host: text, port: u16 },
  udpSend: { socket: u32, host: text, port: u16, bytes },
  udpClose: { socket: u32 },
  httpGet: {
    request: u32,
    url: text,
    maxBytes: u32,
    connectTimeoutMs: u32,
    totalTimeoutMs: u32,
    userAgent: text,
    purpose: fc.constantFrom('tracker', 'user'),
  },
  httpCancel: { request: u32 },
  resolve: { request: u32, host: text },
  setRoot: { key: text, path: text },
  dropRoot: { key: text },
  listFolder: inFolder,
  makeFolder: inFolder,
  freeSpace: inFolder,
  readFile: { request: u32, root: text, path: names, offset: u53, length: u32 },
  renameEntry: { request: u32, root: text, from: names, to: names },
  askFigures: { request: u32 },
  openRefused: { store: u32 },
};

const events: Models<PlaneEvent> = {
  opened: { link: u32 },
  listening: { listener: u32, port: u16 },
  listenFailed: { listener: u32, code: linkCode },
  accepted: { listener: u32, link: u32, host: text, port: u16 },
  raw: { link: u32, bytes },
  message: { link: u32, bytes },
  requested: { ...byteRange, blockLength: u32 },
  blocks: blockRange,
  unwanted: { ...byteRange, reason: fc.constantFrom('unrequested', 'duplicate') },
  served: { link: u32, blocks: u32, bytes: u53 },
  unserved: { ...byteRange, blockLength: u32, reason: fc.constantFrom('dropped', 'unreadable') },
  closed: { link: u32, code: linkCode },
  webClosed: {
    link: u32,
    status: u16,
    retryMs: u53,
    detail: text,
    code: fc.constantFrom('BAD_URL', 'BUSY', 'STORE_CLOSED'),
  },
  storeOpened: { store: u32, files },
  storeFailed: { store: u32, request: u32, code: storeCode, detail: text, missing: u53 },
  storeDone: { store: u32, request: u32, files },
  storeClosed: { store: u32, files, partials },
  checked: { store: u32, first: u32, count: u32, good: bytes },
  checkStopped: { store: u32 },
  hashed: { store: u32, first: u32, digests: bytes },
  synced: { store: u32, request: u32, files },
  verified: { store: u32, piece: u32, digests: bytes },
  corrupt: { store: u32, piece: u32, digests: bytes, fromDisk: fc.boolean() },
  storeBlocked: { store: u32, code: storeCode, detail: text, missing: u53 },
  storeUnblocked: { store: u32 },
  pieceLost: { store: u32, piece: u32, code: storeCode },
  storeMoved: { store: u32, root: text, folder: names },
  moveProgress: { store: u32, done: u53, total: u53 },
  udpBound: { socket: u32, port: u16 },
  udpFailed: { socket: u32, code: linkCode },
  udpPacket: { socket: u32, host: text, port: u16, bytes },
  httpReply: { request: u32, status: u16, body: bytes },
  httpFailed: { request: u32, code: httpCode, detail: text },
  resolved: { request: u32, addresses: names },
  resolveFailed: { request: u32, code: httpCode },
  folderListed: { request: u32, entries: fc.array(entry), isCut: fc.boolean() },
  folderDone: { request: u32 },
  spaceKnown: { request: u32, free: u53, total: u53 },
  fileRead: { request: u32, size: u53, mtimeMs: i53, bytes },
  folderFailed: { request: u32, code: storeCode, detail: text },
  figures: {
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
};

/** One arbitrary per op, by type. */
function arbitraries<U extends { readonly type: string }>(models: Models<U>): [string, Arbitrary<U>][] {
  return Object.entries(models).map(([type, model]) => [
    type,
    record({ type: fc.constant(type), ...(model as object) } as never) as Arbitrary<U>,
  ]);
}

const commandArbitraries = arbitraries<HostFrame>(commands);
const eventArbitraries = arbitraries<PlaneEvent>(events);
const commandCodec = createCodec<HostFrame>(COMMAND_OPS);
const eventCodec = createCodec<PlaneEvent>(EVENT_OPS);

function encodeAll<U>(codec: Codec<U>, values: readonly U[]): Uint8Array {
  const writer = new FrameWriter();
  for (const value of values) codec.encode(writer, value);
  return writer.take();
}

/** What a stream, cut at random places, decodes to. */
function decodeAll<U>(codec: Codec<U>, stream: Uint8Array, cuts: readonly number[]): U[] {
  const values: U[] = [];
  const body: BodyReader = new BodyReader();
  const reader = new FrameReader((frame, start, end) => {
    body.open(frame, start, end);
    const value = codec.decode(body.u8(), body);
    if (value === null) body.fail('UNKNOWN_OP');
    values.push(value);
  });
  const places = [...new Set(cuts.map((cut) => cut % (stream.length + 1))), stream.length];
  let from = 0;
  for (const place of places.toSorted((a, b) => a - b)) {
    const chunk = stream.slice(from, place);
    reader.push(chunk);
    chunk.fill(0xff);
    from = place;
  }
  return values;
}

function suite<U>(codec: Codec<U>, all: readonly [string, Arbitrary<U>][]): void {
  const any = fc.oneof(...all.map(([, arbitrary]) => arbitrary));
  const cuts = fc.array(fc.nat(), { maxLength: 20 });

  it.each(all)('brings every %s across unchanged', (_type, arbitrary) => {
    fc.assert(
      fc.property(arbitrary, (value) => {
        assert.deepStrictEqual(decodeAll(codec, encodeAll(codec, [value]), []), [value]);
      }),
      { numRuns: Math.ceil(runs.numRuns / 10) },
    );
  });

  it('gives the same values however the stream is cut, and keeps nothing of the chunks', () => {
    fc.assert(
      fc.property(fc.array(any, { maxLength: 8 }), cuts, (values, places) => {
        assert.deepStrictEqual(decodeAll(codec, encodeAll(codec, values), places), values);
      }),
      runs,
    );
  });

  it('turns random bodies into values that encode to the same bytes, or into a FrameError', () => {
    const op = fc.integer({ min: 0, max: 255 });
    fc.assert(
      fc.property(op, fc.uint8Array({ maxLength: 60 }), (number, rest) => {
        expectValueOrError(codec, Uint8Array.of(rest.length + 1, 0, 0, 0, number, ...rest));
      }),
      runs,
    );
  });

  it('turns mutated frames into values that encode to the same bytes, or into a FrameError', () => {
    const edits = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(any, edits, (value, changes) => {
        const stream = encodeAll(codec, [value]).slice();
        for (const [place, byte] of changes) stream[place % stream.length] = byte;
        expectValueOrError(codec, stream);
      }),
      runs,
    );
  });
}

/** Only one encoding exists for a value, so whatever decodes must be that encoding. */
function expectValueOrError<U>(codec: Codec<U>, stream: Uint8Array): void {
  let values: U[];
  try {
    values = decodeAll(codec, stream, []);
  } catch (error) {
    if (error instanceof FrameError) return;
    throw error;
  }
  const again = encodeAll(codec, values);
  assert.deepStrictEqual(again, stream.slice(0, again.length));
}

describe('commands', () => suite(commandCodec, commandArbitraries));
describe('events', () => suite(eventCodec, eventArbitraries));

describe('codec', () => {
  it('has a model here for every op of the table', () => {
    expect(Object.keys(commands).toSorted()).toEqual(Object.keys(COMMAND_OPS).toSorted());
    expect(Object.keys(events).toSorted()).toEqual(Object.keys(EVENT_OPS).toSorted());
  });

  it('throws on values that do not fit their field, which only a bug can produce', () => {
    const bad: HostFrame[] = [
      { type: 'close', link: -1 },
      { type: 'close', link: 1.5 },
      { type: 'close', link: 2 ** 32 },
      { type: 'dial', link: 1, host: '', port: 65_536 },
      { type: 'limit', store: 0, down: -1, up: 0 },
      { type: 'limit', store: 0, down: Number.NaN, up: 0 },
    ];
    for (const value of bad) expect(() => encodeAll(commandCodec, [value])).toThrow(RangeError);
  });

  it('refuses two ops of one number', () => {
    const table = { a: { op: 1, fields: {} }, b: { op: 1, fields: {} } };
    expect(() => createCodec<{ type: 'a' } | { type: 'b' }>(table)).toThrow('op 1 is not free for b');
  });
});
