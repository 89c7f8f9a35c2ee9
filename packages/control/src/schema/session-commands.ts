/** Commands about the service as a whole: greetings, subscriptions, previews, settings, folders, statistics. */
import * as z from 'zod/mini';
import { CONTROL_LIMITS as MAX } from '../limits.ts';
import {
  component,
  count,
  fileIndex,
  filePlace,
  listOf,
  place,
  rate,
  rootKey,
  sentence,
  span,
  text,
  time,
  torrentId,
  whole,
} from './base.ts';
import { fileRun, logEntry, pane, period } from './details.ts';
import { keptNotice } from './notices.ts';
import { settingsPatch, settingsSchema } from './settings.ts';
import { nothing, openable, previewId, source } from './torrent-commands.ts';

const version = text(40);
const nullablePlace = z.nullable(place);

/** A torrent that is looked at before it is added. */
export const previewView = z.object({
  preview: previewId,
  state: z.enum(['fetching', 'ready', 'failed']),
  /** Why it failed, in a sentence. */
  problem: z.nullable(sentence),
  infoHash: z.nullable(torrentId),
  name: text(MAX.nameLength),
  totalLength: count,
  fileCount: count,
  pieceCount: count,
  pieceLength: count,
  comment: text(1000),
  createdBy: text(MAX.nameLength),
  createdAt: z.nullable(time),
  private: z.boolean(),
  trackers: count,
  /** The torrent is in the list already; these trackers it lacks. */
  duplicate: z.boolean(),
  newTrackers: count,
  /** Looking for the file list: peers connected and being tried, parts had and in all (0 = unknown), time so far. */
  peers: count,
  connecting: count,
  metadataHave: count,
  metadataParts: count,
  sinceMs: span,
  seeds: z.nullable(count),
  leeches: z.nullable(count),
  /** Free where it would go; null when unknown. */
  freeBytes: z.nullable(count),
});

/** A folder that the user gave to JSTorrent. */
const root = z.object({
  key: rootKey,
  /** Its path, to show. */
  path: text(MAX.pathLength),
  name: text(MAX.nameLength),
  freeBytes: z.nullable(count),
  totalBytes: z.nullable(count),
  available: z.boolean(),
  /** Torrents in it. */
  torrents: count,
});

/** Payload and time of a period. */
const amounts = z.object({ downloaded: count, uploaded: count, wasted: count, activeMs: span });

/**
 * What the disk did since its process began, in calls of all threads together, and what it holds now. There is no cache of our own
 * for reading: what peers ask for comes from the system's.
 */
const diskFigures = z.object({
  bytesRead: count,
  reads: count,
  /** Time spent in these calls. */
  readMs: span,
  bytesWritten: count,
  writes: count,
  writeMs: span,
  /** Files and folders made durable. */
  syncs: count,
  syncMs: span,
  openFiles: count,
  openTorrents: count,
  /** Pieces to be hashed or written, and other errands: in line, and in work. */
  jobsWaiting: count,
  jobsRunning: count,
  /** Memory that pieces are received into, and what of it holds data that is not written yet. */
  bufferBytes: count,
  bufferUsed: count,
  /** Writes in line for the disk, and in work. */
  writesWaiting: count,
  writesRunning: count,
  /** Connections that are not read until there is room in that memory. */
  connectionsWaiting: count,
  /** Ranges of existing data that are being hashed. */
  checksRunning: count,
});

const importFound = z.object({
  client: z.enum(['qbittorrent', 'transmission', 'deluge']),
  /** Where its session lies, to show and to give back. */
  where: text(MAX.pathLength),
  torrents: count,
  /** Of these, ones in the list already. */
  duplicates: count,
  /** Why not all of it can be taken over, in a sentence; null when it can. */
  problem: z.nullable(sentence),
});

/** Commands that are not about single torrents. */
export const sessionCommands = {
  hello: {
    params: z.strictObject({
      protocol: whole(0, 1_000_000),
      /** What speaks: 'extension', 'cli' or another name. */
      name: text(40),
      version,
      /** It shows what is to be added when it is told `opened`. */
      opens: z.exactOptional(z.boolean()),
    }),
    result: z.object({
      protocol: whole(0, 1_000_000),
      version,
      platform: text(20),
      /** Changes whenever the service starts anew. */
      instance: text(64),
    }),
  },
  ping: { params: nothing, result: nothing },

  /** The whole list follows, then what changes; or only the totals. Asked again: everything once more. */
  'list.subscribe': {
    params: z.strictObject({ totalsOnly: z.exactOptional(z.boolean()) }),
    result: nothing,
  },
  'list.unsubscribe': { params: nothing, result: nothing },
  /** The panes named replace those of before. */
  'detail.subscribe': {
    params: z.strictObject({
      id: torrentId,
      panes: listOf(pane, 7),
      period: z.exactOptional(period),
    }),
    result: nothing,
  },
  'detail.unsubscribe': { params: z.strictObject({ id: torrentId }), result: nothing },
  'history.subscribe': { params: z.strictObject({ period }), result: nothing },
  'history.unsubscribe': { params: nothing, result: nothing },

  /** Notices after a number that are still kept, oldest first, and the number of the newest. */
  'notices.get': {
    params: z.strictObject({ after: count }),
    result: z.object({ last: count, notices: listOf(keptNotice, MAX.heldNotices) }),
  },

  'session.startAll': { params: nothing, result: nothing },
  'session.stopAll': { params: nothing, result: nothing },

  'preview.open': {
    params: z.strictObject({ source, place: z.exactOptional(place) }),
    result: previewView,
  },
  'preview.files': {
    params: z.strictObject({ preview: previewId, from: fileIndex }),
    result: z.object({ total: count, runs: z.readonly(z.array(fileRun)) }),
  },
  'preview.close': { params: z.strictObject({ preview: previewId }), result: nothing },

  /** The user opened a link or a file with JSTorrent: a front end shows it, or it is added at once. */
  'open.request': {
    params: z.strictObject({ source: openable }),
    result: z.object({
      /** Who has it now. */
      by: z.enum(['frontEnd', 'service']),
      /** The torrent that was added; null when a front end asks the user first. */
      id: z.nullable(torrentId),
      name: text(MAX.nameLength),
    }),
  },

  'settings.get': { params: nothing, result: settingsSchema },
  'settings.set': { params: settingsPatch, result: settingsSchema },

  'folders.roots': { params: nothing, result: z.object({ roots: listOf(root, MAX.roots) }) },
  'folders.addRoot': { params: z.strictObject({ path: text(MAX.pathLength) }), result: root },
  'folders.removeRoot': { params: z.strictObject({ key: rootKey }), result: nothing },
  'folders.list': {
    params: z.strictObject({
      place,
      from: whole(0, MAX.entries),
      count: whole(1, MAX.entriesPerPage),
    }),
    result: z.object({
      total: count,
      /** There are more than are ever listed. */
      cut: z.boolean(),
      entries: listOf(
        z.object({
          name: text(MAX.componentLength),
          isFolder: z.boolean(),
          size: count,
          modifiedAt: z.nullable(time),
        }),
        MAX.entriesPerPage,
      ),
    }),
  },
  'folders.create': { params: z.strictObject({ place, name: component }), result: z.object({ place }) },
  /** The platform's own window; `place` null = the user closed it. */
  'folders.pick': {
    params: z.strictObject({ title: z.exactOptional(text(100)), start: z.exactOptional(place) }),
    result: z.object({ place: nullablePlace }),
  },
  'folders.freeSpace': {
    params: z.strictObject({ place }),
    result: z.object({ freeBytes: z.nullable(count), totalBytes: z.nullable(count) }),
  },
  /** With the system's program for it. */
  'open.file': { params: z.strictObject({ id: torrentId, file: fileIndex }), result: nothing },
  /** Shows the torrent, or a file of it, in its folder. */
  'open.folder': {
    params: z.strictObject({ id: torrentId, file: z.exactOptional(fileIndex) }),
    result: nothing,
  },
  'open.path': { params: z.strictObject({ at: filePlace }), result: nothing },

  'stats.get': {
    params: nothing,
    result: z.object({
      session: amounts,
      allTime: amounts,
      startedAt: time,
      sessions: count,
      torrents: count,
      torrentsEver: count,
      downRate: rate,
      upRate: rate,
      /** Null while the process that works with the disk is not there. */
      disk: z.nullable(diskFigures),
    }),
  },
  /** Log of the service, newest last. */
  'log.get': {
    params: z.strictObject({
      level: z.exactOptional(z.enum(['info', 'notable', 'problem'])),
      id: z.exactOptional(torrentId),
    }),
    result: z.object({ entries: listOf(logEntry, MAX.logEntries) }),
  },
  'port.test': {
    params: nothing,
    result: z.object({
      port: whole(0, 65_535),
      state: z.enum(['open', 'closed', 'unknown']),
      message: sentence,
    }),
  },

  'import.scan': { params: nothing, result: z.object({ found: listOf(importFound, 20) }) },
  'import.run': {
    params: z.strictObject({
      client: importFound.shape.client,
      where: text(MAX.pathLength),
      /** Absent = as they were there. */
      start: z.exactOptional(z.boolean()),
    }),
    result: z.object({
      added: count,
      duplicates: count,
      /** What could not be taken over, in sentences; the first ones. */
      problems: listOf(z.object({ name: text(MAX.nameLength), message: sentence }), 200),
    }),
  },

  'service.status': {
    params: nothing,
    result: z.object({
      version,
      pid: count,
      daemonPid: z.nullable(count),
      startedAt: time,
      /** Front ends connected. */
      clients: count,
      /** Torrents that do something. */
      active: count,
      memoryBytes: count,
      daemonMemoryBytes: z.nullable(count),
      port: whole(0, 65_535),
      stateFolder: text(MAX.pathLength),
      /** What happened to the session when it was opened, in a sentence; null when nothing did. */
      storeProblem: z.nullable(sentence),
    }),
  },
  'service.stop': {
    /** `ifIdle`: only when nothing is active and nobody else is connected; otherwise BUSY. */
    params: z.strictObject({ ifIdle: z.exactOptional(z.boolean()) }),
    result: nothing,
  },
} as const;
