/**
 * What the main thread asks of its workers and what they answer. Decides shapes only.
 *
 * Jobs name files by root and path, never by store: workers know no layouts, so that nothing has to be kept in step.
 */
import type {
  ArrivalRequest,
  DiskError,
  FilePart,
  FinishResult,
  MoveRequest,
  RemoveRequest,
  RenameRequest,
  Segment,
} from '@jstorrent/data-plane';
import type { FileStat, FolderEntry, Place } from '@jstorrent/engine/ports';

/** A folder that the user allowed; `dev` tells an unmounted drive from the mounted one. */
export interface Root {
  /** Absolute, without symbolic links. */
  readonly path: string;
  readonly dev: number;
}

/** A run of a piece (or of a range of pieces) that lies in one file. Spans of a job are in order and have no gaps. */
export interface Span {
  /** Components below the root joined with `/`; null = padding, zeros that are nowhere. */
  readonly path: string | null;
  /** Offset in the file. */
  readonly at: number;
  /** Offset in the piece or range. */
  readonly offset: number;
  readonly length: number;
}

/** A span to be written: its file has had at least so many bytes, if nobody else touched it. */
export interface WriteSpan extends Span {
  readonly least: number;
}

/** What every job about the files of a store says. */
interface InStore {
  /** Names the store to the workers, so that they can close its files when told. */
  readonly store: number;
  readonly root: Root;
}

export type Algorithm = 'sha1' | 'sha256';

/** Hash a piece, compare, write what is in memory if it matches. */
export interface FinishJob extends InStore {
  readonly kind: 'finish';
  readonly spans: readonly WriteSpan[];
  readonly segments: readonly Segment[];
  readonly algorithm: Algorithm;
  readonly expected: Uint8Array;
  readonly wantDigests: boolean;
}

/** Write segments, all in memory. */
export interface WriteJob extends InStore {
  readonly kind: 'write';
  readonly spans: readonly WriteSpan[];
  readonly segments: readonly Segment[];
}

/** Hash consecutive pieces; spans are relative to the first. */
export interface HashJob extends InStore {
  readonly kind: 'hash';
  readonly spans: readonly Span[];
  /** Bytes of all pieces together. */
  readonly length: number;
  readonly pieceLength: number;
  readonly algorithm: Algorithm;
}

/** Open a file for the main thread, which owns the descriptor from then on. */
export interface OpenJob extends InStore {
  readonly kind: 'open';
  readonly path: string;
  readonly write: boolean;
}

/** Close all files of a store. */
interface ForgetJob {
  readonly kind: 'forget';
  /** 0 = of all stores. */
  readonly store: number;
}

/** Tell which open files of a store have lost their last name, and close them. */
interface VanishedJob {
  readonly kind: 'vanished';
  readonly store: number;
}

/** Look at a root and at files in it (null = nothing to look for). */
export interface SurveyJob {
  readonly kind: 'survey';
  readonly root: string;
  readonly files: readonly (string | null)[];
}

/** Create what has no bytes: empty files and symbolic links (BEP 47). */
export interface EmptyJob extends InStore {
  readonly kind: 'empty';
  readonly files: readonly string[];
  /** `target` is relative to the folder of `path`. */
  readonly links: readonly { readonly path: string; readonly target: string }[];
}

/** Bytes to copy out of a part file. */
export interface PartMove {
  readonly part: string;
  readonly partAt: number;
  readonly path: string;
  readonly at: number;
  readonly length: number;
}

/** List the paths of the part files in `folder`. */
interface PartsJob extends InStore {
  readonly kind: 'parts';
  readonly folder: string;
}

/** A file to be filled with zeros up to its length. */
export interface Fill {
  readonly path: string;
  readonly length: number;
}

/** Fill files with zeros up to their length, copy parts into files, then delete parts: all or nothing. */
export interface AdoptJob extends InStore {
  readonly kind: 'adopt';
  readonly fill: readonly Fill[];
  readonly moves: readonly PartMove[];
  readonly obsolete: readonly string[];
}

/** What every relocation says: the roots it may reach, absolute paths by key. */
interface WithRoots {
  readonly roots: ReadonlyMap<string, string>;
}

/** Bring to an end what was interrupted, before a store is opened. */
export interface ArriveJob extends WithRoots {
  readonly kind: 'arrive';
  readonly request: ArrivalRequest;
  /** False: only where there is nothing to do. */
  readonly mayWork: boolean;
}

/** Rename files, all or none. */
export interface RenameJob extends WithRoots {
  readonly kind: 'rename';
  readonly request: RenameRequest;
}

/** Move everything of a torrent to another place. */
export interface MoveJob extends WithRoots {
  readonly kind: 'move';
  readonly request: MoveRequest;
  /** Memory of a `MoveState`. */
  readonly state: SharedArrayBuffer;
}

/** Delete files, links, part files, notes and the folders this leaves empty. */
export interface RemoveJob extends WithRoots {
  readonly kind: 'remove';
  readonly request: RemoveRequest;
}

/** Place and paths are saved: forget what was remembered for the case that they are not. */
export interface SettleJob extends WithRoots {
  readonly kind: 'settle';
  readonly place: Place;
  readonly parts: string;
}

/** Something about folders beside torrents. */
export interface FolderJob {
  readonly kind: 'folder';
  /** Absolute path of the root. */
  readonly root: string;
  readonly ask:
    | { readonly type: 'list' | 'make' | 'space'; readonly folder: readonly string[] }
    | {
        readonly type: 'read';
        readonly path: readonly string[];
        readonly offset: number;
        readonly length: number;
      }
    | { readonly type: 'rename'; readonly from: readonly string[]; readonly to: readonly string[] };
}

/** Everything a worker can do. */
export type Job =
  | FinishJob
  | WriteJob
  | HashJob
  | OpenJob
  | ForgetJob
  | VanishedJob
  | SurveyJob
  | EmptyJob
  | PartsJob
  | AdoptJob
  | ArriveJob
  | RenameJob
  | MoveJob
  | RemoveJob
  | SettleJob
  | FolderJob;

/** An open file and how it looked when it was opened. */
export interface OpenedFile {
  readonly fd: number;
  readonly stat: FileStat;
}

/** Where the files of a store are. */
export interface Arrival {
  readonly place: Place;
  readonly root: Root;
}

/** What a question about folders gives; only what was asked for is there. */
export interface FolderAnswer {
  readonly listing: { readonly entries: readonly FolderEntry[]; readonly isCut: boolean } | null;
  readonly space: { readonly free: number; readonly total: number } | null;
  readonly part: FilePart | null;
}

/** What each kind of job gives. */
export interface Results {
  finish: FinishResult;
  /** SHA-1 of each block written, in the order of the segments. */
  write: Uint8Array;
  /** One digest per piece; zeros for a piece that cannot be read in full. */
  hash: Uint8Array;
  /** null: there is no such file. */
  open: OpenedFile | null;
  forget: null;
  /** Paths. */
  vanished: readonly string[];
  survey: { readonly root: Root; readonly stats: readonly FileStat[] };
  empty: null;
  parts: readonly string[];
  adopt: null;
  arrive: Arrival | null;
  rename: null;
  move: { readonly root: Root };
  remove: null;
  settle: null;
  folder: FolderAnswer;
}

/** What a worker is started with. */
export interface WorkerStart {
  readonly arena: SharedArrayBuffer;
  /** Of all threads together. */
  readonly counters: SharedArrayBuffer;
  readonly openFilesMax: number;
}

/** A job on its way to a worker. */
export interface Order {
  readonly id: number;
  readonly job: Job;
}

/** An answer on its way back: a result or an error, and the folders changed in either case. */
export interface Reply {
  readonly id: number;
  readonly outcome:
    | { readonly value: Results[Job['kind']]; readonly error: null }
    | { readonly error: DiskError };
  /** Absolute paths of folders that got new entries, for the next sync. */
  readonly folders: readonly string[];
}
