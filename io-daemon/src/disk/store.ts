/**
 * The files of one torrent and who may use them when. Decides what each request leaves behind; the work itself is done by
 * workers, and where each byte belongs is decided in `places.ts`.
 */
import assert from 'node:assert/strict';
import type {
  Answer,
  DiskError,
  FinishResult,
  MoveProgress,
  OpenFiles,
  Segment,
  StoreFiles,
} from '@jstorrent/data-plane';
import type { FilePath, FileStat, Layout, Place } from '@jstorrent/engine/ports';
import { ask, settle } from './ask.ts';
import { Changes } from './changes.ts';
import { diskError, DiskFailure } from './codes.ts';
import { Gate } from './gate.ts';
import { checkFolder, type Geometry } from './geometry.ts';
import type { Fill, Root, Span } from './jobs.ts';
import { linkTarget } from './links.ts';
import { CALLED_OFF, MoveState, whileTelling } from './move-state.ts';
import { isWanted, type Places } from './places.ts';
import type { TaskOptions, WorkerPool } from './pool.ts';
import type { Counters } from './counters.ts';
import type { ReadFiles } from './read-files.ts';
import { readSpans } from './read.ts';
import type { Roots } from './roots.ts';
import type { Slots } from './slots.ts';
import { syncChanges } from './sync.ts';

/** More than the pieces of any layout (2^21), so that store and piece make one number. */
const PIECE_KEYS = 2 ** 22;

/** What stores share. */
export interface StoreWorld {
  readonly roots: Roots;
  readonly pool: WorkerPool;
  readonly errands: WorkerPool;
  /** Errands that may take hours. */
  readonly movers: WorkerPool;
  readonly reads: ReadFiles;
  readonly counters: Counters;
  /** Places for those who sync a file. */
  readonly syncs: Slots;
}

/** What a store begins with. */
export interface StoreStart {
  /** Names the store to workers; from 1, never used twice. */
  readonly id: number;
  readonly request: OpenFiles;
  readonly geometry: Geometry;
  readonly places: Places;
  /** Where the files are. */
  readonly place: Place;
  readonly root: Root;
  readonly stats: readonly FileStat[];
}

/** An answer that also leaves the gate. */
interface Settled<T> {
  readonly onDone: (value: T) => void;
  readonly onError: (error: DiskError) => void;
}

/** The files of one torrent. */
export class NodeStore implements StoreFiles {
  readonly #world: StoreWorld;
  readonly #id: number;
  readonly #layout: Layout;
  readonly #geometry: Geometry;
  readonly #places: Places;
  readonly #preallocate: OpenFiles['preallocate'];
  readonly #gate = new Gate();
  readonly #changes = new Changes();
  #place: Place;
  #root: Root;
  #stats: FileStat[];
  #wanted: Uint8Array;
  #mayLackEmpty = true;
  #lastSync: Promise<unknown> = Promise.resolve();
  #isOpen = true;
  /** The latest move. */
  #move: MoveState | null = null;

  constructor(world: StoreWorld, start: StoreStart) {
    this.#world = world;
    this.#id = start.id;
    this.#layout = start.request.layout;
    this.#geometry = start.geometry;
    this.#places = start.places;
    this.#place = start.place;
    this.#preallocate = start.request.preallocate;
    this.#root = start.root;
    this.#stats = [...start.stats];
    this.#wanted = start.request.wanted;
    this.#places.choose(this.#wanted, this.#stats);
    this.#noteSizes();
  }

  finish(
    piece: number,
    segments: readonly Segment[],
    wantDigests: boolean,
    answer: Answer<FinishResult>,
  ): void {
    const { hashes, algorithm } = this.#layout;
    const size = algorithm === 'sha1' ? 20 : 32;
    const expected = hashes.slice(piece * size, (piece + 1) * size);
    assert(expected.length === size, 'a piece with a hash');
    this.#share(answer, (settled) => {
      const spans = this.#changes.withLeast(this.#places.spans(piece, 0, this.#geometry.lengthOf(piece)));
      const job = {
        kind: 'finish',
        ...this.#here,
        spans,
        segments,
        algorithm,
        expected,
        wantDigests,
      } as const;
      const onDone = (result: FinishResult): void => {
        if (result.good) this.#written(spans, () => settled.onDone(result));
        else settled.onDone(result);
      };
      const { onError } = settled;
      this.#world.pool.run<'finish'>(job, { onDone, onError }, this.#task(piece, segments));
    });
  }

  write(piece: number, segments: readonly Segment[], answer: Answer<Uint8Array>): void {
    this.#share(answer, (settled) => {
      const found = segments.flatMap(({ offset, length }) => this.#places.spans(piece, offset, length));
      const spans = this.#changes.withLeast(found);
      const job = { kind: 'write', ...this.#here, spans, segments } as const;
      const onDone = (digests: Uint8Array): void => this.#written(spans, () => settled.onDone(digests));
      const { onError } = settled;
      this.#world.pool.run<'write'>(job, { onDone, onError }, this.#task(piece, segments));
    });
  }

  read(piece: number, offset: number, targets: readonly Uint8Array[], answer: Answer<void>): void {
    const length = targets.reduce((sum, target) => sum + target.length, 0);
    this.#share(answer, (settled) => {
      const inPiece = this.#places.spans(piece, offset, length);
      const spans = inPiece.map((span) => ({ ...span, offset: span.offset - offset }));
      readSpans({ files: this.#world.reads, ...this.#here, spans }, targets, settled);
    });
  }

  hash(first: number, count: number, answer: Answer<Uint8Array>): void {
    const { pieceLength, algorithm } = this.#layout;
    assert(first >= 0 && count > 0 && first + count <= this.#geometry.pieceCount, 'pieces of this layout');
    this.#share(answer, (settled) => {
      const { spans, length } = this.#places.range(first, count);
      const job = { kind: 'hash', ...this.#here, spans, length, pieceLength, algorithm } as const;
      this.#world.pool.run<'hash'>(job, settled, { bytes: length });
    });
  }

  sync(answer: Answer<readonly FileStat[]>): void {
    this.#share(answer, (settled) => settle(this.#sync(), settled));
  }

  setWanted(wanted: Uint8Array, answer: Answer<readonly FileStat[]>): void {
    const change = async (): Promise<readonly FileStat[]> => {
      await this.#adopt(wanted);
      this.#wanted = wanted;
      this.#mayLackEmpty = true;
      return await this.#survey();
    };
    settle(this.#alone(change), answer);
  }

  rename(renames: readonly FilePath[], answer: Answer<readonly FileStat[]>): void {
    const change = async (): Promise<readonly FileStat[]> => {
      this.#places.assertFree(renames);
      const batch = renames
        .map(({ file, path }) => ({ file, from: this.#places.ownPathOf(file), to: path.join('/') }))
        .filter(({ from, to }) => from !== to);
      const request = { place: this.#place, renames: batch, parts: this.#places.parts };
      await ask<'rename'>(this.#world.errands, { kind: 'rename', roots: this.#roots, request });
      const before = batch.map(({ file }) => this.#places.pathOf(file));
      this.#places.rename(renames);
      for (const [index, { file }] of batch.entries())
        this.#changes.rename(before[index] ?? '', this.#places.pathOf(file));
      return await this.#survey();
    };
    settle(this.#alone(change), answer);
  }

  move(place: Place, onProgress: MoveProgress, answer: Answer<readonly FileStat[]>): void {
    const state = new MoveState();
    this.#move = state;
    const change = async (): Promise<readonly FileStat[]> => {
      this.#world.roots.find(place.root);
      checkFolder(place.folder);
      await this.#sync();
      if (state.isCancelled) throw new DiskFailure(CALLED_OFF.code, CALLED_OFF.detail);
      const { parts } = this.#places;
      const request = { from: this.#place, to: place, paths: this.#places.ownPaths(), parts };
      const job = { kind: 'move', roots: this.#roots, request, state: state.memory } as const;
      state.job = job;
      const { root } = await whileTelling(state, onProgress, ask<'move'>(this.#world.movers, job));
      this.#root = root;
      this.#place = place;
      this.#places.moveTo(place.folder);
      this.#changes.clear();
      const stats = await this.#survey();
      this.#noteSizes();
      return stats;
    };
    settle(this.#alone(change), answer);
  }

  cancelMove(): void {
    this.#move?.cancel();
    const job = this.#move?.job ?? null;
    // One that waits behind others need not wait for a disk that hangs.
    if (job !== null) this.#world.movers.withdraw(job, CALLED_OFF);
  }

  settle(): void {
    const job = {
      kind: 'settle',
      roots: this.#roots,
      place: this.#place,
      parts: this.#places.parts,
    } as const;
    const settled = ask<'settle'>(this.#world.errands, job);
    // What stays is found again when the files are opened next.
    void settled.catch((error: unknown) => diskError(error));
  }

  remove(answer: Answer<void>): void {
    const change = async (): Promise<void> => {
      const files = this.#places.ownPaths(['file']).map(({ path }) => path);
      const links = this.#places.ownPaths(['symlink']).map(({ path }) => path);
      const request = { place: this.#place, files, links, parts: this.#places.parts };
      await ask<'remove'>(this.#world.errands, { kind: 'remove', roots: this.#roots, request });
      this.#isOpen = false;
    };
    settle(this.#alone(change), answer);
  }

  close(answer: Answer<readonly FileStat[]>): void {
    const change = async (): Promise<readonly FileStat[]> => {
      this.#isOpen = false;
      return await this.#sync();
    };
    // Which files are open still tells which ones were changed under us.
    settle(this.#alone(change, { keepOpen: true }), answer);
  }

  /** The roots there are, and the one the files are in, also when it was dropped since. */
  get #roots(): ReadonlyMap<string, string> {
    return this.#world.roots.all().set(this.#place.root, this.#root.path);
  }

  /** Files are as long as they look, unless somebody shortens them. */
  #noteSizes(): void {
    for (const [file, { length }] of this.#layout.files.entries()) {
      const size = this.#stats[file]?.size ?? 0;
      if (size > 0) this.#changes.noteSize(this.#places.pathOf(file), Math.min(size, length));
    }
  }

  /** Names this store and where it is, in jobs. */
  get #here(): { readonly store: number; readonly root: Root } {
    return { store: this.#id, root: this.#root };
  }

  #task(piece: number, segments: readonly Segment[]): TaskOptions {
    const bytes = segments.reduce((sum, { length }) => sum + length, 0);
    return { key: this.#id * PIECE_KEYS + piece, bytes, onFolders: this.#changes.noteFolders };
  }

  /** Use the files together with others; whoever wants them alone waits until the answer. */
  #share<T>(answer: Answer<T>, work: (settled: Settled<T>) => void): void {
    assert(this.#isOpen, 'an open store');
    this.#gate.share((leave) =>
      work({
        onDone: (value) => {
          leave();
          answer.onDone(value);
        },
        onError: (error) => {
          leave();
          answer.onError(error);
        },
      }),
    );
  }

  /** Use the files alone, with none of them open anywhere unless they are kept open until the work is done. */
  async #alone<T>(work: () => Promise<T>, { keepOpen = false } = {}): Promise<T> {
    assert(this.#isOpen, 'an open store');
    const leave = await this.#gate.alone();
    try {
      if (!keepOpen) await this.#closeFiles();
      return await work();
    } finally {
      await this.#closeFiles();
      leave();
    }
  }

  async #closeFiles(): Promise<void> {
    this.#world.reads.forget(this.#id);
    await this.#world.pool.runEverywhere<'forget'>({ kind: 'forget', store: this.#id });
  }

  /** Bytes are in files: the first ones bring the files without bytes with them. */
  #written(spans: readonly Span[], answer: () => void): void {
    this.#changes.noteWritten(spans);
    if (!this.#mayLackEmpty) return answer();
    // Failing here is no failure of the piece: the next sync tries again and tells.
    settle(this.#makeEmpty(), { onDone: answer, onError: answer });
  }

  /** One sync after the other: the second must not answer before the first has synced what both are asked for. */
  #sync(): Promise<readonly FileStat[]> {
    const sync = this.#lastSync.then(async () => {
      await this.#makeEmpty();
      const { pool, syncs, counters } = this.#world;
      const how = { pool, syncs, counters, changes: this.#changes, onStat: this.#noteStat };
      await syncChanges({ ...this.#here, ...how });
      return [...this.#stats];
    });
    this.#lastSync = sync.catch(() => {});
    return sync;
  }

  readonly #noteStat = (path: string, stat: FileStat): void => {
    const file = this.#places.fileAt(path);
    if (file >= 0) this.#stats[file] = stat;
  };

  /** Create wanted files without bytes and links, once the torrent has begun to be written. */
  async #makeEmpty(): Promise<void> {
    if (!this.#mayLackEmpty || (!this.#changes.hasWritten && this.#geometry.pieceCount > 0)) return;
    const files: string[] = [];
    const links: { path: string; target: string }[] = [];
    for (const [file, entry] of this.#layout.files.entries()) {
      if (!isWanted(this.#wanted, file)) continue;
      const path = this.#places.pathOf(file);
      const target = linkTarget(entry);
      if (target !== null) links.push({ path, target });
      if (entry.kind === 'file' && entry.length === 0 && this.#stats[file]?.size === -1) files.push(path);
    }
    this.#mayLackEmpty = false;
    if (files.length === 0 && links.length === 0) return;
    const onFolders = this.#changes.noteFolders;
    try {
      await ask<'empty'>(this.#world.pool, { kind: 'empty', ...this.#here, files, links }, { onFolders });
    } catch (error) {
      this.#mayLackEmpty = true;
      throw error;
    }
    this.#changes.noteWritten(files.map((path) => ({ path, at: 0, offset: 0, length: 0 })));
  }

  /** Make files real that are wanted from now on. */
  async #adopt(wanted: Uint8Array): Promise<void> {
    const { pool, errands } = this.#world;
    const files = this.#places.newlyReal(wanted);
    if (files.length === 0) return;
    const folder = this.#places.partsPath;
    const partFiles = await ask<'parts'>(pool, { kind: 'parts', ...this.#here, folder });
    const { moves, obsolete } = this.#places.adoption(files, partFiles);
    const fill = this.#preallocate === 'full' ? this.#fillOf(files) : [];
    await ask<'adopt'>(errands, { kind: 'adopt', ...this.#here, fill, moves, obsolete });
    for (const path of obsolete) this.#changes.forget(path);
  }

  #fillOf(files: readonly number[]): readonly Fill[] {
    return files.map((file) => ({
      path: this.#places.pathOf(file),
      length: this.#layout.files[file]?.length ?? 0,
    }));
  }

  /** Look at all files anew. */
  async #survey(): Promise<readonly FileStat[]> {
    const files = this.#places.surveyPaths();
    const job = { kind: 'survey', root: this.#root.path, files } as const;
    const { stats } = await ask<'survey'>(this.#world.pool, job);
    this.#stats = [...stats];
    this.#places.choose(this.#wanted, stats);
    return stats;
  }
}
