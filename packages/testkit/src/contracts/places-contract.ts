/**
 * The promises of the disk ports about where bytes are: unwanted files, renaming, moving and deleting.
 */
import { describe, expect, it } from 'vitest';
import type { FinishResult } from '@jstorrent/data-plane';
import type { FileStat } from '@jstorrent/engine/ports';
import {
  type DiskRig,
  finishAll,
  finishGood,
  goodPieces,
  moveTo,
  openFixture,
  place,
  plainFiles,
  renameTo,
} from './disk-steps.ts';
import { ALL_FILES, WITHOUT_B, fileBytes, filePath } from './fixture.ts';
import { ask, askValue } from './rig.ts';

const B = 2;
const WITHOUT_B_AND_C = Uint8Array.of(0b1101_0000);
const WITHOUT_C = Uint8Array.of(0b1111_0000);

/** State the promises; part of `diskContract`. */
export const describePlaces = (rigOf: () => DiskRig): void => {
  describeWanted(rigOf);
  describeRenaming(rigOf);
  describeMoving(rigOf);
};

const describeRenaming = (rigOf: () => DiskRig): void => {
  describe('renaming a file', () => {
    it('moves it and goes on under the new name', async () => {
      const rig = rigOf();
      const root = rig.files.roots[0];
      const { files } = await openFixture(rig);
      await finishGood(rig, files, 4);
      const stats = await askValue(rig, renameTo(files, B, 't', 'deep', 'er', 'new.bin'));
      expect(stats[B]!.size).toBe(30_000);
      expect(rig.files.read(root, filePath(B))).toBeNull();
      await finishAll(rig, files);
      expect(rig.files.read(root, 't/deep/er/new.bin')).toEqual(fileBytes(B));
      expect(await goodPieces(rig, files)).toEqual([0, 1, 2, 3, 4, 5]);
    });

    it('works before the file exists', async () => {
      const rig = rigOf();
      const { files } = await openFixture(rig);
      await askValue(rig, renameTo(files, 4, 't', 'later.bin'));
      await finishAll(rig, files);
      expect(rig.files.read(rig.files.roots[0], 't/later.bin')).toEqual(fileBytes(4));
    });

    it('does not overwrite and does not leave the root', async () => {
      const rig = rigOf();
      const root = rig.files.roots[0];
      rig.files.write(root, 't/mine.txt', Uint8Array.of(1));
      const { files } = await openFixture(rig);
      await finishAll(rig, files);
      const taken = await ask(rig, renameTo(files, B, 't', 'mine.txt'));
      const outside = await ask(rig, renameTo(files, B, '..', 'b.bin'));
      expect([taken, outside]).toMatchObject([
        { error: { code: 'EXISTS' } },
        { error: { code: 'PATH_ESCAPES' } },
      ]);
      expect(rig.files.read(root, filePath(B))).toEqual(fileBytes(B));
      expect(rig.files.read(root, 't/mine.txt')).toEqual(Uint8Array.of(1));
    });
  });
};

const describeMoving = (rigOf: () => DiskRig): void => {
  describe('moving', () => {
    it('takes files and parts to the other root and goes on there', async () => {
      const rig = rigOf();
      const [from, to] = rig.files.roots;
      const { files } = await openFixture(rig, { wanted: WITHOUT_B });
      for (const piece of [0, 3, 4]) await finishGood(rig, files, piece);
      await askValue(rig, moveTo(files, to));
      expect(plainFiles(rig, from)).toEqual([]);
      expect(await goodPieces(rig, files)).toEqual([0, 3, 4]);
      for (const piece of [1, 2, 5]) await finishGood(rig, files, piece);
      const stats = await askValue<readonly FileStat[]>(rig, (answer) => files.close(answer));
      expect(stats.map(({ size }) => size)).toEqual([100_000, -1, -1, 0, 50_000]);
      expect(plainFiles(rig, from)).toEqual([]);
      expect(rig.files.read(to, filePath(0))).toEqual(fileBytes(0));
    });

    it('leaves everything as it was when something is in the way', async () => {
      const rig = rigOf();
      const [from, to] = rig.files.roots;
      rig.files.write(to, filePath(4), Uint8Array.of(1));
      const { files } = await openFixture(rig);
      await finishAll(rig, files);
      const taken = await ask(rig, moveTo(files, to));
      const nowhere = await ask(rig, moveTo(files, 'nowhere'));
      expect([taken, nowhere]).toMatchObject([
        { error: { code: 'EXISTS' } },
        { error: { code: 'UNKNOWN_ROOT' } },
      ]);
      expect(rig.files.list(to)).toEqual([filePath(4)]);
      expect(rig.files.read(from, filePath(0))).toEqual(fileBytes(0));
      expect(await goodPieces(rig, files)).toEqual([0, 1, 2, 3, 4, 5]);
    });
  });

  describe('removing', () => {
    it('deletes files, parts and emptied folders, and nothing else', async () => {
      const rig = rigOf();
      const root = rig.files.roots[0];
      rig.files.write(root, 't/mine.txt', Uint8Array.of(1));
      const { files } = await openFixture(rig, { wanted: WITHOUT_B });
      await finishAll(rig, files);
      await askValue(rig, (answer) => files.remove(answer));
      expect(rig.files.list(root)).toEqual(['t/mine.txt']);
    });

    it('is no error when nothing was ever written', async () => {
      const rig = rigOf();
      const { files } = await openFixture(rig);
      await askValue(rig, (answer) => files.remove(answer));
      expect(rig.files.list(rig.files.roots[0])).toEqual([]);
    });
  });
};

const describeWanted = (rigOf: () => DiskRig): void => {
  describe('an unwanted file', () => {
    it('is not created, and pieces it shares are whole all the same', async () => {
      const rig = rigOf();
      const root = rig.files.roots[0];
      const { files } = await openFixture(rig, { wanted: WITHOUT_B });
      await finishAll(rig, files);
      expect(plainFiles(rig, root)).toEqual([filePath(0), filePath(4), filePath(3)]);
      expect(await goodPieces(rig, files)).toEqual([0, 1, 2, 3, 4, 5]);
      await askValue(rig, (answer) => files.close(answer));
      const again = await openFixture(rig, { wanted: WITHOUT_B });
      expect(await goodPieces(rig, again.files)).toEqual([0, 1, 2, 3, 4, 5]);
    });

    it('gets its bytes when it becomes wanted', async () => {
      const rig = rigOf();
      const root = rig.files.roots[0];
      const { files } = await openFixture(rig, { wanted: WITHOUT_B });
      await finishAll(rig, files);
      const stats = await askValue<readonly FileStat[]>(rig, (answer) => files.setWanted(ALL_FILES, answer));
      expect(stats[B]!.size).toBe(30_000);
      expect(rig.files.read(root, filePath(B))).toEqual(fileBytes(B));
      expect(rig.files.list(root)).toEqual(plainFiles(rig, root));
      expect(await goodPieces(rig, files)).toEqual([0, 1, 2, 3, 4, 5]);
    });

    it('gets its bytes when it became wanted while nothing was open', async () => {
      const rig = rigOf();
      const root = rig.files.roots[0];
      const { files } = await openFixture(rig, { wanted: WITHOUT_B });
      await finishAll(rig, files);
      await askValue(rig, (answer) => files.close(answer));
      const again = await openFixture(rig);
      expect(again.stats[B]!.size).toBe(30_000);
      expect(rig.files.read(root, filePath(B))).toEqual(fileBytes(B));
      expect(rig.files.list(root)).toEqual(plainFiles(rig, root));
      expect(await goodPieces(rig, again.files)).toEqual([0, 1, 2, 3, 4, 5]);
    });

    it('keeps its bytes apart as long as another file of the piece is unwanted', async () => {
      const rig = rigOf();
      const { files } = await openFixture(rig, { wanted: WITHOUT_B_AND_C });
      await finishAll(rig, files);
      await askValue(rig, (answer) => files.setWanted(WITHOUT_B, answer));
      expect(rig.files.read(rig.files.roots[0], filePath(4))).toEqual(fileBytes(4));
      expect(rig.files.read(rig.files.roots[0], filePath(B))).toBeNull();
      expect(await goodPieces(rig, files)).toEqual([0, 1, 2, 3, 4, 5]);
    });

    it('that exists stays and is used', async () => {
      const rig = rigOf();
      const root = rig.files.roots[0];
      const first = await openFixture(rig);
      await finishGood(rig, first.files, 4);
      await askValue(rig, (answer) => first.files.setWanted(WITHOUT_B, answer));
      expect(rig.files.read(root, filePath(B))).not.toBeNull();
      await finishGood(rig, first.files, 3);
      expect(rig.files.read(root, filePath(B))).toEqual(fileBytes(B));
      expect(await goodPieces(rig, first.files)).toEqual([3, 4]);
    });

    it('that exists keeps its bytes when it is wanted again, whatever a part holds for others', async () => {
      const rig = rigOf();
      const { files } = await openFixture(rig, { wanted: WITHOUT_C });
      await finishGood(rig, files, 3);
      await askValue(rig, (answer) => files.setWanted(WITHOUT_B_AND_C, answer));
      await finishGood(rig, files, 4);
      await askValue(rig, (answer) => files.setWanted(WITHOUT_C, answer));
      expect(rig.files.read(rig.files.roots[0], filePath(B))).toEqual(fileBytes(B));
      expect(await goodPieces(rig, files)).toEqual([3, 4]);
    });

    it('spills into its part as well', async () => {
      const rig = rigOf();
      const { files } = await openFixture(rig, { wanted: WITHOUT_B });
      await askValue(rig, (answer) => files.write(3, place(rig, 3), answer));
      const segments = [{ offset: 0, length: 32_768, memory: -1 }];
      const result = await askValue<FinishResult>(rig, (answer) => files.finish(3, segments, false, answer));
      expect(result.good).toBe(true);
      expect(rig.files.read(rig.files.roots[0], filePath(B))).toBeNull();
    });
  });
};
