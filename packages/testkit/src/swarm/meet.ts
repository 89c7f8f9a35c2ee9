/** What tests of swarm behaviour share: scripted company for a swarm, and what crossed the wire. */
import type { Client } from '../client.ts';
import {
  type FakePeerListener,
  type FakePeerOptions,
  type PeerBehaviour,
  listenFakePeer,
} from '../peers/fake-peer.ts';
import { createMemorySwarm, type MemorySwarm, type SwarmRecipe } from '../swarm.ts';

/** Where every engine and scripted peer of these tests listens. */
export const PORT = 6881;
/** The folder of every download. */
export const ROOT = 'downloads';

/** One leecher that knows nobody; company comes later. */
export function lonelyLeecher(recipe: Partial<SwarmRecipe> = {}): { swarm: MemorySwarm; leecher: Client } {
  const swarm = createMemorySwarm({ seeders: 0, leechers: 1, ...recipe });
  const [leecher] = swarm.leechers;
  if (leecher === undefined) throw new Error('a recipe without leechers');
  return { swarm, leecher };
}

/** One engine that seeds to nobody yet. */
export function lonelySeeder(recipe: Partial<SwarmRecipe> = {}): { swarm: MemorySwarm; seeder: Client } {
  const swarm = createMemorySwarm({ seeders: 1, leechers: 0, ...recipe });
  const [seeder] = swarm.seeders;
  if (seeder === undefined) throw new Error('a recipe without seeders');
  return { swarm, seeder };
}

/** Add a scripted peer on a host of its own and tell every leecher of it. */
export function meet(
  swarm: MemorySwarm,
  name: string,
  behaviours: readonly PeerBehaviour[],
  options: Partial<FakePeerOptions> = {},
): FakePeerListener {
  swarm.world.addHost(name);
  const { infoHash } = swarm.torrent;
  const listener = listenFakePeer(swarm.world, name, PORT, { infoHash, behaviours, ...options });
  const endpoint = { host: swarm.world.internet.addressOf(name), port: PORT };
  for (const { engine } of swarm.leechers) engine.addPeers(swarm.id, [endpoint]);
  return listener;
}

/** Stream bytes that reached a host so far. */
export function bytesTo(swarm: MemorySwarm, client: Client): number {
  return swarm.world.internet.stats(client.host).bytesReceived;
}

/** Whether a client told its owner that it banned a host. */
export function hasBanned(swarm: MemorySwarm, client: Client, host: string): boolean {
  const address = swarm.world.internet.addressOf(host);
  return client.events.some((event) => event.type === 'peerBanned' && event.host === address);
}

/** Pieces in the order in which they became complete. */
export function piecesOf(client: Client): number[] {
  return client.events.flatMap((event) => (event.type === 'pieceComplete' ? [event.piece] : []));
}
