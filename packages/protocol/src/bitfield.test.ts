import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Bitfield } from './bitfield.ts';
import { codeOf, RUNS } from './testing/hostile.ts';

test('a bitfield agrees with a set of indices through every change', () => {
  const change = fc.record({ index: fc.nat(99), on: fc.boolean() });
  fc.assert(
    fc.property(fc.array(change, { maxLength: 60 }), (changes) => {
      const field = new Bitfield(100);
      const model = new Set<number>();
      for (const { index, on } of changes) {
        const changed = on ? field.set(index) : field.clear(index);
        expect(changed).toBe(model.has(index) !== on);
        if (on) model.add(index);
        else model.delete(index);
      }
      expect(field.count).toBe(model.size);
      expect([...field.indices()]).toEqual([...model].sort((a, b) => a - b));
      expect([...field.clone().indices()]).toEqual([...field.indices()]);
      const copy = Bitfield.fromBytes(field.toBytes(), 100);
      expect(copy.count).toBe(field.count);
      expect(copy.toBytes()).toEqual(field.toBytes());
    }),
    RUNS,
  );
});

test('shared bits are those set in both', () => {
  const index = fc.nat(40);
  fc.assert(
    fc.property(fc.uniqueArray(index), fc.uniqueArray(index), (ours, theirs) => {
      const [mine, other] = [new Bitfield(41), new Bitfield(41)];
      for (const bit of ours) mine.set(bit);
      for (const bit of theirs) other.set(bit);
      expect(mine.countShared(other.toBytes())).toBe(ours.filter((bit) => theirs.includes(bit)).length);
    }),
    RUNS,
  );
});

test('the first piece is the highest bit', () => {
  const field = new Bitfield(9);
  field.set(0);
  field.set(8);
  expect(field.toBytes()).toEqual(Uint8Array.of(0x80, 0x80));
});

test('a full bitfield has every bit and no spare one', () => {
  for (const length of [0, 1, 7, 8, 9, 1000]) {
    const field = Bitfield.full(length);
    expect(field.isFull).toBe(true);
    expect(field.count).toBe(length);
    expect(Bitfield.fromBytes(field.toBytes(), length).isFull).toBe(true);
  }
});

test('THREATS 20: a bitfield of a wrong size or with spare bits is refused', () => {
  expect(codeOf(() => Bitfield.fromBytes(new Uint8Array(1), 9))).toBe('WIRE_BITFIELD');
  expect(codeOf(() => Bitfield.fromBytes(new Uint8Array(3), 9))).toBe('WIRE_BITFIELD');
  expect(codeOf(() => Bitfield.fromBytes(Uint8Array.of(0, 0x40), 9))).toBe('WIRE_BITFIELD');
  expect(Bitfield.fromBytes(Uint8Array.of(0, 0x80), 9).count).toBe(1);
});

test('an index out of range is a bug', () => {
  const field = new Bitfield(8);
  for (const index of [-1, 8, 0.5, Number.NaN]) expect(() => field.get(index)).toThrow('assertion');
});
