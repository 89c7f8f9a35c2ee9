/** What a torrent is made of, what the user wishes of it, and what the engine lends it. */
import type { Info } from '@jstorrent/protocol';
import type { EngineEvent, TorrentId } from './events.ts';
import type { Settings } from './limits.ts';
import type { FilePath, Place, Random, StoreId } from './ports.ts';
import type { GoalKind, Goals } from './rules/goals.ts';
import type { TorrentState } from './rules/lifecycle.ts';
import type { Priority } from './rules/picker.ts';
import type { ResumeData, Totals } from './rules/resume.ts';
import type { Asks } from './swarm/asks.ts';
import type { Connections } from './swarm/connections.ts';
import type { PickingOptions } from './swarm/content.ts';
import type { Traffic } from './swarm/progress.ts';
import type { UdpTrackers } from './swarm/udp-trackers.ts';
import type { WebSeed } from './swarm/web-seeds.ts';

/** Names a torrent that did something. */
interface Named {
  readonly id: TorrentId;
}

/** What the engine lends its torrents. */
export interface TorrentHost {
  readonly settings: Settings;
  readonly connections: Connections;
  readonly asks: Asks;
  readonly udp: UdpTrackers;
  readonly traffic: Traffic;
  readonly random: Random;
  readonly userAgent: string;
  readonly clientVersion: string;
  /** 0 while not listening. */
  readonly listenPort: number;
  emit(event: EngineEvent): void;
  /** The torrent has something to do at the end of this turn. */
  touched(torrent: Named): void;
  /** What is shown of it is not as it was. */
  changed(id: TorrentId): void;
  /** Its state is another one: slots may have to be given anew. */
  stateChanged(torrent: Named): void;
  /** Slots may have to be given anew. */
  queueChanged(): void;
}

/** What a torrent is. */
export interface TorrentSource {
  readonly id: TorrentId;
  readonly infoHash: Uint8Array;
  readonly name: string;
  readonly info: Info | null;
  readonly trackers: readonly (readonly string[])[];
  readonly webSeeds: readonly WebSeed[];
}

/** Why a torrent is stopped. */
export type StopReason = 'user' | GoalKind;

/** What the user wishes of a torrent, loaded or not: one record for each, changed by the engine. */
export interface Wishes {
  run: boolean;
  /** Beside all slots of the queue. */
  isForced: boolean;
  /** Only the metadata is wanted for now, and nothing on disk. */
  isHeld: boolean;
  /** Counts while it is not to run. */
  stoppedBy: StopReason;
  /** Payload bytes per second, 0 = no limit. */
  downLimit: number;
  upLimit: number;
  /** Connections; null = as the settings say. */
  connections: number | null;
  /** Null = as the settings say. */
  goals: Goals | null;
  trackers: readonly (readonly string[])[];
  webSeeds: readonly WebSeed[];
  priorities: readonly Priority[];
  picking: PickingOptions;
}

/** How it begins. */
export interface TorrentOptions {
  readonly place: Place;
  readonly paths: readonly FilePath[];
  readonly storeId: StoreId;
  readonly peerId: Uint8Array;
  readonly preallocate: 'sparse' | 'full';
  readonly resume: ResumeData | null;
  /** Totals of earlier sessions. */
  readonly before: Totals;
  readonly state: Extract<TorrentState, { kind: 'stopped' | 'queued' }>;
  /** Without resume data: believe that all data is there. */
  readonly skipCheck: boolean;
  /** Its metadata was known and is lost. */
  readonly isBroken: boolean;
}
