/**
 * What the disk contracts have in common: the rig, opening the fixture and finishing pieces of it.
 */
import { expect } from 'vitest';
import type { Answer, Disk, FinishResult, OpenFiles, Segment, StoreFiles } from '@jstorrent/data-plane';
import type { FileStat } from '@jstorrent/engine/ports';
import {
  ALL_FILES,
  ALL_PIECES,
  PIECE_COUNT,
  PIECE_LENGTH,
  digest,
  makeLayout,
  pieceBytes,
} from './fixture.ts';
import { type OutsideFiles, type Rig, askValue } from './rig.ts';

/** A disk with an arena of at least 1 MiB and two empty roots. */
export interface DiskRig extends Rig {
  readonly disk: Disk;
  readonly files: OutsideFiles;
}

/** A store of the fixture under test. */
export interface OpenedStore {
  readonly files: StoreFiles;
  readonly stats: readonly FileStat[];
}

/** Open the fixture on the rig's first root. */
export const openFixture = (rig: DiskRig, change: Partial<OpenFiles> = {}): Promise<OpenedStore> =>
  askValue(rig, (answer) =>
    rig.disk.open(
      {
        place: { root: rig.files.roots[0], folder: [] },
        isSaved: true,
        layout: makeLayout(),
        wanted: ALL_FILES,
        preallocate: 'sparse',
        ...change,
      },
      answer,
    ),
  );

/** Move the files of a store, as a call for `ask`. */
export const moveTo =
  (files: StoreFiles, root: string, ...folder: readonly string[]) =>
  (answer: Answer<readonly FileStat[]>): void =>
    files.move({ root, folder }, () => {}, answer);

/** Rename one file of a store, as a call for `ask`. */
export const renameTo =
  (files: StoreFiles, file: number, ...path: readonly string[]) =>
  (answer: Answer<readonly FileStat[]>): void =>
    files.rename([{ file, path }], answer);

/** Files below a root that are neither part files nor notes. */
export const plainFiles = (rig: DiskRig, root: string): readonly string[] =>
  rig.files.list(root).filter((path) => !path.includes('.jstorrent-parts/'));

/** Put bytes of a piece into the arena as one segment; every piece has its own place there. */
export const place = (rig: DiskRig, piece: number, bytes: Uint8Array = pieceBytes(piece)): Segment[] => {
  const memory = piece * PIECE_LENGTH + 64;
  rig.disk.arena.set(bytes, memory);
  return [{ offset: 0, length: bytes.length, memory }];
};

/** Finish a piece and expect it to be good. */
export const finishGood = async (rig: DiskRig, files: StoreFiles, piece: number): Promise<void> => {
  const result = await askValue<FinishResult>(rig, (answer) =>
    files.finish(piece, place(rig, piece), false, answer),
  );
  expect(result.good).toBe(true);
};

/** Finish all pieces, a few at once. */
export const finishAll = async (rig: DiskRig, files: StoreFiles): Promise<void> => {
  await Promise.all(ALL_PIECES.map((piece) => finishGood(rig, files, piece)));
};

/** The pieces that the disk finds to match. */
export const goodPieces = async (rig: DiskRig, files: StoreFiles): Promise<number[]> => {
  const digests = await askValue<Uint8Array>(rig, (answer) => files.hash(0, PIECE_COUNT, answer));
  expect(digests).toHaveLength(PIECE_COUNT * 20);
  return ALL_PIECES.filter(
    (piece) => Buffer.compare(digests.subarray(piece * 20, piece * 20 + 20), digest(pieceBytes(piece))) === 0,
  );
};
