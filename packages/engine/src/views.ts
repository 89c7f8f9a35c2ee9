/** Snapshots of torrents for whoever shows them. */
import type { TorrentId } from './events.ts';
import type { TorrentState } from './rules/lifecycle.ts';
import type { Priority } from './rules/picker.ts';

/** One torrent at one moment. Lengths in bytes, rates in bytes per second. */
export interface TorrentView {
  readonly id: TorrentId;
  readonly name: string;
  readonly state: TorrentState;
  /** False while only the magnet is known; the numbers below are then 0. */
  readonly hasMetadata: boolean;
  readonly totalLength: number;
  readonly pieceCount: number;
  readonly havePieces: number;
  /** Of what is wanted. */
  readonly wantedLength: number;
  readonly bytesLeft: number;
  /** Bytes of wanted pieces that are not verified, received or not. */
  readonly bytesUnverified: number;
  /** Of a running check, 0 to 1. */
  readonly checkProgress: number;
  readonly downloadRate: number;
  readonly uploadRate: number;
  /** Payload received and sent over all sessions. */
  readonly downloaded: number;
  readonly uploaded: number;
  /** Payload received in vain: duplicate, unasked or corrupt. */
  readonly wasted: number;
  readonly peers: number;
  readonly seeds: number;
  readonly knownAddresses: number;
  /** Milliseconds at the present rate, null when unknown. */
  readonly etaMs: number | null;
  /** Place in the queue, from 0. */
  readonly queuePosition: number;
}

/** One file at one moment. */
export interface FileView {
  readonly path: readonly string[];
  readonly length: number;
  readonly priority: Priority;
}

/** One peer at one moment. */
export interface PeerView {
  readonly host: string;
  readonly port: number;
  readonly client: string;
  readonly incoming: boolean;
  readonly pieces: number;
  readonly downloadRate: number;
  readonly uploadRate: number;
  readonly outstanding: number;
  readonly amChoking: boolean;
  readonly amInterested: boolean;
  readonly peerChoking: boolean;
  readonly peerInterested: boolean;
  readonly snubbed: boolean;
  /** Bytes it gave us in this connection, and per second of all time it had us unchoked. */
  readonly downloaded: number;
  readonly lifetimeRate: number;
  /** Over all connections to this address. */
  readonly timeouts: number;
  readonly hashFailures: number;
}
