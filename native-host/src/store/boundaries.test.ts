/** Every moment at which a power cut can leave the files: prefixes of the log, and half of a checkpoint. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { openStore, type SessionStore } from './session-store.ts';
import { fingerprint, newSession } from './testing/folder.ts';
import { act, chance } from './testing/story.ts';

const ends: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const SEED = 11;
const PAGE = 4096;
const LOG_HEADER = 32;
const FRAME = 24 + PAGE;

/** Frames that the log holds: those whose salt is that of its header (sqlite.org/walformat.html). */
function framesOf(log: Buffer): number {
  let count = 0;
  for (let at = LOG_HEADER; at + FRAME <= log.length; at += FRAME) {
    if (log.subarray(at + 8, at + 16).compare(log.subarray(16, 24)) !== 0) break;
    count += 1;
  }
  return count;
}

interface Recording {
  readonly folder: string;
  /** The main file all along. */
  readonly main: Buffer;
  readonly log: Buffer;
  /** After each call: frames in the log, and what there was. */
  readonly steps: readonly { readonly frames: number; readonly state: string }[];
  readonly store: SessionStore;
  readonly file: string;
}

/** A session and its files after each of some calls, none of which is in the main file. */
async function record(calls: number): Promise<Recording> {
  const { folder, file } = newSession((clean) => ends.push(clean));
  const first = openStore({ file, now: () => 0 });
  act(first, SEED, 0);
  await first.close({ backup: false });
  const store = openStore({ file, now: () => 0 });
  ends.push(() => store.close({ backup: false }));
  const main = readFileSync(file);
  const steps = [{ frames: 0, state: fingerprint(store) }];
  for (let index = 1; index <= calls; index += 1) {
    act(store, SEED, index);
    steps.push({ frames: framesOf(readFileSync(`${file}-wal`)), state: fingerprint(store) });
  }
  expect(readFileSync(file).equals(main)).toBe(true);
  return { folder, file, main, log: readFileSync(`${file}-wal`), steps, store };
}

/** What a start makes of some files. */
async function startWith(
  folder: string,
  name: string,
  files: { main: Buffer; log: Buffer },
): Promise<string> {
  mkdirSync(join(folder, name));
  const file = join(folder, name, 'session.db');
  writeFileSync(file, files.main);
  writeFileSync(`${file}-wal`, files.log);
  const store = openStore({ file, now: () => 0 });
  try {
    expect(store.opening.outcome, name).toBe('opened');
    return fingerprint(store);
  } finally {
    await store.close({ backup: false });
  }
}

test('after a cut at any write of the log, exactly the calls before it are there', async () => {
  const { folder, main, log, steps } = await record(10);
  const frames = steps.at(-1)?.frames ?? 0;
  expect(frames).toBeGreaterThan(30);
  for (let frame = 0; frame <= frames; frame += 1) {
    const expected = steps.findLast((step) => step.frames <= frame)?.state;
    const end = frame === 0 ? 0 : LOG_HEADER + frame * FRAME;
    expect(await startWith(folder, `whole-${frame}`, { main, log: log.subarray(0, end) })).toBe(expected);
    if (frame === frames || frame % 3 !== 0) continue;
    // The next frame written in part, with what was on the disk before behind it.
    const torn = Buffer.from(log.subarray(0, Math.max(LOG_HEADER, end) + FRAME));
    torn.fill(0xee, torn.length - FRAME + 24 + 512);
    expect(await startWith(folder, `torn-${frame}`, { main, log: torn })).toBe(expected);
  }
});

test('after a cut while the log is moved into the main file, nothing is missing', async () => {
  const { folder, main, log, steps, store, file } = await record(25);
  expect(await store.backup()).toBe(true);
  const moved = readFileSync(file);
  expect(moved.equals(main)).toBe(false);
  const pages = moved.length / PAGE;
  const expected = steps.at(-1)?.state;
  const next = chance(SEED);
  for (let round = 0; round < 40; round += 1) {
    // In order up to some page, or any pages, as a disk with a cache may write them; the last one perhaps in part.
    const isInOrder = round % 2 === 0;
    const until = next(pages + 1);
    const mixed = Buffer.alloc(isInOrder ? Math.max(main.length, until * PAGE) : moved.length);
    main.copy(mixed);
    for (let page = 0; page < pages; page += 1) {
      const isWritten = isInOrder ? page < until : next(2) === 0;
      if (isWritten)
        moved.copy(mixed, page * PAGE, page * PAGE, page * PAGE + (page === until - 1 ? 512 : PAGE));
    }
    expect(await startWith(folder, `half-${round}`, { main: mixed, log })).toBe(expected);
  }
});
