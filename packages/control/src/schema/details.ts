/** What is shown of one torrent while somebody looks: one message per pane, each whole but for files. */
import * as z from 'zod/mini';
import { CONTROL_LIMITS as MAX } from '../limits.ts';
import {
  count,
  fileIndex,
  fraction,
  goals,
  listOf,
  place,
  priority,
  rate,
  rateLimit,
  sentence,
  span,
  text,
  time,
  whole,
} from './base.ts';

/** Parts of the details that are subscribed to one by one. */
export const pane = z.enum(['general', 'files', 'peers', 'trackers', 'pieces', 'rates', 'log']);
/** How far back rates are shown: samples of 1 s, 10 s and 2 min. */
export const period = z.enum(['10min', '1h', '24h']);

/** Options of one torrent, as set and as in force. */
const ownOptions = z.object({
  downLimit: rateLimit,
  upLimit: rateLimit,
  /** Connections; null = as the settings say. */
  connections: z.nullable(count),
  goals: z.union([z.literal('inherit'), goals]),
  goalsInForce: goals,
  sequential: z.boolean(),
  endsFirst: z.boolean(),
});

/** One web seed (BEP 19). */
const webSeedState = z.object({
  url: text(MAX.urlLength),
  /** Named by the user and not by the torrent: it may be at a local address. */
  byUser: z.boolean(),
  /** `idle`: not asked now; `waiting`: tried again after `retryMs`; `dropped`: not before the torrent starts anew. */
  status: z.enum(['idle', 'working', 'waiting', 'dropped']),
  /** Why it is not asked any further, or the last trouble; empty while nothing is wrong. */
  message: text(MAX.sentenceLength),
  retryMs: z.nullable(span),
  downRate: rate,
  /** In this session. */
  downloaded: count,
});

/** Facts and figures of a torrent beyond its line in the list. */
export const generalPane = z.object({
  infoHash: text(40),
  /** Name in the metadata, whatever the user calls it. */
  originalName: text(MAX.nameLength),
  comment: text(1000),
  createdBy: text(MAX.nameLength),
  createdAt: z.nullable(time),
  addedBy: z.enum(['user', 'watch', 'import']),
  /** Where it came from: 'magnet', a file name or a host. */
  source: text(MAX.nameLength),
  fileCount: count,
  wantedFiles: count,
  pieceCount: count,
  pieceLength: count,
  havePieces: count,
  /** Pieces that are arriving. */
  inWork: count,
  /** Parts of the file list of a magnet: had, and of how many (0 = unknown). */
  metadataHave: count,
  metadataParts: count,
  /** Distributed copies, and holders of the rarest piece. */
  availability: z.nullable(z.number()),
  rarest: z.nullable(count),
  /** Payload received in vain, and pieces that failed their check. */
  wasted: count,
  failedPieces: count,
  activeMs: span,
  seededMs: span,
  place,
  /** The folder as text to show. */
  folderText: text(MAX.pathLength),
  freeBytes: z.nullable(count),
  /** What is wrong, in a sentence; null when nothing is. */
  problem: z.nullable(sentence),
  trackerProblem: z.nullable(sentence),
  webSeeds: listOf(text(MAX.urlLength), MAX.webSeeds),
  /** The same with how they stand, in the same order. */
  webSeedStates: listOf(webSeedState, MAX.webSeeds),
  options: ownOptions,
});

/** One file. */
export const fileRow = z.object({
  index: fileIndex,
  path: z.readonly(z.array(text(1024))),
  length: count,
  /** Verified bytes. */
  have: count,
  priority,
});

/** Files of one folder that follow each other. */
export const fileRun = z.object({
  /** Of the first; the others count on. */
  first: fileIndex,
  folder: z.readonly(z.array(text(1024))),
  names: z.readonly(z.array(text(1024))),
  lengths: z.readonly(z.array(count)),
  /** Verified bytes of each, or of all as many as they are long; nothing where left out. */
  have: z.exactOptional(z.union([z.literal('all'), z.readonly(z.array(count))])),
  /** All 2 where left out. */
  priorities: z.exactOptional(z.readonly(z.array(priority))),
});

/** What changed of one file. */
const filePatch = z.extend(z.partial(fileRow), { index: fileIndex });

/** Files: all of them in runs and in parts at first (`reset`), then what changed. */
export const filesPane = z.object({
  /** Of the torrent; 0 while only the magnet is known. */
  total: count,
  revision: count,
  reset: z.boolean(),
  part: count,
  parts: count,
  runs: z.readonly(z.array(fileRun)),
  files: z.readonly(z.array(filePatch)),
});

/** One peer. */
const peerRow = z.object({
  address: text(64),
  port: whole(0, 65_535),
  client: text(64),
  incoming: z.boolean(),
  transport: z.enum(['tcp', 'utp']),
  encrypted: z.boolean(),
  /** `webSeed`: a web server (BEP 19), no peer of the protocol; it sends and never takes. */
  foundBy: z.enum(['tracker', 'magnet', 'user', 'incoming', 'pex', 'dht', 'lsd', 'saved', 'webSeed']),
  progress: fraction,
  downRate: rate,
  upRate: rate,
  downloaded: count,
  uploaded: count,
  /** Requests under way to it. */
  outstanding: count,
  hashFailures: count,
  /** What is happening; with `blocked` it is not connected any more. */
  activity: z.enum([
    'connecting',
    'handshake',
    'both',
    'sendsToUs',
    'weSend',
    'chokesUs',
    'nothingWanted',
    'snubbed',
    'blocked',
  ]),
  /** How long that has been so. */
  activityMs: span,
});

/** Peers, those with the highest rates first. */
export const peersPane = z.object({
  /** Connected, also those not listed. */
  total: count,
  peers: listOf(peerRow, MAX.peers),
});

/** One tracker or other source of peers. */
const trackerRow = z.object({
  kind: z.enum(['tracker', 'dht', 'pex', 'lsd']),
  /** Empty but for trackers. */
  url: text(MAX.urlLength),
  /** From 0; null but for trackers. */
  tier: z.nullable(count),
  status: z.enum(['idle', 'updating', 'working', 'noAnswer', 'refused', 'off']),
  /** Its own words; empty when it said none. */
  message: text(MAX.sentenceLength),
  /** Since when it fails; null when it does not. */
  failingSince: z.nullable(time),
  nextMs: z.nullable(span),
  seeds: z.nullable(count),
  leeches: z.nullable(count),
  peers: z.nullable(count),
});

/** Trackers and other sources of peers. */
export const trackersPane = z.object({ trackers: listOf(trackerRow, MAX.trackers + 3) });

/** Pieces as a bitmap. */
export const piecesPane = z.object({
  count,
  /** Base64 of one bit per piece, highest bit of a byte first (as BEP 3): verified pieces. */
  have: text(4 * Math.ceil(MAX.pieces / 8 / 3)),
  /** Numbers of pieces that are arriving, ascending. */
  inWork: listOf(whole(0, MAX.pieces), MAX.inWork),
  /** Mean number of connected holders in each of equal stretches of pieces, at most one per piece. */
  availability: listOf(z.number().check(z.gte(0)), MAX.availabilityBuckets),
});

/** Rates over time, oldest first; the last sample ended at `endAt`. */
export const rateHistory = z.object({
  period,
  stepMs: span,
  endAt: time,
  down: listOf(rate, MAX.samples),
  up: listOf(rate, MAX.samples),
});

/** One line of a log. */
export const logEntry = z.object({
  at: time,
  level: z.enum(['info', 'notable', 'problem']),
  code: text(40),
  /** The sentence for people. */
  text: text(MAX.sentenceLength),
});

/** Log of a torrent, oldest first. */
export const logPane = z.object({ entries: listOf(logEntry, MAX.logEntries) });

/** What each pane holds. */
export interface Panes {
  readonly general: z.infer<typeof generalPane>;
  readonly files: z.infer<typeof filesPane>;
  readonly peers: z.infer<typeof peersPane>;
  readonly trackers: z.infer<typeof trackersPane>;
  readonly pieces: z.infer<typeof piecesPane>;
  readonly rates: z.infer<typeof rateHistory>;
  readonly log: z.infer<typeof logPane>;
}
/** Name of a pane. */
export type PaneName = z.infer<typeof pane>;
/** How far back rates are shown. */
export type Period = z.infer<typeof period>;
/** One file. */
export type FileRow = z.infer<typeof fileRow>;
/** Files of one folder that follow each other. */
export type FileRun = z.infer<typeof fileRun>;
/** Rates over time. */
export type RateHistory = z.infer<typeof rateHistory>;
/** One line of a log. */
export type LogEntry = z.infer<typeof logEntry>;
