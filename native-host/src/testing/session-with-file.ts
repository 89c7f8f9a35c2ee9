/** A session for tests with one torrent that is complete. Decides what is in it. */
import { createHash, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { buildMetainfo } from '@jstorrent/protocol';
import { openSocket, type FrontEnd } from './front-end.ts';
import type { Home } from './home.ts';

/** For machines under load. */
export const SOON = { timeout: 40_000 };
const LENGTH = 40_000;

/** A torrent whose file is there. */
export interface Sample {
  readonly id: string;
  /** Absolute path of its file. */
  readonly file: string;
  readonly bytes: Uint8Array;
  readonly source: { readonly metainfo: string };
}

/** A service at work. */
export interface Session {
  readonly front: FrontEnd;
  /** Key of the root of downloads. */
  readonly root: string;
}

/** Start a service whose front end watches the list. */
export async function startSession(home: Home): Promise<Session> {
  home.startService();
  await home.untilServing();
  const front = await openSocket(home);
  const { key } = await front.client.call('folders.addRoot', { path: home.downloads });
  await front.client.call('settings.set', { 'net.port': 0, 'downloads.place': { root: key, folder: [] } });
  await front.client.call('list.subscribe', {});
  return { front, root: key };
}

/** Put a file below a folder and make a torrent of it. */
export function sampleIn(folder: string, name: string): Omit<Sample, 'id'> {
  const bytes = randomBytes(LENGTH);
  const hash = createHash('sha1').update(bytes).digest();
  const info = { name, pieceLength: 64 * 1024, pieceHashes: new Uint8Array(hash) };
  const metainfo = Buffer.from(buildMetainfo({ ...info, files: [{ path: [], length: LENGTH }] }));
  const file = join(folder, name);
  writeFileSync(file, bytes);
  return { file, bytes, source: { metainfo: metainfo.toString('base64') } };
}

/** Add a torrent whose file is there, and wait until that is known. */
export async function addSample({ front }: Session, folder: string, name: string): Promise<Sample> {
  const sample = sampleIn(folder, name);
  const { id } = await front.client.call('torrent.add', { source: sample.source });
  await expect.poll(() => front.list.rows.get(id)?.state, SOON).toBe('seeding');
  return { id, ...sample };
}
