/**
 * One torrent: every input it can get, and where each goes. It owns the user's wish, the state and the effects of its
 * changes, the store and the trackers; peers and pieces are in its swarm.
 */
import { parseInfo, ProtocolError, type Info } from '@jstorrent/protocol';
import type { TorrentId } from './events.ts';
import type { StoreEvent, StoreId } from './ports.ts';
import { next, type LifecycleEvent, type TorrentState } from './rules/lifecycle.ts';
import type { Priority } from './rules/picker.ts';
import type { RateMeter } from './rules/rate.ts';
import type { Content, PickingOptions } from './swarm/content.ts';
import { Progress } from './swarm/progress.ts';
import { TorrentSwarm, type SwarmOwner } from './swarm/torrent-swarm.ts';
import { TorrentTrackers } from './swarm/torrent-trackers.ts';
import type { Turn } from './swarm/turn.ts';
import { TorrentDisk, type DiskOwner } from './torrent-disk.ts';
import type { TorrentHost, TorrentOptions, TorrentSource } from './torrent-parts.ts';

export class Torrent implements SwarmOwner, DiskOwner {
  readonly id: TorrentId;
  readonly trackers: TorrentTrackers;
  readonly disk: TorrentDisk;
  readonly swarm: TorrentSwarm;
  readonly progress: Progress;
  readonly #host: TorrentHost;
  readonly #options: TorrentOptions;
  #name: string;
  #state: TorrentState = { kind: 'stopped' };
  /** The user's wish. */
  #run = false;
  #picking: PickingOptions;
  #priorities: readonly Priority[];
  #activeSinceMs = 0;
  #removal: ((turn: Turn) => void) | null = null;

  constructor(source: TorrentSource, options: TorrentOptions, host: TorrentHost, nowMs: number) {
    this.id = source.id;
    this.#host = host;
    this.#options = options;
    this.#name = source.name;
    this.#picking = options;
    this.#priorities = options.priorities;
    this.progress = new Progress(source.infoHash, options.resume, nowMs);
    const { storeId } = options;
    this.disk = new TorrentDisk(this, {
      place: options,
      storeId,
      progress: this.progress,
      asks: host.asks,
      emit: (event) => host.emit(event),
    });
    this.swarm = new TorrentSwarm(source, options.peerId, this.progress, this, host);
    this.trackers = new TorrentTrackers(source, this.swarm, this.progress, host, (turn) =>
      this.#closedIfDone(turn),
    );
    if (source.info !== null) this.#setInfo(source.info);
  }

  // --- facts ----------------------------------------------------------------------------------------------------------

  get state(): TorrentState {
    return this.#state;
  }

  get name(): string {
    return this.#name;
  }

  get content(): Content | null {
    return this.swarm.content;
  }

  get storeId(): StoreId {
    return this.disk.storeId;
  }

  get down(): RateMeter {
    return this.progress.down;
  }

  get up(): RateMeter {
    return this.progress.up;
  }

  get activeSinceMs(): number {
    return this.#activeSinceMs;
  }

  /** Everything wanted is ours, as far as is known. */
  get isComplete(): boolean {
    return this.content?.pieces.ledger.complete ?? false;
  }

  /** Peers may be asked and served: not while a new plane has yet to open the files. */
  get isActive(): boolean {
    return this.#isRunning && this.disk.storeId !== 0;
  }

  get #isRunning(): boolean {
    return ['downloading', 'endgame', 'seeding'].includes(this.#state.kind);
  }

  get isOnline(): boolean {
    return this.isActive || this.#state.kind === 'metadata';
  }

  // --- wishes of the user ---------------------------------------------------------------------------------------------

  start(turn: Turn): void {
    if (this.#removal !== null) return;
    this.#run = true;
    this.apply({ type: 'start' }, turn);
  }

  stop(turn: Turn): void {
    this.#run = false;
    this.apply({ type: 'stop' }, turn);
  }

  /** Hash everything on disk again. */
  recheck(turn: Turn): void {
    if (this.content === null || this.#removal !== null) return;
    if (this.disk.storage.phase === 'closed') this.progress.distrust();
    this.apply({ type: 'recheck' }, turn);
  }

  /** Stop for good and delete the files if wished; `removed` follows. */
  remove(deleteFiles: boolean, turn: Turn): void {
    this.#run = false;
    const done = (detail: string): void => this.#host.emit({ type: 'removed', torrent: this.id, detail });
    this.#removal = (later) => {
      const content = deleteFiles ? this.content : null;
      if (content === null) done('');
      else this.disk.remove(content, done, later);
    };
    if (this.#state.kind === 'stopped') this.#removal(turn);
    else this.apply({ type: 'stop' }, turn);
  }

  choose(priorities: readonly Priority[], picking: PickingOptions, turn: Turn): void {
    this.#priorities = priorities;
    this.#picking = picking;
    const { content } = this;
    if (content === null) return;
    content.choose(priorities, picking);
    this.disk.storage.setWanted(content.wantedFiles(), turn);
    if (!this.isComplete) this.apply({ type: 'incomplete' }, turn);
    this.swarm.touchAll();
  }

  /** Payload limits in bytes per second, 0 = none. */
  limit(down: number, up: number, turn: Turn): void {
    turn.push({ type: 'limit', store: this.#options.storeId, down, up });
  }

  /** The queue gave a slot. */
  grant(turn: Turn): void {
    this.#activeSinceMs = turn.nowMs;
    this.disk.begin(turn.nowMs);
    this.apply({ type: 'granted', hasMetadata: this.content !== null }, turn);
  }

  // --- life -----------------------------------------------------------------------------------------------------------

  apply(event: LifecycleEvent, turn: Turn): void {
    const before = this.#state;
    const after = next(before, event);
    if (after === before) return;
    this.#state = after;
    this.#host.emit({ type: 'stateChanged', torrent: this.id, state: after });
    this.#host.queueChanged();
    this.#host.touched(this);
    switch (after.kind) {
      case 'checking':
        this.#beginCheck(turn);
        break;
      case 'metadata':
      case 'downloading':
        this.#goOnline(turn);
        break;
      case 'seeding':
        this.#goOnline(turn);
        this.#becomeSeed(event.type === 'completed', turn);
        break;
      case 'failed':
        this.disk.failed(turn.nowMs);
        this.swarm.peerManager.dropAll('STOPPED', turn);
        break;
      case 'stopping':
        this.#goOffline(turn);
        break;
      case 'stopped':
        this.swarm.peerManager.book.trim();
        this.#removal?.(turn);
        break;
      default:
    }
  }

  #goOnline(turn: Turn): void {
    this.trackers.start(turn);
    this.swarm.peerManager.dial(this.#host.settings, turn);
    this.swarm.touchAll();
  }

  #goOffline(turn: Turn): void {
    this.swarm.peerManager.dropAll('STOPPED', turn);
    this.disk.expectClose();
    this.trackers.stop(turn);
    this.disk.close(turn);
  }

  #closedIfDone(turn: Turn): void {
    if (this.#state.kind !== 'stopping' || !this.disk.isClosed || !this.trackers.isQuiet) return;
    this.apply({ type: 'closed', run: this.#run }, turn);
  }

  /** Peers that gave us the metadata stay; those of a torrent that is looked at again must learn its pieces anew. */
  #beginCheck(turn: Turn): void {
    if (this.disk.storage.phase !== 'closed') this.swarm.peerManager.dropAll('STOPPED', turn);
    this.disk.check(turn);
  }

  #becomeSeed(downloaded: boolean, turn: Turn): void {
    if (downloaded) {
      this.#host.emit({ type: 'completed', torrent: this.id });
      this.trackers.onCompleted(turn);
    }
    this.swarm.dropSeeds(turn);
    this.disk.save(turn);
  }

  // --- metadata -------------------------------------------------------------------------------------------------------

  #setInfo(info: Info): void {
    this.#name = info.name;
    this.swarm.setInfo(info).choose(this.#priorities, this.#picking);
  }

  onMetadata(bytes: Uint8Array, turn: Turn): void {
    let info: Info;
    try {
      info = parseInfo(bytes, turn.digests);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.apply({ type: 'failed', code: 'BAD_METADATA', detail: error.message, missing: 0 }, turn);
      return;
    }
    this.#setInfo(info);
    this.#host.emit({ type: 'metadata', torrent: this.id, info });
    this.apply({ type: 'metadataComplete' }, turn);
  }

  // --- storage --------------------------------------------------------------------------------------------------------

  onStoreEvent(event: StoreEvent, turn: Turn): void {
    if (event.type === 'verified') {
      this.disk.onVerified();
      this.swarm.onVerified(event, turn);
    } else if (event.type === 'corrupt') this.swarm.onCorrupt(event, turn);
    else this.disk.onStoreEvent(event, turn);
  }

  onDiskReady(turn: Turn): void {
    this.swarm.onStoreOpen(this.#options.storeId, turn);
    if (this.#state.kind === 'failed') this.apply({ type: 'recovered', complete: this.isComplete }, turn);
    else this.apply({ type: 'checked', complete: this.isComplete, run: this.#run }, turn);
  }

  onDiskClosed(turn: Turn): void {
    this.#closedIfDone(turn);
  }

  // --- time -----------------------------------------------------------------------------------------------------------

  /** What did not happen: time-outs, retries, rounds, saving. */
  tick(turn: Turn): void {
    this.progress.tick(turn.nowMs);
    this.trackers.tick(turn);
    this.disk.tick(turn);
    if (this.isOnline) this.swarm.tick(this.#state.kind === 'seeding', turn);
  }

  touched(): void {
    this.#host.touched(this);
  }

  /** After all inputs of a turn. */
  endTurn(turn: Turn): void {
    const fetching = ['downloading', 'endgame'].includes(this.#state.kind);
    const state = this.swarm.endTurn(fetching, turn);
    if (!fetching || state === null) return;
    if (state === 'complete') this.apply({ type: 'completed' }, turn);
    else this.apply({ type: 'endgame', on: state === 'endgame' }, turn);
  }

  // --- the plane ------------------------------------------------------------------------------------------------------

  /** The plane is gone: links and stores with it. What is verified stays verified, and is saved by the next one at once. */
  onPlaneLost(turn: Turn): void {
    this.swarm.peerManager.lost(turn);
    this.disk.onPlaneLost();
    this.#closedIfDone(turn);
  }

  /** A new plane is there, and knows nothing of what was asked while there was none: go on where we were. */
  onPlaneReady(turn: Turn): void {
    const { kind } = this.#state;
    // A removal may have begun in this very turn, when the last question of the old plane failed.
    if (kind !== 'stopped') this.disk.forget();
    if (kind === 'stopping') this.#closedIfDone(turn);
    else if (kind === 'stopped' && this.disk.storage.phase === 'closed') this.#removal?.(turn);
    else if (this.#isRunning || kind === 'checking' || kind === 'failed') this.disk.open(turn);
  }

  /** Recompute what is kept incrementally; throws when it disagrees. */
  checkInvariants(): void {
    this.swarm.checkInvariants();
  }
}
