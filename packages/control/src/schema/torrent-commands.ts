/** Commands about torrents and the queue: what each takes and gives. */
import * as z from 'zod/mini';
import { CONTROL_LIMITS as MAX } from '../limits.ts';
import {
  base64,
  count,
  fileIndex,
  goals,
  labels,
  listOf,
  place,
  priority,
  rateLimit,
  component,
  text,
  tiers,
  torrentId,
  torrentIds,
  url,
  whole,
} from './base.ts';
import { fileRow } from './details.ts';
import { controlErrorSchema } from './errors.ts';

/** Nothing to say. */
export const nothing = z.strictObject({});
/** Names a preview until it is closed. */
export const previewId = whole(1, MAX.bytes);

const magnetSource = z.strictObject({ magnet: text(MAX.magnetLength) });
const urlSource = z.strictObject({ url });
const metainfoSource = z.strictObject({ metainfo: base64(MAX.metainfoBytes) });
/** A .torrent file that the system gave us to open, by its number. */
const openedFile = z.strictObject({ opened: previewId });

/**
 * What can be added: a magnet link, the bytes of a .torrent, its address, its absolute path below a root, a preview, or what
 * `opened` told of.
 */
export const source = z.union([
  magnetSource,
  metainfoSource,
  urlSource,
  z.strictObject({ path: text(MAX.pathLength) }),
  z.strictObject({ preview: previewId }),
  openedFile,
]);
/** What the system gives to be opened. */
export const openable = z.union([magnetSource, metainfoSource, urlSource]);
/** What a front end is asked to show for adding; bytes stay with the service, for they may be more than a message holds. */
export const opened = z.union([magnetSource, urlSource, openedFile]);

type Priority = z.infer<typeof priority>;

const isPriority = (value: unknown): value is Priority =>
  value === 0 || value === 1 || value === 2 || value === 3;
const isChoice = (value: unknown): value is readonly [number, Priority] =>
  Array.isArray(value) && value.length === 2 && isFileIndex(value[0]) && isPriority(value[1]);
const isFileIndex = (value: unknown): value is number =>
  Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= MAX.files;

/** A list as long as a torrent has files: looked at in one loop that ends at the first wrong member. */
const perFile = <T>(isMember: (value: unknown) => value is T) =>
  z.custom<readonly T[]>(
    (value) => Array.isArray(value) && value.length <= MAX.files && value.every(isMember),
    'it has to be a list with a priority from 0 to 3 for each file',
  );

/** Priorities of all files, or of some with the rest as `rest`. */
const fileChoice = z.union([
  z.strictObject({ all: perFile(isPriority) }),
  z.strictObject({ some: perFile(isChoice), rest: z.exactOptional(priority) }),
]);

const connections = z.nullable(whole(1, 5000));
const ownGoals = z.union([z.literal('inherit'), goals]);
const name = z.string().check(z.minLength(1), z.maxLength(MAX.nameLength));

const addParams = z.strictObject({
  source,
  /** Absent = the default place. */
  place: z.exactOptional(place),
  /** Absent = as the settings say. */
  start: z.exactOptional(z.boolean()),
  queueTop: z.exactOptional(z.boolean()),
  /** What it is called in the list; its files keep their names. */
  name: z.exactOptional(name),
  labels: z.exactOptional(labels),
  files: z.exactOptional(fileChoice),
  sequential: z.exactOptional(z.boolean()),
  endsFirst: z.exactOptional(z.boolean()),
  /** All data is there already: believed until reading shows otherwise. */
  skipCheck: z.exactOptional(z.boolean()),
  downLimit: z.exactOptional(rateLimit),
  upLimit: z.exactOptional(rateLimit),
  connections: z.exactOptional(connections),
  goals: z.exactOptional(ownGoals),
  /** Asked beside those it names. */
  trackers: z.exactOptional(listOf(url, MAX.trackers)),
  /** Web seeds (BEP 19) beside those it names; they may be at local addresses. */
  webSeeds: z.exactOptional(listOf(url, MAX.webSeeds)),
  /** It is there already: add the trackers and web seeds it lacks and say DUPLICATE no more. */
  mergeTrackers: z.exactOptional(z.boolean()),
});

/** What of several torrents could not be done, the first of them with the reason; done for all others. */
const batch = z.object({
  failedCount: count,
  failed: listOf(z.object({ id: torrentId, error: controlErrorSchema }), MAX.batchErrors),
});
const ids = z.strictObject({ ids: torrentIds });
const one = z.strictObject({ id: torrentId });

/** Parts of a path below the folder that a torrent is in; at least one. */
const ownPath = z.readonly(z.array(component).check(z.minLength(1), z.maxLength(MAX.components)));

/** Commands whose names begin with `torrent.` or `queue.`. */
export const torrentCommands = {
  'torrent.add': { params: addParams, result: z.object({ id: torrentId, name: text(MAX.nameLength) }) },
  'torrent.start': {
    params: z.strictObject({ ids: torrentIds, force: z.exactOptional(z.boolean()) }),
    result: batch,
  },
  'torrent.stop': { params: ids, result: batch },
  'torrent.remove': {
    params: z.strictObject({
      ids: torrentIds,
      deleteFiles: z.exactOptional(z.boolean()),
      /** So long `torrent.restore` can bring them back; no file is touched before. */
      undoMs: z.exactOptional(whole(0, MAX.undoMs)),
      /** Only ends the time of those that can be brought back: one that came back stays. */
      leavingOnly: z.exactOptional(z.boolean()),
    }),
    result: batch,
  },
  'torrent.restore': { params: ids, result: batch },
  'torrent.recheck': { params: ids, result: batch },
  'torrent.reannounce': {
    params: z.strictObject({ ids: torrentIds, tracker: z.exactOptional(url) }),
    result: batch,
  },
  'torrent.setOptions': {
    params: z.strictObject({
      ids: torrentIds,
      name: z.exactOptional(name),
      labels: z.exactOptional(labels),
      addLabels: z.exactOptional(labels),
      removeLabels: z.exactOptional(labels),
      downLimit: z.exactOptional(rateLimit),
      upLimit: z.exactOptional(rateLimit),
      connections: z.exactOptional(connections),
      goals: z.exactOptional(ownGoals),
      sequential: z.exactOptional(z.boolean()),
      endsFirst: z.exactOptional(z.boolean()),
    }),
    result: batch,
  },
  'torrent.files': {
    params: z.strictObject({
      id: torrentId,
      from: fileIndex,
      count: whole(1, MAX.filesPerPage),
    }),
    result: z.object({ total: count, files: listOf(fileRow, MAX.filesPerPage) }),
  },
  'torrent.setFiles': { params: z.strictObject({ id: torrentId, files: fileChoice }), result: nothing },
  'torrent.renameFile': {
    /** The new path below the torrent's folder; within the same disk. */
    params: z.strictObject({ id: torrentId, file: fileIndex, path: ownPath }),
    result: nothing,
  },
  'torrent.renameFolder': {
    /** The folder as it is called now, and its new path; both below the torrent's folder. */
    params: z.strictObject({ id: torrentId, folder: ownPath, path: ownPath }),
    result: nothing,
  },
  'torrent.move': { params: z.strictObject({ ids: torrentIds, place }), result: batch },
  'torrent.cancelMove': { params: ids, result: batch },
  'torrent.relocate': { params: z.strictObject({ id: torrentId, place }), result: nothing },
  'torrent.setTrackers': { params: z.strictObject({ id: torrentId, tiers }), result: nothing },
  'torrent.addTrackers': { params: z.strictObject({ ids: torrentIds, tiers }), result: batch },
  'torrent.setWebSeeds': {
    params: z.strictObject({ id: torrentId, urls: listOf(url, MAX.webSeeds) }),
    result: nothing,
  },
  'torrent.addPeers': {
    params: z.strictObject({
      id: torrentId,
      peers: listOf(z.strictObject({ host: text(64), port: whole(1, 65_535) }), MAX.addresses),
    }),
    result: nothing,
  },
  'torrent.banPeer': { params: z.strictObject({ id: torrentId, host: text(64) }), result: nothing },
  /** A .torrent file in pieces: `bytes` from the offset `from`, of `total`. */
  'torrent.export': {
    params: z.strictObject({ id: torrentId, from: whole(0, MAX.metainfoStored) }),
    result: z.object({
      fileName: text(MAX.nameLength + 8),
      total: count,
      bytes: base64(MAX.exportBytes),
    }),
  },
  'torrent.magnet': { params: one, result: z.object({ magnet: text(MAX.magnetLength) }) },
  'queue.move': {
    params: z.strictObject({
      ids: torrentIds,
      to: z.union([z.enum(['up', 'down', 'top', 'bottom']), count]),
    }),
    result: batch,
  },
} as const;
