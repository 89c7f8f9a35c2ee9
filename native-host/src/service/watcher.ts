/**
 * Watched folders: .torrent files that appear there are added. Decides what becomes of a file afterwards; which files are
 * ready is decided by the rule.
 */
import { clearInterval, setInterval } from 'node:timers';
import { CONTROL_LIMITS, ControlError, type ControlSettings } from '@jstorrent/control';
import { lookAt, markOf, type ListedFile, type WatchMemory } from '../rules/watch.ts';
import { addTorrent } from './adding.ts';
import type { Disk } from './disk.ts';
import type { Host } from './host.ts';
import { readMetainfo } from './sources.ts';

type WatchFolder = ControlSettings['watch.folders'][number];

/** Between two looks: a file is taken up after five to ten seconds. */
const LOOK_MS = 5000;
/** What is put behind the name of a file that was added, and of one that cannot be. */
const ADDED = '.added';

interface Watched {
  memory: WatchMemory;
  /** Files that could not be used, as they were then. */
  refused: Map<string, string>;
  /** The folder itself could not be read; told once. */
  isBroken: boolean;
}

/** Watches as the settings say, until `stop`. */
export class Watcher {
  readonly #host: Host;
  readonly #disk: Disk;
  readonly #folders = new Map<string, Watched>();
  #timer: NodeJS.Timeout | null = null;
  #isLooking = false;

  constructor(host: Host, disk: Disk) {
    this.#host = host;
    this.#disk = disk;
  }

  /** Watch the folders of the settings; also when they changed. */
  begin(): void {
    const keys = new Set(this.#host.settings.values['watch.folders'].map(keyOf));
    for (const key of this.#folders.keys()) if (!keys.has(key)) this.#folders.delete(key);
    if (keys.size === 0) return this.stop();
    this.#timer ??= setInterval(() => void this.look(), LOOK_MS);
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  /** Look at all folders once. */
  async look(): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    try {
      for (const folder of this.#host.settings.values['watch.folders']) await this.#lookAt(folder);
    } finally {
      this.#isLooking = false;
    }
  }

  async #lookAt(folder: WatchFolder): Promise<void> {
    const key = keyOf(folder);
    const watched = this.#folders.get(key) ?? { memory: new Map(), refused: new Map(), isBroken: false };
    this.#folders.set(key, watched);
    let entries: readonly ListedFile[];
    try {
      ({ entries } = await this.#disk.list(folder.place));
      watched.isBroken = false;
    } catch (error) {
      if (!watched.isBroken) this.#complain(folder.place.folder.at(-1) ?? 'The folder', error);
      watched.isBroken = true;
      return;
    }
    const { ready, memory } = lookAt(entries, watched.memory, watched.refused, CONTROL_LIMITS.metainfoStored);
    watched.memory = memory;
    for (const name of watched.refused.keys()) if (!memory.has(name)) watched.refused.delete(name);
    for (const name of ready) {
      const entry = entries.find((each) => each.name === name);
      if (entry !== undefined) await this.#take(folder, watched, entry);
    }
  }

  async #take(
    { place, saveTo, start, labels }: WatchFolder,
    watched: Watched,
    file: ListedFile,
  ): Promise<void> {
    const path = [...place.folder, file.name];
    try {
      const bytes = await this.#disk.readFile(place.root, path, CONTROL_LIMITS.metainfoStored);
      const torrent = readMetainfo(bytes);
      if (!this.#host.catalog.has(torrent.id)) {
        addTorrent(this.#host, torrent, { start, labels, ...(saveTo === null ? {} : { place: saveTo }) });
        this.#host.log.say('notable', 'WATCHED', `${file.name} was added`, torrent.id);
        this.#host.clients.notice('added', torrent.id, { name: torrent.name });
      }
      await this.#disk.rename(place.root, path, [...place.folder, `${file.name}${ADDED}`]);
    } catch (error) {
      // Also one that was added but cannot be renamed is not read again before it changes.
      watched.refused.set(file.name, markOf(file));
      this.#complain(file.name, error);
    }
  }

  #complain(name: string, error: unknown): void {
    if (!(error instanceof ControlError)) throw error;
    this.#host.log.say('problem', 'WATCH', `${name}: ${error.message}`);
    this.#host.clients.notice('watchFailed', null, { name, why: error.message });
  }
}

function keyOf({ place }: WatchFolder): string {
  return JSON.stringify([place.root, place.folder]);
}
