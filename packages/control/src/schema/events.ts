/** What the service tells a front end without being asked. */
import * as z from 'zod/mini';
import { CONTROL_LIMITS as MAX } from '../limits.ts';
import { count, torrentId, text } from './base.ts';
import {
  filesPane,
  generalPane,
  logPane,
  peersPane,
  piecesPane,
  rateHistory,
  trackersPane,
  type PaneName,
} from './details.ts';
import { noticeShape } from './notices.ts';
import { torrentRow, torrentRowPatch, totals } from './rows.ts';
import { previewView } from './session-commands.ts';
import { opened } from './torrent-commands.ts';

/**
 * The list, whole or what changed since `base`. A front end whose revision is not `base` subscribes again. The parts of
 * an update follow each other; `revision` holds after the last one. Those that `reset` begin with an empty list.
 */
const listEvent = z.object({
  event: z.literal('list'),
  reset: z.boolean(),
  base: count,
  revision: count,
  /** From 0, of `parts`. */
  part: count,
  parts: count,
  /** Whole lines: new ones, or all after a reset. */
  added: z.readonly(z.array(torrentRow)),
  changed: z.readonly(z.array(torrentRowPatch)),
  removed: z.readonly(z.array(torrentId)),
  totals,
});

const detail = <N extends PaneName, T extends z.ZodMiniType>(name: N, data: T) =>
  z.object({ event: z.literal('detail'), id: torrentId, pane: z.literal(name), data });

/** A pane of a subscribed torrent. */
const detailEvent = z.discriminatedUnion('pane', [
  detail('general', generalPane),
  detail('files', filesPane),
  detail('peers', peersPane),
  detail('trackers', trackersPane),
  detail('pieces', piecesPane),
  detail('rates', rateHistory),
  detail('log', logPane),
]);

/** Something worth a word to the user. One that is kept has its number, so that nobody is told twice. */
const noticeEvent = z.object({
  event: z.literal('notice'),
  ...noticeShape,
  number: z.exactOptional(count),
});

const serviceEvent = z.object({
  event: z.literal('service'),
  /** `reconnecting` comes from the connector, while it looks for the service; then `ready`, and hello is said again. */
  state: z.enum(['ready', 'stopping', 'daemonRestarting', 'reconnecting']),
});

/** The user opened something with JSTorrent: show it to be added. Told to one front end that announced `opens`. */
const openedEvent = z.object({ event: z.literal('opened'), source: opened, name: text(MAX.nameLength) });

/** Every event. */
export const eventSchema = z.union([
  listEvent,
  detailEvent,
  z.object({ event: z.literal('preview'), preview: previewView }),
  noticeEvent,
  serviceEvent,
  openedEvent,
  z.object({ event: z.literal('history'), history: rateHistory }),
]);

/** What the service tells without being asked. */
export type ControlEvent = z.infer<typeof eventSchema>;
/** An update of the list. */
export type ListEvent = z.infer<typeof listEvent>;
/** A pane of a subscribed torrent. */
export type DetailEvent = z.infer<typeof detailEvent>;
/** Something worth a word to the user. */
export type NoticeEvent = z.infer<typeof noticeEvent>;
/** What a notice is about. */
export type NoticeKind = NoticeEvent['kind'];
