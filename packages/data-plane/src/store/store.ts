/**
 * One open torrent: joins its pieces, writes, files and links, and opens and closes in order. Decides when links are
 * read and when files may be used; memory is decided in `pieces.ts` and `room.ts`, writing in `writer.ts`.
 */
import type { FileStat, Layout, LinkCode, Place, StoreEvent, StoreId } from '@jstorrent/engine/ports';
import { BLOCK_LENGTH } from '@jstorrent/engine/ports';
import { present } from '../assert.ts';
import type { Answer, DiskError, OpenedFiles, StoreFiles } from '../ports.ts';
import { Gate } from './gate.ts';
import type { JobQueue } from './jobs.ts';
import type { Geometry } from './layout.ts';
import { blocksIn, pieceSize } from './layout.ts';
import type { Chunk, ChunkOwner } from './piece.ts';
import { Pieces } from './pieces.ts';
import type { Room, RoomWaiter } from './room.ts';
import { Writer } from './writer.ts';

/** What a store needs of the links that feed it. */
export interface StoreLink {
  /** Stop or go on reading from the peer. */
  halt(halted: boolean): void;
  /** Reading from disk is possible again. */
  onReadable(): void;
  /** Close and tell why. */
  end(code: LinkCode): void;
}

/** What a store is built from. */
export interface StoreParts {
  readonly id: StoreId;
  readonly layout: Layout;
  readonly geometry: Geometry;
  readonly room: Room;
  readonly jobs: JobQueue;
  readonly slabBlocks: number;
  readonly tell: (event: StoreEvent) => void;
  /** Files can be hashed again. */
  readonly onCheckable: () => void;
  /** Closed and told; the id is free. */
  readonly onGone: () => void;
}

/**
 * `opening` until the files are there. Closing has three steps: `draining` lets queued writes end, `saving` writes what
 * is only in memory, `closing` waits for the files.
 */
type Life = 'opening' | 'open' | 'draining' | 'saving' | 'closing' | 'gone';

/** Pieces, files and links of one torrent. */
export class Store implements ChunkOwner {
  readonly id: StoreId;
  readonly layout: Layout;
  readonly geometry: Geometry;
  readonly pieces: Pieces;
  /** Links that feed this store. */
  readonly links = new Set<StoreLink>();
  readonly #parts: StoreParts;
  readonly #gate: Gate;
  readonly #writer: Writer;
  #files: StoreFiles | null = null;
  #life: Life = 'opening';
  /** The request of the `deleteStore` that closes, or null when the files stay. */
  #deleting: number | null = null;
  #isMoveUnwanted = false;
  /** Requests that wait for the files to be opened. */
  readonly #early: number[] = [];

  constructor(parts: StoreParts) {
    this.id = parts.id;
    this.layout = parts.layout;
    this.geometry = parts.geometry;
    this.#parts = parts;
    this.#gate = new Gate({ onOpen: () => this.#thaw(), onRest: () => this.#settle() });
    this.pieces = new Pieces(parts.geometry, parts.room, this, parts.slabBlocks);
    this.#writer = new Writer({
      pieces: this.pieces,
      gate: this.#gate,
      queue: parts.jobs,
      files: () => this.#ready,
      owner: {
        onVerified: (piece, digests) => parts.tell({ type: 'verified', store: this.id, piece, digests }),
        onCorrupt: (piece, digests, fromDisk) =>
          parts.tell({ type: 'corrupt', store: this.id, piece, digests, fromDisk }),
        onBlocked: (error) => {
          this.#tellBlocked(error);
          this.#haltLinks();
        },
        onUnblocked: () => {
          parts.tell({ type: 'storeUnblocked', store: this.id });
          this.#haltLinks();
          this.#thaw();
        },
        onQuiet: () => this.#settle(),
      },
    });
  }

  /** Whether links must not be read now. */
  get isHalted(): boolean {
    return this.#life === 'opening' || this.#writer.isHalted;
  }

  /** Whether the store takes commands. */
  get isUsable(): boolean {
    return this.#life === 'opening' || this.#life === 'open';
  }

  /** Whether files may be read now. */
  get isReadable(): boolean {
    return this.#life === 'open' && this.#gate.isOpen;
  }

  /** Whether files may be hashed now. */
  get isCheckable(): boolean {
    return this.isReadable && !this.#writer.isBlocked;
  }

  get canSpill(): boolean {
    return this.isCheckable;
  }

  /** The files are there: begin. */
  opened({ files, stats, moved }: OpenedFiles): void {
    this.#files = files;
    this.#early.length = 0;
    if (this.#life === 'opening') this.#life = 'open';
    if (moved !== null) this.#parts.tell({ type: 'storeMoved', store: this.id, ...moved });
    this.#parts.tell({ type: 'storeOpened', store: this.id, files: stats });
    this.#gate.open();
    for (const state of this.pieces.all()) this.#writer.finishWhenFull(state);
    this.#haltLinks();
    this.#thaw();
  }

  /** The files could not be opened: there is no store, and nothing that was asked of it is done. */
  openFailed({ code, detail, missing }: DiskError): void {
    this.#endLinks();
    this.#life = 'gone';
    this.pieces.clear();
    for (const request of [0, ...this.#early])
      this.#parts.tell({ type: 'storeFailed', store: this.id, request, code, detail, missing });
    this.#parts.onGone();
  }

  /** Bytes of a piece; 0 when there is no such piece. */
  pieceSize(piece: number): number {
    return pieceSize(this.geometry, piece);
  }

  /** Bytes of one block; 0 when there is no such block. */
  blockLength(piece: number, block: number): number {
    const size = pieceSize(this.geometry, piece);
    return block < blocksIn(size) ? Math.min(BLOCK_LENGTH, size - block * BLOCK_LENGTH) : 0;
  }

  /** See `Pieces.place`. */
  place(waiter: RoomWaiter, piece: number, block: number): number {
    return this.pieces.place(waiter, piece, block);
  }

  /** The payload of a placed block is complete; false when it is not wanted any more. */
  commit(waiter: RoomWaiter, piece: number, block: number): boolean {
    const state = this.pieces.commit(waiter, piece, block);
    if (state === null) return false;
    this.#writer.finishWhenFull(state);
    return true;
  }

  /** The payload of a placed block will not come. */
  abandon(waiter: RoomWaiter, piece: number, block: number): void {
    this.pieces.abandon(waiter, piece, block);
  }

  /** No longer wait for memory. */
  leaveRoom(waiter: RoomWaiter): void {
    this.#parts.room.leave(waiter);
  }

  /** Whether a range can be served: it exists and its piece is not being received. */
  isServable(piece: number, offset: number, length: number): boolean {
    return length > 0 && offset + length <= this.pieceSize(piece) && this.pieces.get(piece) === null;
  }

  /** Read part of a piece; only while `isReadable`. */
  read(piece: number, offset: number, targets: readonly Uint8Array[], answer: Answer<void>): void {
    this.#ready.read(piece, offset, targets, this.#behindGate(answer));
  }

  /** Hash pieces; only while `isCheckable`. */
  hash(first: number, count: number, answer: Answer<Uint8Array>): void {
    this.#ready.hash(first, count, this.#behindGate(answer));
  }

  /** Tell the engine something about this store. */
  tell(event: StoreEvent): void {
    this.#parts.tell(event);
  }

  /** The disk failed: hold still until `retry`. */
  block(error: DiskError): void {
    this.#writer.block(error);
  }

  /** Try what failed again. */
  retry(): void {
    this.#writer.retry();
  }

  spill(chunk: Chunk): void {
    this.#writer.spill(chunk);
  }

  /** Make what was verified durable, after changes that wait. */
  sync(request: number): void {
    if (this.#life === 'opening') this.#early.push(request);
    const run = (done: () => void): void => {
      this.#ready.sync({
        onDone: (files) => {
          this.#parts.tell({ type: 'synced', store: this.id, request, files });
          done();
        },
        onError: (error) => {
          if (this.#writer.isBlocked || !this.isUsable) this.#tellBlocked(error);
          else this.#writer.block(error);
          done();
        },
      });
    };
    if (this.#gate.isOpen) {
      this.#gate.enter();
      run(() => this.#gate.leave());
    } else {
      this.#gate.alone(run);
    }
  }

  /** Run a change of the files alone and answer `request` with its outcome. */
  change(request: number, run: (files: StoreFiles, answer: Answer<readonly FileStat[]>) => void): void {
    if (this.#life === 'opening') this.#early.push(request);
    this.#gate.alone((done) => {
      run(this.#ready, {
        onDone: (files) => {
          this.#parts.tell({ type: 'storeDone', store: this.id, request, files });
          done();
        },
        onError: ({ code, detail, missing }) => {
          this.#parts.tell({ type: 'storeFailed', store: this.id, request, code, detail, missing });
          done();
        },
      });
    });
  }

  /** Move the files, as a change of its own, and tell how far that is. */
  move(request: number, place: Place): void {
    const store = this.id;
    const onProgress = (done: number, total: number): void =>
      this.#parts.tell({ type: 'moveProgress', store, done, total });
    this.#isMoveUnwanted = false;
    this.change(request, (files, answer) => {
      files.move(place, onProgress, answer);
      if (this.#isMoveUnwanted) files.cancelMove();
    });
  }

  /** End a move, also one that has yet to begin. */
  cancelMove(): void {
    this.#isMoveUnwanted = true;
    this.#files?.cancelMove();
  }

  /** Place and paths are saved. Files that are yet to be opened are told when they are. */
  settle(): void {
    if (this.#life === 'open') this.#ready.settle();
  }

  /** Save what is in memory, then close; with the request of a `deleteStore`, delete instead. */
  close(deleting: number | null): void {
    if (!this.isUsable) return;
    const wasOpening = this.#life === 'opening';
    if (wasOpening && deleting !== null) this.#early.push(deleting);
    this.#life = 'draining';
    this.#deleting = deleting;
    this.#endLinks();
    this.#writer.startClosing();
    if (!wasOpening) this.#settle();
  }

  get #ready(): StoreFiles {
    return present(this.#files, 'files are used behind the gate');
  }

  /** Take the next step of closing when nothing runs any more. */
  #settle(): void {
    if (!this.#writer.isQuiet || !this.#gate.atRest) return;
    if (this.#life === 'draining' && this.#deleting === null) {
      this.#life = 'saving';
      for (const state of this.pieces.all()) this.#writer.save(state);
      if (!this.#writer.isQuiet) return;
    }
    if (this.#life === 'saving') this.#closeFiles();
    else if (this.#life === 'draining') this.#removeFiles();
  }

  #closeFiles(): void {
    this.#life = 'closing';
    const partials = this.pieces.partials();
    this.pieces.clear();
    this.#ready.close({
      onDone: (files) => this.#gone({ type: 'storeClosed', store: this.id, files, partials }),
      onError: () => this.#gone({ type: 'storeClosed', store: this.id, files: [], partials: [] }),
    });
  }

  #removeFiles(): void {
    this.#life = 'closing';
    const request = this.#deleting ?? 0;
    this.pieces.clear();
    this.#ready.remove({
      onDone: () => this.#gone({ type: 'storeDone', store: this.id, request, files: this.#absent() }),
      onError: ({ code, detail, missing }) => {
        this.#life = 'open';
        this.#deleting = null;
        this.#writer.stopClosing();
        this.#parts.tell({ type: 'storeFailed', store: this.id, request, code, detail, missing });
      },
    });
  }

  #gone(event: StoreEvent): void {
    this.#life = 'gone';
    this.#parts.tell(event);
    this.#parts.onGone();
  }

  /** What one says of files of which nothing is known: whoever compares will look again. */
  #absent(): FileStat[] {
    return this.layout.files.map(() => ({ size: -1, mtimeMs: 0 }));
  }

  #behindGate<T>(answer: Answer<T>): Answer<T> {
    this.#gate.enter();
    return {
      onDone: (value) => {
        answer.onDone(value);
        this.#gate.leave();
      },
      onError: (error) => {
        answer.onError(error);
        this.#gate.leave();
      },
    };
  }

  #tellBlocked({ code, detail, missing }: DiskError): void {
    this.#parts.tell({ type: 'storeBlocked', store: this.id, code, detail, missing });
  }

  #thaw(): void {
    this.#writer.unpark();
    if (!this.isReadable) return;
    for (const link of this.links) link.onReadable();
    this.#parts.onCheckable();
    this.#parts.room.relieve();
  }

  #haltLinks(): void {
    const { isHalted } = this;
    for (const link of this.links) link.halt(isHalted);
  }

  #endLinks(): void {
    for (const link of this.links) link.end('STORE_CLOSED');
  }
}
