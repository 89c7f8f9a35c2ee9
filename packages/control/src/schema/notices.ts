/** What the service has to say to the user without being asked, and how it is numbered. */
import * as z from 'zod/mini';
import { count, sentence, torrentId } from './base.ts';
import { errorData } from './errors.ts';

/** What a notice is about. */
const kind = z.enum([
  'added',
  'removed',
  'completed',
  'failed',
  'diskFull',
  'duplicate',
  'goalReached',
  'moved',
  'moveFailed',
  'watchFailed',
  'hookFailed',
  'storeRestored',
  'storeNew',
  'portClosed',
]);

/** Something worth a word to the user. `data` holds what the sentence was made of. */
export const noticeShape = {
  kind,
  id: z.nullable(torrentId),
  sentence,
  data: z.exactOptional(errorData),
};

/** A notice that is kept: `number` counts those of one instance of the service from 1. */
export const keptNotice = z.object({ ...noticeShape, number: count });
