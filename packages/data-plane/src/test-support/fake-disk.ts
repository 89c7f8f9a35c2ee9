/**
 * A disk for tests: keeps the torrent as one array, answers in an order the test chooses, fails on request, and notices
 * when memory it was given changes before it answered.
 */
import type { DiskFigures, FilePath, FileStat, Place, StoreCode } from '@jstorrent/engine/ports';
import { BLOCK_LENGTH } from '@jstorrent/engine/ports';
import { assert } from '../assert.ts';
import type {
  Answer,
  Disk,
  DiskError,
  DiskFolders,
  FinishResult,
  MoveProgress,
  OpenFiles,
  Segment,
  StoreFiles,
} from '../ports.ts';
import { isEqual } from './bytes.ts';
import type { Timeline } from './timeline.ts';

/** A digest of 20 bytes that is good enough to tell contents apart. */
export function fakeDigest(bytes: Uint8Array): Uint8Array {
  let a = 0x811c9dc5;
  let b = bytes.length >>> 0;
  for (const byte of bytes) {
    a = Math.imul(a ^ byte, 0x01000193);
    b = (Math.imul(b, 31) + byte) | 0;
  }
  const digest = new Uint8Array(20);
  new DataView(digest.buffer).setUint32(0, a);
  new DataView(digest.buffer).setUint32(4, b);
  digest[19] = 1;
  return digest;
}

/** What is done with the disk. */
export type DiskOperation =
  | 'finish'
  | 'write'
  | 'read'
  | 'hash'
  | 'sync'
  | 'change'
  | 'close'
  | 'remove'
  | 'open';

/** One disk with one torrent on it; `bytes` is its content as a whole. */
export class FakeDisk implements Disk {
  readonly arena: Uint8Array;
  lanes = 2;
  bytes = new Uint8Array(0);
  /** Operations that fail, with this code. */
  readonly failing = new Map<DiskOperation, StoreCode>();
  /** Operations asked so far, in order. */
  readonly log: { readonly operation: DiskOperation; readonly piece: number; readonly length: number }[] = [];
  /** Operations not answered yet. */
  running = 0;
  /** The most hashes that ran at once. */
  mostHashes = 0;
  /** Called to choose which of `count` waiting answers comes next. */
  choose: (count: number) => number = () => 0;
  /** While true, nothing is answered. */
  isHeld = false;
  #waiting: (() => void)[] = [];
  #hashes = 0;
  readonly #timeline: Timeline;

  constructor(timeline: Timeline, arenaBytes: number) {
    this.#timeline = timeline;
    this.arena = new Uint8Array(arenaBytes);
  }

  open(request: OpenFiles, answer: Parameters<Disk['open']>[1]): void {
    const total = request.layout.files.reduce((sum, file) => sum + file.length, 0);
    if (this.bytes.length !== total) this.bytes = new Uint8Array(total);
    const files = new FakeFiles(this, request);
    this.later('open', { piece: -1, length: 0 }, answer, () => ({
      files,
      stats: files.stats(),
      moved: null,
    }));
  }

  setRoot(): void {}

  get folders(): DiskFolders {
    throw new Error('a fake disk has no folders');
  }

  figures(): DiskFigures {
    throw new Error('a fake disk has no figures');
  }

  /** Answer what waits. */
  release(): void {
    this.isHeld = false;
    for (let count = this.#waiting.length; count > 0; count--) this.#timeline.later(() => this.#answerOne());
  }

  /** Answer in a later step with what `work` gives, or with the error of a failing operation. */
  later<T>(
    operation: DiskOperation,
    about: { readonly piece: number; readonly length: number },
    answer: Answer<T>,
    work: () => T,
  ): void {
    this.log.push({ operation, ...about });
    this.running++;
    if (operation === 'hash') this.mostHashes = Math.max(this.mostHashes, ++this.#hashes);
    this.#waiting.push(() => {
      this.running--;
      if (operation === 'hash') this.#hashes--;
      const code = this.failing.get(operation);
      if (code === undefined) {
        answer.onDone(work());
      } else {
        const error: DiskError = { code, detail: operation, missing: about.length };
        answer.onError(error);
      }
    });
    if (!this.isHeld) this.#timeline.later(() => this.#answerOne());
  }

  #answerOne(): void {
    if (this.isHeld) return;
    const [next] = this.#waiting.splice(this.choose(this.#waiting.length), 1);
    next?.();
  }
}

class FakeFiles implements StoreFiles {
  readonly #disk: FakeDisk;
  readonly #request: OpenFiles;

  constructor(disk: FakeDisk, request: OpenFiles) {
    this.#disk = disk;
    this.#request = request;
  }

  stats(): FileStat[] {
    return this.#request.layout.files.map((file) => ({ size: file.length, mtimeMs: 1 }));
  }

  finish(
    piece: number,
    segments: readonly Segment[],
    wantDigests: boolean,
    answer: Answer<FinishResult>,
  ): void {
    const before = this.#gather(piece, segments);
    assert(before.length === this.#pieceLength(piece), 'segments cover the piece');
    this.#disk.later('finish', { piece, length: before.length }, answer, () => {
      const bytes = this.#gather(piece, segments);
      assert(isEqual(before, bytes), 'memory changed while the disk used it');
      const { hashes } = this.#request.layout;
      const good = isEqual(fakeDigest(bytes), hashes.slice(piece * 20, piece * 20 + 20));
      if (good) this.#disk.bytes.set(bytes, this.#start(piece));
      return { good, digests: good && !wantDigests ? new Uint8Array(0) : blockDigests(bytes) };
    });
  }

  write(piece: number, segments: readonly Segment[], answer: Answer<Uint8Array>): void {
    const before = this.#gather(piece, segments);
    assert(before.length > 0, 'an empty write');
    this.#disk.later('write', { piece, length: before.length }, answer, () => {
      assert(isEqual(before, this.#gather(piece, segments)), 'memory changed while the disk used it');
      for (const { offset, length, memory } of segments) {
        assert(memory >= 0, 'only memory is written');
        this.#disk.bytes.set(this.#disk.arena.subarray(memory, memory + length), this.#start(piece) + offset);
      }
      // Only the last block of a piece is short, and it is the last of its segments.
      return blockDigests(before);
    });
  }

  read(piece: number, offset: number, targets: readonly Uint8Array[], answer: Answer<void>): void {
    const length = targets.reduce((sum, target) => sum + target.length, 0);
    this.#disk.later('read', { piece, length }, answer, () => {
      let at = this.#start(piece) + offset;
      for (const target of targets) {
        target.set(this.#disk.bytes.subarray(at, at + target.length));
        at += target.length;
      }
    });
  }

  hash(first: number, count: number, answer: Answer<Uint8Array>): void {
    this.#disk.later('hash', { piece: first, length: count }, answer, () => {
      const digests = new Uint8Array(20 * count);
      for (let index = 0; index < count; index++) {
        const start = this.#start(first + index);
        const end = start + this.#pieceLength(first + index);
        digests.set(fakeDigest(this.#disk.bytes.subarray(start, end)), 20 * index);
      }
      return digests;
    });
  }

  sync(answer: Answer<readonly FileStat[]>): void {
    this.#disk.later('sync', { piece: -1, length: 0 }, answer, () => this.stats());
  }

  setWanted(_wanted: Uint8Array, answer: Answer<readonly FileStat[]>): void {
    this.#change(answer);
  }

  rename(_renames: readonly FilePath[], answer: Answer<readonly FileStat[]>): void {
    this.#change(answer);
  }

  move(_place: Place, onProgress: MoveProgress, answer: Answer<readonly FileStat[]>): void {
    onProgress(0, this.#disk.bytes.length);
    this.#change(answer);
  }

  cancelMove(): void {
    this.#disk.failing.set('change', 'CANCELLED');
  }

  settle(): void {}

  remove(answer: Answer<void>): void {
    assert(this.#disk.running === 0, 'removed while in use');
    this.#disk.later('remove', { piece: -1, length: 0 }, answer, () => {});
  }

  close(answer: Answer<readonly FileStat[]>): void {
    assert(this.#disk.running === 0, 'closed while in use');
    this.#disk.later('close', { piece: -1, length: 0 }, answer, () => this.stats());
  }

  #change(answer: Answer<readonly FileStat[]>): void {
    assert(this.#disk.running === 0, 'changed while in use');
    this.#disk.later('change', { piece: -1, length: 0 }, answer, () => this.stats());
  }

  #start(piece: number): number {
    return piece * this.#request.layout.pieceLength;
  }

  #pieceLength(piece: number): number {
    return Math.min(this.#request.layout.pieceLength, this.#disk.bytes.length - this.#start(piece));
  }

  #gather(piece: number, segments: readonly Segment[]): Uint8Array {
    const bytes = new Uint8Array(segments.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const { offset, length, memory } of segments) {
      const from = memory < 0 ? this.#start(piece) + offset : memory;
      const source = memory < 0 ? this.#disk.bytes : this.#disk.arena;
      bytes.set(source.subarray(from, from + length), at);
      at += length;
    }
    return bytes;
  }
}

function blockDigests(bytes: Uint8Array): Uint8Array {
  const digests = new Uint8Array(20 * Math.ceil(bytes.length / BLOCK_LENGTH));
  for (let block = 0; block * 20 < digests.length; block++) {
    digests.set(fakeDigest(bytes.subarray(block * BLOCK_LENGTH, (block + 1) * BLOCK_LENGTH)), 20 * block);
  }
  return digests;
}
