import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chance } from '../testing/chance.ts';
import { AddressBook } from './addresses.ts';
import { PartialPiece } from './partial-piece.ts';
import { Peer } from './peer.ts';

const book = new AddressBook(chance(1));
const peerOf = (link: number): Peer => {
  const address = book.forIncoming('20.0.0.1', link);
  const identity = { link, address, incoming: true, peerId: new Uint8Array(20), fast: true, extended: true };
  const peer = new Peer(identity, 0);
  peer.source = link;
  return peer;
};
const [ann, bob] = [peerOf(1), peerOf(2)] as const;

describe('a piece under way', () => {
  it('offers runs of free blocks in order', () => {
    const piece = new PartialPiece(0, 6);
    expect(piece.freeRun(10)).toEqual({ block: 0, count: 6 });
    piece.request(ann, 0, 2);
    piece.request(bob, 3, 1);
    expect(piece.freeRun(10)).toEqual({ block: 2, count: 1 });
    piece.request(ann, 2, 1);
    expect(piece.freeRun(1)).toEqual({ block: 4, count: 1 });
    piece.request(ann, 4, 2);
    expect(piece.freeRun(1).count).toBe(0);
  });

  it('passes a block on to who was asked too, when the first will not send it', () => {
    const piece = new PartialPiece(0, 1);
    piece.request(ann, 0, 1);
    piece.requestAgain(bob, 0);
    expect(piece.holders(0)).toEqual([ann, bob]);
    expect(piece.release(ann, 0)).toBe(true);
    expect([piece.holder(0), piece.freeCount]).toEqual([bob, 0]);
    expect(piece.release(ann, 0)).toBe(false);
    expect(piece.release(bob, 0)).toBe(true);
    expect(piece.freeCount).toBe(1);
  });

  it('remembers who sent each block, and tells everybody who was asked', () => {
    const piece = new PartialPiece(0, 2);
    piece.request(ann, 0, 2);
    piece.requestAgain(bob, 1);
    expect(piece.receive(0, ann.source)).toEqual([ann]);
    expect(piece.receive(1, bob.source)).toEqual([ann, bob]);
    expect([piece.complete, piece.sources()]).toEqual([true, [1, 2]]);
  });

  it('restores what was on disk from nobody known', () => {
    const piece = new PartialPiece(0, 10);
    piece.restore(Uint8Array.of(0b1010_0000, 0b0100_0000));
    expect([piece.receivedCount, piece.isReceived(2), piece.isReceived(9)]).toEqual([3, true, true]);
    expect(piece.sources().every((source) => source === 0)).toBe(true);
    expect(piece.freeRun(9)).toEqual({ block: 1, count: 1 });
  });

  it('counts right whatever happens', () => {
    const step = fc.tuple(
      fc.constantFrom('ask', 'again', 'come', 'release', 'leave'),
      fc.nat(5),
      fc.boolean(),
    );
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const piece = new PartialPiece(0, 6);
        for (const [what, block, isAnn] of steps) {
          const peer = isAnn ? ann : bob;
          const { block: free, count } = piece.freeRun(2);
          if (what === 'ask' && count > 0) piece.request(peer, free, count);
          if (what === 'again' && piece.isRequested(block) && !piece.holders(block).includes(peer)) {
            piece.requestAgain(peer, block);
          }
          if (what === 'come' && !piece.isReceived(block)) piece.receive(block, peer.source);
          if (what === 'release') piece.release(peer, block);
          if (what === 'leave') {
            piece.releaseAll(peer);
            for (let at = 0; at < 6; at += 1) expect(piece.holders(at)).not.toContain(peer);
          }
          piece.checkInvariants();
        }
      }),
    );
  });
});
