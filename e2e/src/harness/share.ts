/** Something to share and its .torrent, for tests that speak the protocol themselves. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
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

/** A folder of `count` files of `length` bytes each. */
export async function makeFolderShare(world: World, count: number, length: number): Promise<Share> {
  const path = join(world.newFolder('original'), 'shared');
  const names = Array.from({ length: count }, (_, index) => `${String(index).padStart(4, '0')}.bin`);
  // Contents are chosen by length: no two are the same.
  const files = names.map((name, index) => writeFile(path, name, length + index));
  const torrent = await create(world, path, { pieceLength: '64KiB' });
  return {
    torrent,
    path,
    content: Buffer.concat(files.map((file) => readFileSync(file))),
    pieceLength: 64 * 1024,
  };
}
