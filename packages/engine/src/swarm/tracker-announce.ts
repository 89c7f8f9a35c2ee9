/** One announce to one tracker, over HTTP or UDP (BEP 3, 15), and what it answered. When to announce is not decided here. */
import {
  buildAnnounceUrl,
  classifyIp,
  parseAnnounceReply,
  ProtocolError,
  type AnnounceParams,
  type Endpoint,
  type UrlParts,
} from '@jstorrent/protocol';
import { LIMITS } from '../limits.ts';
import type { Random } from '../ports.ts';
import type { Asks } from './asks.ts';
import type { Turn } from './turn.ts';
import type { UdpTrackers } from './udp-trackers.ts';

/** The world that announces go through. */
export interface TrackerPorts {
  readonly asks: Asks;
  readonly udp: UdpTrackers;
  readonly random: Random;
  readonly userAgent: string;
}

/** What an announce came to. */
export type AnnounceOutcome =
  | {
      readonly type: 'done';
      /** Seconds. */
      readonly interval: number | null;
      readonly minInterval: number | null;
      readonly seeds: number | null;
      readonly leeches: number | null;
      readonly peers: readonly Endpoint[];
      readonly warning: string;
      readonly trackerId: Uint8Array | null;
      /** The tracker is on this machine, and may name peers on it. */
      readonly local: boolean;
    }
  /** `refused`: it answered, and said no. */
  | {
      readonly type: 'failed';
      readonly message: string;
      readonly refused: boolean;
      readonly retrySeconds: number | null;
    };

/** Takes the outcome in the turn it comes. */
export type OutcomeHandler = (outcome: AnnounceOutcome, turn: Turn) => void;

/** Announce; returns what drops it, so that nothing comes of it. */
export function announceTo(
  tracker: { readonly url: string; readonly parts: UrlParts },
  request: { readonly params: AnnounceParams; readonly done: OutcomeHandler },
  ports: TrackerPorts,
  turn: Turn,
): (turn: Turn) => void {
  if (tracker.parts.scheme === 'udp') return announceUdp(tracker.parts, request, ports, turn);
  const { params, done } = request;
  const { asks, userAgent } = ports;
  const id = asks.ask((answer, later) => {
    if (answer.type === 'httpReply') {
      done(readReply(tracker.parts.host, answer.body, answer.status), later);
    } else {
      const message = answer.type === 'httpFailed' ? answer.detail : 'no answer';
      done({ type: 'failed', message, refused: false, retrySeconds: null }, later);
    }
  });
  turn.push({
    type: 'httpGet',
    request: id,
    url: buildAnnounceUrl(tracker.url, params),
    maxBytes: LIMITS.httpReplyBytes,
    connectTimeoutMs: LIMITS.httpConnectTimeoutMs,
    totalTimeoutMs: LIMITS.httpTotalTimeoutMs,
    userAgent,
    purpose: 'tracker',
  });
  return (later) => {
    asks.forget(id);
    later.push({ type: 'httpCancel', request: id });
  };
}

function readReply(host: string, body: Uint8Array, status: number): AnnounceOutcome {
  let reply;
  try {
    reply = parseAnnounceReply(body);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    const message = status === 200 ? 'the reply is not a tracker’s' : `HTTP status ${status}`;
    return { type: 'failed', message, refused: false, retrySeconds: null };
  }
  if (reply.type === 'failure')
    return { type: 'failed', message: reply.reason, refused: true, retrySeconds: reply.retryInSeconds };
  return {
    type: 'done',
    interval: reply.interval,
    minInterval: reply.minInterval,
    seeds: reply.complete,
    leeches: reply.incomplete,
    peers: reply.peers,
    warning: reply.warning ?? '',
    trackerId: reply.trackerId,
    local: host === 'localhost' || classifyIp(host) === 'loopback',
  };
}

function announceUdp(
  parts: UrlParts,
  request: { readonly params: AnnounceParams; readonly done: OutcomeHandler },
  ports: TrackerPorts,
  turn: Turn,
): (turn: Turn) => void {
  const { host, port, path, query } = parts;
  const urlData = query === null ? path : `${path}?${query}`;
  const { params, done } = request;
  return ports.udp.announce(
    { host, port, urlData, params },
    (outcome, later) => {
      if (outcome.type === 'failed') {
        const { detail: message, code } = outcome;
        return done({ type: 'failed', message, refused: code === 'REFUSED', retrySeconds: null }, later);
      }
      const { interval, complete: seeds, incomplete: leeches, peers } = outcome.reply;
      const local = classifyIp(outcome.address) === 'loopback';
      const rest = { minInterval: null, warning: '', trackerId: null };
      done({ type: 'done', interval, seeds, leeches, peers, local, ...rest }, later);
    },
    turn,
  );
}
