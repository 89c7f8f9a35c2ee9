import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  Ledger,
  PIECE_HASHING,
  PIECE_HAVE,
  PIECE_MISSING,
  PIECE_PARTIAL,
  type PieceState,
} from './ledger.ts';

describe('the ledger', () => {
  it('begins with everything wanted and missing', () => {
    const ledger = new Ledger(10);
    expect([ledger.pieceCount, ledger.haveCount, ledger.wantedCount, ledger.complete]).toEqual([
      10,
      0,
      10,
      false,
    ]);
    expect([ledger.state(9), ledger.needed(9), ledger.has(9)]).toEqual([PIECE_MISSING, true, false]);
  });

  it('is complete when everything wanted is ours, whatever else is missing', () => {
    const ledger = new Ledger(3);
    ledger.setWanted(1, false);
    for (const piece of [0, 2]) ledger.setState(piece, PIECE_HAVE);
    expect([ledger.complete, ledger.needed(1), ledger.haveCount]).toEqual([true, false, 2]);
    ledger.setWanted(1, true);
    expect([ledger.complete, ledger.needed(1)]).toEqual([false, true]);
  });

  it('is complete when nothing is wanted', () => {
    const ledger = new Ledger(1);
    ledger.setWanted(0, false);
    expect(ledger.complete).toBe(true);
  });

  it('gives pieces in the bit order of BEP 3, without spare bits', () => {
    const ledger = new Ledger(10);
    for (const piece of [0, 7, 9]) ledger.setState(piece, PIECE_HAVE);
    ledger.setState(8, PIECE_HASHING);
    expect([...ledger.bitfield()]).toEqual([0b1000_0001, 0b0100_0000]);
  });

  it('counts right after any course of changes', () => {
    const states: PieceState[] = [PIECE_MISSING, PIECE_PARTIAL, PIECE_HASHING, PIECE_HAVE];
    const change = fc.tuple(fc.nat(7), fc.option(fc.boolean()), fc.constantFrom(...states));
    fc.assert(
      fc.property(fc.array(change), (changes) => {
        const ledger = new Ledger(8);
        for (const [piece, wanted, state] of changes) {
          if (wanted === null) ledger.setState(piece, state);
          else ledger.setWanted(piece, wanted);
          ledger.checkInvariants();
        }
      }),
    );
  });
});
