/** What the parts of the service know of each other. Decides nothing. */
import type { Engine, TorrentId } from '@jstorrent/engine';
import type { SessionStore } from '../store/session-store.ts';
import type { Catalog } from './catalog.ts';
import type { Clients } from './clients.ts';
import type { OtherWriters } from './other-writers.ts';
import type { Removals } from './removals.ts';
import type { ServiceLog } from './service-log.ts';
import type { SettingsBook } from './settings-book.ts';
import type { UndoWindow } from './undo-window.ts';

/** The service as its parts see it. */
export interface Host {
  readonly engine: Engine;
  readonly store: SessionStore;
  readonly catalog: Catalog;
  readonly removals: Removals;
  readonly undo: UndoWindow;
  readonly writers: OtherWriters;
  readonly settings: SettingsBook;
  readonly clients: Clients;
  readonly log: ServiceLog;
  /** Payload received in vain by each torrent since the engine began. */
  readonly wasted: Map<TorrentId, number>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}
