/**
 * One torrent's data on disk: when its store is opened, checked, synced and tried again, what was saved of it, and what
 * the owner of the engine is given to keep. Whether the torrent runs is decided by the torrent.
 */
import type { EngineEvent, TorrentId } from './events.ts';
import { LIMITS } from './limits.ts';
import type { FilePath, FileStat, PartialPiece, Place, StoreEvent, StoreId } from './ports.ts';
import type { LifecycleEvent, TorrentState } from './rules/lifecycle.ts';
import type { ResumeData } from './rules/resume.ts';
import type { Asks } from './swarm/asks.ts';
import type { Content } from './swarm/content.ts';
import type { Progress } from './swarm/progress.ts';
import { Places, type PlacesOwner } from './swarm/places.ts';
import { Storage, type StorageOwner, type StorageRequest } from './swarm/storage.ts';
import type { TorrentSwarm } from './swarm/torrent-swarm.ts';
import type { Turn } from './swarm/turn.ts';

/** What the data needs of its torrent. */
export interface DiskOwner {
  readonly id: TorrentId;
  readonly state: TorrentState;
  readonly content: Content | null;
  readonly swarm: TorrentSwarm;
  /** Peers may be asked and served. */
  readonly isActive: boolean;
  /** What is on disk is known. */
  onDiskReady(turn: Turn): void;
  /** Nothing of it is open any more. */
  onDiskClosed(turn: Turn): void;
  /** The files may be opened again. */
  onPlacesFree(turn: Turn): void;
  apply(event: LifecycleEvent, turn: Turn): void;
}

/** How the data is reached. */
export interface DiskParts {
  readonly place: Place;
  readonly paths: readonly FilePath[];
  readonly preallocate: 'sparse' | 'full';
  /** Believe that all data is there when nothing was saved. */
  readonly skipCheck: boolean;
  readonly storeId: StoreId;
  readonly progress: Progress;
  readonly asks: Asks;
  emit(event: EngineEvent): void;
}

/** The store of a torrent and what is saved of it. */
export class TorrentDisk implements StorageOwner, PlacesOwner {
  readonly storage: Storage;
  readonly places: Places;
  readonly #owner: DiskOwner;
  readonly #parts: DiskParts;
  #savedAtMs = 0;
  #unsaved = false;
  #retryAtMs = 0;
  #isClosed = true;
  /** All is to be checked as soon as the files are free. */
  #mustCheck = false;
  #skipCheck: boolean;
  #preallocate: DiskParts['preallocate'];
  #toldAtMs = 0;

  constructor(owner: DiskOwner, parts: DiskParts) {
    this.#owner = owner;
    this.#parts = parts;
    this.#skipCheck = parts.skipCheck;
    this.#preallocate = parts.preallocate;
    this.storage = new Storage(parts.storeId, this, parts.asks);
    this.places = new Places(this, { ...parts, storage: this.storage });
  }

  get id(): TorrentId {
    return this.#owner.id;
  }

  get content(): Content | null {
    return this.#owner.content;
  }

  /** 0 while it is not open. */
  get storeId(): StoreId {
    return this.storage.phase === 'open' ? this.#parts.storeId : 0;
  }

  /** Nothing of it is open. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Nothing of it is open or on its way, and where it is has been kept. */
  get isAtRest(): boolean {
    return this.#isClosed && !this.places.isBusy && this.places.isSaved;
  }

  /** Progress is made durable at the next tick. */
  saveSoon(): void {
    this.#savedAtMs = -Infinity;
  }

  /** The torrent gets to work: the first save is due when some time has passed. */
  granted(nowMs: number): void {
    this.#savedAtMs = nowMs;
  }

  /** Nothing on disk is believed from now on, not even after a crash. */
  distrust(): void {
    this.#tell(this.#parts.progress.distrust());
  }

  /** Begin to find out what is on disk; what was known of an open store is forgotten, and the owner told so. */
  check(turn: Turn): void {
    this.#mustCheck = this.places.isBusy;
    if (this.#mustCheck) return;
    if (this.storage.phase === 'closed') return this.open(turn);
    this.#owner.content?.pieces.reset();
    this.distrust();
    this.storage.recheck(turn);
  }

  /** Open the store, now or when nothing else needs the files. Until it tells what is there, what was known is shown. */
  open(turn: Turn): void {
    const { content } = this.#owner;
    if (content === null || this.places.isBusy) return;
    this.storage.open(this.#request(content, this.#parts.progress.resume), turn);
  }

  #request(content: Content, resume: ResumeData | null): StorageRequest {
    const { place, isSaved } = this.places;
    const layout = this.places.layout(content);
    const preallocate = this.#preallocate;
    return content.storageRequest({ ...place, isSaved, layout, preallocate }, resume);
  }

  pause(turn: Turn): void {
    this.#owner.swarm.dropAll(turn);
    this.storage.close(turn);
  }

  onPlacesFree(turn: Turn): void {
    if (this.#mustCheck) this.distrust();
    this.#mustCheck = false;
    this.#owner.onPlacesFree(turn);
  }

  close(turn: Turn): void {
    this.storage.close(turn);
  }

  /** `onDiskClosed` follows, now or later. */
  expectClose(): void {
    this.#isClosed = false;
  }

  /** The metadata is known. Until the files are looked at, what was saved is shown as it was. */
  assume(): void {
    const { progress } = this.#parts;
    this.#believe();
    if (progress.resume !== null) this.onTrusted(progress.resume.pieces, progress.resume.partials);
  }

  /** Of a torrent of which nothing has been opened yet: lie there, and believe that all is there or not. */
  begin(how: Pick<DiskParts, 'place' | 'paths' | 'preallocate' | 'skipCheck'>): void {
    if (this.storage.phase !== 'closed') throw new Error('the files are in use');
    this.places.beginAt(how.place, how.paths);
    this.#preallocate = how.preallocate;
    this.#skipCheck = how.skipCheck;
    this.#believe();
  }

  /** The user says that all data is there: so it is saved, and opened. */
  #believe(): void {
    const { content } = this.#owner;
    const { progress } = this.#parts;
    if (!this.#skipCheck || content === null || progress.resume !== null) return;
    const lengths = content.info.files.map(({ kind, length }) => (kind === 'file' ? length : -1));
    progress.believe(content.math.pieceCount, lengths);
  }

  /** Delete the files that exist because of this torrent; `done` follows with what went wrong, '' for nothing. */
  remove(content: Content, done: (detail: string) => void, turn: Turn): void {
    this.storage.remove({ ...this.#request(content, null), preallocate: 'sparse' }, done, turn);
  }

  /** The disk failed: it is tried again after a while. */
  failed(nowMs: number): void {
    this.#retryAtMs = nowMs + LIMITS.diskRetryMs;
  }

  // --- what the store tells -------------------------------------------------------------------------------------------

  /** Everything but verified and corrupt pieces. */
  onStoreEvent(event: StoreEvent, turn: Turn): void {
    if (this.places.onStoreEvent(event, turn)) return;
    switch (event.type) {
      case 'storeBlocked':
        this.storage.blocked();
        this.#unsaved = true;
        this.#owner.apply({ ...event, type: 'failed' }, turn);
        return;
      case 'storeUnblocked':
        if (this.storage.phase === 'checking') return;
        this.#owner.apply({ type: 'recovered', complete: this.#isComplete }, turn);
        return;
      case 'pieceLost':
        // Data that was verified cannot be read any more: the rest is doubtful too.
        if (this.#owner.isActive && this.#owner.content?.pieces.ledger.has(event.piece))
          this.#owner.apply({ type: 'recheck' }, turn);
        return;
      default:
        this.storage.onEvent(event, turn);
    }
  }

  /** A piece was verified. */
  onVerified(): void {
    this.#unsaved = true;
  }

  onTrusted(pieces: Uint8Array, partials: readonly PartialPiece[]): void {
    this.#owner.content?.pieces.reset();
    this.onChecked(0, this.#owner.content?.math.pieceCount ?? 0, pieces);
    this.#owner.content?.pieces.restorePartials(partials);
  }

  onChecked(first: number, count: number, have: Uint8Array): void {
    const pieces = this.#owner.content?.pieces;
    for (let i = 0; i < count; i += 1) {
      pieces?.setHave(first + i, ((have[i >> 3] ?? 0) & (0x80 >> (i & 7))) !== 0);
    }
  }

  onStorageReady(turn: Turn): void {
    const { content } = this.#owner;
    if (content === null) return;
    const { haveCount: havePieces, pieceCount } = content.pieces.ledger;
    this.#parts.emit({ type: 'checked', torrent: this.#owner.id, havePieces, pieceCount });
    this.#unsaved = true;
    this.#owner.onDiskReady(turn);
  }

  onStorageFailed(event: Extract<StoreEvent, { type: 'storeFailed' }>, turn: Turn): void {
    const { code, detail, missing } = event;
    this.#owner.apply({ type: 'failed', code, detail, missing }, turn);
  }

  onSynced(files: readonly FileStat[], pieces: Uint8Array): void {
    this.#tell(this.#parts.progress.keep(pieces, files, [], false));
  }

  onStorageClosed(files: readonly FileStat[] | null, partials: readonly PartialPiece[], turn: Turn): void {
    const { content } = this.#owner;
    if (content !== null && files !== null) {
      this.#tell(this.#parts.progress.closed(content.pieces.ledger.bitfield(), files, partials));
    } else if (content !== null) {
      // It was closed before anything was known of the files.
      content.pieces.reset();
      this.assume();
    }
    this.#isClosed = true;
    this.#owner.onDiskClosed(turn);
    this.places.onStoreClosed(turn);
  }

  // --- saving ---------------------------------------------------------------------------------------------------------

  /** Make durable what is verified. */
  save(turn: Turn): void {
    const { content } = this.#owner;
    if (content === null || !this.#unsaved) return;
    const hasBegun = this.storage.sync(content.pieces.ledger.bitfield(), turn);
    this.#unsaved = !hasBegun;
    this.#savedAtMs = hasBegun ? turn.nowMs : -Infinity;
  }

  tick(turn: Turn): void {
    if (this.#owner.state.kind === 'failed') this.#retry(turn);
    if (!this.#owner.isActive) return;
    if (turn.nowMs - this.#savedAtMs >= LIMITS.saveMs) this.save(turn);
    if (turn.nowMs - this.#toldAtMs >= LIMITS.totalsMs) this.#recount(turn);
  }

  /** Totals go on while nothing new is on disk. */
  #recount(turn: Turn): void {
    this.#toldAtMs = turn.nowMs;
    if (this.#owner.state.kind === 'seeding' && !this.#unsaved) this.#tell(this.#parts.progress.recount());
  }

  #retry(turn: Turn): void {
    if (turn.nowMs < this.#retryAtMs) return;
    this.#retryAtMs = turn.nowMs + LIMITS.diskRetryMs;
    const { phase } = this.storage;
    if (phase === 'open' || phase === 'checking') this.storage.retry(turn);
    else if (phase === 'closed') this.open(turn);
  }

  // --- the plane ------------------------------------------------------------------------------------------------------

  /** The plane is gone and the store with it. What is verified stays verified, and is saved by the next one at once. */
  onPlaneLost(): void {
    const { content } = this.#owner;
    if (this.#owner.isActive && content !== null) {
      this.#parts.progress.lost(content.pieces.ledger.bitfield(), content.expectedFiles());
    }
    this.forget();
    this.saveSoon();
  }

  /** What was asked of a plane that is gone is not answered any more. */
  forget(): void {
    this.storage.lost();
    this.places.onPlaneLost();
    this.#isClosed = true;
  }

  get #isComplete(): boolean {
    return this.#owner.content?.pieces.ledger.complete ?? false;
  }

  #tell(data: ResumeData | null): void {
    if (data !== null) this.#parts.emit({ type: 'resume', torrent: this.#owner.id, data });
  }
}
