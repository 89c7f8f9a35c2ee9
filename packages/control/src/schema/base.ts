/** The words all schemas are made of: names, sizes, times, places on disk. */
import * as z from 'zod/mini';
import { CONTROL_LIMITS as MAX } from '../limits.ts';

/** Text of at most `length` UTF-16 units. */
export const text = (length: number) => z.string().check(z.maxLength(length));
/** A list of at most `length` members. */
export const listOf = <T extends z.ZodMiniType>(member: T, length: number) =>
  z.readonly(z.array(member).check(z.maxLength(length)));
/** A whole number from `from` to `to`. */
export const whole = (from: number, to: number) => z.int().check(z.gte(from), z.lte(to));

/** A count, or a size in bytes. */
export const count = whole(0, MAX.bytes);
/** Bytes per second. */
export const rate = z.number().check(z.gte(0));
/** 0 to 1. */
export const fraction = z.number().check(z.gte(0), z.lte(1));
/** Milliseconds since 1970. */
export const time = whole(0, MAX.bytes);
/** A span in milliseconds. */
export const span = z.number().check(z.gte(0));
/** A limit of a rate in bytes per second; 0 = unlimited. */
export const rateLimit = whole(0, 100_000_000_000);
/** Names a torrent: its info-hash in lower-case hex. */
export const torrentId = z.string().check(z.regex(/^[0-9a-f]{40}$/));
/** Torrents a command is about; at least one. */
export const torrentIds = z.readonly(z.array(torrentId).check(z.minLength(1), z.maxLength(MAX.ids)));
/** An opaque key of a folder that the user gave to JSTorrent. */
export const rootKey = z.string().check(z.minLength(1), z.maxLength(MAX.rootLength));
/** One part of a path; whether it is a safe name is checked where files are touched. */
export const component = z
  .string()
  .check(z.minLength(1), z.maxLength(MAX.componentLength), z.regex(/^(?!\.{1,2}$)[^/\0]+$/u));
/** Parts of a path below a root. */
const components = z.readonly(
  z.array(component).check(
    z.maxLength(MAX.components),
    z.refine((parts) => parts.reduce((sum, part) => sum + part.length + 1, 0) <= MAX.pathLength, 'too long'),
  ),
);
/** A folder on disk: a root and the folders below it. */
export const place = z.strictObject({ root: rootKey, folder: components });
/** A file on disk: a root and the path below it. */
export const filePlace = z.strictObject({ root: rootKey, path: components });
/** A word that groups torrents. */
export const label = z.string().check(z.minLength(1), z.maxLength(MAX.labelLength));
/** Labels of one torrent. */
export const labels = listOf(label, MAX.labelsPerTorrent);
/** An address on the web; what may be asked of it is checked where it is used. */
export const url = z.string().check(z.minLength(1), z.maxLength(MAX.urlLength));
/** Trackers in tiers, best first (BEP 12). */
export const tiers = listOf(listOf(url, MAX.trackers), MAX.trackers);
/** 0 not wanted, 1 low, 2 normal, 3 high. */
export const priority = z.literal([0, 1, 2, 3]);
/** Number of a file in its torrent, from 0. */
export const fileIndex = whole(0, MAX.files);
/** Bytes as base64, of at most `bytes` bytes. */
export const base64 = (bytes: number) => z.base64().check(z.maxLength(4 * Math.ceil(bytes / 3)));
/** A sentence for a person. */
export const sentence = text(MAX.sentenceLength);

/** When seeding ends; null = never for this reason. Time and idleness in minutes. */
export const goals = z.strictObject({
  ratio: z.nullable(z.number().check(z.gt(0), z.lte(10_000))),
  seedMinutes: z.nullable(whole(1, 5_256_000)),
  idleMinutes: z.nullable(whole(1, 5_256_000)),
  action: z.enum(['stop', 'remove', 'removeWithData']),
});

/** A folder on disk. */
export type Place = z.infer<typeof place>;
/** When seeding ends and what happens then. */
export type Goals = z.infer<typeof goals>;
/** Names a torrent. */
export type TorrentKey = z.infer<typeof torrentId>;
