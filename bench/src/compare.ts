/** Whether what a client downloaded is what there was, byte by byte. */
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { ContentFile } from './content.ts';

const STEP_BYTES = 1024 * 1024;

/** What is wrong below `dir`, or null when every file is there and equal. */
export function findDifference(files: readonly ContentFile[], dir: string): string | null {
  const ours = Buffer.allocUnsafe(STEP_BYTES);
  const theirs = Buffer.allocUnsafe(STEP_BYTES);
  for (const { path, relative, length } of files) {
    const copy = join(dir, relative);
    const stat = statSync(copy, { throwIfNoEntry: false });
    if (stat?.size !== length) return `${relative} has ${stat?.size ?? 'no'} bytes instead of ${length}`;
    const original = openSync(path, 'r');
    const other = openSync(copy, 'r');
    try {
      for (let at = 0; at < length; at += STEP_BYTES) {
        const count = Math.min(STEP_BYTES, length - at);
        if (readSync(original, ours, 0, count, at) !== count) return `${path} cannot be read`;
        if (readSync(other, theirs, 0, count, at) !== count) return `${copy} cannot be read`;
        if (ours.compare(theirs, 0, count, 0, count) !== 0) return `${relative} differs after byte ${at}`;
      }
    } finally {
      closeSync(original);
      closeSync(other);
    }
  }
  return null;
}
