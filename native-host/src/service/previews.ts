/**
 * Torrents that somebody looks at before adding them. Decides how long one is held and for whom; metadata of a magnet link
 * is fetched by the engine without touching the disk.
 */
import {
  CONTROL_LIMITS,
  ControlError,
  firstThatFit,
  runsOf,
  type CallContext,
  type ControlConnection,
  type Params,
  type Place,
  type PreviewView,
  type Result,
} from '@jstorrent/control';
import type { Engine, TorrentId } from '@jstorrent/engine';
import { concatBytes, encodeUtf8, type Info } from '@jstorrent/protocol';
import type { SessionStore } from '../store/session-store.ts';
import type { Catalog } from './catalog.ts';
import type { Disk } from './disk.ts';
import { told } from './errors.ts';
import type { Removals } from './removals.ts';
import type { HeldTorrents } from './source-reader.ts';
import { readMetainfo, type ReadTorrent } from './sources.ts';
import type { UndoWindow } from './undo-window.ts';

/** Previews at once; a front end shows one, and closes it. */
const PREVIEWS_MAX = 32;
/** How often the search for peers is shown. */
const SHOW_MS = 1000;
const COMMENT_MAX = 1000;
const METADATA_PART_BYTES = 16 * 1024;

/** What looking at torrents needs. */
interface PreviewParts {
  readonly engine: Pick<Engine, 'add' | 'remove' | 'info' | 'view'>;
  readonly store: Pick<SessionStore, 'metainfo'>;
  readonly catalog: Pick<Catalog, 'has' | 'find'>;
  readonly removals: Pick<Removals, 'over'>;
  readonly undo: Pick<UndoWindow, 'has' | 'close'>;
}

type Connection = Pick<ControlConnection, 'emit' | 'onClosed'>;

/** Who looks. */
interface Looker extends Pick<CallContext, 'isCancelled' | 'onCancelled'> {
  readonly connection: Connection;
}

interface Preview {
  readonly number: number;
  readonly connection: Connection;
  readonly openedMs: number;
  torrent: ReadTorrent;
  freeBytes: number | null;
}

/** All previews. */
export class Previews implements HeldTorrents {
  readonly #parts: PreviewParts;
  readonly #disk: Pick<Disk, 'space'>;
  readonly #previews = new Map<number, Preview>();
  #next = 1;
  #shownMs = 0;

  constructor(parts: PreviewParts, disk: Pick<Disk, 'space'>) {
    this.#parts = parts;
    this.#disk = disk;
  }

  /** Look at a torrent, unless whoever wants to has gone by now. */
  async open(given: ReadTorrent, place: Place | undefined, looker: Looker): Promise<PreviewView> {
    const { connection } = looker;
    if (this.#previews.size >= PREVIEWS_MAX)
      throw new ControlError('BUSY', { what: 'Looking at other torrents' });
    const torrent = await this.#asKept(given);
    // A front end that is gone closes nothing any more.
    if (looker.isCancelled) throw new ControlError('CANCELLED');
    const { engine, catalog } = this.#parts;
    const isSearched = torrent.metainfo === null && !catalog.has(torrent.id);
    const others = [...this.#previews.values()].some((other) => other.torrent.id === torrent.id);
    if (isSearched && !others) {
      const { magnet } = torrent;
      told(() => engine.add({ magnet: magnet ?? '' }, { root: place?.root ?? '', hold: true }));
    }
    const number = this.#next;
    this.#next += 1;
    const preview: Preview = { number, connection, openedMs: performance.now(), torrent, freeBytes: null };
    if (isSearched) preview.torrent = { ...torrent, isHeld: true };
    this.#previews.set(number, preview);
    connection.onClosed(() => this.close(number));
    looker.onCancelled(() => this.close(number));
    if (torrent.metainfo === null) this.#learn(preview, engine.info(torrent.id));
    if (place !== undefined) {
      preview.freeBytes = await this.#disk.space(place).then(
        ({ free }) => free,
        () => null,
      );
      if (looker.isCancelled) throw new ControlError('CANCELLED');
    }
    return this.#view(preview);
  }

  /** Files of a torrent that is looked at. */
  files({ preview, from }: Params<'preview.files'>): Result<'preview.files'> {
    const { metainfo, selectOnly } = this.torrent(preview);
    const isWanted = (index: number): boolean =>
      selectOnly === null || selectOnly.some(({ first, last }) => first <= index && index <= last);
    const files = (metainfo?.said.info.files ?? []).flatMap(({ kind, path, length }, index) =>
      kind === 'pad'
        ? []
        : [{ index, path, length, priority: isWanted(index) ? (2 as const) : (0 as const) }],
    );
    return { total: files.length, runs: firstThatFit(runsOf(files.slice(from))) };
  }

  torrent(number: number): ReadTorrent {
    const preview = this.#previews.get(number);
    if (preview === undefined) throw new ControlError('NOT_FOUND', { folder: 'This preview' });
    return preview.torrent;
  }

  close(number: number): void {
    const preview = this.#previews.get(number);
    if (preview === undefined) return;
    this.#previews.delete(number);
    const { id, isHeld } = preview.torrent;
    const isUsed = [...this.#previews.values()].some(({ torrent }) => torrent.id === id && torrent.isHeld);
    if (!isHeld || isUsed || this.#parts.catalog.has(id)) return;
    told(() => this.#parts.engine.remove(id, false));
  }

  /** The engine has found the metadata of a torrent. */
  onMetadata(id: TorrentId, info: Info): void {
    for (const preview of this.#previews.values()) {
      if (preview.torrent.id !== id || preview.torrent.metainfo !== null) continue;
      this.#learn(preview, info);
      preview.connection.emit({ event: 'preview', preview: this.#view(preview) });
    }
  }

  /** To be called often; shows now and then how the search goes. */
  tick(nowMs: number): void {
    if (this.#previews.size === 0 || nowMs - this.#shownMs < SHOW_MS) return;
    this.#shownMs = nowMs;
    for (const preview of this.#previews.values()) {
      if (preview.torrent.metainfo !== null) continue;
      preview.connection.emit({ event: 'preview', preview: this.#view(preview) });
    }
  }

  /** With what is kept of one that was removed a moment ago; when that is nothing, it is removed for good. */
  async #asKept(torrent: ReadTorrent): Promise<ReadTorrent> {
    const { id, magnet, metainfo, trackers, webSeeds, selectOnly, isHeld } = torrent;
    const { removals, store, undo } = this.#parts;
    if (metainfo !== null) return torrent;
    const kept = undo.has(id) ? store.metainfo(id) : null;
    if (kept !== null) return { ...readMetainfo(kept), magnet, trackers, webSeeds, selectOnly, isHeld };
    told(() => undo.close([id]));
    await removals.over(id);
    return torrent;
  }

  #learn(preview: Preview, info: Info | null): void {
    if (info === null) return;
    const { magnet, trackers, webSeeds, selectOnly, isHeld } = preview.torrent;
    const bytes = concatBytes([encodeUtf8('d4:info'), info.raw, encodeUtf8('e')]);
    preview.torrent = { ...readMetainfo(bytes), magnet, trackers, webSeeds, selectOnly, isHeld };
  }

  #view({ number, torrent, openedMs, freeBytes }: Preview): PreviewView {
    const { engine, catalog } = this.#parts;
    const { said } = torrent.metainfo ?? {};
    const view = torrent.isHeld && !catalog.has(torrent.id) ? engine.view(torrent.id) : null;
    const parts = said === undefined ? view?.metadata : partsOf(said.info.raw.length);
    const existing = catalog.find(torrent.id);
    const known = new Set(existing?.trackers.flat());
    const urls = torrent.trackers.flat();
    return {
      preview: number,
      state: said === undefined ? 'fetching' : 'ready',
      problem: null,
      infoHash: torrent.id,
      name: torrent.name.slice(0, CONTROL_LIMITS.nameLength),
      totalLength: said?.info.totalLength ?? 0,
      fileCount: said?.info.files.filter(({ kind }) => kind !== 'pad').length ?? 0,
      pieceCount: said?.info.pieceCount ?? 0,
      pieceLength: said?.info.pieceLength ?? 0,
      comment: (said?.comment ?? '').slice(0, COMMENT_MAX),
      createdBy: (said?.createdBy ?? '').slice(0, CONTROL_LIMITS.nameLength),
      createdAt: createdAtOf(said?.creationDate ?? null),
      private: said?.info.private ?? false,
      trackers: urls.length,
      duplicate: existing !== null,
      newTrackers: existing === null ? 0 : urls.filter((url) => !known.has(url)).length,
      peers: view?.peers ?? 0,
      connecting: Math.max(0, (view?.knownAddresses ?? 0) - (view?.peers ?? 0)),
      metadataHave: parts?.have ?? 0,
      metadataParts: parts?.parts ?? 0,
      sinceMs: Math.round(performance.now() - openedMs),
      seeds: view?.swarmSeeds ?? null,
      leeches: view?.swarmLeeches ?? null,
      freeBytes,
    };
  }
}

/** Metadata that is there, in parts of 16 KiB (BEP 9). */
function partsOf(bytes: number): { readonly have: number; readonly parts: number } {
  const parts = Math.ceil(bytes / METADATA_PART_BYTES);
  return { have: parts, parts };
}

/** Seconds since 1970 as milliseconds. */
function createdAtOf(seconds: number | null): number | null {
  return seconds === null ? null : seconds * 1000;
}
