/**
 * The promises of the `Plane` port about where a store's files are: chosen, renamed, moved and deleted; roots that come and
 * go.
 */
import { describe, expect, it } from 'vitest';
import { ALL_FILES, ALL_PIECES, WITHOUT_B, fileBytes, filePath, makeLayout } from './fixture.ts';
import {
  type PlaneRig,
  fetchVerified,
  eventsOf,
  joinPeer,
  nthEvent,
  openFixtureStore,
  openStore,
  openWithPeer,
  submit,
} from './plane-rig.ts';

const B = 2;

/** State the promises; part of `planeContract`. */
export const describePlanePlaces = (rigOf: () => PlaneRig): void => {
  describeFiles(rigOf);
  describeFolders(rigOf);
  describeInterrupted(rigOf);
  describeRoots(rigOf);
};

/** Close a store and wait for it. */
const close = async (rig: PlaneRig, store: number): Promise<void> => {
  const count = eventsOf(rig, 'storeClosed').length;
  submit(rig, { type: 'closeStore', store });
  await nthEvent(rig, 'storeClosed', count + 1);
};

/** Files below a root that are neither part files nor notes. */
const plain = (rig: PlaneRig, root: string): readonly string[] =>
  rig.files.list(root).filter((path) => !path.includes('.jstorrent-parts/'));

/** All files of the fixture, put below a folder from outside. */
const putFixture = (rig: PlaneRig, root: string): void => {
  for (const file of [0, 2, 3, 4]) rig.files.write(root, filePath(file), fileBytes(file));
};

const OWN = [filePath(0), filePath(4), filePath(3), filePath(B)];

const describeFolders = (rigOf: () => PlaneRig): void => {
  describe('a store in a folder', () => {
    it('keeps files and parts there, moves to another one, and is deleted with nothing else', async () => {
      const rig = rigOf();
      const [root, other] = rig.files.roots;
      rig.files.write(root, 'tv/mine', Uint8Array.of(1));
      await openStore(rig, 1, { folder: ['tv', 'new'], wanted: WITHOUT_B });
      const peer = await joinPeer(rig, 1, 1);
      await fetchVerified(rig, peer, 1, ALL_PIECES);
      const inFolder = (folder: string): readonly string[] =>
        OWN.filter((path) => path !== filePath(B)).map((path) => `${folder}/${path}`);
      expect(plain(rig, root)).toEqual(['tv/mine', ...inFolder('tv/new')]);
      expect(rig.files.list(root).every((path) => path.startsWith('tv/'))).toBe(true);
      submit(rig, { type: 'moveStore', store: 1, request: 1, root: other, folder: ['x'] });
      await nthEvent(rig, 'storeDone');
      expect([plain(rig, root), plain(rig, other)]).toEqual([['tv/mine'], inFolder('x')]);
      submit(rig, { type: 'moveStore', store: 1, request: 2, root: other, folder: [] });
      await nthEvent(rig, 'storeDone', 2);
      submit(rig, { type: 'setWanted', store: 1, request: 3, wanted: ALL_FILES });
      await nthEvent(rig, 'storeDone', 3);
      expect(plain(rig, other)).toEqual(OWN);
      expect(rig.files.read(other, filePath(B))).toEqual(fileBytes(B));
      submit(rig, { type: 'deleteStore', store: 1, request: 4 });
      await nthEvent(rig, 'storeDone', 4);
      expect([rig.files.list(root), rig.files.list(other)]).toEqual([['tv/mine'], []]);
    });

    it('refuses folders that are none', async () => {
      const rig = rigOf();
      submit(rig, openFixtureStore(rig, 1, { folder: ['..'] }));
      expect(await nthEvent(rig, 'storeFailed')).toMatchObject({ request: 0, code: 'BAD_LAYOUT' });
      await openStore(rig, 1);
      submit(rig, { type: 'moveStore', store: 1, request: 5, root: rig.files.roots[1], folder: ['a/b'] });
      expect(await nthEvent(rig, 'storeFailed', 2)).toMatchObject({ request: 5, code: 'PATH_ESCAPES' });
      expect(rig.files.list(rig.files.roots[1])).toEqual([]);
    });

    it('does not move over what is there', async () => {
      const rig = rigOf();
      const [root, other] = rig.files.roots;
      putFixture(rig, root);
      rig.files.write(other, `x/${filePath(4)}`, Uint8Array.of(1));
      await openStore(rig, 1);
      submit(rig, { type: 'moveStore', store: 1, request: 1, root: other, folder: ['x'] });
      expect(await nthEvent(rig, 'storeFailed')).toMatchObject({ request: 1, code: 'EXISTS', missing: 0 });
      expect([plain(rig, root), rig.files.list(other)]).toEqual([OWN, [`x/${filePath(4)}`]]);
    });

    it('answers a move that is called off, whether in time or not', async () => {
      const rig = rigOf();
      const [root, other] = rig.files.roots;
      putFixture(rig, root);
      await openStore(rig, 1);
      submit(
        rig,
        { type: 'moveStore', store: 1, request: 1, root: other, folder: [] },
        { type: 'cancelMove', store: 1 },
      );
      await rig.settle(() => eventsOf(rig, 'storeFailed').length + eventsOf(rig, 'storeDone').length === 1);
      const [failed] = eventsOf(rig, 'storeFailed');
      expect(failed?.code ?? 'CANCELLED').toBe('CANCELLED');
      expect(plain(rig, failed === undefined ? other : root)).toEqual(OWN);
      expect(plain(rig, failed === undefined ? root : other)).toEqual([]);
    });
  });
};

const describeInterrupted = (rigOf: () => PlaneRig): void => {
  describe('a change that its owner did not hear of', () => {
    it('is told when a moved store is opened at the old place, until the new one is saved', async () => {
      const rig = rigOf();
      const [root, other] = rig.files.roots;
      putFixture(rig, root);
      await openStore(rig, 1);
      submit(rig, { type: 'moveStore', store: 1, request: 1, root: other, folder: ['x'] });
      await nthEvent(rig, 'storeDone');
      await close(rig, 1);
      const opened = await openStore(rig, 1);
      expect(eventsOf(rig, 'storeMoved')).toEqual([
        { type: 'storeMoved', store: 1, root: other, folder: ['x'] },
      ]);
      expect(opened.files.map(({ size }) => size)).toEqual([100_000, -1, 30_000, 0, 50_000]);
      await close(rig, 1);
      await openStore(rig, 1, { root: other, folder: ['x'] });
      expect(rig.files.list(root)).toEqual([]);
      expect(rig.files.list(other)).toEqual(OWN.map((path) => `x/${path}`));
      await close(rig, 1);
      const gone = await openStore(rig, 1);
      expect(gone.files.every(({ size }) => size === -1)).toBe(true);
      expect(eventsOf(rig, 'storeMoved')).toHaveLength(1);
    });

    it('gives renamed files the names that the store is opened with', async () => {
      const rig = rigOf();
      const root = rig.files.roots[0];
      putFixture(rig, root);
      const layout = makeLayout();
      const renames = [0, 2, 3, 4].map((file) => ({ file, path: ['u', `${file}`] }));
      const files = layout.files.map((entry, index) => ({
        ...entry,
        path: renames.find(({ file }) => file === index)?.path ?? entry.path,
      }));
      await openStore(rig, 1);
      submit(rig, { type: 'renameFiles', store: 1, request: 1, renames });
      await nthEvent(rig, 'storeDone');
      expect(plain(rig, root)).toEqual(['u/0', 'u/2', 'u/3', 'u/4']);
      await close(rig, 1);
      await openStore(rig, 1, { layout: { ...layout, files }, isSaved: false });
      expect(plain(rig, root)).toEqual(['u/0', 'u/2', 'u/3', 'u/4']);
      await close(rig, 1);
      await openStore(rig, 1);
      expect(rig.files.list(root)).toEqual(OWN);
    });

    it('is all or nothing when several files are renamed', async () => {
      const rig = rigOf();
      const root = rig.files.roots[0];
      putFixture(rig, root);
      rig.files.write(root, 'u/4', Uint8Array.of(1));
      await openStore(rig, 1);
      const renames = [0, 2, 4].map((file) => ({ file, path: ['u', `${file}`] }));
      submit(rig, { type: 'renameFiles', store: 1, request: 1, renames });
      expect(await nthEvent(rig, 'storeFailed')).toMatchObject({ request: 1, code: 'EXISTS' });
      expect(rig.files.list(root)).toEqual([...OWN, 'u/4']);
    });
  });
};

const describeRoots = (rigOf: () => PlaneRig): void => {
  describe('a root', () => {
    it('is there from when it is told until it is dropped, and to the end of stores that use it', async () => {
      const rig = rigOf();
      const root = rig.files.roots[0];
      submit(rig, openFixtureStore(rig, 1, { root: 'usb' }));
      expect(await nthEvent(rig, 'storeFailed')).toMatchObject({ request: 0, code: 'UNKNOWN_ROOT' });
      submit(rig, { type: 'setRoot', key: 'usb', path: rig.files.pathOf(root) });
      await openStore(rig, 1, { root: 'usb' });
      submit(rig, { type: 'dropRoot', key: 'usb' });
      const peer = await joinPeer(rig, 1, 1);
      await fetchVerified(rig, peer, 1, ALL_PIECES);
      expect(rig.files.read(root, filePath(B))).toEqual(fileBytes(B));
      const renames = [{ file: B, path: ['t', 'x'] }];
      submit(rig, { type: 'renameFiles', store: 1, request: 1, renames });
      await nthEvent(rig, 'storeDone');
      submit(rig, { type: 'deleteStore', store: 1, request: 2 });
      await nthEvent(rig, 'storeDone', 2);
      expect(rig.files.list(root)).toEqual([]);
      submit(rig, openFixtureStore(rig, 1, { root: 'usb' }));
      expect(await nthEvent(rig, 'storeFailed', 2)).toMatchObject({ code: 'UNKNOWN_ROOT' });
    });

    it('may become another folder, which open stores do not follow', async () => {
      const rig = rigOf();
      const [first, second] = rig.files.roots;
      submit(rig, { type: 'setRoot', key: 'usb', path: rig.files.pathOf(first) });
      await openStore(rig, 1, { root: 'usb' });
      submit(rig, { type: 'setRoot', key: 'usb', path: rig.files.pathOf(second) });
      const peer = await joinPeer(rig, 1, 1);
      await fetchVerified(rig, peer, 1, [0]);
      expect(plain(rig, first).length).toBeGreaterThan(0);
      await close(rig, 1);
      const { files } = await openStore(rig, 1, { root: 'usb' });
      expect(files.every(({ size }) => size === -1)).toBe(true);
      submit(rig, { type: 'dropRoot', key: 'usb' });
    });
  });
};

const describeFiles = (rigOf: () => PlaneRig): void => {
  describe('the files of a store', () => {
    it('that are unwanted appear when they become wanted', async () => {
      const rig = rigOf();
      const root = rig.files.roots[0];
      const peer = await openWithPeer(rig, WITHOUT_B);
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
      const peer = await openWithPeer(rig);
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
      const peer = await openWithPeer(rig);
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
      const peer = await openWithPeer(rig, WITHOUT_B);
      await fetchVerified(rig, peer, 1, ALL_PIECES);
      submit(rig, { type: 'deleteStore', store: 1, request: 3 });
      expect(await nthEvent(rig, 'storeDone')).toMatchObject({ store: 1, request: 3 });
      expect(rig.files.list(root)).toEqual(['t/mine.txt']);
      await rig.settle(() => peer.end !== null);
      await openStore(rig, 1);
    });
  });
};
