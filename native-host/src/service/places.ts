/**
 * The folders that the user gave to JSTorrent. Decides what may become one of them, and where below them an absolute path
 * lies; whether a folder is there only the daemon can see.
 */
import { randomBytes } from 'node:crypto';
import { basename, isAbsolute, normalize, relative, resolve, sep } from 'node:path';
import { CONTROL_LIMITS, ControlError, type Place } from '@jstorrent/control';
import type { Root } from '../store/session-store.ts';
import type { Disk } from './disk.ts';
import { told } from './errors.ts';
import type { Host } from './host.ts';

/** Roots, and paths below them. */
export class Places {
  readonly #host: Host;
  readonly #disk: Disk;
  readonly #stateFolder: string;

  /** `stateFolder` is absolute. */
  constructor(host: Host, disk: Disk, stateFolder: string) {
    this.#host = host;
    this.#disk = disk;
    this.#stateFolder = stateFolder;
  }

  /** Let torrents lie in a folder; one that is allowed already keeps its key. Rejects with ControlError. */
  async addRoot(text: string): Promise<Root> {
    const refuse = (why: string): never => {
      throw new ControlError('BAD_PARAMS', { at: 'path', why });
    };
    if (!isAbsolute(text) || text.includes('\0')) refuse('it is no whole path');
    const path = resolve(normalize(text));
    if (isInside(path, this.#stateFolder)) refuse('JSTorrent keeps its own data there');
    const { store, engine } = this.#host;
    const roots = store.roots();
    const known = roots.find((root) => root.path === path);
    if (known !== undefined) return known;
    if (roots.length >= CONTROL_LIMITS.roots) refuse(`there are ${roots.length} folders already`);
    const root: Root = { key: randomBytes(6).toString('hex'), path, label: basename(path) || path };
    engine.disk.setRoot(root.key, path);
    try {
      await this.#disk.list({ root: root.key, folder: [] });
      told(() => store.setRoot(root));
    } catch (error) {
      engine.disk.dropRoot(root.key);
      throw error;
    }
    return root;
  }

  /** The place of an absolute path, in the innermost root that holds it, or in a new one. Rejects with ControlError. */
  async of(path: string): Promise<Place> {
    const holding = this.#host.store
      .roots()
      .filter((root) => isInside(path, root.path))
      .toSorted((a, b) => b.path.length - a.path.length)[0];
    const root = holding ?? (await this.addRoot(path));
    const folder = relative(root.path, path)
      .split(sep)
      .filter((part) => part !== '');
    return { root: root.key, folder };
  }
}

function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way === '' || (!way.startsWith(`..${sep}`) && way !== '..' && !isAbsolute(way));
}
