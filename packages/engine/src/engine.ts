/**
 * The engine: all torrents of one user over one plane. It turns every input into one synchronous turn, routes plane
 * events to whom they belong, gives queue slots, and hands the commands of a turn to the plane in one batch.
 */
import { makePeerId, PEER_ID_RANDOM_LENGTH, toHex, type Endpoint, type Info } from '@jstorrent/protocol';
import { EngineError, readSource, usableResume, type AddOptions, type AddSource } from './add-source.ts';
import { createTorrent, type Creation, type CreationRequest } from './swarm/creation.ts';
import type { EngineEvent, TorrentId } from './events.ts';
import { DEFAULT_SETTINGS, LIMITS, type Settings } from './limits.ts';
import type { Clock, Digests, Plane, PlaneCommand, PlaneEvent, Random, StoreId } from './ports.ts';
import { grantSlots } from './rules/queue.ts';
import type { Priority } from './rules/picker.ts';
import { Asks } from './swarm/asks.ts';
import { Connections } from './swarm/connections.ts';
import type { PickingOptions } from './swarm/content.ts';
import { Listeners } from './swarm/listeners.ts';
import { fetchTorrent, type FetchRequest } from './swarm/fetch-torrent.ts';
import type { Turn } from './swarm/turn.ts';
import { UdpTrackers } from './swarm/udp-trackers.ts';
import type { TorrentHost } from './torrent-parts.ts';
import { Torrent } from './torrent.ts';
import type { FileView, PeerView, TorrentView } from './views.ts';
import { fileViews, peerViews, torrentView } from './view-builders.ts';
import type { TrackerView } from './swarm/tracker-manager.ts';

/** What an engine is made of. */
export interface EnginePorts {
  readonly plane: Plane;
  readonly clock: Clock;
  readonly random: Random;
  readonly digests: Digests;
  /** Called in order, inside the turn; must not call the engine. */
  onEvent(event: EngineEvent): void;
  /** Name and version told to peers and trackers. */
  readonly clientVersion: string;
  readonly settings?: Partial<Settings>;
}

export class Engine implements TorrentHost {
  readonly clientVersion: string;
  readonly userAgent: string;
  readonly random: Random;
  readonly connections: Connections;
  readonly asks = new Asks();
  readonly udp: UdpTrackers;
  readonly #ports: EnginePorts;
  readonly #torrents = new Map<TorrentId, Torrent>();
  readonly #byStore = new Map<StoreId, Torrent>();
  readonly #creations = new Map<StoreId, Creation>();
  readonly #touched = new Set<Torrent>();
  #settings: Settings;
  #nextStore = 1;
  readonly #listeners = new Listeners();
  #queueDirty = false;
  #hasPlane = true;
  #tickedAtMs: number;
  #turn: (Turn & { readonly commands: PlaneCommand[] }) | null = null;

  constructor(ports: EnginePorts) {
    this.#ports = ports;
    this.#tickedAtMs = ports.clock.now();
    this.#settings = { ...DEFAULT_SETTINGS, ...ports.settings };
    this.random = ports.random;
    this.clientVersion = ports.clientVersion;
    this.userAgent = ports.clientVersion.replace(' ', '/');
    this.connections = new Connections((infoHash) => this.#torrents.get(toHex(infoHash))?.swarm ?? null);
    this.udp = new UdpTrackers(this.asks);
  }

  get settings(): Settings {
    return this.#settings;
  }

  get listenPort(): number {
    return this.#listeners.port;
  }

  // --- wishes of the user ---------------------------------------------------------------------------------------------

  /** Change settings; absent members stay. */
  configure(change: Partial<Settings>): void {
    this.#run((turn) => {
      this.#settings = { ...this.#settings, ...change };
      this.#pushLimits(turn);
      this.#queueDirty = true;
    });
  }

  /**
   * Accept connections on this port (0 = any); `listening` or `listenFailed` follows. Also on `moreHosts`, where the
   * system has them.
   */
  listen(host: string, port: number, moreHosts: readonly string[] = []): void {
    this.#run((turn) => this.#listeners.listen([host, ...moreHosts], port, turn));
  }

  /**
   * Add a torrent and return its id. Throws ProtocolError for a bad source, EngineError DUPLICATE (its `message` names
   * the torrent) or V2_ONLY.
   */
  add(source: AddSource, options: AddOptions): TorrentId {
    const { given, peers } = readSource(source, options, this.#ports.digests);
    const existing = this.#torrents.get(given.id);
    if (existing !== undefined) throw new EngineError('DUPLICATE', `${existing.name} is already there`);
    return this.#run((turn) => {
      const storeId = this.#newStoreId();
      const peerId = makePeerId(this.random.bytes(PEER_ID_RANDOM_LENGTH));
      const torrent = new Torrent(
        given,
        {
          root: options.root,
          storeId,
          peerId,
          preallocate: options.preallocate ?? 'sparse',
          priorities: options.priorities ?? [],
          resume: usableResume(options.resume ?? null, given.infoHash),
          sequential: options.sequential ?? false,
          endsFirst: options.endsFirst ?? false,
        },
        this,
        turn.nowMs,
      );
      this.#torrents.set(given.id, torrent);
      this.#byStore.set(storeId, torrent);
      torrent.swarm.addPeers(peers, 'magnet', { allowLoopback: false }, turn);
      if (options.start ?? true) torrent.start(turn);
      return given.id;
    });
  }

  start(id: TorrentId): void {
    this.#run((turn) => this.#get(id).start(turn));
  }

  stop(id: TorrentId): void {
    this.#run((turn) => this.#get(id).stop(turn));
  }

  recheck(id: TorrentId): void {
    this.#run((turn) => this.#get(id).recheck(turn));
  }

  /** Forget a torrent, with its files if wished; `removed` follows. */
  remove(id: TorrentId, deleteFiles: boolean): void {
    this.#run((turn) => this.#get(id).remove(deleteFiles, turn));
  }

  /** Choose files (one priority per file, 0 = skip) and the order of pieces. */
  choose(id: TorrentId, priorities: readonly Priority[], picking: PickingOptions): void {
    this.#run((turn) => this.#get(id).choose(priorities, picking, turn));
  }

  /** Payload limits of one torrent in bytes per second, 0 = none. */
  limit(id: TorrentId, down: number, up: number): void {
    this.#run((turn) => this.#get(id).limit(down, up, turn));
  }

  /** Peers that the user names; they may be on this machine. */
  addPeers(id: TorrentId, peers: readonly Endpoint[]): void {
    this.#run((turn) => this.#get(id).swarm.addPeers(peers, 'user', { allowLoopback: true }, turn));
  }

  /** Hash files into a new torrent. */
  create(request: CreationRequest): void {
    this.#run((turn) => {
      const storeId = this.#newStoreId();
      const creation = createTorrent(storeId, request, turn);
      this.#creations.set(storeId, creation);
    });
  }

  /** Get a .torrent file from the web; the callbacks must not call the engine. */
  fetchTorrent(url: string, onDone: FetchRequest['onDone'], onFailed: FetchRequest['onFailed']): void {
    const { userAgent, asks } = this;
    this.#run((turn) => fetchTorrent({ url, userAgent, onDone, onFailed }, asks, turn));
  }

  // --- looking --------------------------------------------------------------------------------------------------------

  /** Ids in queue order. */
  get ids(): TorrentId[] {
    return [...this.#torrents.keys()];
  }

  view(id: TorrentId): TorrentView {
    return torrentView(this.#get(id), this.ids.indexOf(id));
  }

  files(id: TorrentId): FileView[] {
    return fileViews(this.#get(id));
  }

  peers(id: TorrentId): PeerView[] {
    return peerViews(this.#get(id));
  }

  trackers(id: TorrentId): TrackerView[] {
    return this.#get(id).trackers.views(this.#ports.clock.now());
  }

  /** The info dictionary, or null while only the magnet is known. */
  info(id: TorrentId): Info | null {
    return this.#get(id).content?.info ?? null;
  }

  // --- inputs of the world --------------------------------------------------------------------------------------------

  /** All events of one turn of the plane. */
  onPlaneEvents(events: readonly PlaneEvent[]): void {
    this.#run((turn) => {
      for (const event of events) this.#route(event, turn);
    });
  }

  /** Call every LIMITS.tickMs. While there is no plane nothing can happen, and nothing is late. */
  tick(): void {
    if (!this.#hasPlane) return;
    this.#run((turn) => {
      const lateMs = turn.nowMs - this.#tickedAtMs - LIMITS.tickMs;
      this.#tickedAtMs = turn.nowMs;
      if (lateMs >= LIMITS.sleptMs) this.#excuse(lateMs, turn);
      this.connections.tick(turn);
      this.udp.tick(turn);
      for (const torrent of this.#torrents.values()) torrent.tick(turn);
      this.#queueDirty = true;
    });
  }

  /** The plane is gone, and every link, store and question with it. */
  onPlaneLost(): void {
    this.#hasPlane = false;
    this.#run((turn) => {
      this.connections.reset(turn);
      this.udp.reset();
      this.asks.reset(turn);
      for (const torrent of this.#torrents.values()) torrent.onPlaneLost(turn);
      for (const creation of this.#creations.values()) creation.onLost();
      this.#creations.clear();
      this.#listeners.reset();
    });
  }

  /** A new plane is there. */
  onPlaneReady(): void {
    this.#hasPlane = true;
    this.#run((turn) => {
      // What was asked while there was no plane is not answered either.
      this.asks.reset(turn);
      this.#pushLimits(turn);
      this.#listeners.begin(turn);
      for (const torrent of this.#torrents.values()) torrent.onPlaneReady(turn);
    });
  }

  // --- torrents' host -------------------------------------------------------------------------------------------------

  emit(event: EngineEvent): void {
    if (event.type === 'removed') {
      const torrent = this.#torrents.get(event.torrent);
      for (const [store, owner] of this.#byStore) if (owner === torrent) this.#byStore.delete(store);
      this.#torrents.delete(event.torrent);
      this.#queueDirty = true;
    }
    this.#ports.onEvent(event);
  }

  touched({ id }: { readonly id: TorrentId }): void {
    const torrent = this.#torrents.get(id);
    if (torrent !== undefined) this.#touched.add(torrent);
  }

  queueChanged(): void {
    this.#queueDirty = true;
  }

  /** Recompute what is kept incrementally; throws when it disagrees. */
  checkInvariants(): void {
    this.connections.checkInvariants();
    for (const torrent of this.#torrents.values()) torrent.checkInvariants();
  }

  // --- inside ---------------------------------------------------------------------------------------------------------

  /** One turn: the time is read once, effects are collected and handed over at the end. */
  #run<T>(input: (turn: Turn) => T): T {
    if (this.#turn !== null) throw new Error('the engine was called from inside a turn');
    const commands: PlaneCommand[] = [];
    const turn = {
      nowMs: this.#ports.clock.now(),
      commands,
      push: (command: PlaneCommand): void => {
        commands.push(command);
      },
      random: this.random,
      digests: this.#ports.digests,
    };
    this.#turn = turn;
    try {
      const result = input(turn);
      this.#settle(turn);
      return result;
    } finally {
      this.#turn = null;
      if (commands.length > 0) this.#ports.plane.submit(commands);
    }
  }

  /** We slept: nobody was silent, what arrived meanwhile has not been looked at yet. */
  #excuse(lateMs: number, turn: Turn): void {
    this.connections.excuse(lateMs);
    for (const torrent of this.#torrents.values()) torrent.swarm.peerManager.excuse(lateMs, turn.nowMs);
  }

  #settle(turn: Turn): void {
    while (this.#queueDirty || this.#touched.size > 0) {
      if (this.#queueDirty) {
        this.#queueDirty = false;
        for (const torrent of grantSlots([...this.#torrents.values()], this.#settings, turn.nowMs))
          torrent.grant(turn);
      }
      const touched = [...this.#touched];
      this.#touched.clear();
      for (const torrent of touched) torrent.endTurn(turn);
    }
  }

  #route(event: PlaneEvent, turn: Turn): void {
    if ('link' in event) return this.connections.onEvent(event, this.#settings, turn);
    if ('store' in event && event.type !== 'synced' && event.type !== 'storeDone') {
      if (event.type === 'storeFailed' && event.request !== 0) return this.asks.onAnswer(event, turn);
      return this.#routeStore(event, turn);
    }
    if ('request' in event) return this.asks.onAnswer(event, turn);
    if ('socket' in event) return this.udp.onEvent(event, turn);
    if (event.type === 'listening' || event.type === 'listenFailed') {
      const outcome = this.#listeners.onEvent(event, turn);
      if (outcome !== null) this.emit(outcome);
    }
  }

  #routeStore(event: Extract<PlaneEvent, { readonly store: StoreId }>, turn: Turn): void {
    const creation = this.#creations.get(event.store);
    if (creation !== undefined) {
      if (creation.onEvent(event, turn)) this.#creations.delete(event.store);
      return;
    }
    this.#byStore.get(event.store)?.onStoreEvent(event, turn);
  }

  #pushLimits(turn: Turn): void {
    const { downloadLimit: down, uploadLimit: up } = this.#settings;
    turn.push({ type: 'limit', store: 0, down, up });
  }

  #newStoreId(): StoreId {
    this.#nextStore += 1;
    return this.#nextStore - 1;
  }

  #get(id: TorrentId): Torrent {
    const torrent = this.#torrents.get(id);
    if (torrent === undefined) throw new EngineError('UNKNOWN_TORRENT', `no torrent ${id}`);
    return torrent;
  }
}
