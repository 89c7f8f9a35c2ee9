/**
 * `pnpm bench --action start`: how soon `bin/jstorrent download`, begun from nothing, asks a peer on this machine for its
 * first block. Both processes, their code and the first connection are in it.
 */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import {
  Bitfield,
  encodeBitfield,
  encodeHandshake,
  encodeUnchoke,
  HANDSHAKE_LENGTH,
  MessageReader,
} from '@jstorrent/protocol';
import { zeroTorrent, type ZeroTorrent } from './soak/torrents.ts';

/** How often, where, and who hears of it. */
export interface StartUpOptions {
  readonly runs: number;
  readonly cacheDir: string;
  readonly print: (line: string) => void;
}

const PROGRAM = fileURLToPath(new URL('../../bin/jstorrent', import.meta.url));
const MIB = 1024 * 1024;
const TIMEOUT_MS = 30_000;

/** Milliseconds from the start of the program to each step. */
interface Steps {
  connected: number;
  requested: number;
}

/** Run; the medians are printed. */
export async function measureStart({ runs, cacheDir, print }: StartUpOptions): Promise<void> {
  const parent = join(cacheDir, 'runs');
  mkdirSync(parent, { recursive: true });
  const dir = mkdtempSync(join(parent, 'start-'));
  const torrent = zeroTorrent('start', [64 * MIB], MIB, []);
  const file = join(dir, 'start.torrent');
  writeFileSync(file, torrent.metainfo);
  try {
    // The first start compiles; what it compiled is kept, for this and for later ones.
    await startOnce(torrent, file, join(dir, 'first'));
    const all: Steps[] = [];
    for (let run = 0; run < runs; run += 1) all.push(await startOnce(torrent, file, join(dir, String(run))));
    for (const step of ['connected', 'requested'] as const) {
      const sorted = all.map((steps) => steps[step]).sort((a, b) => a - b);
      const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
      print(`${step} after ${median.toFixed(0)} ms (least ${(sorted[0] ?? 0).toFixed(0)}), ${runs} starts`);
    }
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

async function startOnce(torrent: ZeroTorrent, file: string, home: string): Promise<Steps> {
  mkdirSync(home);
  const steps: Steps = { connected: 0, requested: 0 };
  const asked = Promise.withResolvers<void>();
  let begunAt = 0;
  const server = createServer((socket) => {
    steps.connected ||= performance.now() - begunAt;
    seed(socket, torrent, () => {
      steps.requested ||= performance.now() - begunAt;
      asked.resolve();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  begunAt = performance.now();
  const words = ['download', file, '--peer', `127.0.0.1:${portOf(server)}`, '--dir', home, '--json'];
  const child = spawn(PROGRAM, words, {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, XDG_STATE_HOME: home, JSTORRENT_HOME: home },
  });
  const timer = setTimeout(() => asked.reject(new Error('nothing was asked for')), TIMEOUT_MS);
  child.once('error', (error) => asked.reject(error));
  try {
    await asked.promise;
  } finally {
    clearTimeout(timer);
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
    server.close();
  }
  return steps;
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a server without a port');
  return address.port;
}

/** Has everything, gives leave to ask, and gives nothing. */
function seed(socket: Socket, { infoHash, pieceCount }: ZeroTorrent, onRequest: () => void): void {
  const reader = new MessageReader();
  let greeting = HANDSHAKE_LENGTH;
  socket.on('error', () => {});
  socket.on('data', (chunk: Uint8Array) => {
    const skipped = Math.min(greeting, chunk.length);
    greeting -= skipped;
    if (greeting === 0 && skipped > 0) {
      const flags = { extended: false, fast: false, dht: false, v2: false };
      const hello = encodeHandshake({ flags, infoHash, peerId: new Uint8Array(randomBytes(20)) });
      const all = encodeBitfield(Bitfield.full(pieceCount).toBytes());
      socket.write(Buffer.concat([hello, all, encodeUnchoke()]));
    }
    const messages = reader.push(chunk.subarray(skipped));
    if (messages.some(({ type }) => type === 'request')) onRequest();
  });
}
