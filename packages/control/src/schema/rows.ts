/**
 * A torrent as a line of a list, and the totals beside it. Members are never absent, so that an update may hold only
 * what changed.
 */
import type { TorrentState } from '@jstorrent/engine';
import * as z from 'zod/mini';
import { CONTROL_LIMITS as MAX } from '../limits.ts';
import {
  count,
  fraction,
  labels,
  listOf,
  place,
  rate,
  rateLimit,
  span,
  text,
  time,
  torrentId,
  whole,
} from './base.ts';
import { ERROR_CODES } from './errors.ts';

/** What a torrent does (engine/rules/lifecycle.ts). */
const STATES = [
  'stopped',
  'queued',
  'checking',
  'metadata',
  'downloading',
  'endgame',
  'seeding',
  'stopping',
  'failed',
] as const satisfies readonly TorrentState['kind'][];

/** Why a torrent stands still through no wish of the user; `missing` bytes are needed on the disk, 0 = not the point. */
const failure = z.object({
  code: z.enum(ERROR_CODES),
  missing: count,
  /** The system's words, for logs and reports. */
  detail: text(MAX.sentenceLength),
});

/** One line. Sizes in bytes, rates in bytes per second. */
export const torrentRow = z.object({
  id: torrentId,
  name: text(MAX.nameLength),
  state: z.enum(STATES),
  /** Runs outside of the queue's limits. */
  forced: z.boolean(),
  /** Who stopped it; null while it is not stopped. */
  stoppedBy: z.nullable(z.enum(['user', 'ratio', 'time', 'idle', 'schedule'])),
  failure: z.nullable(failure),
  /** Why a running download gets nothing: nobody is there, nobody has the rest, or all make us wait. */
  waiting: z.nullable(z.enum(['noPeers', 'nobodyHasTheRest', 'choked'])),
  hasMetadata: z.boolean(),
  totalLength: count,
  /** Of what is wanted, and of that not yet there. */
  wantedLength: count,
  bytesLeft: count,
  /** Of a check, of a move to another place; null when there is none. */
  checkProgress: z.nullable(fraction),
  moveProgress: z.nullable(fraction),
  downRate: rate,
  upRate: rate,
  /** Until it is complete, or until the next goal while it seeds. */
  etaMs: z.nullable(span),
  /** Uploaded by downloaded, or by the size when nothing was downloaded; null when both are unknown. */
  ratio: z.nullable(z.number()),
  /** Towards the goal that ends seeding next; null without one. */
  goalProgress: z.nullable(fraction),
  /** The ratio it seeds to; null without such a goal. */
  goalRatio: z.nullable(z.number()),
  downloaded: count,
  uploaded: count,
  /** Connected peers, connected seeds among them, and addresses known. */
  peers: count,
  seeds: count,
  knownPeers: count,
  /** Counts of the whole swarm as trackers tell them. */
  swarmSeeds: z.nullable(count),
  swarmLeeches: z.nullable(count),
  /** Distributed copies among connected peers. */
  availability: z.nullable(z.number()),
  addedAt: time,
  completedAt: z.nullable(time),
  lastActiveAt: z.nullable(time),
  place,
  labels,
  /** Hosts of its first trackers, for a column and a filter. */
  trackerHosts: listOf(text(255), 5),
  /** `refused`: every tracker refused, which needs the user. */
  trackerHealth: z.enum(['none', 'waiting', 'working', 'noAnswer', 'refused']),
  private: z.boolean(),
  /** Place in the queue, from 0. */
  queuePosition: count,
});

/** What changed of a line: its id and the members that are new. */
export const torrentRowPatch = z.extend(z.partial(torrentRow), { id: torrentId });

/** Everything together. */
export const totals = z.object({
  torrents: count,
  /** Of each kind as a filter shows them; `attention` = failed, or every tracker refused. */
  downloading: count,
  queued: count,
  seeding: count,
  finished: count,
  stopped: count,
  checking: count,
  attention: count,
  downRate: rate,
  upRate: rate,
  /** Of what is being downloaded: what is wanted, and what of it is not yet there. */
  downloadingWanted: count,
  downloadingLeft: count,
  /** Limits in force, 0 = none. */
  downLimit: rateLimit,
  upLimit: rateLimit,
  /** Alternative limits ("slow mode"): whether they are in force, and through whom. */
  slowMode: z.nullable(z.enum(['switch', 'schedule'])),
  /** Payload since the service started. */
  sessionDownloaded: count,
  sessionUploaded: count,
  peers: count,
  /** Free on the disk of the default place; null when unknown. */
  freeBytes: z.nullable(count),
  port: z.object({ number: whole(0, 65_535), state: z.enum(['open', 'closed', 'unknown']) }),
  /** Nodes of the DHT; null when it is off. */
  dhtNodes: z.nullable(count),
});

/** One line of the list. */
export type TorrentRow = z.infer<typeof torrentRow>;
/** What changed of a line. */
export type TorrentRowPatch = z.infer<typeof torrentRowPatch>;
/** Everything together. */
export type Totals = z.infer<typeof totals>;
