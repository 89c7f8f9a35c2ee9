/**
 * All torrents of an engine: listed, loaded when they have something to do, and what they are lent. Decides what has to
 * be looked at in a turn and in a tick, so that torrents at rest cost nothing.
 */
import { makePeerId, PEER_ID_RANDOM_LENGTH, toHex } from '@jstorrent/protocol';
import {
  EngineError,
  infoHashOf,
  loadInfo,
  readPlace,
  usableResume,
  wishesOf,
  type AddOptions,
  type AddSource,
  type SavedTorrent,
} from './add-source.ts';
import { Entry } from './entry.ts';
import type { EngineEvent, TorrentId } from './events.ts';
import { LIMITS, type Settings } from './limits.ts';
import type { StoreId } from './ports.ts';
import type { Random } from './ports.ts';
import { RateHistory } from './rules/history.ts';
import { isIdle } from './rules/lifecycle.ts';
import { RateMeter } from './rules/rate.ts';
import type { Totals } from './rules/resume.ts';
import { Asks } from './swarm/asks.ts';
import { Connections } from './swarm/connections.ts';
import type { Traffic } from './swarm/progress.ts';
import type { Turn } from './swarm/turn.ts';
import { UdpTrackers } from './swarm/udp-trackers.ts';
import { logLine } from './torrent-log.ts';
import type { TorrentHost, TorrentSource } from './torrent-parts.ts';
import { TorrentQueue } from './torrent-queue.ts';
import { Torrent } from './torrent.ts';

/** What the table gets from the engine. */
export interface TableOwner {
  readonly settings: Settings;
  readonly listenPort: number;
  readonly nowMs: number;
  onEvent(event: EngineEvent): void;
  newStoreId(): StoreId;
  /** A torrent that rests, as it was kept outside; null = it has to stay in memory. */
  kept(id: TorrentId): SavedTorrent | null;
}

/** A torrent to be listed. */
export interface NewTorrent {
  readonly given: TorrentSource;
  readonly source: AddSource;
  readonly options: AddOptions;
}

const HISTORY_STEP_MS = 1000;
const NO_TOTALS: Totals = { downloaded: 0, uploaded: 0, activeMs: 0, seededMs: 0 };

export class TorrentTable implements TorrentHost {
  readonly clientVersion: string;
  readonly userAgent: string;
  readonly random: Random;
  readonly connections: Connections;
  readonly asks = new Asks();
  readonly udp: UdpTrackers;
  readonly traffic: Traffic;
  readonly queue = new TorrentQueue();
  /** Rates of everything together. */
  readonly history: RateHistory;
  #recordedAtMs = 0;
  readonly #owner: TableOwner;
  readonly #entries = new Map<TorrentId, Entry>();
  readonly #byStore = new Map<StoreId, Torrent>();
  readonly #stores = new Map<Torrent, StoreId>();
  /** Loaded torrents by whether a tick is of use to them. */
  readonly #busy = new Set<Torrent>();
  readonly #touched = new Set<Torrent>();
  /** Loaded ones that rest, and when that began or somebody looked at them last; oldest first. */
  readonly #resting = new Map<Entry, number>();
  #changed = new Set<TorrentId>();

  constructor(owner: TableOwner, parts: { readonly random: Random; readonly clientVersion: string }) {
    this.#owner = owner;
    this.random = parts.random;
    this.clientVersion = parts.clientVersion;
    this.userAgent = parts.clientVersion.replace(' ', '/');
    this.connections = new Connections((infoHash) => this.find(toHex(infoHash))?.torrent?.swarm ?? null);
    this.udp = new UdpTrackers(this.asks);
    this.history = new RateHistory(0, 0, owner.nowMs);
    this.traffic = { down: new RateMeter(owner.nowMs), up: new RateMeter(owner.nowMs) };
  }

  get settings(): Settings {
    return this.#owner.settings;
  }

  get listenPort(): number {
    return this.#owner.listenPort;
  }

  // --- listing --------------------------------------------------------------------------------------------------------

  find(id: TorrentId): Entry | undefined {
    return this.#entries.get(id);
  }

  /** Throws EngineError UNKNOWN_TORRENT. */
  get(id: TorrentId): Entry {
    const entry = this.#entries.get(id);
    if (entry === undefined) throw new EngineError('UNKNOWN_TORRENT', `no torrent ${id}`);
    return entry;
  }

  /** Loaded torrents, at work or at rest. */
  get loaded(): Iterable<Torrent> {
    return this.#stores.keys();
  }

  /** List a torrent; a saved one is not loaded yet. */
  add(torrent: NewTorrent, turn: Turn): Entry {
    const { given, source, options } = torrent;
    const place = { ...readPlace(options), preallocate: options.preallocate ?? 'sparse' } as const;
    const saved = 'saved' in source ? source.saved : null;
    const hasMetadata = given.info !== null || (saved !== null && saved.pieceCount > 0);
    const { trackers, webSeeds } = given;
    const wishes = wishesOf({ trackers, webSeeds, hasMetadata }, options);
    const entry = new Entry(given.id, wishes, place, saved);
    this.#entries.set(given.id, entry);
    if (saved === null) {
      const resume = usableResume(options.resume ?? null, given.infoHash);
      const how = { resume, skipCheck: options.skipCheck ?? false, isBroken: false };
      this.#make(entry, { given, before: resume ?? NO_TOTALS, ...how }, turn);
    }
    this.changed(given.id);
    this.queue.add(entry, options.queueTop ?? false);
    if (wishes.run) this.emit({ type: 'stateChanged', torrent: given.id, state: entry.state });
    return entry;
  }

  /** The torrent itself; loads what was kept of it. Damaged metadata counts as none. */
  load(entry: Entry, turn: Turn): Torrent {
    this.#noteRest(entry, turn.nowMs);
    if (entry.torrent !== null) return entry.torrent;
    const { saved, wishes, totals: before } = entry;
    if (saved === null) throw new Error('a torrent is neither saved nor loaded');
    const { id, name } = saved;
    const infoHash = infoHashOf(id);
    const info = loadInfo(saved, infoHash, turn.digests);
    const { trackers, webSeeds } = wishes;
    const given = { id, infoHash, name: info?.name ?? name, info, trackers, webSeeds };
    const resume = usableResume(saved.loadResume(), infoHash);
    const isBroken = info === null && saved.pieceCount > 0;
    const torrent = this.#make(entry, { given, before, resume, skipCheck: false, isBroken }, turn);
    entry.saved = null;
    this.#noteRest(entry, turn.nowMs);
    this.changed(entry.id);
    return torrent;
  }

  #noteRest(entry: Entry, nowMs: number): void {
    this.#resting.delete(entry);
    if (entry.torrent !== null && isIdle(entry.state)) this.#resting.set(entry, nowMs);
  }

  /** Those that have rested for long are only listed again. */
  #unload(nowMs: number): void {
    for (const [entry, sinceMs] of this.#resting) {
      if (nowMs - sinceMs < LIMITS.unloadMs) return;
      this.#noteRest(entry, nowMs);
      const { torrent } = entry;
      const mayRest = torrent?.isAtRest === true && torrent.content !== null && !entry.wishes.isHeld;
      const saved = mayRest ? this.#owner.kept(entry.id) : null;
      if (torrent === null || saved === null) continue;
      const { place, paths } = torrent.disk.places;
      this.#drop(entry, torrent);
      entry.rest(saved, { ...entry.place, place, paths });
    }
  }

  #drop(entry: Entry, torrent: Torrent): void {
    this.#byStore.delete(this.#stores.get(torrent) as StoreId);
    this.#stores.delete(torrent);
    this.#busy.delete(torrent);
    this.#touched.delete(torrent);
    this.#resting.delete(entry);
  }

  #make(
    entry: Entry,
    what: {
      readonly given: TorrentSource;
      readonly before: Totals;
      readonly resume: ReturnType<typeof usableResume>;
      readonly skipCheck: boolean;
      readonly isBroken: boolean;
    },
    turn: Turn,
  ): Torrent {
    const { given, ...how } = what;
    const storeId = this.#owner.newStoreId();
    const peerId = makePeerId(this.random.bytes(PEER_ID_RANDOM_LENGTH));
    const state = { kind: entry.wishes.run ? 'queued' : 'stopped' } as const;
    const options = { ...entry.place, ...how, storeId, peerId, state };
    const torrent = new Torrent(given, { options, wishes: entry.wishes }, this, turn.nowMs);
    entry.torrent = torrent;
    this.#byStore.set(storeId, torrent);
    this.#stores.set(torrent, storeId);
    return torrent;
  }

  /** Whose store this is. */
  ofStore(store: StoreId): Torrent | undefined {
    return this.#byStore.get(store);
  }

  #forget(id: TorrentId): void {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    const { torrent } = entry;
    if (torrent !== null) this.#drop(entry, torrent);
    this.#entries.delete(id);
    this.#changed.delete(id);
    this.queue.remove(entry);
  }

  // --- what torrents are lent -----------------------------------------------------------------------------------------

  emit(event: EngineEvent): void {
    if ('torrent' in event) {
      const line = logLine(event, this.#owner.nowMs);
      if (line !== null) this.#entries.get(event.torrent)?.note(line);
      this.changed(event.torrent);
      if (event.type === 'removed') this.#forget(event.torrent);
    }
    this.#owner.onEvent(event);
  }

  touched({ id }: { readonly id: TorrentId }): void {
    const torrent = this.#entries.get(id)?.torrent ?? null;
    if (torrent !== null) this.#touched.add(torrent);
  }

  changed(id: TorrentId): void {
    this.#changed.add(id);
  }

  stateChanged({ id }: { readonly id: TorrentId }): void {
    const entry = this.#entries.get(id);
    const torrent = entry?.torrent ?? null;
    this.changed(id);
    this.queue.changed();
    if (entry === undefined || torrent === null) return;
    this.#noteRest(entry, this.#owner.nowMs);
    if (isIdle(torrent.state)) this.#busy.delete(torrent);
    else this.#busy.add(torrent);
  }

  queueChanged(): void {
    this.queue.changed();
  }

  /** One more check may begin at once. */
  get hasCheckSlot(): boolean {
    let checks = 0;
    for (const torrent of this.#busy) if (torrent.state.kind === 'checking') checks += 1;
    return checks < this.settings.activeChecks;
  }

  /** Torrents of which something shown changed since the last call. */
  takeChanged(): TorrentId[] {
    const changed = [...this.#changed];
    this.#changed = new Set();
    return changed;
  }

  // --- turns ----------------------------------------------------------------------------------------------------------

  tick(turn: Turn): void {
    this.connections.tick(turn);
    this.udp.tick(turn);
    this.traffic.down.tick(turn.nowMs);
    this.traffic.up.tick(turn.nowMs);
    for (const torrent of this.#busy) torrent.tick(turn);
    this.queue.tick(turn.nowMs);
    this.#unload(turn.nowMs);
    this.#record(turn.nowMs);
  }

  #record(nowMs: number): void {
    if (nowMs - this.#recordedAtMs < HISTORY_STEP_MS) return;
    this.#recordedAtMs = nowMs;
    const { down, up } = this.traffic;
    this.history.record(down.total, up.total, nowMs);
  }

  /** The plane is gone, and every link, store and question with it. */
  onPlaneLost(turn: Turn): void {
    this.connections.reset(turn);
    this.udp.reset();
    this.asks.reset(turn);
    for (const torrent of this.loaded) torrent.onPlaneLost(turn);
  }

  /** Everything that follows from the inputs of a turn. */
  settle(turn: Turn): void {
    for (;;) {
      const plan = this.queue.takePlan(this.settings, turn.nowMs);
      if (plan === null && this.#touched.size === 0) return;
      for (const entry of plan?.pause ?? []) entry.torrent?.pause(turn);
      for (const entry of plan?.start ?? []) this.load(entry, turn).grant(turn);
      const touched = [...this.#touched];
      this.#touched.clear();
      for (const torrent of touched) torrent.endTurn(turn);
    }
  }

  /** We slept: nobody was silent, what arrived meanwhile has not been looked at yet. */
  excuse(lateMs: number, turn: Turn): void {
    this.connections.excuse(lateMs);
    for (const torrent of this.#busy) torrent.swarm.excuse(lateMs, turn.nowMs);
  }

  /** Recompute what is kept incrementally; throws when it disagrees. */
  checkInvariants(): void {
    this.connections.checkInvariants();
    this.queue.checkInvariants();
    for (const torrent of this.loaded) torrent.checkInvariants();
    if (this.queue.entries.length !== this.#entries.size) throw new Error('queue: torrents miscounted');
  }
}
