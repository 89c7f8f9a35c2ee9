/**
 * The promises of the `Disk` and `StoreFiles` ports, as a suite that every adapter runs.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FinishResult, Segment, StoreFiles } from '@jstorrent/data-plane';
import type { FileStat } from '@jstorrent/engine/ports';
import {
  ALL_FILES,
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
import { type DiskRig, openFixture, place, finishGood, finishAll, goodPieces } from './disk-steps.ts';
import { describePlaces } from './places-contract.ts';
import { ask, askValue } from './rig.ts';

/** State those promises for an adapter called `name`; `make` gives a fresh disk with empty roots per test. */
export const diskContract = (name: string, make: () => Promise<DiskRig>): void => {
  describe(`${name} as a disk`, () => {
    let rig: DiskRig;
    beforeEach(async () => {
      rig = await make();
    });
    afterEach(() => rig.close());

    describeOpening(() => rig);
    describePieces(() => rig);
    describeSpilled(() => rig);
    describeDifficulties(() => rig);
    describeReading(() => rig);
    describePlaces(() => rig);
  });
};

const describeOpening = (rigOf: () => DiskRig): void => {
  describe('opening', () => {
    it('looks at files and creates nothing', async () => {
      const rig = rigOf();
      rig.files.write(rig.files.roots[0], filePath(0), new Uint8Array(77));
      const { files, stats } = await openFixture(rig);
      expect(stats.map(({ size }) => size)).toEqual([77, -1, -1, -1, -1]);
      expect(stats[0]!.mtimeMs).toBeGreaterThan(1e12);
      expect(Number.isInteger(stats[0]!.mtimeMs)).toBe(true);
      expect(stats[2]!.mtimeMs).toBe(0);
      expect(rig.files.list(rig.files.roots[0])).toEqual([filePath(0)]);
      await askValue(rig, (answer) => files.close(answer));
    });

    it('knows its roots only', async () => {
      const rig = rigOf();
      const outcome = await ask(rig, (answer) =>
        rig.disk.open(
          {
            place: { root: 'nowhere', folder: [] },
            isSaved: true,
            layout: makeLayout(),
            wanted: ALL_FILES,
            preallocate: 'sparse',
          },
          answer,
        ),
      );
      expect(outcome).toMatchObject({ error: { code: 'UNKNOWN_ROOT' } });
    });

    it('gives wanted files their full length when asked to preallocate', async () => {
      const rig = rigOf();
      const { stats } = await openFixture(rig, { preallocate: 'full', wanted: Uint8Array.of(0b1001_1000) });
      expect(stats.map(({ size }) => size).filter((size) => size > 0)).toEqual([100_000, 50_000]);
      expect(rig.files.read(rig.files.roots[0], filePath(4))).toEqual(new Uint8Array(50_000));
      expect(rig.files.read(rig.files.roots[0], filePath(2))).toBeNull();
    });
  });
};

const describePieces = (rigOf: () => DiskRig): void => {
  describe('finishing a piece', () => {
    it('writes a good one where its files have it, and padding nowhere', async () => {
      const rig = rigOf();
      const { files } = await openFixture(rig);
      await finishAll(rig, files);
      const stats = await askValue(rig, (answer: Parameters<StoreFiles['sync']>[0]) => files.sync(answer));
      expect(stats.map(({ size }) => size)).toEqual([100_000, -1, 30_000, 0, 50_000]);
      for (const file of [0, 2, 3, 4]) {
        expect(rig.files.read(rig.files.roots[0], filePath(file))).toEqual(fileBytes(file));
      }
      expect(rig.files.list(rig.files.roots[0])).toEqual([0, 4, 3, 2].map(filePath));
    });

    it('writes nothing of a bad one and says what each block hashes to', async () => {
      const rig = rigOf();
      const { files } = await openFixture(rig);
      const bytes = pieceBytes(1).slice();
      bytes[20_000]! ^= 1;
      const result = await askValue<FinishResult>(rig, (answer) =>
        files.finish(1, place(rig, 1, bytes), false, answer),
      );
      expect(result.good).toBe(false);
      expect(Buffer.compare(result.digests, blockDigestsOf(bytes))).toBe(0);
      expect(rig.files.read(rig.files.roots[0], filePath(0))).toBeNull();
    });

    it('gives block digests of a good one only when asked', async () => {
      const rig = rigOf();
      const { files } = await openFixture(rig);
      const last = PIECE_COUNT - 1;
      const quiet = await askValue<FinishResult>(rig, (answer) =>
        files.finish(0, place(rig, 0), false, answer),
      );
      const asked = await askValue<FinishResult>(rig, (answer) =>
        files.finish(last, place(rig, last), true, answer),
      );
      expect([quiet.good, quiet.digests.length, asked.good]).toEqual([true, 0, true]);
      expect(Buffer.compare(asked.digests, blockDigestsOf(pieceBytes(last)))).toBe(0);
    });
  });
};

const describeSpilled = (rigOf: () => DiskRig): void => {
  describe('finishing a piece that is scattered', () => {
    it('takes what was spilled from the disk, wherever its files are', async () => {
      const rig = rigOf();
      const { files } = await openFixture(rig);
      const bytes = pieceBytes(3);
      rig.disk.arena.set(bytes, 0);
      await askValue(rig, (answer) => files.write(3, [{ offset: 0, length: 16_384, memory: 0 }], answer));
      rig.disk.arena.fill(0, 0, 16_384);
      const segments = [
        { offset: 0, length: 16_384, memory: -1 },
        { offset: 16_384, length: 16_384, memory: 16_384 },
      ];
      const result = await askValue<FinishResult>(rig, (answer) => files.finish(3, segments, true, answer));
      expect(result.good).toBe(true);
      expect(Buffer.compare(result.digests, blockDigestsOf(bytes))).toBe(0);
      expect(await goodPieces(rig, files)).toEqual([3]);
    });

    it('says what each block was that it spilled, in the order of the segments', async () => {
      const rig = rigOf();
      const { files } = await openFixture(rig);
      const bytes = pieceBytes(PIECE_COUNT - 1);
      const tail = bytes.subarray(16_384);
      rig.disk.arena.set(bytes.subarray(0, 16_384), 40_000);
      rig.disk.arena.set(tail, 0);
      const segments = [
        { offset: 0, length: 16_384, memory: 40_000 },
        { offset: 16_384, length: tail.length, memory: 0 },
      ];
      const write = (some: readonly Segment[]): Promise<Uint8Array> =>
        askValue<Uint8Array>(rig, (answer) => files.write(PIECE_COUNT - 1, some, answer));
      const expected = blockDigestsOf(bytes);
      expect(Buffer.compare(await write(segments), expected)).toBe(0);
      expect(Buffer.compare(await write(segments.slice(1)), expected.subarray(20))).toBe(0);
    });

    it('sees when the disk changed what was spilled', async () => {
      const rig = rigOf();
      const { files } = await openFixture(rig);
      rig.disk.arena.set(pieceBytes(0), 0);
      await askValue(rig, (answer) =>
        files.write(0, [{ offset: 0, length: PIECE_LENGTH, memory: 0 }], answer),
      );
      const root = rig.files.roots[0];
      const written = rig.files.read(root, filePath(0))!.slice();
      written[5]! ^= 1;
      rig.files.write(root, filePath(0), written);
      const segments = [{ offset: 0, length: PIECE_LENGTH, memory: -1 }];
      const result = await askValue<FinishResult>(rig, (answer) => files.finish(0, segments, false, answer));
      expect(result.good).toBe(false);
    });

    it('joins scattered segments in order', async () => {
      const rig = rigOf();
      const { files } = await openFixture(rig);
      const bytes = pieceBytes(4);
      rig.disk.arena.set(bytes.subarray(16_384), 0);
      rig.disk.arena.set(bytes.subarray(0, 16_384), 50_000);
      const segments = [
        { offset: 0, length: 16_384, memory: 50_000 },
        { offset: 16_384, length: 16_384, memory: 0 },
      ];
      const result = await askValue<FinishResult>(rig, (answer) => files.finish(4, segments, false, answer));
      expect(result.good).toBe(true);
      expect(await goodPieces(rig, files)).toEqual([4]);
    });
  });
};

const describeDifficulties = (rigOf: () => DiskRig): void => {
  describe('finishing a piece under difficulties', () => {
    it('keeps nothing from being tried again after an error', async () => {
      const rig = rigOf();
      const root = rig.files.roots[0];
      rig.files.write(root, `${filePath(0)}/in-the-way`, Uint8Array.of(1));
      const { files } = await openFixture(rig);
      const segments = place(rig, 0);
      const failed = await ask(rig, (answer) => files.finish(0, segments, false, answer));
      expect(failed).toMatchObject({ error: { code: 'EXISTS' } });
      rig.files.remove(root, filePath(0));
      const result = await askValue<FinishResult>(rig, (answer) => files.finish(0, segments, false, answer));
      expect(result.good).toBe(true);
      expect(rig.files.read(root, filePath(0))).toEqual(CONTENT.slice(0, PIECE_LENGTH));
    });

    it('checks SHA-256 where the layout says so', async () => {
      const rig = rigOf();
      const { files } = await openFixture(rig, { layout: makeLayout('sha256') });
      await finishGood(rig, files, 2);
      const digests = await askValue<Uint8Array>(rig, (answer) => files.hash(2, 2, answer));
      expect(
        Buffer.compare(digests, Buffer.concat([digest(pieceBytes(2), 'sha256'), new Uint8Array(32)])),
      ).toBe(0);
    });

    it('never shrinks a file that is longer than the layout says', async () => {
      const rig = rigOf();
      const root = rig.files.roots[0];
      rig.files.write(root, filePath(4), new Uint8Array(60_000).fill(7));
      const { files } = await openFixture(rig);
      await finishAll(rig, files);
      await askValue(rig, (answer) => files.close(answer));
      const bytes = rig.files.read(root, filePath(4))!;
      expect(bytes.subarray(0, 50_000)).toEqual(fileBytes(4));
      expect(bytes.subarray(50_000)).toEqual(new Uint8Array(10_000).fill(7));
    });
  });
};

const describeReading = (rigOf: () => DiskRig): void => {
  describe('reading', () => {
    it('fills the targets in order, across files and padding', async () => {
      const rig = rigOf();
      const { files } = await openFixture(rig);
      await finishAll(rig, files);
      const frame = new Uint8Array(30_100);
      const targets = [
        frame.subarray(13, 10_013),
        frame.subarray(10_026, 10_027),
        frame.subarray(10_040, 30_040),
      ];
      await askValue(rig, (answer) => files.read(3, 100, targets, answer));
      const expected = pieceBytes(3).subarray(100, 30_101);
      expect(Buffer.compare(Buffer.concat(targets), expected)).toBe(0);
      expect([frame[12], frame[10_013], frame[30_040]]).toEqual([0, 0, 0]);
    });

    it('is NOT_FOUND for bytes that are not there', async () => {
      const rig = rigOf();
      const { files } = await openFixture(rig);
      await finishGood(rig, files, 0);
      const missing = await ask(rig, (answer) => files.read(5, 0, [new Uint8Array(10)], answer));
      const beyond = await ask(rig, (answer) => files.read(1, 0, [new Uint8Array(10)], answer));
      expect([missing, beyond]).toMatchObject([
        { error: { code: 'NOT_FOUND' } },
        { error: { code: 'NOT_FOUND' } },
      ]);
    });

    it('hashes what is there and gives zeros for what is not', async () => {
      const rig = rigOf();
      const { files } = await openFixture(rig);
      await finishGood(rig, files, 1);
      await finishGood(rig, files, 5);
      expect(await goodPieces(rig, files)).toEqual([1, 5]);
      const digests = await askValue<Uint8Array>(rig, (answer) => files.hash(3, 2, answer));
      expect(digests).toEqual(new Uint8Array(40));
    });

    it('sees data that was there before', async () => {
      const rig = rigOf();
      for (const file of [0, 2, 3, 4]) rig.files.write(rig.files.roots[0], filePath(file), fileBytes(file));
      const { files, stats } = await openFixture(rig);
      expect(stats.map(({ size }) => size)).toEqual([100_000, -1, 30_000, 0, 50_000]);
      expect(await goodPieces(rig, files)).toEqual([0, 1, 2, 3, 4, 5]);
    });

    it('goes on where it was when opened again', async () => {
      const rig = rigOf();
      const first = await openFixture(rig);
      await finishGood(rig, first.files, 0);
      await askValue(rig, (answer) => first.files.write(4, place(rig, 4), answer));
      const closing = await askValue<readonly FileStat[]>(rig, (answer) => first.files.close(answer));
      const second = await openFixture(rig);
      expect(second.stats).toEqual(closing);
      const segments = [{ offset: 0, length: PIECE_LENGTH, memory: -1 }];
      const result = await askValue<FinishResult>(rig, (answer) =>
        second.files.finish(4, segments, false, answer),
      );
      expect(result.good).toBe(true);
      expect(await goodPieces(rig, second.files)).toEqual([0, 4]);
    });
  });
};
