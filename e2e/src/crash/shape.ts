/**
 * Torrents of random shape to be downloaded under fire, and the comparison of what lies in a folder with what it should
 * be, piece by piece. Decides sizes; how they are downloaded is decided by the rounds.
 */
import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { writeFile } from '../harness/content.ts';
import type { Claims } from './claims.ts';
import type { Dice } from './dice.ts';

const KIB = 1024;
const MIB = 1024 * KIB;
const BLOCK = 16 * KIB;

/** A torrent's content. */
export interface Shape {
  readonly pieceLength: number;
  /** In the order of the torrent; every name begins with the torrent's. */
  readonly files: readonly { readonly path: string; readonly length: number }[];
  readonly length: number;
}

/** Between `least` and twice as many MiB, in one file, a few, or many small ones beside a large one. */
export function rollShape(dice: Dice, least: number): Shape {
  const length = dice.between(least * MIB, 2 * least * MIB);
  const lengths = rollLengths(dice, length);
  const digits = String(lengths.length).length;
  const files = lengths.map((bytes, index) => ({
    path: join('t', `${String(index).padStart(digits, '0')}.bin`),
    length: bytes,
  }));
  const pieceLength = dice.pick([64 * KIB, 256 * KIB, MIB]);
  return { pieceLength, files, length };
}

function rollLengths(dice: Dice, length: number): number[] {
  const kind = dice.pick(['one', 'few', 'many'] as const);
  const count = { one: 1, few: 5, many: 300 }[kind];
  const share = kind === 'many' ? length / (2 * count) : length / count;
  const lengths = Array.from({ length: count - 1 }, () => dice.between(1, Math.floor(share)));
  return [...lengths, length - lengths.reduce((sum, bytes) => sum + bytes, 0)];
}

/** Write the content into `folder`; answers the path of the torrent's folder. */
export function writeShape(folder: string, shape: Shape): string {
  for (const { path, length } of shape.files) writeFile(folder, path, length);
  return join(folder, 't');
}

/** What is claimed and not right on disk below `folder`, in words. */
export function falseClaims(shape: Shape, content: Buffer, folder: string, claims: Claims): string[] {
  const onDisk = readContent(shape, folder);
  const isRight = (start: number, length: number): boolean => {
    const end = Math.min(start + length, shape.length);
    return onDisk.subarray(start, end).equals(content.subarray(start, end));
  };
  const wrong = claims.pieces
    .filter((piece) => !isRight(piece * shape.pieceLength, shape.pieceLength))
    .map((piece) => `piece ${piece}`);
  for (const { piece, blocks } of claims.partials) {
    for (const block of blocks) {
      if (!isRight(piece * shape.pieceLength + block * BLOCK, BLOCK))
        wrong.push(`block ${block} of ${piece}`);
    }
  }
  return wrong;
}

/** Whether all of it is there, and nothing more. */
export function isComplete(shape: Shape, content: Buffer, folder: string): boolean {
  const sizes = shape.files.every(({ path, length }) => sizeOf(join(folder, path)) === length);
  return sizes && readContent(shape, folder).equals(content);
}

/** What lies in the files below `folder` as one array, zeros where nothing does. */
export function readContent(shape: Shape, folder: string): Buffer {
  const bytes = Buffer.alloc(shape.length);
  let at = 0;
  for (const { path, length } of shape.files) {
    if (existsSync(join(folder, path))) {
      const fd = openSync(join(folder, path), 'r');
      readSync(fd, bytes, at, length, 0);
      closeSync(fd);
    }
    at += length;
  }
  return bytes;
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? -1;
}
