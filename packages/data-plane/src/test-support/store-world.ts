/** Shortcuts for tests of stores. */
import type { PlaneCommand, PlaneEvent } from '@jstorrent/engine/ports';
import { joined } from './bytes.ts';
import type { DiskOperation } from './fake-disk.ts';
import type { FakeSocket } from './fake-network.ts';
import type { WorldOptions } from './world.ts';
import { World } from './world.ts';

/** The kinds of events, in order. */
export const types = (events: readonly PlaneEvent[]): string[] => events.map(({ type }) => type);

/** The command that requests blocks. */
export const request = (link: number, piece: number, block: number, count: number): PlaneCommand => ({
  type: 'request',
  link,
  piece,
  block,
  count,
});

/** Piece messages with the right content. */
export const blocksOf = (world: World, piece: number, blocks: readonly number[]): Uint8Array =>
  joined(...blocks.map((block) => world.pieceMessage(piece, block)));

/** How often the disk was asked. */
export const operations = (world: World, operation: DiskOperation): number =>
  world.disk.log.filter((one) => one.operation === operation).length;

/** A world with an open store (of four pieces of four blocks when nothing else is said), and link 1. */
export function ready(options: WorldOptions = {}): { readonly world: World; readonly socket: FakeSocket } {
  const world = new World(options);
  world.open();
  return { world, socket: world.link(1) };
}
