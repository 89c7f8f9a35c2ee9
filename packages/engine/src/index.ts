/** The engine: rules and swarm of a BitTorrent client, without a world of its own. */
export { EngineError, type AddOptions, type AddSource } from './add-source.ts';
export * from './engine.ts';
export * from './events.ts';
export * from './limits.ts';
export * from './ports.ts';
export * from './views.ts';
export type { FailureCode, TorrentState } from './rules/lifecycle.ts';
export { PieceMath, fileSpans, type PieceSpan } from './rules/layout.ts';
export type { Priority } from './rules/picker.ts';
export { decodeResume, encodeResume, type ResumeData } from './rules/resume.ts';
export type { PickingOptions } from './swarm/content.ts';
export type { CreationRequest } from './swarm/creation.ts';
export type { DropCode } from './swarm/peer-manager.ts';
export type { TrackerView } from './swarm/tracker-manager.ts';
