import { expect, test } from 'vitest';
import { World } from '../test-support/world.ts';

const BLOCK = 16_384;
const MIB = 1024 * 1024;

/** A shuffled copy, the same for the same seed. */
function shuffled<T>(values: readonly T[], seed: number): T[] {
  const result = [...values];
  let x = seed;
  for (let index = result.length - 1; index > 0; index--) {
    x = (Math.imul(x, 1_664_525) + 1_013_904_223) >>> 0;
    const other = x % (index + 1);
    [result[index], result[other]] = [result[other] as T, result[index] as T];
  }
  return result;
}

test('eight links with blocks in random order finish pieces of 16 MiB in an arena of two chunks', () => {
  const world = new World({ length: 32 * MIB, pieceLength: 16 * MIB, arenaBytes: 512 * 1024 });
  let steps = 0;
  world.timeline.onStep = () => {
    if (++steps % 256 === 0) world.plane.checkInvariants();
  };
  world.disk.choose = (count) => steps % count;
  world.open();
  const sockets = Array.from({ length: 8 }, (_, link) => world.link(link + 1));
  const blocks = Array.from({ length: 2048 }, (_, block) => block);
  for (const [index, block] of shuffled(blocks, 7).entries()) {
    const link = (index % 8) + 1;
    const [piece, inPiece] = [Math.floor(block / 1024), block % 1024];
    world.plane.submit([{ type: 'request', link, piece, block: inPiece, count: 1 }]);
    sockets[link - 1]?.send(world.pieceMessage(piece, inPiece));
  }
  const events = world.settle();
  world.plane.checkInvariants();
  expect(events.filter(({ type }) => type === 'verified')).toHaveLength(2);
  expect(events.some(({ type }) => type === 'unwanted')).toBe(false);
  expect(sockets.some(({ isPaused }) => isPaused)).toBe(false);
  expect(world.disk.bytes.length / BLOCK).toBe(2048);
});
