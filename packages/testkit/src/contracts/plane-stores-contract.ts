/**
 * The promises of the `Plane` port about stores: blocks in, pieces verified or corrupt, partial pieces over a restart,
 * checks, files chosen, renamed, moved and deleted, and a disk that refuses.
 */
import { describe, expect, it } from 'vitest';
import {
  ALL_PIECES,
  CONTENT,
  PIECE_COUNT,
  PIECE_LENGTH,
  blockDigestsOf,
  digest,
  fileBytes,
  filePath,
  makeLayout,
  pieceBytes,
} from './fixture.ts';
import {
  type PlaneRig,
  blockCount,
  blockMessage,
  eventsOf,
  fetchPiece,
  fetchVerified,
  joinPeer,
  nthEvent,
  openFixtureStore,
  openStore,
  openWithPeer,
  submit,
} from './plane-rig.ts';

const request = (rig: PlaneRig, piece: number, block: number, count: number): void =>
  submit(rig, { type: 'request', link: 1, piece, block, count });

/** State the promises; part of `planeContract`. */
export const describeStores = (rigOf: () => PlaneRig): void => {
  describeOpening(rigOf);
  describeReceiving(rigOf);
  describeDoubts(rigOf);
  describeRestart(rigOf);
  describeChecking(rigOf);
  describeTrouble(rigOf);
};

const describeOpening = (rigOf: () => PlaneRig): void => {
  describe('opening a store', () => {
    it('says what is on disk and creates nothing', async () => {
      const rig = rigOf();
      rig.files.write(rig.files.roots[0], filePath(0), new Uint8Array(77));
      const { files } = await openStore(rig, 1);
      expect(files.map(({ size }) => size)).toEqual([77, -1, -1, -1, -1]);
      expect(rig.files.list(rig.files.roots[0])).toEqual([filePath(0)]);
    });

    it('refuses unknown roots and layouts that contradict themselves', async () => {
      const rig = rigOf();
      const layout = makeLayout();
      const escaping = { ...layout.files[0]!, path: ['..', 'x'] };
      submit(rig, openFixtureStore(rig, 1, { root: 'nowhere' }));
      submit(rig, openFixtureStore(rig, 2, { layout: { ...layout, hashes: new Uint8Array(19) } }));
      submit(
        rig,
        openFixtureStore(rig, 3, { layout: { ...layout, files: [escaping, ...layout.files.slice(1)] } }),
      );
      await nthEvent(rig, 'storeFailed', 3);
      const codes = eventsOf(rig, 'storeFailed').sort((a, b) => a.store - b.store);
      expect(codes.map(({ request: question, code }) => [question, code])).toEqual([
        [0, 'UNKNOWN_ROOT'],
        [0, 'BAD_LAYOUT'],
        [0, 'BAD_LAYOUT'],
      ]);
      await openStore(rig, 1);
    });

    it('answers what was asked of a store that could not be opened', async () => {
      const rig = rigOf();
      submit(rig, openFixtureStore(rig, 1, { root: 'nowhere' }), { type: 'sync', store: 1, request: 5 });
      submit(rig, { type: 'deleteStore', store: 1, request: 6 });
      await nthEvent(rig, 'storeFailed', 3);
      expect(eventsOf(rig, 'storeFailed').map((event) => event.request)).toEqual([0, 5, 6]);
    });
  });
};

const describeReceiving = (rigOf: () => PlaneRig): void => {
  describe('receiving blocks', () => {
    it('asks the peer, tells of blocks, verifies pieces and writes the files', async () => {
      const rig = rigOf();
      const peer = await openWithPeer(rig);
      await fetchVerified(rig, peer, 1, ALL_PIECES);
      expect(peer.got('request')[0]).toMatchObject({ piece: 0, offset: 0, length: 16_384 });
      expect(peer.got('request').at(-1)).toMatchObject({ piece: 5, offset: 16_384, length: 4776 });
      expect(eventsOf(rig, 'verified').map(({ piece }) => piece)).toEqual(ALL_PIECES);
      expect(eventsOf(rig, 'verified').every(({ digests }) => digests.length === 0)).toBe(true);
      const blocks = eventsOf(rig, 'blocks').reduce((sum, { count }) => sum + count, 0);
      expect(blocks).toBe(ALL_PIECES.reduce((sum, piece) => sum + blockCount(piece), 0));
      submit(rig, { type: 'sync', store: 1, request: 4 });
      const synced = await nthEvent(rig, 'synced');
      expect([synced.request, synced.files.map(({ size }) => size)]).toEqual([
        4,
        [100_000, -1, 30_000, 0, 50_000],
      ]);
      for (const file of [0, 2, 3, 4]) {
        expect(rig.files.read(rig.files.roots[0], filePath(file))).toEqual(fileBytes(file));
      }
    });

    it('takes only what was requested on the link', async () => {
      const rig = rigOf();
      const peer = await openWithPeer(rig);
      request(rig, 0, 0, 1);
      peer.send(
        blockMessage(1, 0),
        blockMessage(0, 1),
        blockMessage(0, 0, (data) => data.subarray(1)),
      );
      await rig.settle(() => eventsOf(rig, 'unwanted').length >= 3);
      expect(eventsOf(rig, 'unwanted').every(({ reason }) => reason === 'unrequested')).toBe(true);
      peer.send(blockMessage(0, 0));
      expect(await nthEvent(rig, 'blocks')).toMatchObject({ link: 1, piece: 0, block: 0, count: 1 });
      await rig.rest();
      expect(eventsOf(rig, 'verified')).toEqual([]);
    });

    it('takes blocks in any order and from several links', async () => {
      const rig = rigOf();
      const first = await openWithPeer(rig);
      const second = await joinPeer(rig, 2, 1);
      request(rig, 3, 1, 1);
      submit(rig, { type: 'request', link: 2, piece: 3, block: 0, count: 1 });
      first.send(blockMessage(3, 1));
      await nthEvent(rig, 'blocks');
      second.send(blockMessage(3, 0));
      expect((await nthEvent(rig, 'verified')).piece).toBe(3);
    });

    it('drops the second copy of a block that two links were asked for', async () => {
      const rig = rigOf();
      const first = await openWithPeer(rig);
      const second = await joinPeer(rig, 2, 1);
      for (const link of [1, 2]) submit(rig, { type: 'request', link, piece: 4, block: 0, count: 1 });
      await rig.settle(() => second.got('request').length === 1);
      first.send(blockMessage(4, 0));
      await nthEvent(rig, 'blocks');
      second.send(blockMessage(4, 0));
      expect(await nthEvent(rig, 'unwanted')).toMatchObject({
        link: 2,
        piece: 4,
        offset: 0,
        reason: 'duplicate',
      });
      expect(eventsOf(rig, 'blocks')).toHaveLength(1);
    });
  });
};

const describeDoubts = (rigOf: () => PlaneRig): void => {
  describe('blocks that are cancelled, bad, forgotten or late', () => {
    it('cancels at the peer, and still takes the block if it comes', async () => {
      const rig = rigOf();
      const peer = await openWithPeer(rig);
      request(rig, 2, 0, 2);
      submit(rig, { type: 'cancel', link: 1, piece: 2, block: 0, count: 2 });
      await rig.settle(() => peer.got('cancel').length === 2);
      expect(peer.got('cancel')[1]).toMatchObject({ piece: 2, offset: 16_384, length: 16_384 });
      peer.send(blockMessage(2, 0), blockMessage(2, 1));
      expect((await nthEvent(rig, 'verified')).piece).toBe(2);
    });

    it('calls a piece corrupt, says what each block was, and says so again when it comes right', async () => {
      const rig = rigOf();
      const peer = await openWithPeer(rig);
      request(rig, 1, 0, 2);
      const bad = pieceBytes(1).slice();
      bad[16_384]! ^= 1;
      const spoil = (data: Uint8Array): Uint8Array => {
        data[0]! ^= 1;
        return data;
      };
      peer.send(blockMessage(1, 0), blockMessage(1, 1, spoil));
      const corrupt = await nthEvent(rig, 'corrupt');
      expect(corrupt.piece).toBe(1);
      expect(Buffer.compare(corrupt.digests, blockDigestsOf(bad))).toBe(0);
      expect(rig.files.read(rig.files.roots[0], filePath(0))).toBeNull();
      await fetchPiece(rig, peer, 1, 1);
      const { digests } = await nthEvent(rig, 'verified');
      expect(Buffer.compare(digests, blockDigestsOf(pieceBytes(1)))).toBe(0);
    });

    it('forgets a discarded piece, whose blocks may be asked for again', async () => {
      const rig = rigOf();
      const peer = await openWithPeer(rig);
      request(rig, 0, 0, 1);
      peer.send(blockMessage(0, 0));
      await rig.settle(() => eventsOf(rig, 'blocks').length === 1 && peer.got('request').length === 1);
      submit(rig, { type: 'discard', store: 1, piece: 0 });
      await fetchVerified(rig, peer, 1, [0]);
      expect(eventsOf(rig, 'blocks').reduce((sum, { count }) => sum + count, 0)).toBe(3);
    });

    it('works on links that were bound to the store later', async () => {
      const rig = rigOf();
      const peer = await joinPeer(rig, 1, 0);
      await openStore(rig, 1);
      submit(rig, { type: 'attach', link: 1, store: 1 });
      await fetchVerified(rig, peer, 1, [5]);
    });
  });
};

const describeRestart = (rigOf: () => PlaneRig): void => {
  describe('closing a store', () => {
    it('closes its links and gives what was unfinished, which counts when it is opened again', async () => {
      const rig = rigOf();
      const peer = await openWithPeer(rig);
      await fetchVerified(rig, peer, 1, [0]);
      request(rig, 4, 1, 1);
      peer.send(blockMessage(4, 1));
      await rig.settle(() => eventsOf(rig, 'blocks').some(({ piece }) => piece === 4));
      submit(rig, { type: 'closeStore', store: 1 });
      const { partials, files } = await nthEvent(rig, 'storeClosed');
      expect(partials.map(({ piece, blocks }) => [piece, [...blocks]])).toEqual([[4, [0b0100_0000]]]);
      expect(await nthEvent(rig, 'closed')).toEqual({ type: 'closed', link: 1, code: 'STORE_CLOSED' });

      const reopened = await openStore(rig, 1, { partials });
      expect(reopened.files).toEqual(files);
      const again = await joinPeer(rig, 2, 1);
      submit(rig, { type: 'request', link: 2, piece: 4, block: 0, count: 1 });
      again.send(blockMessage(4, 0));
      await rig.settle(() => eventsOf(rig, 'verified').some(({ piece }) => piece === 4));
      submit(rig, { type: 'check', store: 1, first: 0, count: PIECE_COUNT });
      await nthEvent(rig, 'checked');
      expect(goodOf(rig)).toEqual([0, 4]);
    });

    it('says when partial pieces rotted on disk', async () => {
      const rig = rigOf();
      const peer = await openWithPeer(rig);
      request(rig, 0, 0, 1);
      peer.send(blockMessage(0, 0));
      await nthEvent(rig, 'blocks');
      submit(rig, { type: 'closeStore', store: 1 });
      const { partials } = await nthEvent(rig, 'storeClosed');
      rig.files.write(rig.files.roots[0], filePath(0), new Uint8Array(PIECE_LENGTH));
      await openStore(rig, 1, { partials });
      const again = await joinPeer(rig, 2, 1);
      submit(rig, { type: 'request', link: 2, piece: 0, block: 1, count: 1 });
      again.send(blockMessage(0, 1));
      expect(await nthEvent(rig, 'corrupt')).toMatchObject({ piece: 0, fromDisk: true });
    });
  });
};

/** Pieces that checks found good so far. */
const goodOf = (rig: PlaneRig): number[] =>
  eventsOf(rig, 'checked')
    .flatMap(({ first, count, good }) =>
      Array.from({ length: count }, (_, i) => i)
        .filter((i) => (good[i >> 3]! & (0x80 >> (i & 7))) !== 0)
        .map((i) => first + i),
    )
    .sort((a, b) => a - b);

const checkedCount = (rig: PlaneRig): number =>
  eventsOf(rig, 'checked').reduce((sum, { count }) => sum + count, 0);

const describeChecking = (rigOf: () => PlaneRig): void => {
  describe('checking', () => {
    it('finds exactly the pieces that match', async () => {
      const rig = rigOf();
      const root = rig.files.roots[0];
      for (const file of [0, 2, 3, 4]) rig.files.write(root, filePath(file), fileBytes(file));
      const spoilt = fileBytes(4);
      spoilt[49_999]! ^= 1;
      rig.files.write(root, filePath(4), spoilt);
      await openStore(rig, 1);
      submit(rig, { type: 'check', store: 1, first: 0, count: PIECE_COUNT });
      await rig.settle(() => checkedCount(rig) === PIECE_COUNT);
      expect(goodOf(rig)).toEqual([0, 1, 2, 3, 4]);
    });

    it('covers a part when asked for a part, and stops when told to', async () => {
      const rig = rigOf();
      await openStore(rig, 1);
      submit(rig, { type: 'check', store: 1, first: 2, count: 3 });
      await rig.settle(() => checkedCount(rig) === 3);
      expect(eventsOf(rig, 'checked').every(({ first, count }) => first >= 2 && first + count <= 5)).toBe(
        true,
      );
      submit(rig, { type: 'check', store: 1, first: 0, count: PIECE_COUNT }, { type: 'stopCheck', store: 1 });
      expect(await nthEvent(rig, 'checkStopped')).toEqual({ type: 'checkStopped', store: 1 });
    });

    it('hashes pieces of a layout without hashes, in order', async () => {
      const rig = rigOf();
      for (const file of [0, 2, 3, 4]) rig.files.write(rig.files.roots[0], filePath(file), fileBytes(file));
      await openStore(rig, 1, { layout: { ...makeLayout(), hashes: new Uint8Array() } });
      submit(rig, { type: 'hashPieces', store: 1, first: 0, count: PIECE_COUNT });
      const bytes = (): number =>
        eventsOf(rig, 'hashed').reduce((sum, { digests }) => sum + digests.length, 0);
      await rig.settle(() => bytes() === PIECE_COUNT * 20);
      const joined = Buffer.concat(eventsOf(rig, 'hashed').map(({ digests }) => digests));
      expect(joined.equals(makeLayout().hashes)).toBe(true);
      expect(joined.subarray(100, 120).equals(digest(pieceBytes(5)))).toBe(true);
    });
  });
};

const describeTrouble = (rigOf: () => PlaneRig): void => {
  describe('a disk that refuses', () => {
    it('blocks the store, which keeps its data and goes on after a retry', async () => {
      const rig = rigOf();
      const root = rig.files.roots[0];
      rig.files.write(root, `${filePath(0)}/in-the-way`, Uint8Array.of(1));
      const peer = await openWithPeer(rig);
      await fetchPiece(rig, peer, 1, 0);
      expect(await nthEvent(rig, 'storeBlocked')).toMatchObject({ store: 1, code: 'EXISTS' });
      submit(rig, { type: 'retryStore', store: 1 });
      await nthEvent(rig, 'storeBlocked', 2);
      expect(eventsOf(rig, 'verified')).toEqual([]);
      rig.files.remove(root, filePath(0));
      submit(rig, { type: 'retryStore', store: 1 });
      await nthEvent(rig, 'storeUnblocked');
      expect((await nthEvent(rig, 'verified')).piece).toBe(0);
      expect(eventsOf(rig, 'blocks').reduce((sum, { count }) => sum + count, 0)).toBe(2);
      expect(peer.got('request')).toHaveLength(2);
      expect(rig.files.read(root, filePath(0))).toEqual(CONTENT.slice(0, PIECE_LENGTH));
      await fetchVerified(rig, peer, 1, [1]);
    });
  });
};
