/** Error codes, which only grow, and the shape of an error. Their sentences are in sentences.ts. */
import type { FailureCode } from '@jstorrent/engine';
import * as z from 'zod/mini';
import { text } from './base.ts';

/** Why a call failed. Append-only. */
export const ERROR_CODES = [
  'BAD_MESSAGE',
  'TOO_LARGE',
  'UNKNOWN_COMMAND',
  'BAD_PARAMS',
  'UNKNOWN_TORRENT',
  'DUPLICATE',
  'BAD_TORRENT',
  'BAD_MAGNET',
  'UNKNOWN_ROOT',
  'PATH_ESCAPES',
  'NOT_FOUND',
  'DENIED',
  'DISK_FULL',
  'BUSY',
  'TIMED_OUT',
  'CANCELLED',
  'CLOSED',
  'VERSION_TOO_OLD',
  'VERSION_TOO_NEW',
  'FAILED',
  // Failures of a torrent (engine/rules/lifecycle.ts).
  'DISK_ERROR',
  'READ_ONLY',
  'TOO_MANY_FILES',
  'NAME_TOO_LONG',
  'FILE_TOO_LARGE',
  'EXISTS',
  'BAD_LAYOUT',
  'BAD_METADATA',
  'FILE_CHANGED',
  'HELLO_FIRST',
  'V2_ONLY',
  'NO_METADATA',
  'TOO_SOON',
  'UNSUPPORTED',
] as const;

/** What a sentence is filled with: names, sizes, counts. */
export const errorData = z.record(
  z.string(),
  z.union([z.string(), z.number(), z.boolean(), z.null(), z.readonly(z.array(z.string()))]),
);

/** An error as it is sent: a stable code and a sentence that says what to do. */
export const controlErrorSchema = z.object({
  code: z.enum(ERROR_CODES),
  message: text(2000),
  data: z.exactOptional(errorData),
});

/** Why a call failed; holds every code a torrent can fail with. */
export type ErrorCode = (typeof ERROR_CODES)[number] | FailureCode;
/** What a sentence is filled with. */
export type ErrorData = z.infer<typeof errorData>;
/** An error as it is sent. */
export type ErrorShape = z.infer<typeof controlErrorSchema>;
