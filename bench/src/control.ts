/**
 * A client under the control of a benchmark: one JSON command a line on stdin, one word a line on stdout. Everything is
 * started before READY, so that a harness times the work and not the start.
 *
 *   {"op":"add","dir":"/abs","torrent":"/abs/x.torrent"}   or   {"op":"add","dir":"/abs","magnet":"magnet:?..."}
 *   READY, META, DONE (everything verified and written), ERR text
 */
import { mkdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { EngineEvent } from '@jstorrent/engine';
import { runEngine } from './engine.ts';

interface Options {
  readonly port: number;
  readonly dir: string;
}

const options = JSON.parse(process.argv[2] ?? '{}') as Partial<Options>;
const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

const onEvent = (event: EngineEvent): void => {
  if (event.type === 'metadata') say('META');
  else if (event.type === 'stateChanged' && event.state.kind === 'seeding') say('DONE');
  else if (event.type === 'stateChanged' && event.state.kind === 'failed') say(`ERR ${event.state.detail}`);
  else if (event.type === 'listening') say('READY');
  else if (['peerDropped', 'pieceCorrupt'].includes(event.type) && process.env['VERBOSE'] !== undefined)
    console.error(event);
};

// As the command line does: code compiled once is kept, and the compiler stays out of memory.
process.env['NODE_COMPILE_CACHE'] ??= fileURLToPath(
  new URL('../../node_modules/.cache/jstorrent', import.meta.url),
);

const root = options.dir ?? '/';
mkdirSync(root, { recursive: true });
const { engine } = runEngine(root, options.port ?? 0, onEvent);

createInterface({ input: process.stdin }).on('line', (line) => {
  const command = JSON.parse(line) as { op: string; torrent?: string; magnet?: string };
  const source =
    command.magnet === undefined
      ? { metainfo: new Uint8Array(readFileSync(command.torrent ?? '')) }
      : { magnet: command.magnet };
  engine.add(source, { root: 'base' });
});
process.on('SIGTERM', () => process.exit(0));
