/**
 * The store of one torrent from the engine's side: opening it, finding out what is on disk (resume data or a check),
 * making progress durable, and closing. Blocks and pieces that arrive are not its business.
 */
import type { FileStat, Layout, PartialPiece, StoreEvent, StoreId } from '../ports.ts';
import { fileSpans, type PieceSpan } from '../rules/layout.ts';
import { trustResume, type ResumeData } from '../rules/resume.ts';
import type { Asks } from './asks.ts';
import type { Turn } from './turn.ts';

/** What the torrent learns. */
export interface StorageOwner {
  /** Resume data is trusted for these pieces. */
  onTrusted(pieces: Uint8Array, partials: readonly PartialPiece[]): void;
  /** A part of a check is done. */
  onChecked(first: number, count: number, good: Uint8Array): void;
  /** What is on disk is known. */
  onStorageReady(turn: Turn): void;
  /** Everything verified before the sync was asked for is durable. */
  onSynced(files: readonly FileStat[], pieces: Uint8Array): void;
  /** `files` is null when it was closed before it was known what is on disk, empty when that is not known any more. */
  onStorageClosed(files: readonly FileStat[] | null, partials: readonly PartialPiece[], turn: Turn): void;
  onStorageFailed(event: Extract<StoreEvent, { type: 'storeFailed' }>, turn: Turn): void;
}

/** How a store is opened. */
export interface StorageRequest {
  readonly root: string;
  readonly folder: readonly string[];
  /** Place and paths are as the owner of the engine has saved them. */
  readonly isSaved: boolean;
  readonly layout: Layout;
  readonly pieceCount: number;
  readonly wanted: Uint8Array;
  readonly preallocate: 'sparse' | 'full';
  readonly resume: ResumeData | null;
}

/** `reopening`: closed and opened again to check everything, so that nothing it remembers outlives the check. */
type Phase = 'closed' | 'opening' | 'checking' | 'open' | 'closing' | 'reopening';

/** One store's life. */
export class Storage {
  readonly #id: StoreId;
  readonly #owner: StorageOwner;
  readonly #asks: Asks;
  #phase: Phase = 'closed';
  #request: StorageRequest | null = null;
  #partials: readonly PartialPiece[] = [];
  #spans: PieceSpan[] = [];
  #unchecked = 0;
  #toCheck = 0;
  #syncing = false;
  /** The store knows which files are wanted. */
  #hasChosen = true;
  /** What is on disk has been found out since the store was opened. */
  #isKnown = false;

  constructor(id: StoreId, owner: StorageOwner, asks: Asks) {
    this.#id = id;
    this.#owner = owner;
    this.#asks = asks;
  }

  get phase(): Phase {
    return this.#phase;
  }

  /** Part of a running check that is done, 0 to 1. */
  get checkProgress(): number {
    return this.#toCheck === 0 ? 0 : 1 - this.#unchecked / this.#toCheck;
  }

  open(request: StorageRequest, turn: Turn): void {
    this.#request = request;
    this.#spans = fileSpans(request.layout.files, request.layout.pieceLength);
    this.#phase = 'opening';
    this.#isKnown = false;
    this.#partials = request.resume?.partials ?? [];
    this.#pushOpen(request, turn);
  }

  #pushOpen(request: StorageRequest, turn: Turn): void {
    this.#hasChosen = true;
    const { root, folder, isSaved, layout, wanted, preallocate } = request;
    const store = this.#id;
    const partials = this.#partials;
    turn.push({
      type: 'openStore',
      store,
      root,
      folder,
      isSaved,
      layout,
      wanted,
      preallocate,
      partials,
    });
  }

  /** Place or paths are others now; the next opening is asked for them. */
  replace(change: Partial<Pick<StorageRequest, 'root' | 'folder' | 'isSaved' | 'layout'>>): void {
    if (this.#request !== null) this.#request = { ...this.#request, ...change };
  }

  /** Look at all data again; `onTrusted` (with nothing but partial pieces), `onChecked` and `onStorageReady` follow. */
  recheck(turn: Turn): void {
    if (this.#phase === 'reopening') return;
    this.#phase = 'reopening';
    this.#isKnown = false;
    turn.push({ type: 'closeStore', store: this.#id });
  }

  /** Make progress durable; `pieces` is the bitfield that will be. False when that has to wait, as for another sync. */
  sync(pieces: Uint8Array, turn: Turn): boolean {
    if (this.#syncing || this.#phase !== 'open') return false;
    this.#syncing = true;
    const request = this.#asks.ask((event) => {
      this.#syncing = false;
      if (event.type === 'synced') this.#owner.onSynced(event.files, pieces);
    });
    turn.push({ type: 'sync', store: this.#id, request });
    return true;
  }

  /** The disk takes no writes; if that was the answer to a sync, there will be no other. */
  blocked(): void {
    this.#syncing = false;
  }

  /** Go on after a failure; files that could not be chosen are chosen again first. */
  retry(turn: Turn): void {
    if (this.#hasChosen || this.#request === null) turn.push({ type: 'retryStore', store: this.#id });
    else this.setWanted(this.#request.wanted, turn);
  }

  setWanted(wanted: Uint8Array, turn: Turn): void {
    if (this.#request !== null) this.#request = { ...this.#request, wanted };
    if (this.#phase === 'closed' || this.#phase === 'closing' || this.#phase === 'reopening') return;
    const request = this.#asks.ask((event, later) => {
      const hadChosen = this.#hasChosen;
      this.#hasChosen = event.type === 'storeDone';
      if (event.type === 'storeFailed') this.#owner.onStorageFailed(event, later);
      else if (!hadChosen && this.#hasChosen) this.retry(later);
    });
    turn.push({ type: 'setWanted', store: this.#id, request, wanted });
  }

  /** Write what is unfinished, sync and close; `onStorageClosed` follows. */
  close(turn: Turn): void {
    if (this.#phase === 'closing') return;
    if (this.#phase === 'reopening') {
      this.#phase = 'closing';
      return;
    }
    if (this.#phase === 'closed') return this.#owner.onStorageClosed(null, [], turn);
    if (this.#phase === 'checking') turn.push({ type: 'stopCheck', store: this.#id });
    this.#phase = 'closing';
    turn.push({ type: 'closeStore', store: this.#id });
  }

  /** Delete the files; `done` follows with what went wrong, '' for nothing; never when the plane is lost meanwhile. */
  remove(request: StorageRequest, done: (detail: string, turn: Turn) => void, turn: Turn): void {
    if (this.#phase === 'closed') this.open(request, turn);
    this.#phase = 'closing';
    const ask = this.#asks.ask((event, later) => {
      this.#phase = 'closed';
      // The files stay, and so does the store until it is closed.
      if (event.type === 'storeFailed') later.push({ type: 'closeStore', store: this.#id });
      if (event.type === 'storeFailed') done(event.detail, later);
      else if (event.type === 'storeDone') done('', later);
    });
    turn.push({ type: 'deleteStore', store: this.#id, request: ask });
  }

  /** The plane is gone and the store with it. */
  lost(): void {
    this.#phase = 'closed';
    this.#syncing = false;
  }

  onEvent(event: StoreEvent, turn: Turn): void {
    switch (event.type) {
      case 'storeOpened':
        if (this.#phase === 'opening') this.#onOpened(event.files, turn);
        return;
      case 'storeFailed':
        if (event.request === 0) {
          const wasClosing = this.#phase === 'closing';
          this.#phase = 'closed';
          if (wasClosing) this.#owner.onStorageClosed(null, [], turn);
          else this.#owner.onStorageFailed(event, turn);
        }
        return;
      case 'checked':
        if (this.#phase !== 'checking') return;
        this.#owner.onChecked(event.first, event.count, event.good);
        this.#unchecked -= event.count;
        if (this.#unchecked <= 0) this.#ready(turn);
        return;
      case 'storeClosed':
        this.#syncing = false;
        if (this.#phase === 'reopening' && this.#request !== null) {
          this.#phase = 'opening';
          this.#partials = event.partials;
          this.#request = { ...this.#request, resume: null };
          this.#pushOpen(this.#request, turn);
          return;
        }
        this.#phase = 'closed';
        this.#owner.onStorageClosed(this.#isKnown ? event.files : null, event.partials, turn);
        return;
      default:
    }
  }

  #onOpened(files: readonly FileStat[], turn: Turn): void {
    const request = this.#request;
    if (request === null) return;
    const ranges: PieceSpan[] = [];
    if (request.resume !== null) {
      const { resume, wanted, layout } = request;
      const isWanted = (file: number): boolean => layout.files[file]?.kind === 'file' && hasBit(wanted, file);
      const trusted = trustResume(resume, files, this.#spans, isWanted);
      this.#owner.onTrusted(trusted.pieces, this.#partials);
      ranges.push(...trusted.doubtful);
    } else {
      this.#owner.onTrusted(new Uint8Array(Math.ceil(request.pieceCount / 8)), this.#partials);
      for (const [index, stat] of files.entries()) {
        const span = this.#spans[index];
        if (stat.size > 0 && span !== undefined && span.end > span.first) ranges.push(span);
      }
    }
    if (ranges.length === 0) return this.#ready(turn);
    this.#check(ranges, turn);
  }

  #check(ranges: readonly PieceSpan[], turn: Turn): void {
    this.#phase = 'checking';
    const merged = mergeSpans(ranges);
    this.#unchecked = 0;
    for (const { first, end } of merged) {
      this.#unchecked += end - first;
      turn.push({ type: 'check', store: this.#id, first, count: end - first });
    }
    this.#toCheck = this.#unchecked;
    if (this.#unchecked === 0) this.#ready(turn);
  }

  #ready(turn: Turn): void {
    this.#phase = 'open';
    this.#isKnown = true;
    this.#toCheck = 0;
    this.#owner.onStorageReady(turn);
  }
}

function hasBit(bits: Uint8Array, index: number): boolean {
  return ((bits[index >> 3] ?? 0) & (0x80 >> (index & 7))) !== 0;
}

/** Overlapping and touching spans as one, in order. */
function mergeSpans(spans: readonly PieceSpan[]): PieceSpan[] {
  const merged: { first: number; end: number }[] = [];
  for (const span of [...spans].sort((a, b) => a.first - b.first)) {
    const last = merged.at(-1);
    if (last !== undefined && span.first <= last.end) last.end = Math.max(last.end, span.end);
    else merged.push({ first: span.first, end: span.end });
  }
  return merged;
}
