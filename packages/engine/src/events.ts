/** What the engine tells its owner. */
import type { Info } from '@jstorrent/protocol';
import type { FilePath, LinkCode, Place } from './ports.ts';
import type { GoalKind } from './rules/goals.ts';
import type { TorrentState } from './rules/lifecycle.ts';
import type { ResumeData } from './rules/resume.ts';
import type { DropCode } from './swarm/peer-manager.ts';

/** Names a torrent: its info-hash in lower-case hex. */
export type TorrentId = string;

/** A peer as events name it. */
export interface PeerName {
  readonly host: string;
  readonly port: number;
  readonly client: string;
}

/** Everything that happens to torrents, in order. */
export type EngineEvent =
  | { readonly type: 'stateChanged'; readonly torrent: TorrentId; readonly state: TorrentState }
  | { readonly type: 'metadata'; readonly torrent: TorrentId; readonly info: Info }
  | {
      readonly type: 'checked';
      readonly torrent: TorrentId;
      readonly havePieces: number;
      readonly pieceCount: number;
    }
  | { readonly type: 'pieceComplete'; readonly torrent: TorrentId; readonly piece: number }
  | { readonly type: 'pieceCorrupt'; readonly torrent: TorrentId; readonly piece: number }
  /** Everything wanted is verified and written; it was downloaded in this session. */
  | { readonly type: 'completed'; readonly torrent: TorrentId }
  /** It has seeded enough, and stops. */
  | { readonly type: 'goalReached'; readonly torrent: TorrentId; readonly goal: GoalKind }
  | { readonly type: 'peerConnected'; readonly torrent: TorrentId; readonly peer: PeerName }
  | {
      readonly type: 'peerDropped';
      readonly torrent: TorrentId;
      readonly peer: PeerName;
      readonly code: DropCode;
    }
  /** `port` 0: the whole host, by the user's wish. */
  | { readonly type: 'peerBanned'; readonly torrent: TorrentId; readonly host: string; readonly port: number }
  | { readonly type: 'announced'; readonly torrent: TorrentId; readonly url: string; readonly peers: number }
  | {
      readonly type: 'announceFailed';
      readonly torrent: TorrentId;
      readonly url: string;
      readonly message: string;
    }
  /** A web seed is not asked any further, or not now; `message` is for people. */
  | {
      readonly type: 'webSeedFailed';
      readonly torrent: TorrentId;
      readonly url: string;
      readonly message: string;
    }
  /** To be kept by the owner, and given back when the torrent is added again. */
  | { readonly type: 'resume'; readonly torrent: TorrentId; readonly data: ResumeData }
  /**
   * To be kept by the owner with `revision`, and given back when the torrent is added again; `paths` are those that are not
   * the metainfo's. Once they are kept, `engine.disk.placesSaved` tells so.
   */
  | {
      readonly type: 'placesChanged';
      readonly torrent: TorrentId;
      readonly place: Place;
      readonly paths: readonly FilePath[];
      readonly revision: number;
    }
  /** Bytes of a move that have arrived, of all that are copied; at most four times a second. */
  | {
      readonly type: 'moveProgress';
      readonly torrent: TorrentId;
      readonly done: number;
      readonly total: number;
    }
  | { readonly type: 'removed'; readonly torrent: TorrentId; readonly detail: string }
  | { readonly type: 'listening'; readonly port: number }
  | { readonly type: 'listenFailed'; readonly code: LinkCode };
