/**
 * The promises of the `Plane` port about where a store's files are: chosen, renamed, moved and deleted; roots that come and
 * go.
 */
import { describe, expect, it } from 'vitest';
import { ALL_FILES, PIECE_COUNT, WITHOUT_B, fileBytes, filePath } from './fixture.ts';
import {
  type PlaneRig,
  type WirePeer,
  fetchVerified,
  joinPeer,
  nthEvent,
  openStore,
  submit,
} from './plane-rig.ts';

const ALL_PIECES = Array.from({ length: PIECE_COUNT }, (_, piece) => piece);
const B = 2;

/** A store with a peer on link 1. */
const begin = async (rig: PlaneRig, wanted: Uint8Array = ALL_FILES): Promise<WirePeer> => {
  await openStore(rig, 1, { wanted });
  return joinPeer(rig, 1, 1);
};

/** State the promises; part of `planeContract`. */
export const describePlanePlaces = (rigOf: () => PlaneRig): void => {
  describeFiles(rigOf);
};

const describeFiles = (rigOf: () => PlaneRig): void => {
  describe('the files of a store', () => {
    it('that are unwanted appear when they become wanted', async () => {
      const rig = rigOf();
      const root = rig.files.roots[0];
      const peer = await begin(rig, WITHOUT_B);
      await fetchVerified(rig, peer, 1, ALL_PIECES);
      expect(rig.files.read(root, filePath(B))).toBeNull();
      submit(rig, { type: 'setWanted', store: 1, request: 8, wanted: ALL_FILES });
      const done = await nthEvent(rig, 'storeDone');
      expect([done.request, done.files[B]!.size]).toEqual([8, 30_000]);
      expect(rig.files.read(root, filePath(B))).toEqual(fileBytes(B));
    });

    it('are renamed and moved', async () => {
      const rig = rigOf();
      const [from, to] = rig.files.roots;
      const peer = await begin(rig);
      await fetchVerified(rig, peer, 1, [0, 1, 2, 3]);
      submit(rig, {
        type: 'renameFiles',
        store: 1,
        request: 1,
        renames: [{ file: B, path: ['t', 'renamed.bin'] }],
      });
      await nthEvent(rig, 'storeDone');
      submit(rig, { type: 'moveStore', store: 1, request: 2, root: to, folder: [] });
      await nthEvent(rig, 'storeDone', 2);
      await fetchVerified(rig, peer, 1, [4, 5]);
      submit(rig, { type: 'settleStore', store: 1 });
      await rig.settle(() => rig.files.list(from).length === 0);
      expect(rig.files.read(to, 't/renamed.bin')).toEqual(fileBytes(B));
      expect(rig.files.read(to, filePath(0))).toEqual(fileBytes(0));
    });

    it('stay as they are when a request fails, which says why', async () => {
      const rig = rigOf();
      rig.files.write(rig.files.roots[0], 't/mine.txt', Uint8Array.of(1));
      const peer = await begin(rig);
      await fetchVerified(rig, peer, 1, [0]);
      submit(rig, {
        type: 'renameFiles',
        store: 1,
        request: 1,
        renames: [{ file: 0, path: ['t', 'mine.txt'] }],
      });
      expect(await nthEvent(rig, 'storeFailed')).toMatchObject({ store: 1, request: 1, code: 'EXISTS' });
      submit(rig, { type: 'moveStore', store: 1, request: 2, root: 'nowhere', folder: [] });
      expect(await nthEvent(rig, 'storeFailed', 2)).toMatchObject({ request: 2, code: 'UNKNOWN_ROOT' });
      await fetchVerified(rig, peer, 1, [1]);
    });

    it('are deleted, and nothing else is', async () => {
      const rig = rigOf();
      const root = rig.files.roots[0];
      rig.files.write(root, 't/mine.txt', Uint8Array.of(1));
      const peer = await begin(rig, WITHOUT_B);
      await fetchVerified(rig, peer, 1, ALL_PIECES);
      submit(rig, { type: 'deleteStore', store: 1, request: 3 });
      expect(await nthEvent(rig, 'storeDone')).toMatchObject({ store: 1, request: 3 });
      expect(rig.files.list(root)).toEqual(['t/mine.txt']);
      await rig.settle(() => peer.end !== null);
      await openStore(rig, 1);
    });
  });
};
