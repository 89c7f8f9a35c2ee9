/** aria2, over its JSON-RPC. It has no way to be told of a peer: it asks trackers and takes connections. */
import { readFileSync } from 'node:fs';
import { postJson } from '../harness/json-rpc.ts';
import { freePort } from '../harness/ports.ts';
import { until } from '../harness/until.ts';
import type { ForeignClient } from './client.ts';
import { isOnPath } from './installed.ts';

const ARGS = [
  '--no-conf=true',
  '--enable-rpc=true',
  '--rpc-listen-all=false',
  '--rpc-save-upload-metadata=false',
  '--enable-dht=false',
  '--enable-dht6=false',
  '--disable-ipv6=true',
  '--bt-enable-lpd=false',
  '--enable-peer-exchange=false',
  '--file-allocation=none',
  '--disk-cache=0',
  '--summary-interval=0',
  '--seed-ratio=0.0',
  '--check-integrity=true',
  '--follow-torrent=true',
  '--bt-save-metadata=false',
  '--bt-require-crypto=false',
];

interface Status {
  readonly status: string;
  readonly completedLength: string;
  readonly totalLength: string;
  readonly uploadLength: string;
  readonly seeder?: string;
  readonly errorMessage?: string;
  readonly followedBy?: readonly string[];
}

/** aria2 1.36 and later. */
export const aria2: ForeignClient = {
  name: 'aria2',
  apt: 'aria2',
  isInstalled: () => isOnPath('aria2c'),
  makesEmptyFiles: true,
  start: async (world, { host = '127.0.0.1' } = {}) => {
    const port = await freePort(host);
    const rpcPort = await freePort();
    const places = [`--listen-port=${port}`, `--rpc-listen-port=${rpcPort}`, `--interface=${host}`];
    const folder = world.newFolder('aria2');
    const child = world.start({
      name: 'aria2',
      file: 'aria2c',
      args: [...ARGS, ...places, `--dir=${folder}`],
      cwd: folder,
    });
    const call = async (method: string, params: readonly unknown[]): Promise<unknown> => {
      if (child.ended !== null) throw child.error('ended');
      const { body } = await postJson(`http://127.0.0.1:${rpcPort}/jsonrpc`, {
        jsonrpc: '2.0',
        id: 1,
        method: `aria2.${method}`,
        params,
      });
      const { result, error } = body as { readonly result?: unknown; readonly error?: unknown };
      if (error !== undefined) throw child.error(`answers ${JSON.stringify(error)}`);
      return result;
    };
    await until('aria2 answers', () => call('getVersion', []));

    let gid = '';
    const add = async (file: string, dir: string): Promise<void> => {
      const torrent = readFileSync(file).toString('base64');
      gid = (await call('addTorrent', [torrent, [], { dir }])) as string;
    };
    const status = async (): Promise<Status> => {
      const found = (await call('tellStatus', [gid])) as Status;
      // The torrent that a magnet link led to has an id of its own.
      const next = found.followedBy?.[0];
      if (next === undefined) return found;
      gid = next;
      return status();
    };
    const complete = async (): Promise<void> => {
      await until('aria2 has everything', async () => {
        const { seeder, completedLength, totalLength, errorMessage = '' } = await status();
        if (errorMessage !== '') throw child.error(`reports ${errorMessage}`);
        return seeder === 'true' && completedLength === totalLength ? true : undefined;
      });
    };
    return {
      host,
      port,
      seed: async (torrent, dir) => {
        await add(torrent.file, dir);
        await complete();
      },
      fetch: async (torrent, dir, from) => {
        if (from === 'file') await add(torrent.file, dir);
        else gid = (await call('addUri', [[torrent.magnet], { dir }])) as string;
      },
      complete,
      dial: null,
      uploaded: async () => Number((await status()).uploadLength),
    };
  },
};
