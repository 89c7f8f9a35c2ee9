/** The part of the ports that is about torrents' data on disk. Names and shapes only. */
import type { RequestId, StoreId } from './ports-ids.ts';

/** One file of a layout, in torrent order. */
export interface LayoutFile {
  /** Sanitised components below the torrent's place; the plane checks them again. */
  readonly path: readonly string[];
  /** Bytes. */
  readonly length: number;
  /** `pad` (BEP 47) is zeros that are never on disk; `symlink` has length 0 and a target inside the torrent. */
  readonly kind: 'file' | 'pad' | 'symlink';
  /** Target components below the place, for `symlink` only. */
  readonly target?: readonly string[];
}

/** How piece, block and file offsets relate, and what pieces must hash to. */
export interface Layout {
  readonly pieceLength: number;
  readonly files: readonly LayoutFile[];
  /** One digest per piece, 20 bytes each for sha1, 32 for sha256; empty when pieces are only to be hashed (create). */
  readonly hashes: Uint8Array;
  readonly algorithm: 'sha1' | 'sha256';
}

/** A folder in which a torrent's own files lie. */
export interface Place {
  /** Opaque key of a folder the user allowed. */
  readonly root: string;
  /** Components below the root; none = the root itself. */
  readonly folder: readonly string[];
}

/** A file of a layout by its number, and a path for it. */
export interface FilePath {
  readonly file: number;
  /** Components below the place. */
  readonly path: readonly string[];
}

/** Blocks of an unfinished piece that are on disk: bit i (most significant first) = block i. */
export interface PartialPiece {
  readonly piece: number;
  readonly blocks: Uint8Array;
}

/** What one file looks like on disk. */
export interface FileStat {
  /** Bytes, or -1 when the file does not exist. */
  readonly size: number;
  /** Milliseconds since 1970 (rounded down), 0 when absent. */
  readonly mtimeMs: number;
}

/**
 * Life of a store: `openStore` -> `storeOpened` -> ... -> `closeStore` -> `storeClosed`.
 *
 * A write error blocks the store: `storeBlocked` tells the code; blocks already received stay in memory, links of the
 * store are not read; `retryStore` tries again and is answered by `storeUnblocked` or another `storeBlocked`.
 */
export type StoreCommand =
  /**
   * Open and look at the files; nothing is created or written yet unless `preallocate` is `full`. `wanted` has one bit
   * per file (most significant first); unwanted files are not created: pieces they share with wanted files keep those
   * bytes in part files. `partials` are what `storeClosed` gave last time. Answered by `storeOpened` or `storeFailed`.
   *
   * A move or renaming that was interrupted is brought to an end first: a move whose data had all arrived is finished and
   * told by `storeMoved`, files get the names of the layout. `isSaved`: place and paths are as the engine's owner has
   * saved them, so that what the disk remembers for the case that they were not is forgotten.
   */
  | {
      readonly type: 'openStore';
      readonly store: StoreId;
      readonly root: string;
      readonly folder: readonly string[];
      readonly isSaved: boolean;
      readonly layout: Layout;
      readonly wanted: Uint8Array;
      readonly preallocate: 'sparse' | 'full';
      readonly partials: readonly PartialPiece[];
    }
  /** Finish what is in flight, write partial pieces, sync, close the files. Answered by `storeClosed`, links get `closed`. */
  | { readonly type: 'closeStore'; readonly store: StoreId }
  /** Hash existing data of `count` pieces from `first`. Answered by `checked` events that together cover the range. */
  | { readonly type: 'check'; readonly store: StoreId; readonly first: number; readonly count: number }
  /** Stop a running check; ranges not yet started get no `checked`. Answered by `checkStopped`. */
  | { readonly type: 'stopCheck'; readonly store: StoreId }
  /** Hash pieces of a layout without hashes (create). Answered by `hashed` events that together cover the range, in order. */
  | { readonly type: 'hashPieces'; readonly store: StoreId; readonly first: number; readonly count: number }
  /** Make everything verified before this command durable. Answered by `synced`, or `storeBlocked`. */
  | { readonly type: 'sync'; readonly store: StoreId; readonly request: RequestId }
  /** Forget what was received of a piece that is not verified; all its blocks may be requested again. */
  | { readonly type: 'discard'; readonly store: StoreId; readonly piece: number }
  /** Choose files anew; parts of newly wanted files move into place. Answered by `storeDone` or `storeFailed`. */
  | {
      readonly type: 'setWanted';
      readonly store: StoreId;
      readonly request: RequestId;
      readonly wanted: Uint8Array;
    }
  /** Try again after `storeBlocked`. */
  | { readonly type: 'retryStore'; readonly store: StoreId }
  /** Rename files and links, all or none, never over others. Answered by `storeDone` or `storeFailed`. */
  | {
      readonly type: 'renameFiles';
      readonly store: StoreId;
      readonly request: RequestId;
      readonly renames: readonly FilePath[];
    }
  /**
   * Move all files to another place, copying across file systems. `moveProgress` comes at most four times a second.
   * Answered by `storeDone` or `storeFailed`; then everything is where it was, and what was copied is kept for another
   * try; or, when it failed after everything had arrived, the next opening brings it to its end.
   */
  | {
      readonly type: 'moveStore';
      readonly store: StoreId;
      readonly request: RequestId;
      readonly root: string;
      readonly folder: readonly string[];
    }
  /** End a move that still copies; `storeFailed` with CANCELLED answers it, or `storeDone` when it was too late. */
  | { readonly type: 'cancelMove'; readonly store: StoreId }
  /** The owner has saved place and paths as they are now: forget what is remembered for the case that it has not. */
  | { readonly type: 'settleStore'; readonly store: StoreId }
  /** Delete the torrent's files, its part files and folders left empty; only files of the layout. The store is closed afterwards. */
  | { readonly type: 'deleteStore'; readonly store: StoreId; readonly request: RequestId };

/** What happens in stores. */
export type StoreEvent =
  /** `files[i]` is the state of file i of the layout (pads and symlinks: size -1). */
  | { readonly type: 'storeOpened'; readonly store: StoreId; readonly files: readonly FileStat[] }
  /** `openStore` failed (request 0; the store does not exist) or the request did (the store goes on as it was). */
  | {
      readonly type: 'storeFailed';
      readonly store: StoreId;
      readonly request: RequestId;
      readonly code: StoreCode;
      readonly detail: string;
      /** Bytes that would be needed, 0 = unknown or not the point. */
      readonly missing: number;
    }
  /** Comes before `storeOpened`: the files are at another place, because a move ended unheard. */
  | {
      readonly type: 'storeMoved';
      readonly store: StoreId;
      readonly root: string;
      readonly folder: readonly string[];
    }
  /** Bytes of a move that are at their new place, of all that are to be copied. */
  | {
      readonly type: 'moveProgress';
      readonly store: StoreId;
      readonly done: number;
      readonly total: number;
    }
  /** The request is done; `files` is the state after it. */
  | {
      readonly type: 'storeDone';
      readonly store: StoreId;
      readonly request: RequestId;
      readonly files: readonly FileStat[];
    }
  /** `files` is empty when they could not be saved: nobody knows what is on disk. */
  | {
      readonly type: 'storeClosed';
      readonly store: StoreId;
      readonly files: readonly FileStat[];
      readonly partials: readonly PartialPiece[];
    }
  /** Bit i (most significant first) of `good` = piece `first + i` matches its hash. */
  | {
      readonly type: 'checked';
      readonly store: StoreId;
      readonly first: number;
      readonly count: number;
      readonly good: Uint8Array;
    }
  | { readonly type: 'checkStopped'; readonly store: StoreId }
  | { readonly type: 'hashed'; readonly store: StoreId; readonly first: number; readonly digests: Uint8Array }
  /** Everything verified before the `sync` is durable; `files` is the state on disk then, for resume data. */
  | {
      readonly type: 'synced';
      readonly store: StoreId;
      readonly request: RequestId;
      readonly files: readonly FileStat[];
    }
  /**
   * The piece matches its hash and is written (readable, not yet synced). `digests` is empty, or holds the SHA-1 of each
   * block when an earlier attempt at this piece was corrupt (to find who lied).
   */
  | {
      readonly type: 'verified';
      readonly store: StoreId;
      readonly piece: number;
      readonly digests: Uint8Array;
    }
  /**
   * All blocks came and the hash does not match; the piece is empty again. `digests` holds the SHA-1 of each block.
   * `fromDisk`: the disk may be the liar: a block that it held came back other than it was written, or was left there by
   * an earlier opening of the store, so that nobody knows what was written.
   */
  | {
      readonly type: 'corrupt';
      readonly store: StoreId;
      readonly piece: number;
      readonly digests: Uint8Array;
      readonly fromDisk: boolean;
    }
  /** Writing is impossible for now. `missing` bytes would be needed (0 = unknown). */
  | {
      readonly type: 'storeBlocked';
      readonly store: StoreId;
      readonly code: StoreCode;
      readonly detail: string;
      readonly missing: number;
    }
  | { readonly type: 'storeUnblocked'; readonly store: StoreId }
  /** A verified piece could not be read to serve it: gone, changed or unreadable. The engine should check it again. */
  | { readonly type: 'pieceLost'; readonly store: StoreId; readonly piece: number; readonly code: StoreCode };

/** Why a store could not do something. Append-only. */
export type StoreCode =
  | 'DISK_FULL' /** ENOSPC, EDQUOT. */
  | 'DISK_ERROR' /** EIO and unknown errors. */
  | 'DENIED' /** EACCES, EPERM. */
  | 'READ_ONLY' /** EROFS. */
  | 'TOO_MANY_FILES' /** EMFILE, ENFILE. */
  | 'NOT_FOUND' /** The folder or drive is gone. */
  | 'NAME_TOO_LONG'
  | 'FILE_TOO_LARGE' /** EFBIG. */
  | 'PATH_ESCAPES' /** A path would leave the root, directly or through a link. */
  | 'UNKNOWN_ROOT'
  | 'EXISTS' /** The target of a rename or move is taken, or a folder stands where a file must be. */
  | 'BAD_LAYOUT' /** The layout contradicts itself. */
  | 'BUSY' /** Not while this is running. */
  | 'FILE_CHANGED' /** Somebody else removed, replaced or shortened a file that we wrote to: what was verified may be gone. */
  | 'CANCELLED'; /** By `cancelMove`. */
