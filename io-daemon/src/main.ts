/**
 * The io-daemon: a Node plane served over standard input and output. Decides the life of the process: its arguments, what
 * ends it and with which status. It leaves with its parent, whose end of the pipe the system closes however the parent dies,
 * and at once: what it could still save nobody would know of, and another daemon may be about to write the same files.
 *
 * `main.ts --root key=/absolute/path ... [--arena MiB]`
 * Exit status: 0 the parent closed the pipe, 64 bad arguments or no pipes, 70 broken protocol or a bug.
 */
import { isAbsolute } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { serve } from '@jstorrent/io-protocol';
import { createNodePlane } from './node-plane.ts';
import { openStdio, type Pipe, type PipeEvents } from './pipe.ts';

const EXIT_USAGE = 64;
const EXIT_BUG = 70;

const MIB = 1024 * 1024;
/** Smallest arena: a few pieces of common size. */
const ARENA_MIN_MIB = 1;
/** Largest arena: more memory makes no download faster. */
const ARENA_MAX_MIB = 4096;

interface Arguments {
  /** Absolute paths of the folders the user allowed, by opaque key. */
  readonly roots: Readonly<Record<string, string>>;
  readonly arenaBytes?: number;
}

/** One line on standard error, then the end. */
function die(status: number, reason: unknown): never {
  const text = reason instanceof Error ? (reason.stack ?? reason.message) : String(reason);
  process.stderr.write(`io-daemon: ${text.replaceAll(/\s*\n\s*/g, ' | ')}\n`);
  process.exit(status);
}

function readArguments(words: readonly string[]): Arguments {
  const { values } = parseArgs({
    args: [...words],
    options: {
      root: { type: 'string', multiple: true, default: [] },
      arena: { type: 'string' },
    },
  });
  const roots = Object.fromEntries(values.root.map(readRoot));
  if (values.arena === undefined) return { roots };
  const arenaMib = Number(values.arena);
  if (!Number.isInteger(arenaMib) || arenaMib < ARENA_MIN_MIB || arenaMib > ARENA_MAX_MIB) {
    throw new Error(`--arena takes ${ARENA_MIN_MIB} to ${ARENA_MAX_MIB} MiB, not ${values.arena}`);
  }
  return { roots, arenaBytes: arenaMib * MIB };
}

function readRoot(word: string): [string, string] {
  const at = word.indexOf('=');
  const path = word.slice(at + 1);
  if (at < 1 || !isAbsolute(path)) throw new Error(`--root takes key=/absolute/path, not ${word}`);
  return [word.slice(0, at), path];
}

function openPipe(events: PipeEvents): Pipe {
  try {
    return openStdio(events);
  } catch (error) {
    die(EXIT_USAGE, `standard input and output must be pipes: ${String(error)}`);
  }
}

function run(given: Arguments): void {
  const leave = (): never => process.exit(0);
  const pipe = openPipe({ onChunk: (chunk) => server.receive(chunk), onEnd: leave });
  const server = serve({
    createPlane: (onEvents) => createNodePlane({ ...given, onEvents }),
    write: (bytes) => pipe.write(bytes),
    onError: (error) => die(EXIT_BUG, `the host broke the protocol: ${error.message}`),
  });
  process.on('SIGTERM', leave);
}

// A parent that is gone reads no log; Ctrl-C and a closed terminal reach the whole group, but the parent decides.
process.stderr.on('error', () => {});
process.on('SIGINT', () => {});
process.on('SIGHUP', () => {});
process.on('uncaughtException', (error) => die(EXIT_BUG, error));
process.on('unhandledRejection', (reason) => die(EXIT_BUG, reason));

let words: Arguments;
try {
  words = readArguments(process.argv.slice(2));
} catch (error) {
  die(EXIT_USAGE, error instanceof Error ? error.message : error);
}
run(words);
