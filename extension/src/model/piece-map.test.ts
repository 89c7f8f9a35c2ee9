import { expect, it } from 'vitest';
import { availabilityColumns, pieceColumns } from './piece-map.ts';

const pieces = (bytes: readonly number[], count: number, inWork: readonly number[] = []) => ({
  count,
  have: btoa(String.fromCharCode(...bytes)),
  inWork: [...inWork],
  availability: [],
});

it('a piece is as many columns as fall to it, the first bit being the first piece', () => {
  const { have, inWork } = pieceColumns(pieces([0b1010_0000], 4, [3]), 8);
  expect([...have]).toEqual([1, 1, 0, 0, 1, 1, 0, 0]);
  expect([...inWork]).toEqual([0, 0, 0, 0, 0, 0, 1, 1]);
});

it('a column stands for all pieces that fall on it', () => {
  const { have, inWork } = pieceColumns(pieces([0b1100_1000, 0xff], 16, [0, 15]), 4);
  expect([...have]).toEqual([0.5, 0.25, 1, 1]);
  expect([...inWork]).toEqual([1, 0, 0, 1]);
});

it('each piece is in some column, whatever the widths', () => {
  for (const [count, width] of [
    [1, 7],
    [7, 3],
    [1000, 333],
    [3, 1000],
  ] as const) {
    const bytes = Array.from({ length: Math.ceil(count / 8) }, () => 0xff);
    expect(pieceColumns(pieces(bytes, count), width).have.every((part) => part === 1)).toBe(true);
    for (const piece of [0, count - 1])
      expect(pieceColumns(pieces(bytes, count, [piece]), width).inWork).toContain(1);
  }
});

it('without pieces or without room there is nothing', () => {
  expect([...pieceColumns(pieces([], 0), 3).have]).toEqual([0, 0, 0]);
  expect(pieceColumns(pieces([0xff], 8), 0).have).toHaveLength(0);
});

it('availability is measured by the stretch that most have', () => {
  expect([...availabilityColumns([0, 2, 4], 6)]).toEqual([0, 0, 0.5, 0.5, 1, 1]);
  expect([...availabilityColumns([0, 0], 2)]).toEqual([0, 0]);
  expect([...availabilityColumns([], 2)]).toEqual([0, 0]);
});
