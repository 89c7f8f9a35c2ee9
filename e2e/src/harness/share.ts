/** A file to share and its .torrent, for tests that speak the protocol themselves. */
import { readFileSync } from 'node:fs';
import { create } from '../clients/jstorrent.ts';
import { writeFile } from './content.ts';
import type { Share } from './wire.ts';
import type { World } from './world.ts';

/** One file of `length` bytes in pieces of 64 KiB. */
export async function makeShare(world: World, length: number, name = 'shared.bin'): Promise<Share> {
  const path = writeFile(world.newFolder('original'), name, length);
  const torrent = await create(world, path, { pieceLength: '64KiB' });
  return { torrent, path, content: readFileSync(path), pieceLength: 64 * 1024 };
}
