/**
 * One torrent: every input it can get, and where each goes. It owns the user's wish, the state and the effects of its
 * changes, the store and the trackers; peers and pieces are in its swarm.
 */
import { ProtocolError, type Info } from '@jstorrent/protocol';
import { tryParseInfo } from './add-source.ts';
import type { EngineEvent, TorrentId } from './events.ts';
import type { Settings } from './limits.ts';
import { ownSettings } from './own-settings.ts';
import type { StoreEvent, StoreId } from './ports.ts';
import type { Goals } from './rules/goals.ts';
import { isIdle, next, type LifecycleEvent, type TorrentState } from './rules/lifecycle.ts';
import type { Content } from './swarm/content.ts';
import { Progress } from './swarm/progress.ts';
import { TorrentSwarm, type SwarmOwner } from './swarm/torrent-swarm.ts';
import { TorrentTrackers } from './swarm/torrent-trackers.ts';
import type { Turn } from './swarm/turn.ts';
import { TorrentDisk, type DiskOwner } from './torrent-disk.ts';
import { GoalWatch, seedMoment } from './torrent-goals.ts';
import type { StopReason, TorrentHost, TorrentOptions, TorrentSource, Wishes } from './torrent-parts.ts';

export class Torrent implements SwarmOwner, DiskOwner {
  readonly id: TorrentId;
  readonly trackers: TorrentTrackers;
  readonly disk: TorrentDisk;
  readonly swarm: TorrentSwarm;
  readonly progress: Progress;
  readonly goals = new GoalWatch();
  readonly #host: TorrentHost;
  readonly #options: TorrentOptions;
  readonly #wishes: Wishes;
  #name: string;
  #state: TorrentState;
  /** It is to be checked before anything else. */
  #mustCheck = false;
  #activeSinceMs = 0;
  #removal: ((turn: Turn) => void) | null = null;

  constructor(
    source: TorrentSource,
    treatment: { readonly options: TorrentOptions; readonly wishes: Wishes },
    host: TorrentHost,
    nowMs: number,
  ) {
    const { options, wishes } = treatment;
    this.id = source.id;
    this.#host = host;
    this.#options = options;
    this.#wishes = wishes;
    this.#name = source.name;
    this.#state = options.state;
    this.progress = new Progress(source.infoHash, options, host.traffic, nowMs);
    const { asks } = host;
    const emit = (event: EngineEvent): void => host.emit(event);
    this.disk = new TorrentDisk(this, { ...options, progress: this.progress, asks, emit });
    this.swarm = new TorrentSwarm(source, options.peerId, this.progress, this, host);
    const { id, swarm, progress } = this;
    const known = { id, swarm, progress, onQuiet: (turn: Turn): void => this.#closedIfDone(turn) };
    this.trackers = new TorrentTrackers(wishes.trackers, known, host);
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

  get activeSinceMs(): number {
    return this.#activeSinceMs;
  }

  /** It has had time to start and moves next to nothing. */
  get isSlow(): boolean {
    return this.progress.isSlow && this.#state.kind !== 'checking';
  }

  get settings(): Settings {
    return ownSettings(this.#wishes, this.#host.settings);
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

  /** Nothing of it is open, under way or known to itself alone. */
  get isAtRest(): boolean {
    return isIdle(this.#state) && this.#removal === null && this.disk.isAtRest && this.trackers.isQuiet;
  }

  // --- wishes of the user ---------------------------------------------------------------------------------------------

  /** The wish to run is noted: follow it. */
  start(turn: Turn): void {
    const hasPlace = this.#state.kind === 'metadata' && this.content !== null;
    if (this.#removal === null) this.apply({ type: hasPlace ? 'metadataComplete' : 'start' }, turn);
  }

  stop(reason: StopReason, turn: Turn): void {
    if (this.#wishes.run) this.#wishes.stoppedBy = reason;
    this.#wishes.run = false;
    this.#wishes.isForced = false;
    this.#mustCheck = false;
    this.apply({ type: 'stop' }, turn);
  }

  /** Hash everything on disk again: at once, or when the queue says so. */
  recheck(isAtOnce: boolean, turn: Turn): void {
    if (this.content === null || this.#removal !== null) return;
    if (this.disk.storage.phase === 'closed') this.disk.distrust();
    if (this.#state.kind !== 'checking') this.#mustCheck = true;
    const { kind } = this.#state;
    if (isAtOnce || kind === 'stopped' || kind === 'failed') this.apply({ type: 'recheck' }, turn);
    else if (this.#isRunning) this.apply({ type: 'stop' }, turn);
  }

  /** Stop for good and delete the files if wished; `removed` follows. */
  remove(deleteFiles: boolean, turn: Turn): void {
    this.#wishes.run = false;
    this.#mustCheck = false;
    const done = (detail: string): void => this.#host.emit({ type: 'removed', torrent: this.id, detail });
    this.#removal = (later) => {
      const content = deleteFiles && !this.#wishes.isHeld ? this.content : null;
      if (content === null) done('');
      else this.disk.remove(content, done, later);
    };
    this.disk.places.cancel(turn);
    if (this.#state.kind === 'stopped') this.#removeWhenIdle(turn);
    else this.apply({ type: 'stop' }, turn);
  }

  #removeWhenIdle(turn: Turn): void {
    if (!this.disk.places.isBusy) this.#removal?.(turn);
  }

  /** The wishes which files and in which order are others now. */
  choose(turn: Turn): void {
    const { content } = this;
    if (content === null) return;
    content.choose(this.#wishes.priorities, this.#wishes.picking);
    this.disk.storage.setWanted(content.wantedFiles(), turn);
    if (!this.isComplete) this.apply({ type: 'incomplete' }, turn);
    this.swarm.touchAll();
  }

  /** The wished limits are others now; a store that is opened later gets them then. */
  limit(turn: Turn): void {
    const { downLimit: down, upLimit: up } = this.#wishes;
    turn.push({ type: 'limit', store: this.#options.storeId, down, up });
  }

  /** The queue gave a slot. */
  grant(turn: Turn): void {
    if (this.content === null && this.#options.isBroken && this.#wishes.trackers.length === 0) {
      const detail = 'the saved metadata is damaged, and no tracker can help to get it again';
      return this.apply({ type: 'failed', code: 'BAD_METADATA', detail, missing: 0 }, turn);
    }
    this.#activeSinceMs = turn.nowMs;
    this.progress.beginPace(turn.nowMs);
    this.disk.granted(turn.nowMs);
    this.apply({ type: 'granted', hasMetadata: this.content !== null }, turn);
  }

  /** The queue takes the slot back. */
  pause(turn: Turn): void {
    this.apply({ type: 'stop' }, turn);
  }

  // --- life -----------------------------------------------------------------------------------------------------------

  apply(event: LifecycleEvent, turn: Turn): void {
    const after = next(this.#state, event);
    if (after === this.#state) return;
    this.#state = after;
    this.#host.emit({ type: 'stateChanged', torrent: this.id, state: after });
    this.#host.stateChanged(this);
    this.#host.touched(this);
    switch (after.kind) {
      case 'checking':
        this.#mustCheck = false;
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
        this.swarm.dropAll(turn);
        break;
      case 'stopping':
        this.#goOffline(turn);
        break;
      case 'stopped':
        this.swarm.peerManager.book.trim();
        this.progress.rest();
        this.#removeWhenIdle(turn);
        break;
      case 'queued':
        this.progress.rest();
        // A check that had to wait for its turn looks at everything.
        if (this.#mustCheck) this.disk.distrust();
        break;
      default:
    }
  }

  #goOnline(turn: Turn): void {
    this.progress.beginPace(turn.nowMs);
    this.trackers.start(turn);
    this.swarm.begin(turn);
    this.swarm.touchAll();
  }

  #goOffline(turn: Turn): void {
    this.swarm.dropAll(turn);
    this.disk.expectClose();
    this.trackers.stop(turn);
    this.disk.close(turn);
  }

  #closedIfDone(turn: Turn): void {
    if (this.#state.kind !== 'stopping' || !this.disk.isClosed || !this.trackers.isQuiet) return;
    const run = this.#removal === null && (this.#wishes.run || this.#mustCheck);
    this.apply({ type: 'closed', run }, turn);
  }

  /** Peers that gave us the metadata stay; those of a torrent that is looked at again must learn its pieces anew. */
  #beginCheck(turn: Turn): void {
    if (this.disk.storage.phase !== 'closed') this.swarm.dropAll(turn);
    this.disk.check(turn);
  }

  #becomeSeed(downloaded: boolean, turn: Turn): void {
    this.progress.down.rest();
    if (downloaded) {
      this.#host.emit({ type: 'completed', torrent: this.id });
      this.trackers.onCompleted(turn);
    }
    this.goals.begin(seedMoment(this, turn.nowMs), this.goalsInForce, downloaded);
    this.swarm.dropSeeds(turn);
    this.disk.save(turn);
  }

  // --- metadata -------------------------------------------------------------------------------------------------------

  #setInfo(info: Info): void {
    this.#name = info.name;
    const content = this.swarm.setInfo(info);
    content.choose(this.#wishes.priorities, this.#wishes.picking);
    this.disk.assume();
  }

  onMetadata(bytes: Uint8Array, turn: Turn): void {
    const info = tryParseInfo(bytes, turn.digests);
    if (info instanceof ProtocolError)
      return this.apply({ type: 'failed', code: 'BAD_METADATA', detail: info.message, missing: 0 }, turn);
    this.#setInfo(info);
    this.#host.emit({ type: 'metadata', torrent: this.id, info });
    if (!this.#wishes.isHeld) this.apply({ type: 'metadataComplete' }, turn);
  }

  // --- storage --------------------------------------------------------------------------------------------------------

  onStoreEvent(event: StoreEvent, turn: Turn): void {
    this.#host.changed(this.id);
    if (event.type === 'verified') {
      this.disk.onVerified();
      this.swarm.onVerified(event, turn);
    } else if (event.type === 'corrupt') this.swarm.onCorrupt(event, turn);
    else this.disk.onStoreEvent(event, turn);
  }

  onDiskReady(turn: Turn): void {
    const { downLimit, upLimit } = this.#wishes;
    if (downLimit + upLimit > 0) this.limit(turn);
    this.swarm.onStoreOpen(this.#options.storeId, turn);
    if (this.#state.kind === 'failed') this.apply({ type: 'recovered', complete: this.isComplete }, turn);
    else this.apply({ type: 'checked', complete: this.isComplete, run: this.#wishes.run }, turn);
  }

  onDiskClosed(turn: Turn): void {
    this.#closedIfDone(turn);
  }

  onPlacesFree(turn: Turn): void {
    if (this.#state.kind === 'stopped') this.#removal?.(turn);
    else if (this.#usesDisk) this.disk.open(turn);
  }

  get #usesDisk(): boolean {
    return this.#isRunning || ['checking', 'failed'].includes(this.#state.kind);
  }

  // --- time -----------------------------------------------------------------------------------------------------------

  /** What did not happen: time-outs, retries, rounds, saving. */
  tick(turn: Turn): void {
    const { nowMs } = turn;
    const isSeeding = this.#state.kind === 'seeding';
    const moves = this.progress.tick(nowMs, {
      isActive: this.isOnline,
      isSeeding: isSeeding && this.isActive,
    });
    // Of a download, what peers have and allow may be another thing at any time.
    if (moves || (!isSeeding && this.swarm.peers.size > 0)) this.#host.changed(this.id);
    this.trackers.tick(turn);
    this.disk.tick(turn);
    if (!this.isOnline) return;
    this.swarm.tick(isSeeding, turn);
    if (this.progress.lookAtPace(nowMs)) this.#host.queueChanged();
    if (isSeeding && this.isActive) this.#lookAtGoals(turn);
  }

  #lookAtGoals(turn: Turn): void {
    if (this.#wishes.isForced) return;
    const goal = this.goals.check(seedMoment(this, turn.nowMs), this.goalsInForce);
    if (goal === null) return;
    this.#host.emit({ type: 'goalReached', torrent: this.id, goal });
    this.stop(goal, turn);
  }

  get goalsInForce(): Goals {
    return this.#wishes.goals ?? this.#host.settings.goals;
  }

  touched(): void {
    this.#host.touched(this);
  }

  /** After all inputs of a turn. */
  endTurn(turn: Turn): void {
    const fetching = ['downloading', 'endgame'].includes(this.#state.kind);
    const state = this.swarm.endTurn(fetching, turn);
    // While the files are opened again, the pieces are those of before.
    if (!fetching || state === null || !this.isActive) return;
    if (state === 'complete') this.apply({ type: 'completed' }, turn);
    else this.apply({ type: 'endgame', on: state === 'endgame' }, turn);
  }

  // --- the plane ------------------------------------------------------------------------------------------------------

  /** The plane is gone: links and stores with it. What is verified stays verified, and is saved by the next one at once. */
  onPlaneLost(turn: Turn): void {
    this.swarm.lost(turn);
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
    else if (this.#usesDisk) this.disk.open(turn);
  }

  /** Recompute what is kept incrementally; throws when it disagrees. */
  checkInvariants(): void {
    this.swarm.checkInvariants();
  }
}
