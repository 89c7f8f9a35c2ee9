/**
 * aria2, idle under its RPC before a run begins; what happens is told over a WebSocket, so that nothing is polled. Its
 * wait before the first tracker request is part of what it does and is measured.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../ports.ts';
import type { Client, ClientPlace, RunningClient } from './client.ts';

const ARGS = [
  '--no-conf=true',
  '--enable-rpc=true',
  '--rpc-listen-all=false',
  '--rpc-max-request-size=64M',
  '--rpc-save-upload-metadata=false',
  '--enable-dht=false',
  '--enable-dht6=false',
  '--disable-ipv6=true',
  '--bt-enable-lpd=false',
  '--enable-peer-exchange=false',
  '--file-allocation=none',
  '--bt-max-peers=0',
  '--bt-max-open-files=1000',
  '--max-overall-download-limit=0',
  '--max-overall-upload-limit=0',
  '--summary-interval=0',
  '--quiet=true',
  '--seed-ratio=0.0',
  '--check-integrity=true',
  '--follow-torrent=mem',
];
/** It answers well before this. */
const START_TRIES = 200;
const START_PAUSE_MS = 25;

/** aria2 1.36 and later. */
export const aria2: Client = {
  name: 'aria2',
  install: 'aria2',
  version: () => {
    const asked = spawnSync('aria2c', ['--version']);
    return asked.status === 0 ? (asked.stdout.toString().match(/version (\S+)/)?.[1] ?? '') : null;
  },
  start,
};

async function start(place: ClientPlace): Promise<RunningClient> {
  const rpcPort = await freePort();
  const places = [`--listen-port=${place.port}`, `--rpc-listen-port=${rpcPort}`, `--dir=${place.dir}`];
  const child = spawn('aria2c', [...ARGS, ...places], { stdio: ['ignore', 'ignore', 'inherit'] });
  const metadata = Promise.withResolvers<void>();
  const complete = Promise.withResolvers<void>();
  for (const { promise } of [metadata, complete]) promise.catch(() => {});
  const fail = (reason: string): void => {
    for (const { reject } of [metadata, complete]) reject(new Error(`aria2: ${reason}`));
  };
  child.once('error', (error) => fail(error.message));
  child.once('exit', (code, signal) => fail(`ended with ${signal ?? code}`));
  const socket = await openSocket(`ws://127.0.0.1:${rpcPort}/jsonrpc`);
  socket.addEventListener('message', ({ data }) => {
    const told = JSON.parse(String(data)) as { readonly method?: string; readonly error?: unknown };
    if (told.error !== undefined) fail(JSON.stringify(told.error));
    else if (told.method === 'aria2.onDownloadComplete') metadata.resolve();
    else if (told.method === 'aria2.onBtDownloadComplete') complete.resolve();
    else if (told.method === 'aria2.onDownloadError') fail('the download failed');
  });
  return {
    pid: child.pid ?? 0,
    add: ({ torrentFile, magnet }, from) => {
      const [method, source] =
        from === 'magnet'
          ? ['aria2.addUri', [magnet]]
          : ['aria2.addTorrent', readFileSync(torrentFile).toString('base64')];
      const params = from === 'magnet' ? [source] : [source, []];
      socket.send(JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }));
    },
    hasMetadata: metadata.promise,
    isComplete: complete.promise,
    stop: async () => {
      socket.close();
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    },
  };
}

async function openSocket(url: string): Promise<WebSocket> {
  for (let tries = 1; ; tries += 1) {
    const socket = new WebSocket(url);
    const { promise, resolve } = Promise.withResolvers<boolean>();
    socket.addEventListener('open', () => resolve(true));
    socket.addEventListener('error', () => resolve(false));
    if (await promise) return socket;
    if (tries === START_TRIES) throw new Error('aria2 does not answer');
    await sleep(START_PAUSE_MS);
  }
}
