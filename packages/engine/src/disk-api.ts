/**
 * What the owner of an engine does with folders and with the places of torrents. Decides what is asked of the plane for
 * it, and which roots a new plane is told of.
 */
import type { TorrentId } from './events.ts';
import type { FolderEntry, Place, PlaneCommand, PlaneFigures, RequestId, StoreCode } from './ports.ts';
import { isPossiblePath } from './rules/paths.ts';
import type { AnswerEvent, Asks } from './swarm/asks.ts';
import type { PlaceAnswer, PlaceFailure, Places } from './swarm/places.ts';
import type { Turn } from './swarm/turn.ts';

/** Who wants to know; one of the two is called, once, inside a turn. Must not call the engine. */
export interface FolderAnswer<T> {
  onDone(value: T): void;
  onFailed(code: StoreCode, detail: string): void;
}

/** The first entries of a folder by name; `isCut`: there are more. */
export interface FolderListing {
  readonly entries: readonly FolderEntry[];
  readonly isCut: boolean;
}

/** Bytes that this user may still write, and of the whole file system. */
export interface FolderSpace {
  readonly free: number;
  readonly total: number;
}

/** A file to be read whole. */
export interface FileWish {
  readonly root: string;
  readonly path: readonly string[];
  /** A longer file is not read (FILE_TOO_LARGE); at most READ_FILE_MAX. */
  readonly maxBytes: number;
}

/** Longest file that is read whole: the largest .torrent file we take is 100 MB. */
export const READ_FILE_MAX = 100 * 1024 * 1024;

/** Bytes asked for at once: an answer is one frame, which others wait for. */
const READ_BYTES = 4 * 1024 * 1024;

/** How the engine lends its turns. */
export interface DiskApiParts {
  readonly asks: Asks;
  run(input: (turn: Turn) => void): void;
  /** Places of a torrent; throws EngineError UNKNOWN_TORRENT. */
  placesOf(id: TorrentId): Places;
}

/** Folders and places, as methods of an engine. */
export class DiskApi {
  readonly #parts: DiskApiParts;
  readonly #roots = new Map<string, string>();

  constructor(parts: DiskApiParts) {
    this.#parts = parts;
  }

  // --- roots ----------------------------------------------------------------------------------------------------------

  /** From now on `key` is the folder at an absolute path; open files stay where they are. */
  setRoot(key: string, path: string): void {
    this.#roots.set(key, path);
    this.#parts.run((turn) => turn.push({ type: 'setRoot', key, path }));
  }

  /** Nothing is opened below `key` any more; what is open stays so until it is closed. */
  dropRoot(key: string): void {
    this.#roots.delete(key);
    this.#parts.run((turn) => turn.push({ type: 'dropRoot', key }));
  }

  /** A new plane knows only the roots it was started with. */
  onPlaneReady(turn: Turn): void {
    for (const [key, path] of this.#roots) turn.push({ type: 'setRoot', key, path });
  }

  // --- places of torrents ---------------------------------------------------------------------------------------------

  /** Where a torrent's files are. */
  placeOf(id: TorrentId): Place {
    return this.#parts.placesOf(id).place;
  }

  /**
   * Move a torrent's files. Its state stays; its peers are let go of meanwhile and dialled again afterwards. When it fails
   * or is cancelled everything is where it was, and another move to the same place goes on where this one ended.
   */
  move(id: TorrentId, place: Place, onEnd: PlaceAnswer): void {
    this.#change(id, place.folder, onEnd, (places, turn) => places.move(place, onEnd, turn));
  }

  /** End a move with CANCELLED, as long as it copies; later it ends well. */
  cancelMove(id: TorrentId): void {
    const places = this.#parts.placesOf(id);
    this.#parts.run((turn) => places.cancel(turn));
  }

  /**
   * A torrent's files were moved by hand: look for them there, and check those that do not look as saved. NOT_FOUND when
   * there is none.
   */
  relocate(id: TorrentId, place: Place, onEnd: PlaceAnswer): void {
    this.#change(id, place.folder, onEnd, (places, turn) => places.relocate(place, onEnd, turn));
  }

  /** Give one file another path below the torrent's place. */
  renameFile(id: TorrentId, file: number, path: readonly string[], onEnd: PlaceAnswer): void {
    this.#change(id, path, onEnd, (places, turn) => places.rename([{ file, path }], onEnd, turn));
  }

  /**
   * Give a folder of a torrent, and with it everything below, another path below the torrent's place: all or nothing. NOT_FOUND when
   * it has no such folder, EXISTS when something else of it is in the new one.
   */
  renameFolder(
    id: TorrentId,
    { from, to }: { readonly from: readonly string[]; readonly to: readonly string[] },
    onEnd: PlaceAnswer,
  ): void {
    this.#change(id, to, onEnd, (places, turn) => places.renameFolder(from, to, onEnd, turn));
  }

  /** What the `placesChanged` event with this revision told is kept. */
  placesSaved(id: TorrentId, revision: number): void {
    const places = this.#parts.placesOf(id);
    this.#parts.run((turn) => places.saved(revision, turn));
  }

  #change(
    id: TorrentId,
    path: readonly string[],
    onEnd: PlaceAnswer,
    work: (places: Places, turn: Turn) => void,
  ): void {
    const places = this.#parts.placesOf(id);
    const failure: PlaceFailure = { code: 'PATH_ESCAPES', detail: path.join('/'), missing: 0 };
    if (isPossiblePath(path)) this.#parts.run((turn) => work(places, turn));
    else this.#parts.run(() => onEnd(failure));
  }

  // --- folders --------------------------------------------------------------------------------------------------------

  /** What stands in a folder: the first 10,000 files and folders by name. */
  listFolder(place: Place, answer: FolderAnswer<FolderListing>): void {
    this.#ask(
      (request) => ({ type: 'listFolder', request, ...place }),
      (event) => {
        if (event.type === 'folderListed') answer.onDone({ entries: event.entries, isCut: event.isCut });
        else fail(event, answer);
      },
    );
  }

  /** Make a folder and those above it; EXISTS when something is there. */
  makeFolder(place: Place, answer: FolderAnswer<void>): void {
    this.#ask((request) => ({ type: 'makeFolder', request, ...place }), done(answer));
  }

  /** Room in a folder, which need not exist yet. */
  freeSpace(place: Place, answer: FolderAnswer<FolderSpace>): void {
    this.#ask(
      (request) => ({ type: 'freeSpace', request, ...place }),
      (event) => {
        if (event.type === 'spaceKnown') answer.onDone({ free: event.free, total: event.total });
        else fail(event, answer);
      },
    );
  }

  /** What the plane did since its process began, and holds now. */
  figures(answer: FolderAnswer<PlaneFigures>): void {
    this.#ask(
      (request) => ({ type: 'askFigures', request }),
      (event) => {
        if (event.type === 'figures') answer.onDone(event);
        else fail(event, answer);
      },
    );
  }

  /** Rename a file or folder, never over another. */
  renameEntry(
    root: string,
    from: readonly string[],
    to: readonly string[],
    answer: FolderAnswer<void>,
  ): void {
    this.#ask((request) => ({ type: 'renameEntry', request, root, from, to }), done(answer));
  }

  /** Read a whole file; FILE_CHANGED when somebody writes to it meanwhile. */
  readFile(wish: FileWish, answer: FolderAnswer<Uint8Array>): void {
    this.#parts.run((turn) => readPart(wish, answer, { asks: this.#parts.asks, whole: null, done: 0 }, turn));
  }

  #ask(command: (request: RequestId) => PlaneCommand, onAnswer: (event: AnswerEvent) => void): void {
    this.#parts.run((turn) => turn.push(command(this.#parts.asks.ask(onAnswer))));
  }
}

/** A file as far as it was read. */
interface Reading {
  readonly asks: Asks;
  /** Room for all bytes, and the time of the file; null before the first answer. */
  readonly whole: { readonly bytes: Uint8Array; readonly mtimeMs: number } | null;
  readonly done: number;
}

/** Ask for the next part of a file, and then for the one after it. */
function readPart(wish: FileWish, answer: FolderAnswer<Uint8Array>, reading: Reading, turn: Turn): void {
  const { root, path } = wish;
  const { asks, done: offset } = reading;
  const request = asks.ask((event, later) => {
    if (event.type !== 'fileRead') return fail(event, answer);
    const { size, mtimeMs, bytes } = event;
    if (size > Math.min(wish.maxBytes, READ_FILE_MAX)) {
      return answer.onFailed('FILE_TOO_LARGE', `${path.join('/')} has ${size} bytes`);
    }
    const whole = reading.whole ?? { bytes: new Uint8Array(size), mtimeMs };
    const end = offset + bytes.length;
    const isSame = whole.bytes.length === size && whole.mtimeMs === mtimeMs && end <= size;
    if (!isSame || (bytes.length === 0 && end < size)) {
      return answer.onFailed('FILE_CHANGED', `${path.join('/')} is being written to`);
    }
    whole.bytes.set(bytes, offset);
    if (end === size) answer.onDone(whole.bytes);
    else readPart(wish, answer, { asks, whole, done: end }, later);
  });
  turn.push({ type: 'readFile', request, root, path, offset, length: READ_BYTES });
}

function done(answer: FolderAnswer<void>): (event: AnswerEvent) => void {
  return (event) => {
    if (event.type === 'folderDone') answer.onDone();
    else fail(event, answer);
  };
}

/** Anything but an answer about folders means that the plane is gone. */
function fail(event: AnswerEvent, answer: Pick<FolderAnswer<never>, 'onFailed'>): void {
  if (event.type === 'folderFailed') answer.onFailed(event.code, event.detail);
  else answer.onFailed('DISK_ERROR', 'the disk process stopped');
}
