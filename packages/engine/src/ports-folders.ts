/** The part of the ports that is about the folders the user allowed, beside any torrent. Names and shapes only. */
import type { RequestId } from './ports-ids.ts';
import type { StoreCode } from './ports-stores.ts';

/** What stands in a folder: a file or a folder, also behind a link that stays inside the root. */
export interface FolderEntry {
  readonly name: string;
  readonly isFolder: boolean;
  /** Bytes, 0 for a folder. */
  readonly size: number;
  /** Milliseconds since 1970 (rounded down). */
  readonly mtimeMs: number;
}

/**
 * Folders are components below a root. Links on the way are followed as long as they stay inside the root; else the
 * answer is `folderFailed` with PATH_ESCAPES, as to any request that cannot be carried out.
 */
export type FolderCommand =
  /** From now on `key` is the folder at an absolute path, also when it was another one; open stores stay where they are. */
  | { readonly type: 'setRoot'; readonly key: string; readonly path: string }
  /** Nothing is opened below `key` any more; open stores go on until they are closed. */
  | { readonly type: 'dropRoot'; readonly key: string }
  /** Answered by `folderListed`. */
  | {
      readonly type: 'listFolder';
      readonly request: RequestId;
      readonly root: string;
      readonly folder: readonly string[];
    }
  /** Make a folder and those above it; EXISTS when something is there. Answered by `folderDone`. */
  | {
      readonly type: 'makeFolder';
      readonly request: RequestId;
      readonly root: string;
      readonly folder: readonly string[];
    }
  /** Room below a folder, which need not exist. Answered by `spaceKnown`. */
  | {
      readonly type: 'freeSpace';
      readonly request: RequestId;
      readonly root: string;
      readonly folder: readonly string[];
    }
  /** Read at most `length` bytes of a file from `offset`. Answered by `fileRead`. */
  | {
      readonly type: 'readFile';
      readonly request: RequestId;
      readonly root: string;
      readonly path: readonly string[];
      readonly offset: number;
      readonly length: number;
    }
  /** Rename a file or folder, never over another; the folder it goes to exists. Answered by `folderDone`. */
  | {
      readonly type: 'renameEntry';
      readonly request: RequestId;
      readonly root: string;
      readonly from: readonly string[];
      readonly to: readonly string[];
    };

/** Answers to questions about folders. */
export type FolderEvent =
  /** The first 10,000 entries by name, in the order of UTF-16 code units; `isCut`: there are more. */
  | {
      readonly type: 'folderListed';
      readonly request: RequestId;
      readonly entries: readonly FolderEntry[];
      readonly isCut: boolean;
    }
  | { readonly type: 'folderDone'; readonly request: RequestId }
  /** Bytes that this user may still write, and of the whole file system. */
  | {
      readonly type: 'spaceKnown';
      readonly request: RequestId;
      readonly free: number;
      readonly total: number;
    }
  /** `bytes` ends before `length` only where the file ends; size and time are those of the whole file. */
  | {
      readonly type: 'fileRead';
      readonly request: RequestId;
      readonly size: number;
      readonly mtimeMs: number;
      readonly bytes: Uint8Array;
    }
  | {
      readonly type: 'folderFailed';
      readonly request: RequestId;
      readonly code: StoreCode;
      readonly detail: string;
    };
