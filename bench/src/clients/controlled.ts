/**
 * Clients in a process of a control script: JSON commands on its stdin, words on its stdout (READY, META, DONE, ERR).
 * Polls nothing, so that the client alone is measured.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import type { Client, ClientPlace, RunningClient } from './client.ts';

/** Debian's own Python has Debian's libtorrent. */
const PYTHON = '/usr/bin/python3';

const script = (name: string): string => fileURLToPath(new URL(`../${name}`, import.meta.url));
/** `control.ts` as it is built, beside the programs that users run. */
const CONTROL = script('../../dist/bench-control.mjs');

/** This project: host and io-daemon as two processes. */
export const jstorrent: Client = {
  name: 'jstorrent',
  install: '',
  version: () => `Node ${process.version}`,
  start: (place) => control('jstorrent', [process.execPath, CONTROL], place),
};

/** libtorrent (Rasterbar), the library of qBittorrent and Deluge. */
export const libtorrent: Client = {
  name: 'libtorrent',
  install: 'python3-libtorrent',
  version: () => {
    const asked = spawnSync(PYTHON, ['-c', 'import libtorrent; print(libtorrent.__version__)']);
    return asked.status === 0 ? asked.stdout.toString().trim() : null;
  },
  start: (place) => control('libtorrent', [PYTHON, script('clients/libtorrent_control.py')], place),
};

async function control(
  name: string,
  [file = '', ...args]: readonly string[],
  place: ClientPlace,
): Promise<RunningClient> {
  const options = JSON.stringify({ port: place.port, dir: place.dir });
  const child = spawn(file, [...args, options], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ready = Promise.withResolvers<void>();
  const metadata = Promise.withResolvers<void>();
  const complete = Promise.withResolvers<void>();
  for (const { promise } of [ready, metadata, complete]) promise.catch(() => {});
  const fail = (reason: string): void => {
    for (const { reject } of [ready, metadata, complete]) reject(new Error(`${name}: ${reason}`));
  };
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (line === 'READY') ready.resolve();
    else if (line === 'META') metadata.resolve();
    else if (line === 'DONE') complete.resolve();
    else fail(line);
  });
  child.once('exit', (code, signal) => fail(`ended with ${signal ?? code}`));
  child.once('error', (error) => fail(error.message));
  await ready.promise;
  return {
    pid: child.pid ?? 0,
    add: (content, from) => {
      const source = from === 'magnet' ? { magnet: content.magnet } : { torrent: content.torrentFile };
      child.stdin.write(`${JSON.stringify({ op: 'add', dir: place.dir, ...source })}\n`);
    },
    hasMetadata: metadata.promise,
    isComplete: complete.promise,
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
    },
  };
}
