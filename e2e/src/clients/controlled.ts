/** Clients that come as a library, each in a process with a control script; the scripts speak as clients/libtorrent_client.py says. */
import { fileURLToPath } from 'node:url';
import process from 'node:process';
import type { Child } from '../harness/child.ts';
import type { World } from '../harness/world.ts';
import type { ForeignClient, RunningClient, StartOptions } from './client.ts';
import { DEBIAN_PYTHON, hasPythonModule } from './installed.ts';

/** libtorrent 2 (Rasterbar), the library of qBittorrent and Deluge. */
export const libtorrent: ForeignClient = {
  name: 'libtorrent',
  apt: 'python3-libtorrent',
  isInstalled: () => hasPythonModule('libtorrent'),
  makesEmptyFiles: true,
  start: async (world, { host = '127.0.0.1' } = {}) => {
    const script = fileURLToPath(new URL('../../clients/libtorrent_client.py', import.meta.url));
    const args = [script, JSON.stringify({ host })];
    return control(world.start({ name: 'libtorrent', file: DEBIAN_PYTHON, args }), host);
  },
};

/** WebTorrent in Node, over TCP; it listens at every address. */
export const webtorrent = {
  name: 'WebTorrent',
  apt: null,
  isInstalled: () => true,
  makesEmptyFiles: true,
  start: async (world: World, { uploadBytesPerSecond = -1 }: WebtorrentOptions = {}) => {
    const script = fileURLToPath(new URL('../../clients/webtorrent_client.mjs', import.meta.url));
    const args = [script, JSON.stringify({ uploadBytesPerSecond })];
    return control(world.start({ name: 'WebTorrent', file: process.execPath, args }), '127.0.0.1');
  },
} satisfies ForeignClient;

interface WebtorrentOptions extends StartOptions {
  /** -1 = no limit. */
  readonly uploadBytesPerSecond?: number;
}

interface ControlEvent {
  readonly event: string;
  readonly port?: number;
  readonly bytes?: number;
  readonly message?: string;
}

async function control(child: Child, host: string): Promise<RunningClient> {
  const events = (name: string): Promise<ControlEvent> => nextEvent(child, name, 0);
  const { port = 0 } = await events('listening');
  const tell = (command: object): void => child.send(JSON.stringify(command));
  return {
    host,
    port,
    seed: async (torrent, folder) => {
      tell({ op: 'seed', torrent: torrent.file, folder });
      await events('complete');
    },
    fetch: async (torrent, folder, from) => {
      const source = from === 'magnet' ? { magnet: torrent.magnet } : { torrent: torrent.file };
      tell({ op: 'fetch', ...source, folder });
    },
    complete: async () => {
      await events('complete');
    },
    dial: async (address) => tell({ op: 'dial', host: address.host, port: address.port }),
    uploaded: async () => {
      const said = child.lines.length;
      tell({ op: 'uploaded' });
      return (await nextEvent(child, 'uploaded', said)).bytes ?? 0;
    },
  };
}

/** The first event of this name after the first `skip` lines; an error when the client reports one before. */
async function nextEvent(child: Child, name: string, skip: number): Promise<ControlEvent> {
  const found = await child.until(`event ${name}`, (lines) => {
    const events = lines.slice(skip).map((line) => JSON.parse(line) as ControlEvent);
    return events.find(({ event }) => event === name || event === 'error');
  });
  if (found.event === 'error') throw child.error(`reports ${found.message}`);
  return found;
}
