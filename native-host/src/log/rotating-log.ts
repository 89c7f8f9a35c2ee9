/**
 * A log of bounded size in files that rotate. Decides how lines are written and when a file is full; what is worth a
 * line, and what must not stand in one, is decided by whoever writes. Imports nothing heavy: connectors use it.
 */
import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Longest line that is kept. */
const LINE_MAX = 4096;

/** Which files, and how large they get. */
export interface LogOptions {
  /** Absolute; made when it is not there. */
  readonly folder: string;
  /** `<name>.log` is the present file, `<name>.1.log` the one before it. */
  readonly name: string;
  readonly files: number;
  /** Of each file. */
  readonly bytes: number;
}

/** Where lines go. */
export interface RotatingLog {
  /** Write one line with the time before it; line breaks become spaces. A log that takes no writes is silent. */
  write(text: string): void;
}

/** Open a log; nothing is touched before the first line. Several processes may write the same one. */
export function openLog(options: LogOptions): RotatingLog {
  const { folder, name, files, bytes } = options;
  const pathOf = (age: number): string => join(folder, age === 0 ? `${name}.log` : `${name}.${age}.log`);
  let size: number | null = null;

  const rotate = (): void => {
    for (let age = files - 2; age >= 0; age -= 1) {
      try {
        renameSync(pathOf(age), pathOf(age + 1));
      } catch {
        // It is not there yet.
      }
    }
    size = 0;
  };

  return {
    write: (text) => {
      const line = `${new Date().toISOString()} ${cleaned(text)}\n`;
      try {
        if (size === null) {
          mkdirSync(folder, { recursive: true, mode: 0o700 });
          size = statSync(pathOf(0), { throwIfNoEntry: false })?.size ?? 0;
        }
        if (size + line.length > bytes) rotate();
        appendFileSync(pathOf(0), line, { mode: 0o600 });
        size += Buffer.byteLength(line);
      } catch {
        // A full disk must not stop anything.
      }
    },
  };
}

/** One line without control characters: a log is read in terminals. */
function cleaned(text: string): string {
  return text.slice(0, LINE_MAX).replaceAll(/\p{Cc}+/gu, ' ');
}
