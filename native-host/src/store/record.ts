/** What is kept of one torrent and around it, as values. Rules about them are the engine's and the service's. */
import type { Priority, TorrentId, WebSeed } from '@jstorrent/engine';

/** A folder on disk: an opaque key of a root and the components below it. */
export interface Place {
  readonly root: string;
  readonly folder: readonly string[];
}

/** When seeding ends and what happens then; null = not by this. */
export interface TorrentGoals {
  readonly ratio: number | null;
  readonly seedMinutes: number | null;
  readonly idleMinutes: number | null;
  readonly action: 'stop' | 'remove' | 'removeWithData';
}

/** One torrent as a list needs it. Bytes, bytes per second, milliseconds; times since the epoch. */
export interface TorrentRecord {
  readonly id: TorrentId;
  /** What it was added from. */
  readonly source: 'metainfo' | 'magnet';
  /** The link as it was given. */
  readonly magnet: string | null;
  /** Of the metadata, or what the magnet link calls it. */
  readonly name: string;
  /** What the user calls it. */
  readonly displayName: string | null;
  readonly place: Place;
  /** Where its data is being moved to; null when it is not. */
  readonly movingTo: Place | null;
  /** What the user wants; its state follows from it. */
  readonly intent: 'run' | 'stop' | 'force';
  readonly stoppedBy: 'user' | 'ratio' | 'time' | 'idle' | 'schedule' | null;
  readonly sequential: boolean;
  readonly endsFirst: boolean;
  /** 0 = unlimited. */
  readonly downLimit: number;
  readonly upLimit: number;
  /** Null = as the settings say. */
  readonly connections: number | null;
  readonly goals: TorrentGoals | null;
  readonly labels: readonly string[];
  /** In tiers (BEP 12), as the user left them. */
  readonly trackers: readonly (readonly string[])[];
  /** BEP 19. */
  readonly webSeeds: readonly WebSeed[];
  readonly addedAt: number;
  readonly completedAt: number | null;
  readonly lastActiveAt: number | null;
  /** Over all sessions. */
  readonly downloaded: number;
  readonly uploaded: number;
  readonly wasted: number;
  readonly seededMs: number;
  readonly activeMs: number;
  /** Kept by the store: whether `metainfo` has something. */
  readonly hasMetadata: boolean;
  readonly private: boolean;
  readonly totalLength: number;
  readonly pieceCount: number;
  readonly havePieces: number;
  readonly wantedLength: number;
  readonly bytesLeft: number;
}

/** What a torrent is added as; members that are left out are empty, zero, null or false. */
export type NewTorrent = Pick<TorrentRecord, 'id' | 'source' | 'name' | 'place' | 'intent' | 'addedAt'> &
  Partial<Omit<TorrentRecord, 'hasMetadata'>>;

/** What can change of it. */
export type TorrentChanges = Partial<Omit<TorrentRecord, 'id' | 'hasMetadata'>>;

/** What the user decided about single files. */
export interface SavedFiles {
  /** One per file; null = all normal. */
  readonly priorities: readonly Priority[] | null;
  /** Paths other than those of the metadata, by file index. */
  readonly renamed: readonly { readonly file: number; readonly path: readonly string[] }[];
}

/** A peer worth knowing. */
export interface SavedPeer {
  readonly host: string;
  readonly port: number;
}

/** A folder the user allowed. */
export interface Root {
  /** Opaque. */
  readonly key: string;
  /** Absolute. */
  readonly path: string;
  /** What the user calls it. */
  readonly label: string;
}
