/**
 * A torrent as the engine lists it: what the user wishes of it, its place in the queue, and the torrent itself once it is
 * loaded. When it is loaded is decided by the table.
 */
import type { SavedTorrent } from './add-source.ts';
import type { TorrentId } from './events.ts';
import { LIMITS } from './limits.ts';
import type { FilePath, Place } from './ports.ts';
import type { TorrentState } from './rules/lifecycle.ts';
import { isRunning, seedDemand, type QueueEntry } from './rules/queue.ts';
import { Ring } from './rules/ring.ts';
import type { Totals } from './rules/resume.ts';
import type { LogLine } from './torrent-log.ts';
import type { Wishes } from './torrent-parts.ts';
import type { Torrent } from './torrent.ts';

/** Where its files are to lie, and how. */
export interface EntryPlace {
  readonly place: Place;
  readonly paths: readonly FilePath[];
  readonly preallocate: 'sparse' | 'full';
}

const STOPPED: TorrentState = { kind: 'stopped' };
const QUEUED: TorrentState = { kind: 'queued' };

export class Entry implements QueueEntry {
  readonly id: TorrentId;
  readonly wishes: Wishes;
  /** Until it is loaded. */
  saved: SavedTorrent | null;
  torrent: Torrent | null = null;
  place: EntryPlace;
  /** In the queue, from 0. */
  position = 0;
  /** As saved: asked often, of many. */
  #hadMetadata = false;
  #wasComplete = false;
  #log: Ring<LogLine> | null = null;

  constructor(id: TorrentId, wishes: Wishes, place: EntryPlace, saved: SavedTorrent | null) {
    this.id = id;
    this.wishes = wishes;
    this.place = place;
    this.saved = null;
    if (saved !== null) this.rest(saved, place);
  }

  /** It is not loaded, or no more: its owner has it as it is. */
  rest(saved: SavedTorrent, place: EntryPlace): void {
    this.saved = saved;
    this.torrent = null;
    this.place = place;
    this.#hadMetadata = saved.pieceCount > 0;
    this.#wasComplete = this.#hadMetadata && saved.bytesLeft === 0;
  }

  get name(): string {
    return this.torrent?.name ?? this.saved?.name ?? this.id;
  }

  get state(): TorrentState {
    return this.torrent?.state ?? (this.wishes.run ? QUEUED : STOPPED);
  }

  get wantsToRun(): boolean {
    return this.wishes.run;
  }

  get isForced(): boolean {
    return this.wishes.isForced || this.wishes.isHeld;
  }

  /** While its files are looked at, as what it was known before: it keeps the slot that it was given for that. */
  get isComplete(): boolean {
    const { torrent } = this;
    if (torrent !== null && torrent.state.kind !== 'checking') this.#wasComplete = torrent.isComplete;
    return this.#wasComplete;
  }

  get startsWithCheck(): boolean {
    return this.torrent === null ? this.#hadMetadata : this.torrent.content !== null;
  }

  get isSlow(): boolean {
    return this.torrent?.isSlow ?? false;
  }

  get activeSinceMs(): number {
    return this.torrent?.activeSinceMs ?? 0;
  }

  get demand(): number {
    if (this.torrent === null) return seedDemand(null, null, false);
    const { seeds, leeches } = this.torrent.trackers.counts;
    return seedDemand(seeds, leeches, isRunning(this.state));
  }

  /** Over all sessions. */
  get totals(): Totals {
    if (this.torrent !== null) return this.torrent.progress.totals;
    const { downloaded = 0, uploaded = 0, activeMs = 0, seededMs = 0 } = this.saved ?? {};
    return { downloaded, uploaded, activeMs, seededMs };
  }

  /** Its last lines, oldest first. */
  get log(): LogLine[] {
    return this.#log?.list() ?? [];
  }

  note(line: LogLine): void {
    this.#log ??= new Ring(LIMITS.logEntries);
    this.#log.push(line);
  }
}
