/** The engine: rules and swarm of a BitTorrent client, without a world of its own. */
export {
  READ_FILE_MAX,
  type DiskApi,
  type FileWish,
  type FolderAnswer,
  type FolderListing,
  type FolderSpace,
} from './disk-api.ts';
export {
  EngineError,
  type AddOptions,
  type AddSource,
  type OwnLimits,
  type SavedTorrent,
} from './add-source.ts';
export * from './engine.ts';
export type { EnginePorts } from './engine-ports.ts';
export * from './events.ts';
export * from './limits.ts';
export * from './ports.ts';
export * from './views.ts';
export type { GoalKind, Goals } from './rules/goals.ts';
export type { HistoryLevel, RateSamples } from './rules/history.ts';
export type { FailureCode, TorrentState } from './rules/lifecycle.ts';
export { PieceMath, fileSpans, type PieceSpan } from './rules/layout.ts';
export type { Priority } from './rules/picker.ts';
export type { QueueMove } from './rules/queue.ts';
export { decodeResume, encodeResume, type ResumeData, type Totals } from './rules/resume.ts';
export type { PickingOptions } from './swarm/content.ts';
export type { CreationRequest } from './swarm/creation.ts';
export type { PlaceAnswer, PlaceFailure } from './swarm/places.ts';
export type { DropCode } from './swarm/peer-manager.ts';
export type { Reannounced } from './swarm/tracker-manager.ts';
export type { TrackerView } from './swarm/tracker.ts';
export type { WebSeed, WebSeedView } from './swarm/web-seeds.ts';
export type { LogCode, LogLine } from './torrent-log.ts';
export type { StopReason } from './torrent-parts.ts';
