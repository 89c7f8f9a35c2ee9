/**
 * The trackers of one torrent: when to announce what to whom (BEP 3, 12, 15), and what follows from the answers. All
 * tiers are announced at once; within a tier the next tracker is tried when one fails, and one that works moves to the
 * front.
 */
import type { AnnounceEvent, AnnounceParams, Endpoint } from '@jstorrent/protocol';
import { LIMITS } from '../limits.ts';
import { doubling, jittered } from '../rules/backoff.ts';
import type { AddressPolicy } from './addresses.ts';
import { announceTo, type AnnounceOutcome, type TrackerPorts } from './tracker-announce.ts';
import { currentOf, giveUp, makeTiers, type Tracker, type TrackerView } from './tracker.ts';
import type { Turn } from './turn.ts';

/** What trackers need and what comes of them. */
export interface TrackerOwner {
  announceFacts(): Pick<AnnounceParams, 'infoHash' | 'peerId' | 'port' | 'uploaded' | 'downloaded' | 'left'>;
  onTrackerPeers(peers: readonly Endpoint[], policy: AddressPolicy, turn: Turn): void;
  onAnnounced(url: string, peers: number): void;
  onAnnounceFailed(url: string, message: string): void;
  /** Nothing is under way any more after `stop`. */
  onTrackersStopped(turn: Turn): void;
}

/** What trackers are told while nobody can connect to us: they refuse 0. */
const NO_PORT = 1;

/** What became of the wish to announce at once. */
export interface Reannounced {
  /** Trackers that are asked now. */
  readonly asked: readonly string[];
  /** Trackers that want to be left alone for so long. */
  readonly tooSoon: readonly { readonly url: string; readonly waitMs: number }[];
}

/** Seeds and leechers of a swarm; null when no tracker told. */
export interface SwarmCounts {
  readonly seeds: number | null;
  readonly leeches: number | null;
}

/** Announces of one torrent. */
export class TrackerManager {
  readonly #owner: TrackerOwner;
  readonly #ports: TrackerPorts;
  #tiers: Tracker[][];
  readonly #key: number;
  #running = false;
  #stoppingUntilMs: number | null = null;

  constructor(tiers: readonly (readonly string[])[], owner: TrackerOwner, ports: TrackerPorts) {
    this.#owner = owner;
    this.#ports = ports;
    this.#key = ports.random.below(0x1_0000_0000);
    this.#tiers = makeTiers(tiers, [], ports.random);
  }

  /** Begin to announce at once, but not to who asked for a pause; a minimum interval ended with our farewell. */
  start(turn: Turn): void {
    this.#running = true;
    this.#stoppingUntilMs = null;
    for (const tracker of this.#all()) {
      giveUp(tracker, turn);
      tracker.nextMs = turn.nowMs;
      if (tracker.failures === 0) tracker.notBeforeMs = 0;
      tracker.failures = 0;
    }
    this.tick(turn);
  }

  /** Say farewell to every tracker that knows us; `onTrackersStopped` follows, soon and in any case. */
  stop(turn: Turn): void {
    const wasRunning = this.#running;
    this.#running = false;
    this.#stoppingUntilMs = turn.nowMs + LIMITS.stopAnnounceMs;
    for (const tracker of this.#all()) {
      // An announce under way comes first: overtaken by the farewell, it would list us again.
      if (tracker.giveUp !== null) tracker.leaving ||= wasRunning;
      else this.#farewell(tracker, turn);
    }
    this.#stoppedIfIdle(turn);
  }

  /** The download completed in this session: every tracker is told once. */
  onCompleted(turn: Turn): void {
    for (const tracker of this.#all()) {
      if (!tracker.started) continue;
      tracker.completed = true;
      tracker.nextMs = turn.nowMs;
      tracker.notBeforeMs = 0;
    }
    if (this.#running) this.tick(turn);
  }

  /** Other trackers from now on. Those that go are told farewell; nobody waits for their answer. */
  replace(tiers: readonly (readonly string[])[], turn: Turn): void {
    const before = this.#all();
    this.#tiers = makeTiers(tiers, before, this.#ports.random);
    const kept = new Set(this.#all());
    for (const tracker of before) {
      if (kept.has(tracker)) continue;
      giveUp(tracker, turn);
      tracker.isGone = true;
      if (this.#running) this.#farewell(tracker, turn);
    }
    this.#stoppedIfIdle(turn);
    this.tick(turn);
  }

  /** Announce now, as far as trackers allow. */
  announceNow(turn: Turn): Reannounced {
    const asked: string[] = [];
    const tooSoon: { readonly url: string; readonly waitMs: number }[] = [];
    for (const tier of this.#running ? this.#tiers : []) {
      const tracker = tier.find((other) => other.giveUp !== null) ?? currentOf(tier);
      if (tracker === undefined) continue;
      const { url, notBeforeMs } = tracker;
      if (tracker.giveUp === null && notBeforeMs > turn.nowMs) {
        tooSoon.push({ url, waitMs: notBeforeMs - turn.nowMs });
        continue;
      }
      asked.push(url);
      tracker.nextMs = turn.nowMs;
    }
    this.tick(turn);
    return { asked, tooSoon };
  }

  /** Announce what is due. */
  tick(turn: Turn): void {
    if (this.#stoppingUntilMs !== null && turn.nowMs >= this.#stoppingUntilMs) {
      for (const tracker of this.#all()) giveUp(tracker, turn);
      this.#stoppedIfIdle(turn);
    }
    if (!this.#running) return;
    for (const tier of this.#tiers) {
      if (tier.some((tracker) => tracker.giveUp !== null)) continue;
      const due = currentOf(tier);
      if (due === undefined || turn.nowMs < Math.max(this.#isMisled(due) ? 0 : due.nextMs, due.notBeforeMs))
        continue;
      const event: AnnounceEvent = !due.started ? 'started' : due.completed ? 'completed' : null;
      this.#announce(due, event, turn);
    }
  }

  /** The greatest counts that trackers told. */
  get counts(): SwarmCounts {
    let [seeds, leeches]: [number | null, number | null] = [null, null];
    for (const tier of this.#tiers) {
      for (const tracker of tier) {
        if (tracker.seeds !== null) seeds = Math.max(seeds ?? 0, tracker.seeds);
        if (tracker.leeches !== null) leeches = Math.max(leeches ?? 0, tracker.leeches);
      }
    }
    return { seeds, leeches };
  }

  views(nowMs: number): TrackerView[] {
    return this.#tiers.flatMap((tier, index) =>
      tier.map((tracker) => ({
        url: tracker.url,
        tier: index,
        status: tracker.status,
        message: tracker.message,
        failingMs: tracker.failingSinceMs === null ? null : nowMs - tracker.failingSinceMs,
        seeds: tracker.seeds,
        leeches: tracker.leeches,
        peers: tracker.peers,
        nextAnnounceMs: this.#running
          ? Math.max(0, Math.max(tracker.nextMs, tracker.notBeforeMs) - nowMs)
          : null,
      })),
    );
  }

  /** It sends others to a port that we left. */
  #isMisled({ started, toldPort }: Tracker): boolean {
    const { port } = this.#owner.announceFacts();
    return started && port > NO_PORT && toldPort !== port;
  }

  #all(): Tracker[] {
    return this.#tiers.flat();
  }

  #announce(tracker: Tracker, event: AnnounceEvent, turn: Turn): void {
    const facts = this.#owner.announceFacts();
    tracker.toldPort = facts.port;
    const params: AnnounceParams = {
      ...facts,
      event,
      numWant: event === 'stopped' ? 0 : LIMITS.numwant,
      key: this.#key,
      trackerId: tracker.trackerId,
    };
    if (event !== 'stopped') tracker.status = 'announcing';
    let isAnswered = false;
    const done = (outcome: AnnounceOutcome, later: Turn): void => {
      isAnswered = true;
      tracker.giveUp = null;
      if (tracker.isGone) return;
      if (outcome.type === 'done') this.#succeeded(tracker, event, outcome, later);
      else this.#failed(tracker, outcome, later);
    };
    const drop = announceTo(tracker, { params, done }, this.#ports, turn);
    if (!isAnswered) tracker.giveUp = drop;
  }

  #succeeded(
    tracker: Tracker,
    event: AnnounceEvent,
    outcome: Extract<AnnounceOutcome, { type: 'done' }>,
    turn: Turn,
  ): void {
    if (!this.#running) return this.#answeredLate(tracker, true, turn);
    tracker.status = 'working';
    tracker.message = outcome.warning;
    tracker.failures = 0;
    tracker.failingSinceMs = null;
    tracker.started = true;
    if (event === 'completed') tracker.completed = false;
    tracker.seeds = outcome.seeds;
    tracker.leeches = outcome.leeches;
    tracker.peers = outcome.peers.length;
    if (outcome.trackerId !== null) tracker.trackerId = outcome.trackerId;
    const intervalMs = outcome.interval === null ? LIMITS.announceDefaultMs : outcome.interval * 1000;
    const waitMs = Math.max(intervalMs, LIMITS.announceFloorMs);
    tracker.nextMs = turn.nowMs + (tracker.completed ? 0 : waitMs);
    tracker.notBeforeMs = tracker.completed
      ? 0
      : turn.nowMs + Math.max((outcome.minInterval ?? 0) * 1000, LIMITS.announceFloorMs);
    this.#promote(tracker);
    this.#owner.onAnnounced(tracker.url, outcome.peers.length);
    this.#owner.onTrackerPeers(
      outcome.peers.slice(0, LIMITS.peersPerReply),
      { allowLoopback: outcome.local },
      turn,
    );
  }

  #failed(tracker: Tracker, outcome: Extract<AnnounceOutcome, { type: 'failed' }>, turn: Turn): void {
    if (!this.#running) return this.#answeredLate(tracker, false, turn);
    const { message, refused, retrySeconds } = outcome;
    tracker.status = refused ? 'refused' : 'failed';
    tracker.message = message;
    tracker.failingSinceMs ??= turn.nowMs;
    tracker.failures += 1;
    const backoffMs = doubling(tracker.failures, LIMITS.trackerBackoffMs, LIMITS.trackerBackoffMaxMs);
    const waitMs = retrySeconds === null ? jittered(backoffMs, this.#ports.random) : retrySeconds * 1000;
    tracker.nextMs = turn.nowMs + waitMs;
    tracker.notBeforeMs = retrySeconds === null ? 0 : tracker.nextMs;
    this.#owner.onAnnounceFailed(tracker.url, message);
    this.tick(turn);
  }

  /** BEP 12: a tracker that answers moves to the front of its tier. */
  #promote(tracker: Tracker): void {
    for (const tier of this.#tiers) {
      const index = tier.indexOf(tracker);
      if (index <= 0) continue;
      tier.splice(index, 1);
      tier.unshift(tracker);
    }
  }

  /** An answer while stopping: to a farewell, or to what was under way before it. */
  #answeredLate(tracker: Tracker, worked: boolean, turn: Turn): void {
    if (tracker.leaving) {
      tracker.leaving = false;
      tracker.started ||= worked;
      this.#farewell(tracker, turn);
    }
    this.#stoppedIfIdle(turn);
  }

  #farewell(tracker: Tracker, turn: Turn): void {
    if (tracker.started) this.#announce(tracker, 'stopped', turn);
    tracker.started = false;
  }

  #stoppedIfIdle(turn: Turn): void {
    if (this.#stoppingUntilMs === null || this.#all().some((tracker) => tracker.giveUp !== null)) return;
    this.#stoppingUntilMs = null;
    this.#owner.onTrackersStopped(turn);
  }
}
