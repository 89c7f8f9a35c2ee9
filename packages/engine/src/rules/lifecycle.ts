/**
 * The life of a torrent as one union and one pure function. What a change of state does to the world is decided by the
 * torrent actor, not here.
 */

/** Why a torrent stands still through no wish of the user. Append-only. */
export type FailureCode =
  | 'DISK_FULL'
  | 'DISK_ERROR'
  | 'DENIED'
  | 'READ_ONLY'
  | 'TOO_MANY_FILES'
  | 'NOT_FOUND'
  | 'NAME_TOO_LONG'
  | 'FILE_TOO_LARGE'
  | 'PATH_ESCAPES'
  | 'UNKNOWN_ROOT'
  | 'EXISTS'
  | 'BAD_LAYOUT'
  | 'BUSY'
  | 'BAD_METADATA'
  | 'FILE_CHANGED'
  | 'CANCELLED';

/** What a torrent does. Derived from what happens, never saved. */
export type TorrentState =
  | { readonly kind: 'stopped' }
  | { readonly kind: 'queued' }
  | { readonly kind: 'checking' }
  | { readonly kind: 'metadata' }
  | { readonly kind: 'downloading' }
  | { readonly kind: 'endgame' }
  | { readonly kind: 'seeding' }
  | { readonly kind: 'stopping' }
  /** `missing` bytes would be needed on the disk (0 = unknown or not the point). */
  | {
      readonly kind: 'failed';
      readonly code: FailureCode;
      readonly detail: string;
      readonly missing: number;
    };

/** Whether it does nothing, by wish of the user or of the queue. */
export function isIdle({ kind }: TorrentState): boolean {
  return kind === 'stopped' || kind === 'queued';
}

/** What can happen to it. `run` is the user's wish at that moment. */
export type LifecycleEvent =
  | { readonly type: 'start' }
  | { readonly type: 'stop' }
  /** The queue gave a slot. */
  | { readonly type: 'granted'; readonly hasMetadata: boolean }
  | { readonly type: 'metadataComplete' }
  /** The store is open and what is on disk is known. */
  | { readonly type: 'checked'; readonly complete: boolean; readonly run: boolean }
  /** Everything wanted is verified. */
  | { readonly type: 'completed' }
  /** Something wanted is missing again: files chosen anew, or data lost. */
  | { readonly type: 'incomplete' }
  /** All missing blocks are requested and little is left, or no longer so. */
  | { readonly type: 'endgame'; readonly on: boolean }
  | { readonly type: 'recheck' }
  /** Connections and store are closed. */
  | { readonly type: 'closed'; readonly run: boolean }
  | { readonly type: 'failed'; readonly code: FailureCode; readonly detail: string; readonly missing: number }
  /** The disk takes writes again. */
  | { readonly type: 'recovered'; readonly complete: boolean };

const STOPPED: TorrentState = { kind: 'stopped' };
const QUEUED: TorrentState = { kind: 'queued' };
const CHECKING: TorrentState = { kind: 'checking' };
const METADATA: TorrentState = { kind: 'metadata' };
const DOWNLOADING: TorrentState = { kind: 'downloading' };
const ENDGAME: TorrentState = { kind: 'endgame' };
const SEEDING: TorrentState = { kind: 'seeding' };
const STOPPING: TorrentState = { kind: 'stopping' };

/** The state after an event; the same object when the event changes nothing in this state. */
export function next(state: TorrentState, event: LifecycleEvent): TorrentState {
  if (event.type === 'failed' && state.kind !== 'stopped' && state.kind !== 'stopping') {
    // Verified data may be gone: all of it is looked at again, as soon as that is possible.
    if (event.code === 'FILE_CHANGED' && isActive(state)) return CHECKING;
    if (state.kind === 'failed' && (sameFailure(state, event) || state.code === 'FILE_CHANGED')) return state;
    return { kind: 'failed', code: event.code, detail: event.detail, missing: event.missing };
  }
  switch (state.kind) {
    case 'stopped':
      if (event.type === 'start') return QUEUED;
      return event.type === 'recheck' ? QUEUED : state;
    case 'queued':
      if (event.type === 'granted') return event.hasMetadata ? CHECKING : METADATA;
      return event.type === 'stop' ? STOPPED : state;
    case 'metadata':
      if (event.type === 'metadataComplete') return CHECKING;
      return event.type === 'stop' ? STOPPING : state;
    case 'checking':
      if (event.type === 'checked') return afterCheck(event);
      return event.type === 'stop' ? STOPPING : state;
    case 'downloading':
    case 'endgame':
    case 'seeding':
      return nextActive(state, event);
    case 'stopping':
      if (event.type === 'closed') return event.run ? QUEUED : STOPPED;
      return state;
    case 'failed':
      if (event.type === 'start') return STOPPING;
      if (event.type === 'recheck') return CHECKING;
      if (event.type === 'recovered' && state.code === 'FILE_CHANGED') return CHECKING;
      if (event.type === 'recovered') return event.complete ? SEEDING : DOWNLOADING;
      return event.type === 'stop' ? STOPPING : state;
  }
}

function isActive({ kind }: TorrentState): boolean {
  return kind === 'downloading' || kind === 'endgame' || kind === 'seeding';
}

interface Failure {
  readonly code: FailureCode;
  readonly detail: string;
  readonly missing: number;
}

function sameFailure(a: Failure, b: Failure): boolean {
  return a.code === b.code && a.detail === b.detail && a.missing === b.missing;
}

function afterCheck(event: { readonly complete: boolean; readonly run: boolean }): TorrentState {
  if (!event.run) return STOPPING;
  return event.complete ? SEEDING : DOWNLOADING;
}

function nextActive(state: TorrentState, event: LifecycleEvent): TorrentState {
  switch (event.type) {
    case 'stop':
      return STOPPING;
    case 'recheck':
      return CHECKING;
    case 'completed':
      return SEEDING;
    case 'incomplete':
      return state.kind === 'seeding' ? DOWNLOADING : state;
    case 'checked':
      // The store was lost and opened again, and some of it is gone.
      return state.kind === 'seeding' && !event.complete ? DOWNLOADING : state;
    case 'endgame':
      if (state.kind === 'seeding') return state;
      if (event.on) return state.kind === 'endgame' ? state : ENDGAME;
      return state.kind === 'downloading' ? state : DOWNLOADING;
    default:
      return state;
  }
}
