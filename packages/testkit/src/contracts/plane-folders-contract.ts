/**
 * The promises of the `Plane` port about folders beside torrents: listing, making, reading, renaming, room.
 */
import type { FolderCommand, FolderEvent } from '@jstorrent/engine/ports';
import { describe, expect, it } from 'vitest';
import { type PlaneRig, submit } from './plane-rig.ts';

type Answered = Extract<FolderEvent, { readonly request: number }>;
type Question = Exclude<FolderCommand, { readonly type: 'setRoot' | 'dropRoot' }>;
type Asked = Question extends infer Q ? (Q extends Question ? Omit<Q, 'request'> : never) : never;

/** Ask one question and give its answer. */
const ask = async (rig: PlaneRig, question: Asked): Promise<Answered> => {
  const request = 1000 + rig.events.length;
  const isAnswer = (event: PlaneRig['events'][number]): event is Answered =>
    'request' in event && event.request === request;
  submit(rig, { ...question, request } as Question);
  await rig.settle(() => rig.events.some(isAnswer));
  return rig.events.find(isAnswer)!;
};

const codeOf = (event: Answered): string => (event.type === 'folderFailed' ? event.code : event.type);

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** State the promises; part of `planeContract`. */
export const describePlaneFolders = (rigOf: () => PlaneRig): void => {
  describe('folders', () => {
    it('are listed by name, without what is ours', async () => {
      const rig = rigOf();
      const root = rig.files.roots[0];
      for (const path of ['b', 'a/x', 'Z', '.jstorrent-parts/1/0.part']) {
        rig.files.write(root, path, bytesOf('12345'));
      }
      const top = await ask(rig, { type: 'listFolder', root, folder: [] });
      expect(top).toMatchObject({ type: 'folderListed', isCut: false });
      const entries = top.type === 'folderListed' ? top.entries : [];
      expect(entries.map(({ name, isFolder, size }) => [name, isFolder, size])).toEqual([
        ['Z', false, 5],
        ['a', true, 0],
        ['b', false, 5],
      ]);
      expect(entries[0]!.mtimeMs).toBeGreaterThan(0);
      const below = await ask(rig, { type: 'listFolder', root, folder: ['a'] });
      expect(below.type === 'folderListed' && below.entries.map(({ name }) => name)).toEqual(['x']);
    });

    it('are made once, with those above them', async () => {
      const rig = rigOf();
      const root = rig.files.roots[0];
      const folder = ['new', 'sub'];
      expect(codeOf(await ask(rig, { type: 'makeFolder', root, folder }))).toBe('folderDone');
      expect(codeOf(await ask(rig, { type: 'makeFolder', root, folder }))).toBe('EXISTS');
      rig.files.write(root, 'new/sub/file', bytesOf('x'));
      expect(codeOf(await ask(rig, { type: 'makeFolder', root, folder: [...folder, 'file'] }))).toBe(
        'EXISTS',
      );
      expect(codeOf(await ask(rig, { type: 'makeFolder', root, folder: [] }))).toBe('PATH_ESCAPES');
    });

    it('have room, also those that are not there yet', async () => {
      const rig = rigOf();
      const root = rig.files.roots[0];
      for (const folder of [[], ['not', 'yet']]) {
        const space = await ask(rig, { type: 'freeSpace', root, folder });
        expect(space).toMatchObject({ type: 'spaceKnown' });
        if (space.type === 'spaceKnown') expect(space.total).toBeGreaterThanOrEqual(space.free);
      }
    });

    it('hold files that are read in parts', async () => {
      const rig = rigOf();
      const root = rig.files.roots[0];
      rig.files.write(root, 'watch/a.torrent', bytesOf('0123456789'));
      const path = ['watch', 'a.torrent'];
      const read = (offset: number, length: number): Promise<Answered> =>
        ask(rig, { type: 'readFile', root, path, offset, length });
      expect(await read(0, 4)).toMatchObject({ type: 'fileRead', size: 10, bytes: bytesOf('0123') });
      expect(await read(4, 100)).toMatchObject({ type: 'fileRead', size: 10, bytes: bytesOf('456789') });
      expect(await read(50, 100)).toMatchObject({ type: 'fileRead', size: 10, bytes: new Uint8Array() });
    });

    it('hold entries that are renamed, never over others', async () => {
      const rig = rigOf();
      const root = rig.files.roots[0];
      rig.files.write(root, 'a/one', bytesOf('1'));
      rig.files.write(root, 'a/two', bytesOf('2'));
      const rename = async (from: string, to: string): Promise<string> =>
        codeOf(await ask(rig, { type: 'renameEntry', root, from: from.split('/'), to: to.split('/') }));
      expect(await rename('a/one', 'a/two')).toBe('EXISTS');
      expect(await rename('a/none', 'a/new')).toBe('NOT_FOUND');
      expect(await rename('a/one', 'none/new')).toBe('NOT_FOUND');
      expect(await rename('a/one', 'a/one.added')).toBe('folderDone');
      expect(await rename('a', 'b')).toBe('folderDone');
      expect(rig.files.list(root)).toEqual(['b/one.added', 'b/two']);
      expect(rig.files.read(root, 'b/two')).toEqual(bytesOf('2'));
    });

    it('outside of the roots, or not there, are refused', async () => {
      const rig = rigOf();
      const root = rig.files.roots[0];
      const questions: readonly (readonly [Asked, string])[] = [
        [{ type: 'listFolder', root: 'nowhere', folder: [] }, 'UNKNOWN_ROOT'],
        [{ type: 'listFolder', root, folder: ['none'] }, 'NOT_FOUND'],
        [{ type: 'listFolder', root, folder: ['..'] }, 'PATH_ESCAPES'],
        [{ type: 'makeFolder', root, folder: ['a/b'] }, 'PATH_ESCAPES'],
        [{ type: 'freeSpace', root, folder: ['', 'a'] }, 'PATH_ESCAPES'],
        [{ type: 'readFile', root, path: ['none'], offset: 0, length: 1 }, 'NOT_FOUND'],
        [{ type: 'readFile', root, path: [], offset: 0, length: 1 }, 'PATH_ESCAPES'],
        [{ type: 'readFile', root, path: ['..', 'x'], offset: 0, length: 1 }, 'PATH_ESCAPES'],
        [{ type: 'readFile', root, path: ['x'], offset: 0, length: 2 ** 30 }, 'FILE_TOO_LARGE'],
        [{ type: 'renameEntry', root, from: ['x'], to: ['..', 'x'] }, 'PATH_ESCAPES'],
      ];
      for (const [question, code] of questions) {
        expect([question, codeOf(await ask(rig, question))]).toEqual([question, code]);
      }
    });
  });
};
