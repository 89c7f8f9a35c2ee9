/** Snapshots of torrents for whoever shows them. */
import type { TorrentId } from './events.ts';
import type { Goals } from './rules/goals.ts';
import type { TorrentState } from './rules/lifecycle.ts';
import type { Priority } from './rules/picker.ts';
import type { AddressSource } from './swarm/addresses.ts';
import type { PickingOptions } from './swarm/content.ts';
import type { StopReason } from './torrent-parts.ts';

/** Why a running download gets nothing. */
export type Waiting = 'noPeers' | 'nobodyHasTheRest' | 'choked';

/** What is set for one torrent. */
export interface OwnOptionsView extends PickingOptions {
  /** Payload bytes per second, 0 = no limit. */
  readonly downLimit: number;
  readonly upLimit: number;
  /** Connections; null = as the settings say. */
  readonly connections: number | null;
  /** Null = as the settings say. */
  readonly goals: Goals | null;
  readonly goalsInForce: Goals;
}

/** One torrent at one moment. Lengths in bytes, rates in bytes per second, times in ms. */
export interface TorrentView {
  readonly id: TorrentId;
  readonly name: string;
  readonly state: TorrentState;
  /** Runs beside all slots of the queue. */
  readonly forced: boolean;
  /** It waits for `release`, with or without its metadata. */
  readonly held: boolean;
  /** Who stopped it; null while it is to run. */
  readonly stoppedBy: StopReason | null;
  /** Null but for a running download that gets nothing. */
  readonly waiting: Waiting | null;
  /** False while only the magnet is known; the numbers below are then 0. */
  readonly hasMetadata: boolean;
  /** Parts of the metadata that are there, and in all; 0 in all while no peer has told, or the torrent is not loaded. */
  readonly metadata: { readonly have: number; readonly parts: number };
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
  /** Uploaded by downloaded, or by what is there when that was not downloaded; null when that is nothing. */
  readonly ratio: number | null;
  /** Time at work and time seeding, over all sessions. */
  readonly activeMs: number;
  readonly seededMs: number;
  /** When payload last came or went in this session, on the clock of the engine; null = never. */
  readonly lastTrafficMs: number | null;
  /** Part of the way to the goal that ends seeding next, 0 to 1; null without one. */
  readonly goalProgress: number | null;
  /** Payload received in vain: duplicate, unasked or corrupt. */
  readonly wasted: number;
  readonly peers: number;
  readonly seeds: number;
  /** Web servers that are asked now (BEP 19); they are no peers. */
  readonly webSeedCount: number;
  readonly knownAddresses: number;
  /** Of the whole swarm, as trackers tell; null when none does. */
  readonly swarmSeeds: number | null;
  readonly swarmLeeches: number | null;
  /** Distributed copies among us and our peers, and holders of the rarest piece; null while nobody is connected. */
  readonly availability: number | null;
  readonly rarest: number | null;
  /** Until a download is complete, or a seed reaches its next goal; null when unknown. */
  readonly etaMs: number | null;
  /** Place in the queue, from 0. */
  readonly queuePosition: number;
  readonly options: OwnOptionsView;
  /** In tiers, as set. */
  readonly trackers: readonly (readonly string[])[];
}

/** Everything together, since the engine began. */
export interface TotalsView {
  readonly downloadRate: number;
  readonly uploadRate: number;
  readonly downloaded: number;
  readonly uploaded: number;
  /** Links that are made or being made. */
  readonly connections: number;
}

/** One file at one moment. */
export interface FileView {
  /** Among all files of the torrent, padding included. */
  readonly index: number;
  readonly path: readonly string[];
  readonly length: number;
  /** Verified bytes. */
  readonly have: number;
  readonly priority: Priority;
}

/** One peer at one moment. */
export interface PeerView {
  readonly host: string;
  readonly port: number;
  readonly client: string;
  readonly incoming: boolean;
  /** Who told of it; `webSeed`: it is a web server, which never takes (BEP 19). */
  readonly source: AddressSource | 'webSeed';
  readonly pieces: number;
  /** Part of the torrent that it has, 0 to 1. */
  readonly progress: number;
  readonly downloadRate: number;
  readonly uploadRate: number;
  readonly outstanding: number;
  readonly amChoking: boolean;
  readonly amInterested: boolean;
  readonly peerChoking: boolean;
  readonly peerInterested: boolean;
  /** Unchoked to find out whether it is worth it. */
  readonly optimistic: boolean;
  readonly snubbed: boolean;
  /** How long it has been connected, ms, is the difference to the clock of the engine. */
  readonly connectedAtMs: number;
  /** Bytes it gave us and took in this connection, and per second of all time it had us unchoked. */
  readonly downloaded: number;
  readonly uploaded: number;
  readonly lifetimeRate: number;
  /** Over all connections to this address. */
  readonly timeouts: number;
  readonly hashFailures: number;
}

/** A piece that is arriving. Counts are blocks. */
export interface WorkingPiece {
  readonly piece: number;
  readonly blocks: number;
  readonly received: number;
  readonly requested: number;
}

/** All pieces at one moment. */
export interface PiecesView {
  readonly pieceCount: number;
  /** Verified pieces, BEP 3 bit order. */
  readonly have: Uint8Array;
  /** Ascending, bounded. */
  readonly working: readonly WorkingPiece[];
  /** Mean number of connected holders in each of equal stretches of pieces, bounded. */
  readonly availability: readonly number[];
}
