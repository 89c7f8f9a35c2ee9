/**
 * The trackers of one torrent: when to announce what to whom (BEP 3, 12, 15), and what they answered. All tiers are
 * announced at once; within a tier the next tracker is tried when one fails, and one that works moves to the front.
 */
import {
  buildAnnounceUrl,
  classifyIp,
  parseAnnounceReply,
  parseUrl,
  ProtocolError,
} from '@jstorrent/protocol';
import type { AnnounceEvent, AnnounceParams, Endpoint, UrlParts } from '@jstorrent/protocol';
import { LIMITS } from '../limits.ts';
import type { Random } from '../ports.ts';
import { doubling, jittered } from '../rules/backoff.ts';
import type { Asks } from './asks.ts';
import type { AddressPolicy } from './addresses.ts';
import type { Turn } from './turn.ts';
import type { UdpOutcome, UdpTrackers } from './udp-trackers.ts';

/** How a tracker stands. */
type TrackerStatus = 'idle' | 'announcing' | 'working' | 'failed';

/** What is shown of a tracker. */
export interface TrackerView {
  readonly url: string;
  readonly tier: number;
  readonly status: TrackerStatus;
  /** Error or warning of the last announce, '' when none. */
  readonly message: string;
  readonly seeds: number | null;
  readonly leeches: number | null;
  readonly peers: number;
  /** Milliseconds until the next announce, 0 when due. */
  readonly nextAnnounceMs: number;
}

/** What trackers need and what comes of them. */
export interface TrackerOwner {
  announceFacts(): Pick<AnnounceParams, 'infoHash' | 'peerId' | 'port' | 'uploaded' | 'downloaded' | 'left'>;
  onTrackerPeers(peers: readonly Endpoint[], policy: AddressPolicy, turn: Turn): void;
  onAnnounced(url: string, peers: number): void;
  onAnnounceFailed(url: string, message: string): void;
  /** Nothing is under way any more after `stop`. */
  onTrackersStopped(turn: Turn): void;
}

/** The world that announces go through. */
export interface TrackerPorts {
  readonly asks: Asks;
  readonly udp: UdpTrackers;
  readonly random: Random;
  readonly userAgent: string;
}

interface Tracker {
  readonly url: string;
  readonly parts: UrlParts;
  status: TrackerStatus;
  message: string;
  seeds: number | null;
  leeches: number | null;
  peers: number;
  failures: number;
  nextMs: number;
  /** Not before, whatever we would like. */
  notBeforeMs: number;
  trackerId: Uint8Array | null;
  /** It knows that we take part. */
  started: boolean;
  /** To be said once. */
  completed: boolean;
  /** Drops the announce that is under way. */
  giveUp: ((turn: Turn) => void) | null;
  /** Say farewell once what is under way is answered. */
  leaving: boolean;
}

interface Outcome {
  readonly interval: number | null;
  readonly minInterval: number | null;
  readonly seeds: number | null;
  readonly leeches: number | null;
  readonly peers: readonly Endpoint[];
  readonly warning: string;
  readonly trackerId: Uint8Array | null;
  readonly local: boolean;
}

/** Announces of one torrent. */
export class TrackerManager {
  readonly #owner: TrackerOwner;
  readonly #ports: TrackerPorts;
  readonly #tiers: Tracker[][];
  readonly #key: number;
  #running = false;
  #stoppingUntilMs: number | null = null;

  constructor(tiers: readonly (readonly string[])[], owner: TrackerOwner, ports: TrackerPorts) {
    this.#owner = owner;
    this.#ports = ports;
    this.#key = ports.random.below(0x1_0000_0000);
    this.#tiers = makeTiers(tiers, ports.random);
  }

  /** Begin to announce at once, but not to who asked for a pause; a minimum interval ended with our farewell. */
  start(turn: Turn): void {
    this.#running = true;
    this.#stoppingUntilMs = null;
    for (const tracker of this.#all()) {
      giveUp(tracker, turn);
      tracker.nextMs = turn.nowMs;
      tracker.failures = 0;
      if (tracker.status !== 'failed') tracker.notBeforeMs = 0;
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

  /** Announce what is due. */
  tick(turn: Turn): void {
    if (this.#stoppingUntilMs !== null && turn.nowMs >= this.#stoppingUntilMs) {
      for (const tracker of this.#all()) giveUp(tracker, turn);
      this.#stoppedIfIdle(turn);
    }
    if (!this.#running) return;
    for (const tier of this.#tiers) {
      if (tier.some((tracker) => tracker.giveUp !== null)) continue;
      const due = tier.find((tracker) => tracker.status === 'working') ?? nextToTry(tier);
      if (due === undefined || turn.nowMs < Math.max(due.nextMs, due.notBeforeMs)) continue;
      const event: AnnounceEvent = !due.started ? 'started' : due.completed ? 'completed' : null;
      this.#announce(due, event, turn);
    }
  }

  views(nowMs: number): TrackerView[] {
    return this.#tiers.flatMap((tier, index) =>
      tier.map((tracker) => ({
        url: tracker.url,
        tier: index,
        status: tracker.status,
        message: tracker.message,
        seeds: tracker.seeds,
        leeches: tracker.leeches,
        peers: tracker.peers,
        nextAnnounceMs: Math.max(0, Math.max(tracker.nextMs, tracker.notBeforeMs) - nowMs),
      })),
    );
  }

  #all(): Tracker[] {
    return this.#tiers.flat();
  }

  #announce(tracker: Tracker, event: AnnounceEvent, turn: Turn): void {
    const numWant = event === 'stopped' ? 0 : LIMITS.numwant;
    const params: AnnounceParams = {
      ...this.#owner.announceFacts(),
      event,
      numWant,
      key: this.#key,
      trackerId: tracker.trackerId,
    };
    if (event !== 'stopped') tracker.status = 'announcing';
    if (tracker.parts.scheme === 'udp') this.#announceUdp(tracker, params, turn);
    else this.#announceHttp(tracker, params, turn);
  }

  #announceHttp(tracker: Tracker, params: AnnounceParams, turn: Turn): void {
    const { asks, userAgent } = this.#ports;
    const request = asks.ask((answer, later) => {
      tracker.giveUp = null;
      if (answer.type !== 'httpReply') {
        const detail = answer.type === 'httpFailed' ? answer.detail : 'no answer';
        return this.#failed(tracker, detail, null, later);
      }
      this.#onHttpReply(tracker, params.event, answer.body, answer.status, later);
    });
    tracker.giveUp = (later) => {
      asks.forget(request);
      later.push({ type: 'httpCancel', request });
    };
    turn.push({
      type: 'httpGet',
      request,
      url: buildAnnounceUrl(tracker.url, params),
      maxBytes: LIMITS.httpReplyBytes,
      connectTimeoutMs: LIMITS.httpConnectTimeoutMs,
      totalTimeoutMs: LIMITS.httpTotalTimeoutMs,
      userAgent,
      purpose: 'tracker',
    });
  }

  #onHttpReply(tracker: Tracker, event: AnnounceEvent, body: Uint8Array, status: number, turn: Turn): void {
    let reply;
    try {
      reply = parseAnnounceReply(body);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      const text = status === 200 ? 'the reply is not a tracker’s' : `HTTP status ${status}`;
      return this.#failed(tracker, text, null, turn);
    }
    if (reply.type === 'failure') return this.#failed(tracker, reply.reason, reply.retryInSeconds, turn);
    const { host } = tracker.parts;
    this.#succeeded(
      tracker,
      event,
      {
        interval: reply.interval,
        minInterval: reply.minInterval,
        seeds: reply.complete,
        leeches: reply.incomplete,
        peers: reply.peers,
        warning: reply.warning ?? '',
        trackerId: reply.trackerId,
        local: host === 'localhost' || classifyIp(host) === 'loopback',
      },
      turn,
    );
  }

  #announceUdp(tracker: Tracker, params: AnnounceParams, turn: Turn): void {
    const { host, port, path, query } = tracker.parts;
    const urlData = query === null ? path : `${path}?${query}`;
    const done = (outcome: UdpOutcome, later: Turn): void => {
      tracker.giveUp = null;
      if (outcome.type === 'failed') return this.#failed(tracker, outcome.detail, null, later);
      const { reply, address } = outcome;
      const local = classifyIp(address) === 'loopback';
      const { interval, complete: seeds, incomplete: leeches, peers } = reply;
      const result = {
        interval,
        minInterval: null,
        seeds,
        leeches,
        peers,
        warning: '',
        trackerId: null,
        local,
      };
      this.#succeeded(tracker, params.event, result, later);
    };
    tracker.giveUp = this.#ports.udp.announce({ host, port, urlData, params }, done, turn);
  }

  #succeeded(tracker: Tracker, event: AnnounceEvent, outcome: Outcome, turn: Turn): void {
    if (!this.#running) return this.#answeredLate(tracker, true, turn);
    tracker.status = 'working';
    tracker.message = outcome.warning;
    tracker.failures = 0;
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

  #failed(tracker: Tracker, message: string, retrySeconds: number | null, turn: Turn): void {
    if (!this.#running) return this.#answeredLate(tracker, false, turn);
    tracker.status = 'failed';
    tracker.message = message;
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

/** Drop what is under way. */
function giveUp(tracker: Tracker, turn: Turn): void {
  tracker.giveUp?.(turn);
  tracker.giveUp = null;
  tracker.leaving = false;
}

/** The tracker of a tier to try next: the one that is due first, in order. */
function nextToTry(tier: readonly Tracker[]): Tracker | undefined {
  let best: Tracker | undefined;
  for (const tracker of tier) if (best === undefined || tracker.nextMs < best.nextMs) best = tracker;
  return best;
}

/** BEP 12: each tier in random order, without duplicates over all tiers. */
function makeTiers(tiers: readonly (readonly string[])[], random: Random): Tracker[][] {
  const seen = new Set<string>();
  const made: Tracker[][] = [];
  for (const tier of tiers) {
    const trackers: Tracker[] = [];
    for (const url of tier) {
      const parts = parseUrl(url);
      if (parts === null || seen.has(url) || seen.size >= LIMITS.trackersPerTorrent) continue;
      seen.add(url);
      trackers.splice(random.below(trackers.length + 1), 0, newTracker(url, parts));
    }
    if (trackers.length > 0) made.push(trackers);
  }
  return made;
}

function newTracker(url: string, parts: UrlParts): Tracker {
  return {
    url,
    parts,
    status: 'idle',
    message: '',
    seeds: null,
    leeches: null,
    peers: 0,
    failures: 0,
    nextMs: 0,
    notBeforeMs: 0,
    trackerId: null,
    started: false,
    completed: false,
    giveUp: null,
    leaving: false,
  };
}
