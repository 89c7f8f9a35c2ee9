/**
 * Simulated worlds for tests: clock, chance, internet, disks, peers, trackers and torrents. The contract suites, which
 * need vitest, are in contracts/.
 */
export { VirtualClock, type RunLimits, type RunOutcome } from './clock.ts';
export { SeededRandom } from './random.ts';
export { MemoryInternet } from './net/internet.ts';
export type { HostSettings } from './net/host.ts';
export type { HttpHandler, SiteAnswer, SiteReply, SiteRequest } from './net/http.ts';
export type { LinkSettings } from './net/routes.ts';
export type { ConnectionStats } from './net/tcp.ts';
export {
  MemoryDisk,
  type DiskFaultPlan,
  type DiskOperation,
  type MemoryDiskOptions,
} from './disk/memory-disk.ts';
export {
  type FileShape,
  type TestTorrent,
  type TorrentRecipe,
  type TorrentShape,
  digests,
  makeTorrent,
  shapes,
} from './torrents.ts';
export { World, type WorldHostOptions } from './world.ts';
export {
  FAKE_EXTENSIONS,
  FakePeer,
  type FakePeerListener,
  type FakePeerOptions,
  type PeerBehaviour,
  dialFakePeer,
  listenFakePeer,
} from './peers/fake-peer.ts';
export * from './peers/behaviours.ts';
export * from './peers/abuse.ts';
export { type MemoryPlane, type MemoryPlaneOptions, createMemoryPlane } from './memory-plane.ts';
export { type AnnounceRecord, MemoryTracker, type TrackerSettings } from './tracker.ts';
