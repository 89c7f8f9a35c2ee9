/** What other clients' sessions are read as. Decides the shape; what each client means is decided by its reader. */
import type { Priority, TorrentId } from '@jstorrent/engine';

/** Clients whose sessions can be read. */
export type ClientName = 'qbittorrent' | 'transmission' | 'deluge';

/** A path below `ImportedTorrent.folder`, by file index. */
export interface ImportedPath {
  readonly file: number;
  readonly path: readonly string[];
}

/** When seeding ends; null = never for this reason. */
export interface ImportedGoals {
  readonly ratio: number | null;
  readonly seedMinutes: number | null;
  readonly idleMinutes: number | null;
  readonly action: 'stop' | 'remove';
}

/** One torrent of another client. Bytes, bytes per second, milliseconds; times since the epoch. */
export interface ImportedTorrent {
  readonly client: ClientName;
  readonly id: TorrentId;
  /** The bytes of a .torrent file, checked; or a link while the client does not know more. */
  readonly source:
    | { readonly kind: 'metainfo'; readonly metainfo: Uint8Array }
    | { readonly kind: 'magnet'; readonly magnet: string };
  /** What the user calls it; null = as the torrent calls itself. */
  readonly displayName: string | null;
  /** Absolute path of the folder that holds the torrent's file or folder, as the client wrote it. */
  readonly folder: string;
  /** Files that are called otherwise than our engine would call them. */
  readonly renamed: readonly ImportedPath[];
  /** Files that may lie under another name while they are unfinished: to be renamed before the torrent is added. */
  readonly unfinished: readonly ImportedPath[];
  /** Pieces that the client has checked, a bit each (BEP 3); null = unknown, everything is to be checked. */
  readonly verified: Uint8Array | null;
  /** One per file; null = all normal. */
  readonly priorities: readonly Priority[] | null;
  readonly intent: 'run' | 'stop' | 'force';
  readonly sequential: boolean;
  /** First and last pieces first. */
  readonly endsFirst: boolean;
  readonly labels: readonly string[];
  readonly downloaded: number;
  readonly uploaded: number;
  /** 0 = unlimited. */
  readonly downLimit: number;
  readonly upLimit: number;
  /** Null = as the settings say. */
  readonly connections: number | null;
  readonly goals: ImportedGoals | null;
  readonly addedAt: number | null;
  readonly completedAt: number | null;
  readonly seededMs: number;
  readonly activeMs: number;
  /** In tiers (BEP 12). */
  readonly trackers: readonly (readonly string[])[];
  readonly webSeeds: readonly string[];
  /** Position in the client's queue, from 0; null = in none. */
  readonly queue: number | null;
  /** What could not be taken over, in sentences. */
  readonly warnings: readonly string[];
}

/** A torrent, or why there is none: `what` names it, `reason` is a sentence. */
export type ImportOutcome =
  | { readonly ok: true; readonly torrent: ImportedTorrent }
  | {
      readonly ok: false;
      /** One torrent, or the session as a whole. */
      readonly about: 'torrent' | 'session';
      readonly what: string;
      readonly reason: string;
    };

/** Thrown inside of this folder where one torrent cannot be taken over; becomes the reason of an outcome. */
export class ImportError extends Error {
  readonly code = 'IMPORT';

  constructor(sentence: string) {
    super(sentence);
    this.name = 'ImportError';
  }
}
