/**
 * The engine: all torrents of one user over one plane. It turns every input into one synchronous turn, routes plane
 * events to whom they belong, gives queue slots, and hands the commands of a turn to the plane in one batch.
 */
import type { Endpoint, Info } from '@jstorrent/protocol';
import {
  EngineError,
  readSource,
  type AddOptions,
  type AddSource,
  type OwnLimits,
  type SavedTorrent,
} from './add-source.ts';
import type { Entry } from './entry.ts';
import { DiskApi } from './disk-api.ts';
import type { EnginePorts } from './engine-ports.ts';
import type { EngineEvent, TorrentId } from './events.ts';
import { DEFAULT_SETTINGS, LIMITS, type Settings } from './limits.ts';
import type { PlaneEvent, StoreId } from './ports.ts';
import type { HistoryLevel, RateSamples } from './rules/history.ts';
import type { TorrentState } from './rules/lifecycle.ts';
import type { Priority } from './rules/picker.ts';
import type { QueueMove } from './rules/queue.ts';
import type { PickingOptions } from './swarm/content.ts';
import { createTorrent, type CreationRequest } from './swarm/creation.ts';
import { fetchTorrent, type FetchRequest } from './swarm/fetch-torrent.ts';
import { Listeners } from './swarm/listeners.ts';
import type { Reannounced } from './swarm/tracker-manager.ts';
import type { TrackerView } from './swarm/tracker.ts';
import type { Turn } from './swarm/turn.ts';
import type { LogLine } from './torrent-log.ts';
import { TorrentTable, type TableOwner } from './torrent-table.ts';
import { torrentView } from './torrent-view.ts';
import type { Torrent } from './torrent.ts';
import type { WebSeed, WebSeedView } from './swarm/web-seeds.ts';
import { Turns } from './turns.ts';
import * as wishes from './wishes.ts';
import { PlaneRouter } from './plane-router.ts';
import { fileViews, peerViews, piecesView, totalsView, trackerViews, webSeedViews } from './view-builders.ts';
import type { FileView, PeerView, PiecesView, TorrentView, TotalsView } from './views.ts';

export class Engine {
  /** Folders, and where torrents' files are. */
  readonly disk: DiskApi;
  readonly #ports: EnginePorts;
  readonly #table: TorrentTable;
  readonly #router: PlaneRouter;
  readonly #listeners = new Listeners();
  #settings: Settings;
  #nextStore = 1;
  #hasPlane = true;
  #tickedAtMs: number;
  readonly #turns: Turns;

  constructor(ports: EnginePorts) {
    this.#ports = ports;
    const nowMs = ports.clock.now();
    this.#tickedAtMs = nowMs;
    this.#settings = { ...DEFAULT_SETTINGS, ...ports.settings };
    const engine = (): Engine => this;
    const owner: TableOwner = {
      get settings() {
        return engine().#settings;
      },
      get listenPort() {
        return engine().#listeners.port;
      },
      get nowMs() {
        return engine().#turns.nowMs;
      },
      onEvent: (event: EngineEvent): void => ports.onEvent(event),
      newStoreId: (): StoreId => this.#newStoreId(),
      kept: (id): SavedTorrent | null => ports.kept?.(id) ?? null,
    };
    const { plane, clock, random, digests } = ports;
    const settle = (turn: Turn): void => this.#table.settle(turn);
    this.#turns = new Turns({ plane, clock, random, digests, settle });
    this.#table = new TorrentTable(owner, ports);
    this.#router = new PlaneRouter(this.#table, this.#listeners);
    this.disk = new DiskApi({
      asks: this.#table.asks,
      run: (input) => this.#turns.run(input),
      placesOf: (id) => this.#loaded(id).disk.places,
    });
  }

  get settings(): Settings {
    return this.#settings;
  }

  get listenPort(): number {
    return this.#listeners.port;
  }

  // --- wishes of the user ---------------------------------------------------------------------------------------------

  /**
   * Several calls as one turn: slots of the queue are given once, after the last of them. For wishes about many torrents.
   */
  batch(act: () => void): void {
    this.#turns.batch(act);
  }

  /** Change settings; absent members stay. */
  configure(change: Partial<Settings>): void {
    this.#turns.run((turn) => {
      this.#settings = { ...this.#settings, ...change };
      this.#pushLimits(turn);
      this.#table.queueChanged();
    });
  }

  /**
   * Accept connections on this port (0 = any); `listening` or `listenFailed` follows. Also on `moreHosts`, where the
   * system has them.
   */
  listen(host: string, port: number, moreHosts: readonly string[] = []): void {
    this.#turns.run((turn) => this.#listeners.listen([host, ...moreHosts], port, turn));
  }

  /**
   * Add a torrent and return its id. Throws ProtocolError for a bad source, EngineError DUPLICATE (its `message` names
   * the torrent), V2_ONLY or BAD_PATH.
   */
  add(source: AddSource, options: AddOptions): TorrentId {
    const { given, peers } = readSource(source, options, this.#ports.digests);
    const existing = this.#table.find(given.id);
    if (existing !== undefined) throw new EngineError('DUPLICATE', `${existing.name} is already there`);
    return this.#turns.run((turn) => {
      const { torrent } = this.#table.add({ given, source, options }, turn);
      torrent?.swarm.addPeers(peers, 'magnet', { allowLoopback: false }, turn);
      return given.id;
    });
  }

  /**
   * Let a torrent that was added with `hold` go on: its files lie where `options` say. Absent priorities are normal. While
   * the metadata is still being fetched it goes on with that.
   */
  release(id: TorrentId, options: Omit<AddOptions, 'hold' | 'resume'>): void {
    this.#about(id, (entry, turn) => wishes.release(entry, options, this.#table, turn));
  }

  /** Let it run as the queue allows, or with `force` beside all slots. Throws EngineError HELD before `release`. */
  start(id: TorrentId, options: { readonly force?: boolean } = {}): void {
    this.#about(id, (entry, turn) => wishes.start(entry, options.force ?? false, this.#table, turn));
  }

  stop(id: TorrentId): void {
    this.#about(id, (entry, turn) => wishes.stop(entry, this.#table, turn));
  }

  /** Hash everything on disk again: as soon as the queue has a slot for a check. */
  recheck(id: TorrentId): void {
    this.#about(id, (entry, turn) => this.#table.load(entry, turn).recheck(this.#table.hasCheckSlot, turn));
  }

  /** Forget a torrent, with its files if wished; `removed` follows. */
  remove(id: TorrentId, deleteFiles: boolean): void {
    this.#about(id, (entry, turn) => wishes.remove(entry, deleteFiles, this.#table, turn));
  }

  /** Move a torrent in the queue. */
  move(id: TorrentId, to: QueueMove): void {
    this.#about(id, (entry) => wishes.move(entry, to, this.#table));
  }

  /** Put torrents first in the queue, in this order; all others come behind, in theirs. */
  arrange(ids: readonly TorrentId[]): void {
    this.#turns.run(() => wishes.arrange(ids, this.#table));
  }

  /** Choose files (one priority per file, 0 = skip) and the order of pieces. */
  choose(id: TorrentId, priorities: readonly Priority[], picking: PickingOptions): void {
    const choice = { priorities, picking };
    this.#about(id, (entry, turn) => wishes.choose(entry, choice, this.#table, turn));
  }

  /** The order of pieces alone; files stay as they were chosen. */
  pick(id: TorrentId, picking: PickingOptions): void {
    this.#about(id, (entry, turn) => wishes.pick(entry, picking, turn));
  }

  /** Limits of one torrent; absent members stay. */
  limit(id: TorrentId, limits: Partial<OwnLimits>): void {
    this.#about(id, (entry, turn) => wishes.limit(entry, limits, turn));
  }

  /** Other trackers in other tiers; what is no URL of a tracker is left out. */
  setTrackers(id: TorrentId, tiers: readonly (readonly string[])[]): void {
    this.#about(id, (entry, turn) => wishes.setTrackers(entry, tiers, turn));
  }

  /** Other web seeds (BEP 19); what is no URL of one is left out, and so are repetitions. */
  setWebSeeds(id: TorrentId, seeds: readonly WebSeed[]): void {
    this.#about(id, (entry, turn) => wishes.setWebSeeds(entry, seeds, turn));
  }

  /** More trackers, each in a tier of its own after those that are there; one that is there stays where it is. */
  addTrackers(id: TorrentId, urls: readonly string[]): void {
    this.setTrackers(id, wishes.withTrackers(this.#table.get(id).wishes.trackers, urls));
  }

  /** Announce at once; says who is asked, and who wants to be left alone for how long. */
  reannounce(id: TorrentId): Reannounced {
    return this.#about(id, ({ torrent }, turn) => {
      return torrent?.trackers.announceNow(turn) ?? { asked: [], tooSoon: [] };
    });
  }

  /** Peers that the user names, or that we were connected to in an earlier session; they may be on this machine. */
  addPeers(id: TorrentId, peers: readonly Endpoint[], source: 'user' | 'saved' = 'user'): void {
    this.#about(id, (entry, turn) => {
      this.#table.load(entry, turn).swarm.addPeers(peers, source, { allowLoopback: true }, turn);
    });
  }

  /** Talk to nobody on this host any more, about this torrent. */
  banPeer(id: TorrentId, host: string): void {
    this.#about(id, (entry, turn) => this.#table.load(entry, turn).swarm.banHost(host, turn));
  }

  /** Hash files into a new torrent. */
  create(request: CreationRequest): void {
    this.#turns.run((turn) => {
      const storeId = this.#newStoreId();
      this.#router.creations.set(storeId, createTorrent(storeId, request, turn));
    });
  }

  /** Get a .torrent file from the web; the callbacks must not call the engine. */
  fetchTorrent(url: string, onDone: FetchRequest['onDone'], onFailed: FetchRequest['onFailed']): void {
    const { userAgent, asks } = this.#table;
    this.#turns.run((turn) => fetchTorrent({ url, userAgent, onDone, onFailed }, asks, turn));
  }

  // --- looking --------------------------------------------------------------------------------------------------------

  /** Ids in queue order. */
  get ids(): TorrentId[] {
    return this.#table.queue.entries.map(({ id }) => id);
  }

  /** Torrents there are. */
  get count(): number {
    return this.#table.queue.entries.length;
  }

  /** The torrent at a position of the queue, or null. */
  idAt(position: number): TorrentId | null {
    return this.#table.queue.entries[position]?.id ?? null;
  }

  /** Position in the queue, from 0. Throws EngineError UNKNOWN_TORRENT. */
  positionOf(id: TorrentId): number {
    return this.#table.get(id).position;
  }

  /** What a torrent does. Throws EngineError UNKNOWN_TORRENT. */
  stateOf(id: TorrentId): TorrentState {
    return this.#table.get(id).state;
  }

  /** Torrents that may have another position in the queue since the last call, in its order. */
  takeMoved(): TorrentId[] {
    return this.#table.queue.takeMoved().map(({ id }) => id);
  }

  /** Torrents of which something else shown changed since the last call, in no order; removed ones are not among them. */
  takeChanged(): TorrentId[] {
    return this.#table.takeChanged();
  }

  view(id: TorrentId): TorrentView {
    return torrentView(this.#table.get(id), this.#settings, this.#ports.clock.now());
  }

  /** Everything together, since the engine began. */
  get totals(): TotalsView {
    return totalsView(this.#table);
  }

  /** What is in a torrent, and what is there of each file; loads it. */
  files(id: TorrentId): FileView[] {
    return fileViews(this.#loaded(id));
  }

  peers(id: TorrentId): PeerView[] {
    return peerViews(this.#table.get(id).torrent);
  }

  trackers(id: TorrentId): TrackerView[] {
    return trackerViews(this.#table.get(id), this.#ports.clock.now());
  }

  webSeeds(id: TorrentId): WebSeedView[] {
    return webSeedViews(this.#table.get(id), this.#ports.clock.now());
  }

  /** Null while only the magnet is known. */
  pieces(id: TorrentId): PiecesView | null {
    return piecesView(this.#loaded(id));
  }

  /** What happened to a torrent in this session, oldest first, bounded. */
  log(id: TorrentId): LogLine[] {
    return this.#table.get(id).log;
  }

  /** Rates over time of everything, or of one torrent (null when it never moved anything in this session). */
  history(level: HistoryLevel): RateSamples;
  history(level: HistoryLevel, id: TorrentId): RateSamples | null;
  history(level: HistoryLevel, id?: TorrentId): RateSamples | null {
    if (id === undefined) return this.#table.history.samples(level);
    return this.#table.get(id).torrent?.progress.history(level) ?? null;
  }

  /** The info dictionary, or null while only the magnet is known. */
  info(id: TorrentId): Info | null {
    return this.#loaded(id).content?.info ?? null;
  }

  // --- inputs of the world --------------------------------------------------------------------------------------------

  /** All events of one turn of the plane. */
  onPlaneEvents(events: readonly PlaneEvent[]): void {
    this.#turns.run((turn) => {
      for (const event of events) this.#router.route(event, turn);
    });
  }

  /** Call every LIMITS.tickMs. While there is no plane nothing can happen, and nothing is late. */
  tick(): void {
    if (!this.#hasPlane) return;
    this.#turns.run((turn) => {
      const lateMs = turn.nowMs - this.#tickedAtMs - LIMITS.tickMs;
      this.#tickedAtMs = turn.nowMs;
      if (lateMs >= LIMITS.sleptMs) this.#table.excuse(lateMs, turn);
      this.#table.tick(turn);
    });
  }

  /** The plane is gone, and every link, store and question with it. */
  onPlaneLost(): void {
    this.#hasPlane = false;
    this.#turns.run((turn) => {
      this.#table.onPlaneLost(turn);
      this.#router.onPlaneLost();
      this.#listeners.reset();
    });
  }

  /** A new plane is there. */
  onPlaneReady(): void {
    this.#hasPlane = true;
    this.#turns.run((turn) => {
      // What was asked while there was no plane is not answered either.
      this.#table.asks.reset(turn);
      this.disk.onPlaneReady(turn);
      this.#pushLimits(turn);
      this.#listeners.begin(turn);
      for (const torrent of this.#table.loaded) torrent.onPlaneReady(turn);
    });
  }

  /** Recompute what is kept incrementally; throws when it disagrees. */
  checkInvariants(): void {
    this.#table.checkInvariants();
  }

  // --- inside ---------------------------------------------------------------------------------------------------------

  #pushLimits(turn: Turn): void {
    const { downloadLimit: down, uploadLimit: up } = this.#settings;
    turn.push({ type: 'limit', store: 0, down, up });
  }

  #newStoreId(): StoreId {
    this.#nextStore += 1;
    return this.#nextStore - 1;
  }

  /** A wish about one torrent. Throws EngineError UNKNOWN_TORRENT. */
  #about<T>(id: TorrentId, act: (entry: Entry, turn: Turn) => T): T {
    const entry = this.#table.get(id);
    return this.#turns.run((turn) => {
      this.#table.changed(id);
      return act(entry, turn);
    });
  }

  /** A torrent that somebody looks at in detail. */
  #loaded(id: TorrentId): Torrent {
    const entry = this.#table.get(id);
    return this.#turns.run((turn) => this.#table.load(entry, turn));
  }
}
