import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chance } from '../testing/chance.ts';
import { Picker, type PieceHolder } from './picker.ts';

const PIECES = 12;

function pickerOf(pieceCount: number, seed = 1): Picker {
  const picker = new Picker(pieceCount, chance(seed));
  for (let piece = 0; piece < pieceCount; piece += 1) {
    picker.setClass(piece, 2);
    picker.open(piece);
  }
  return picker;
}

const only = (...pieces: number[]): PieceHolder => {
  const haveBits = new Uint8Array(25_000);
  for (const piece of pieces) haveBits[piece >> 3] = (haveBits[piece >> 3] ?? 0) | (0x80 >> (piece & 7));
  return { has: (piece) => pieces.includes(piece), haveCount: pieces.length, haveBits };
};
const all: PieceHolder = { has: () => true, haveCount: PIECES, haveBits: new Uint8Array(2).fill(0xff) };

describe('the picker', () => {
  it('begins with the piece that fewest peers have', () => {
    const picker = pickerOf(4);
    for (const piece of [0, 0, 0, 1, 2, 2, 3, 3]) picker.onHave(piece);
    const order: number[] = [];
    for (let piece = picker.pick(all); piece !== -1; piece = picker.pick(all)) {
      order.push(piece);
      picker.close(piece);
      picker.checkInvariants();
    }
    expect([order[0], order[3]]).toEqual([1, 0]);
    expect(new Set(order.slice(1, 3))).toEqual(new Set([2, 3]));
  });

  it('counts seeds in the availability, but not in the order', () => {
    const picker = pickerOf(2);
    picker.onHave(0);
    picker.addSeeds(3);
    expect([picker.availability(0), picker.availability(1), picker.pick(all)]).toEqual([4, 3, 1]);
  });

  it('takes the highest class first, whatever is rare, and class 0 never', () => {
    const picker = pickerOf(4);
    picker.setClass(0, 0);
    picker.setClass(3, 4);
    picker.onHave(3);
    expect(picker.pick(all)).toBe(3);
    picker.close(3);
    expect([1, 2]).toContain(picker.pick(all));
    expect(picker.pick(only(0))).toBe(-1);
    expect(picker.openCount).toBe(2);
    expect(picker.isOpen(0)).toBe(true);
  });

  it('picks in order when sequential, from the first open piece of the highest class', () => {
    const picker = pickerOf(6);
    picker.setSequential(true);
    picker.onHave(0);
    expect(picker.pick(all)).toBe(0);
    picker.close(0);
    picker.close(1);
    expect(picker.pick(all)).toBe(2);
    picker.setClass(4, 3);
    expect(picker.pick(all)).toBe(4);
    picker.close(4);
    expect(picker.pick(only(3, 5))).toBe(3);
    picker.open(1);
    expect(picker.pick(all)).toBe(1);
  });

  it('gives only pieces that the peer has', () => {
    const picker = pickerOf(4);
    expect(picker.pick(only(2))).toBe(2);
    expect(picker.pick(only())).toBe(-1);
    picker.setSequential(true);
    expect(picker.pick(only(3))).toBe(3);
  });

  it('gives the best of some pieces, as it would have picked them', () => {
    const picker = pickerOf(4);
    picker.onHave(1);
    picker.close(3);
    expect(picker.best([1, 2, 3])).toBe(2);
    expect(picker.best([3])).toBe(-1);
    picker.setClass(1, 3);
    expect(picker.best([1, 2, 3])).toBe(1);
    picker.setSequential(true);
    expect(picker.best([2, 0])).toBe(0);
  });

  it('finds the rarest piece of a peer that has few of very many', () => {
    const picker = pickerOf(200_000);
    picker.onHave(150_000);
    picker.onHave(150_000);
    picker.onHave(199_999);
    expect(picker.pick(only(150_000, 199_999))).toBe(199_999);
    picker.close(199_999);
    expect(picker.pick(only(150_000, 199_999))).toBe(150_000);
    expect(picker.pick(only(199_999))).toBe(-1);
  });

  it('differs between clients among equally rare pieces', () => {
    const first = new Set(Array.from({ length: 60 }, (_, seed) => pickerOf(8, seed).pick(all)));
    expect(first.size).toBe(8);
  });

  it('does the same work per HAVE in a large torrent', () => {
    let drawn = 0;
    const counting = new Picker(200_000, { ...chance(1), below: (bound) => ((drawn += 1), bound - 1) });
    for (let piece = 0; piece < 200_000; piece += 1) {
      counting.setClass(piece, 2);
      counting.open(piece);
    }
    counting.pick(all);
    drawn = 0;
    for (let i = 0; i < 100; i += 1) counting.onHave(i);
    expect(drawn).toBe(100);
    expect(counting.openCount).toBe(200_000);
  });

  it('agrees with a naive picker after any course of events', () => {
    const piece = fc.nat(PIECES - 1);
    const step = fc.oneof(
      fc.record({ do: fc.constantFrom('open', 'close', 'have', 'lost'), piece }),
      fc.record({ do: fc.constant('class'), piece, value: fc.nat(4) }),
      fc.record({ do: fc.constant('sequential'), on: fc.boolean() }),
      fc.record({ joined: fc.uniqueArray(piece) }),
      fc.record({ looked: fc.constant(true) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), fc.array(piece), fc.nat(), (steps, has, seed) => {
        const picker = pickerOf(PIECES, seed);
        const naive = Array.from({ length: PIECES }, () => ({ open: true, level: 2, count: 0 }));
        let sequential = false;
        for (const one of steps) {
          if ('looked' in one) picker.pick(all);
          else if ('joined' in one) {
            picker.countPeer(one.joined, one.joined.length, 1);
            for (const at of one.joined) (naive[at] as (typeof naive)[number]).count += 1;
          } else if ('on' in one) picker.setSequential((sequential = one.on));
          else {
            const model = naive[one.piece] as (typeof naive)[number];
            if ('value' in one) picker.setClass(one.piece, (model.level = one.value));
            else if (one.do === 'open') {
              model.open = true;
              picker.open(one.piece);
            } else if (one.do === 'close') {
              model.open = false;
              picker.close(one.piece);
            } else if (one.do === 'have') {
              model.count += 1;
              picker.onHave(one.piece);
            } else if (model.count > 0) {
              model.count -= 1;
              picker.onLost(one.piece);
            }
          }
          picker.checkInvariants();
        }
        const fit = [...naive.entries()].filter(
          ([at, { open, level }]) => open && level > 0 && has.includes(at),
        );
        const level = Math.max(...fit.map(([, model]) => model.level));
        const top = fit.filter(([, model]) => model.level === level);
        const rarest = Math.min(...top.map(([, model]) => model.count));
        const expected = sequential ? top.slice(0, 1) : top.filter(([, model]) => model.count === rarest);
        const picked = picker.pick(only(...has));
        expect(expected.length === 0 ? [-1] : expected.map(([at]) => at)).toContain(picked);
      }),
      { numRuns: 500 },
    );
  });
});
