/**
 * Transmission's daemon, over its RPC. It has no way to be told of a peer, and takes no loopback address from a tracker:
 * it takes connections. It knows one peer per address.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { postJson } from '../harness/json-rpc.ts';
import { freePort } from '../harness/ports.ts';
import { until } from '../harness/until.ts';
import type { ForeignClient } from './client.ts';
import { isOnPath } from './installed.ts';

const SETTINGS = {
  'dht-enabled': false,
  'lpd-enabled': false,
  'pex-enabled': false,
  'utp-enabled': false,
  'port-forwarding-enabled': false,
  // Encryption tolerated.
  encryption: 0,
  'rpc-bind-address': '127.0.0.1',
  'rpc-whitelist-enabled': false,
  'rpc-host-whitelist-enabled': false,
  'rpc-authentication-required': false,
  'download-queue-enabled': false,
  'seed-queue-enabled': false,
  'rename-partial-files': false,
  'ratio-limit-enabled': false,
};

/** Status codes of its RPC. */
const SEEDING = 6;

interface Status {
  readonly status: number;
  readonly leftUntilDone: number;
  readonly metadataPercentComplete: number;
  readonly uploadedEver: number;
  readonly error: number;
  readonly errorString: string;
}

/** Errors of its RPC from here on are of this machine, not a tracker's. */
const LOCAL_ERROR = 3;

/** Transmission 3 and later. */
export const transmission: ForeignClient = {
  name: 'Transmission',
  apt: 'transmission-daemon',
  isInstalled: () => isOnPath('transmission-daemon'),
  makesEmptyFiles: false,
  start: async (world, { host = '127.0.0.1' } = {}) => {
    const port = await freePort(host);
    const rpcPort = await freePort();
    const folder = world.newFolder('transmission');
    const settings = { ...SETTINGS, 'peer-port': port, 'bind-address-ipv4': host, 'rpc-port': rpcPort };
    writeFileSync(join(folder, 'settings.json'), JSON.stringify(settings));
    const child = world.start({
      name: 'Transmission',
      file: 'transmission-daemon',
      args: ['--foreground', '--config-dir', folder, '--download-dir', folder],
    });
    let session = '';
    const call = async (method: string, args: object): Promise<unknown> => {
      if (child.ended !== null) throw child.error('ended');
      const url = `http://127.0.0.1:${rpcPort}/transmission/rpc`;
      const headers = { 'x-transmission-session-id': session };
      const reply = await postJson(url, { method, arguments: args }, headers);
      if (reply.status === 409) {
        session = reply.headers.get('x-transmission-session-id') ?? '';
        return call(method, args);
      }
      const body = reply.body as { readonly result: string; readonly arguments: unknown };
      if (body.result !== 'success') throw child.error(`answers ${body.result}`);
      return body.arguments;
    };
    await until('Transmission answers', () => call('session-get', {}));

    const status = async (): Promise<Status> => {
      const fields = [
        'status',
        'leftUntilDone',
        'metadataPercentComplete',
        'uploadedEver',
        'error',
        'errorString',
      ];
      const { torrents } = (await call('torrent-get', { fields })) as {
        readonly torrents: readonly Status[];
      };
      const [first] = torrents;
      if (first === undefined) throw child.error('has no torrent');
      if (first.error >= LOCAL_ERROR) throw child.error(`reports ${first.errorString}`);
      return first;
    };
    const add = async (torrent: string, dir: string): Promise<void> => {
      const metainfo = readFileSync(torrent).toString('base64');
      await call('torrent-add', { metainfo, 'download-dir': dir });
    };
    const complete = async (): Promise<void> => {
      await until('Transmission has everything', async () => {
        const { metadataPercentComplete, leftUntilDone, status: activity } = await status();
        return metadataPercentComplete === 1 && leftUntilDone === 0 && activity === SEEDING
          ? true
          : undefined;
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
        else await call('torrent-add', { filename: torrent.magnet, 'download-dir': dir });
      },
      complete,
      dial: null,
      uploaded: async () => (await status()).uploadedEver,
    };
  },
};
