/** Data to share in the demonstration, and the proof that it arrived. Decides names and sizes. */
import { randomFillSync } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readSync, statSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';

const MIB = 1024 * 1024;

/** Paths below the sample's folder and their lengths; together 64 MiB. */
const FILES: readonly (readonly [path: string, length: number])[] = [
  ['film/part 1.bin', 40 * MIB],
  ['film/part 2.bin', 20 * MIB],
  ['photos/lake.bin', 3 * MIB + 12_345],
  ['photos/mountain.bin', MIB - 12_345 - 17],
  ['read me.txt', 17],
];

/** Files of the sample. */
export const SAMPLE_FILE_COUNT = FILES.length;

/** Fill `folder` with the files of the sample, random bytes all. Returns their bytes together. */
export function writeSample(folder: string): number {
  const chunk = new Uint8Array(MIB);
  let total = 0;
  for (const [path, length] of FILES) {
    const full = join(folder, path);
    mkdirSync(dirname(full), { recursive: true });
    const fd = openSync(full, 'wx');
    for (let at = 0; at < length; at += chunk.length) {
      randomFillSync(chunk);
      writeSync(fd, chunk, 0, Math.min(chunk.length, length - at));
    }
    closeSync(fd);
    total += length;
  }
  return total;
}

/** The first file of the sample that is not the same in both folders, or null. */
export function findDifference(folder: string, copy: string): string | null {
  for (const [path] of FILES) {
    if (!areEqual(join(folder, path), join(copy, path))) return path;
  }
  return null;
}

function areEqual(one: string, other: string): boolean {
  if (statSync(one).size !== statSync(other, { throwIfNoEntry: false })?.size) return false;
  const fds = [openSync(one, 'r'), openSync(other, 'r')] as const;
  const chunks = [Buffer.alloc(MIB), Buffer.alloc(MIB)] as const;
  try {
    for (;;) {
      const length = readSync(fds[0], chunks[0], 0, MIB, null);
      readSync(fds[1], chunks[1], 0, MIB, null);
      if (length === 0) return true;
      if (!chunks[0].subarray(0, length).equals(chunks[1].subarray(0, length))) return false;
    }
  } finally {
    closeSync(fds[0]);
    closeSync(fds[1]);
  }
}
