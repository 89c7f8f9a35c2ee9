/**
 * The promises of the `Plane` port about serving verified pieces to peers.
 */
import { describe, expect, it } from 'vitest';
import { CONTENT, PIECE_LENGTH, fileBytes, filePath, pieceBytes } from './fixture.ts';
import { type PlaneRig, type WirePeer, eventsOf, nthEvent, openWithPeer, submit } from './plane-rig.ts';

/** A complete store with a peer on link 1. */
const seed = async (rig: PlaneRig): Promise<WirePeer> => {
  for (const file of [0, 2, 3, 4]) rig.files.write(rig.files.roots[0], filePath(file), fileBytes(file));
  return openWithPeer(rig);
};

const servedBytes = (rig: PlaneRig): number =>
  eventsOf(rig, 'served').reduce((sum, { bytes }) => sum + bytes, 0);
const unservedBytes = (rig: PlaneRig): number =>
  eventsOf(rig, 'unserved').reduce((sum, { length }) => sum + length, 0);

/** State the promises; part of `planeContract`. */
export const describePlaneServing = (rigOf: () => PlaneRig): void => {
  describeServed(rigOf);
  describeUnserved(rigOf);
};

const describeServed = (rigOf: () => PlaneRig): void => {
  describe('serving', () => {
    it('sends piece messages of the given length, in order, and says so', async () => {
      const rig = rigOf();
      const peer = await seed(rig);
      submit(
        rig,
        { type: 'serve', link: 1, piece: 3, offset: 0, length: PIECE_LENGTH, blockLength: 16_384 },
        { type: 'serve', link: 1, piece: 5, offset: 16_384, length: 4776, blockLength: 16_384 },
        { type: 'serve', link: 1, piece: 0, offset: 100, length: 2500, blockLength: 1000 },
      );
      await rig.settle(
        () => peer.got('piece').length === 6 && servedBytes(rig) === PIECE_LENGTH + 4776 + 2500,
      );
      const pieces = peer.got('piece');
      expect(pieces.map(({ piece, offset, data }) => [piece, offset, data.length])).toEqual([
        [3, 0, 16_384],
        [3, 16_384, 16_384],
        [5, 16_384, 4776],
        [0, 100, 1000],
        [0, 1100, 1000],
        [0, 2100, 500],
      ]);
      for (const { piece, offset, data } of pieces) {
        expect(Buffer.compare(data, pieceBytes(piece).subarray(offset, offset + data.length))).toBe(0);
      }
      expect(eventsOf(rig, 'served').reduce((sum, { blocks }) => sum + blocks, 0)).toBe(6);
    });

    it('keeps control messages whole between blocks', async () => {
      const rig = rigOf();
      const peer = await seed(rig);
      submit(
        rig,
        { type: 'serve', link: 1, piece: 0, offset: 0, length: PIECE_LENGTH, blockLength: 16_384 },
        { type: 'send', link: 1, bytes: Uint8Array.of(0, 0, 0, 5, 4, 0, 0, 0, 9) },
        { type: 'serve', link: 1, piece: 1, offset: 0, length: PIECE_LENGTH, blockLength: 16_384 },
      );
      await rig.settle(() => peer.got('piece').length === 4 && peer.got('have').length === 1);
      const data = peer.got('piece').map((message) => message.data);
      expect(Buffer.compare(Buffer.concat(data), CONTENT.subarray(0, 2 * PIECE_LENGTH))).toBe(0);
    });
  });
};

const describeUnserved = (rigOf: () => PlaneRig): void => {
  describe('what is not served', () => {
    it('answers everything: what is unserved is not sent, what is sent is served', async () => {
      const rig = rigOf();
      const peer = await seed(rig);
      peer.socket!.pause();
      const rounds = 200;
      for (let i = 0; i < rounds; i++) {
        submit(rig, {
          type: 'serve',
          link: 1,
          piece: i % 5,
          offset: 0,
          length: PIECE_LENGTH,
          blockLength: 16_384,
        });
      }
      await rig.rest();
      for (let piece = 0; piece < 5; piece++) {
        submit(rig, { type: 'unserve', link: 1, piece, offset: 0, length: PIECE_LENGTH });
      }
      await rig.rest();
      peer.socket!.resume();
      await rig.settle(() => servedBytes(rig) + unservedBytes(rig) === rounds * PIECE_LENGTH);
      const receivedBytes = (): number => peer.got('piece').reduce((sum, { data }) => sum + data.length, 0);
      await rig.settle(() => receivedBytes() === servedBytes(rig));
      await rig.rest();
      expect(servedBytes(rig) + unservedBytes(rig)).toBe(rounds * PIECE_LENGTH);
      expect(receivedBytes()).toBe(servedBytes(rig));
      expect(eventsOf(rig, 'unserved').every(({ reason }) => reason === 'dropped')).toBe(true);
    });

    it('says which piece is lost when it cannot be read, and keeps the link', async () => {
      const rig = rigOf();
      const peer = await seed(rig);
      rig.files.remove(rig.files.roots[0], filePath(4));
      submit(rig, { type: 'serve', link: 1, piece: 5, offset: 0, length: 16_384, blockLength: 16_384 });
      expect(await nthEvent(rig, 'pieceLost')).toMatchObject({ store: 1, piece: 5, code: 'NOT_FOUND' });
      expect(await nthEvent(rig, 'unserved')).toMatchObject({
        link: 1,
        piece: 5,
        length: 16_384,
        reason: 'unreadable',
      });
      submit(rig, { type: 'serve', link: 1, piece: 0, offset: 0, length: 16_384, blockLength: 16_384 });
      await rig.settle(() => peer.got('piece').length === 1);
      expect(peer.end).toBeNull();
    });
  });
};
