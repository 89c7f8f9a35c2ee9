/** What a torrent is made of, and what the engine lends it. */
import type { Info } from '@jstorrent/protocol';
import type { EngineEvent, TorrentId } from './events.ts';
import type { Settings } from './limits.ts';
import type { Random, StoreId } from './ports.ts';
import type { Priority } from './rules/picker.ts';
import type { ResumeData } from './rules/resume.ts';
import type { Asks } from './swarm/asks.ts';
import type { Connections } from './swarm/connections.ts';
import type { PickingOptions } from './swarm/content.ts';
import type { UdpTrackers } from './swarm/udp-trackers.ts';

/** What the engine lends its torrents. */
export interface TorrentHost {
  readonly settings: Settings;
  readonly connections: Connections;
  readonly asks: Asks;
  readonly udp: UdpTrackers;
  readonly random: Random;
  readonly userAgent: string;
  readonly clientVersion: string;
  /** 0 while not listening. */
  readonly listenPort: number;
  emit(event: EngineEvent): void;
  /** The torrent has something to do at the end of this turn. */
  touched(torrent: { readonly id: TorrentId }): void;
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
}

/** How it is to be treated. */
export interface TorrentOptions extends PickingOptions {
  readonly root: string;
  readonly storeId: StoreId;
  readonly peerId: Uint8Array;
  readonly preallocate: 'sparse' | 'full';
  readonly priorities: readonly Priority[];
  readonly resume: ResumeData | null;
}
