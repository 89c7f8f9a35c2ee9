/** What installing asks of the machine, and this machine as the answer. Decides how a file is replaced; not which. */
import { spawn } from 'node:child_process';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { dirname, posix, win32 } from 'node:path';
import process from 'node:process';
import { stateDir } from '../state-dir.ts';

/** A file as it stands there. */
export interface FoundFile {
  readonly text: string;
  /** Permission bits. */
  readonly mode: number;
}

/** The machine. Paths are absolute. Writing throws a system error where it is not possible. */
export interface InstallWorld {
  /** As `process.platform`. */
  readonly platform: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  /** Where the state of this user lies. */
  readonly stateFolder: string;
  isFolder(path: string): boolean;
  /** Null when there is no file that can be read. */
  read(path: string): FoundFile | null;
  /** All or nothing: either the former file or this one is there. Makes the folders above. */
  write(path: string, text: string, mode: number): void;
  /** False when nothing was there. */
  remove(path: string): boolean;
  /** Run a program by its words to its end; null when it could not be run. */
  run(argv: readonly string[]): Promise<{ readonly status: number; readonly output: string } | null>;
}

/** What a program prints is kept up to this. */
const OUTPUT_MAX = 64 * 1024;

/** This machine and user. */
export function thisMachine(): InstallWorld {
  return {
    platform: process.platform,
    env: process.env,
    home: homedir(),
    stateFolder: stateDir(),
    isFolder: (path) => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true,
    read: readFile,
    write: replaceFile,
    remove: (path) => {
      const isThere = lstatSync(path, { throwIfNoEntry: false }) !== undefined;
      rmSync(path, { force: true });
      return isThere;
    },
    run: runWords,
  };
}

/** The way paths are written on the world's platform. */
export function pathsOf(world: Pick<InstallWorld, 'platform'>): typeof posix {
  return world.platform === 'win32' ? win32 : posix;
}

function readFile(path: string): FoundFile | null {
  try {
    return { text: readFileSync(path, 'utf8'), mode: statSync(path).mode & 0o777 };
  } catch {
    return null;
  }
}

function replaceFile(path: string, text: string, mode: number): void {
  mkdirSync(dirname(path), { recursive: true });
  const fresh = `${path}.${process.pid}.new`;
  try {
    writeFileSync(fresh, text, { flag: 'wx', mode });
    // Not less than asked for, whatever the user's mask is.
    chmodSync(fresh, mode);
    renameSync(fresh, path);
  } catch (error) {
    rmSync(fresh, { force: true });
    throw error;
  }
}

function runWords(argv: readonly string[]): Promise<{ status: number; output: string } | null> {
  const { promise, resolve } = Promise.withResolvers<{ status: number; output: string } | null>();
  const [program = '', ...words] = argv;
  const child = spawn(program, words, { stdio: ['ignore', 'pipe', 'ignore'], windowsHide: true });
  let output = '';
  child.stdout.setEncoding('utf8');
  child.stdout.on('data', (more: string) => {
    output += more.slice(0, OUTPUT_MAX - output.length);
  });
  child.once('error', () => resolve(null));
  child.once('close', (status) => resolve({ status: status ?? 1, output }));
  return promise;
}
