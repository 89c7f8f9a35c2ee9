/**
 * What moving, renaming and deleting need of a disk: single steps, each of which is done or not done when the power
 * fails. Decides their meaning only; disks carry them out, and the order of the steps is decided beside this file.
 *
 * Paths are components below a spot joined with `/`. Every step may fail with an error of the disk, which is thrown.
 */
import type { Place, StoreCode } from '@jstorrent/engine/ports';

/** What stands at a path. */
export interface Entry {
  /** A link is a symbolic one, never followed; `other` is nothing of a torrent's: a folder, a pipe. */
  readonly kind: 'file' | 'link' | 'other';
  /** Bytes. */
  readonly size: number;
  /** Bytes it takes on disk. */
  readonly room: number;
  /** Milliseconds since 1970 (rounded down). */
  readonly mtimeMs: number;
  /** Two paths with the same id name the same object. */
  readonly id: string;
}

/** A range of a file that is copied. */
export interface Slice {
  readonly path: string;
  /** Path of the copy. */
  readonly copy: string;
  readonly offset: number;
  readonly length: number;
}

/** One disk; `S` is how it names a place it has found. */
export interface DiskSteps<S> {
  /** The folder of a place, which need not exist below its root; fails with UNKNOWN_ROOT or NOT_FOUND. */
  spot(place: Place): S;
  /** Whether both are the same folder. */
  isSame(a: S, b: S): boolean;
  /** Whether a file cannot be renamed from one to the other. A guess is enough: `rename` knows. */
  isFar(from: S, to: S): boolean;
  /** What stands at a path, null for nothing; fails when a folder on the way is a link. */
  look(at: S, path: string): Entry | null;
  /** Names of what is in a folder; none when there is no such folder. */
  names(at: S, folder: string): readonly string[];
  /** Rename a file or link to a path that is free, and make folders; false when that is on another file system. */
  rename(from: S, path: string, to: S, target: string): boolean;
  /** Delete a file or link if it is there. */
  unlink(at: S, path: string): void;
  /** Remove those folders above the paths that are empty, below the root; what cannot be removed stays. */
  removeEmptyFolders(at: S, paths: readonly string[]): void;
  /** Bytes that may still be written. */
  freeBytes(at: S): number;
  /** Copy a range, which is in the file, where the copy differs from it; creates the copy and its folders. */
  copy(from: S, to: S, slice: Slice): void;
  /** Make a copy durable, and its length, time and mode those of the file. */
  seal(from: S, to: S, path: string, copy: string): void;
  /** Make a link like another one. */
  copyLink(from: S, to: S, path: string): void;
  /** The text of a note, null when there is none or it is longer than any we write. */
  readNote(at: S, path: string): string | null;
  /** Write a note: after the call it is durable, before the old one is there. */
  writeNote(at: S, path: string, text: string): void;
  /** Make durable which names were made and removed in the folders of these paths. */
  syncFolders(at: S, paths: readonly string[]): void;
  /** The disk's error for a reason of ours. */
  failure(code: StoreCode, detail: string, missing?: number): Error;
}

/** How far a relocation is, told between two steps. */
export interface Headway {
  /** Bytes. */
  readonly done: number;
  readonly total: number;
  /** It can only go on: left at this step, it is brought to its end when the files are opened next. */
  readonly isBound: boolean;
}

/** Between steps that have no bytes to tell of. */
export const STEP: Headway = { done: 0, total: 0, isBound: true };

/** A relocation under way: runs to the next step with every call. */
export type Steps<T> = Generator<Headway, T, void>;

/** A file or link of a torrent and where it is. */
export interface OwnPath {
  /** Its number in the layout. */
  readonly file: number;
  readonly path: string;
}
