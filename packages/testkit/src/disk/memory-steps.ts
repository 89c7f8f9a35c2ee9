/**
 * The steps of a relocation on the in-memory disk, each with a time of its own, so that power fails between them. Decides
 * how steps are run; their order is the data plane's.
 */
import type { Answer, DiskSteps, Entry, Headway, Slice, Steps } from '@jstorrent/data-plane';
import type { Place, StoreCode } from '@jstorrent/engine/ports';
import type { DiskOperation, MemoryDisk } from './memory-disk.ts';
import { DiskFault, type Volume } from './volume.ts';

/** A place that was found: paths below it are those of the volume after `prefix`. */
export interface Spot {
  readonly volume: Volume;
  /** Empty, or components with a slash after each. */
  readonly prefix: string;
}

/** A relocation to be run step by step. */
export interface Walk<T> {
  readonly operation: DiskOperation;
  /** Called at the end of the first step. */
  readonly begin: () => Steps<T>;
  /** Whether to stop where that is possible; asked between steps. */
  readonly onHeadway: (headway: Headway) => 'go' | 'stop';
  readonly answer: Answer<T>;
  /** The life of the programs it is for. */
  readonly life: number;
}

/** The prefix of a folder's paths. */
export function prefixOf(folder: readonly string[]): string {
  return folder.map((component) => `${component}/`).join('');
}

/** Run a relocation; a planned failure meets it at the step that is due. */
export function walk<T>(disk: MemoryDisk, { operation, begin, onHeadway, answer, life }: Walk<T>): void {
  let steps: Steps<T> | null = null;
  const advance = (): void =>
    disk.perform(
      {
        operation,
        bytes: 0,
        run: () => {
          steps ??= begin();
          return steps.next();
        },
        answer: {
          onDone: step,
          onError: ({ code, detail, missing }) => fail(new DiskFault(code, detail, missing)),
        },
        onEnd: () => {},
      },
      life,
    );
  const fail = (fault: DiskFault): void => {
    let result: IteratorResult<Headway, T>;
    try {
      if (steps === null) throw fault;
      result = steps.throw(fault);
    } catch (error) {
      if (!(error instanceof DiskFault)) throw error;
      return answer.onError(error.error);
    }
    step(result);
  };
  const step = (result: IteratorResult<Headway, T>): void => {
    if (result.done === true) return answer.onDone(result.value);
    if (onHeadway(result.value) === 'go' || result.value.isBound) return advance();
    answer.onError({ code: 'CANCELLED', detail: 'the move was called off', missing: 0 });
  };
  advance();
}

/** Steps on the volumes of a disk; `own` is used for its root even when that was dropped. */
export class MemorySteps implements DiskSteps<Spot> {
  readonly #disk: MemoryDisk;
  readonly #own: { readonly root: string; readonly volume: Volume } | null;

  constructor(disk: MemoryDisk, own: { readonly root: string; readonly volume: Volume } | null) {
    this.#disk = disk;
    this.#own = own;
  }

  spot({ root, folder }: Place): Spot {
    const volume = this.#own?.root === root ? this.#own.volume : this.#disk.volume(root);
    if (volume.isGone) throw new DiskFault('NOT_FOUND', root);
    return { volume, prefix: prefixOf(folder) };
  }

  isSame(a: Spot, b: Spot): boolean {
    return a.volume === b.volume && a.prefix === b.prefix;
  }

  isFar(from: Spot, to: Spot): boolean {
    return this.#disk.hasManyFileSystems && from.volume !== to.volume;
  }

  look(at: Spot, path: string): Entry | null {
    return at.volume.look(at.prefix + path);
  }

  names(at: Spot, folder: string): readonly string[] {
    return at.volume.names(at.prefix + folder);
  }

  rename(from: Spot, path: string, to: Spot, target: string): boolean {
    if (this.isFar(from, to)) return false;
    from.volume.move(from.prefix + path, to.volume, to.prefix + target);
    return true;
  }

  unlink(at: Spot, path: string): void {
    at.volume.remove(at.prefix + path);
  }

  /** The volume has done it: folders go with the last that is in them. */
  removeEmptyFolders(): void {}

  freeBytes(): number {
    return this.#disk.freeBytes;
  }

  copy(from: Spot, to: Spot, { path, copy, offset, length }: Slice): void {
    const source = from.volume.find(from.prefix + path);
    if (source === undefined) throw new DiskFault('NOT_FOUND', path);
    const bytes = new Uint8Array(length);
    if (source.read(offset, bytes) < length) throw new DiskFault('FILE_CHANGED', path);
    const target = to.volume.create(to.prefix + copy, this.#disk.wallMs());
    const present = new Uint8Array(length);
    if (target.read(offset, present) === length && Buffer.compare(bytes, present) === 0) return;
    to.volume.write(to.prefix + copy, offset, bytes, this.#disk.wallMs());
  }

  seal(from: Spot, to: Spot, path: string, copy: string): void {
    const source = from.volume.find(from.prefix + path);
    const target = to.volume.find(to.prefix + copy);
    if (source === undefined || target === undefined) throw new DiskFault('NOT_FOUND', path);
    target.sealAs(source);
  }

  copyLink(from: Spot, to: Spot, path: string): void {
    const target = from.volume.links().get(from.prefix + path);
    if (target !== undefined) to.volume.link(to.prefix + path, target);
  }

  readNote(at: Spot, path: string): string | null {
    const file = at.volume.find(at.prefix + path);
    if (file === undefined) return null;
    const bytes = new Uint8Array(file.length);
    file.read(0, bytes);
    return Buffer.from(bytes).toString();
  }

  writeNote(at: Spot, path: string, text: string): void {
    const fresh = `${at.prefix}${path}.new`;
    at.volume.remove(fresh);
    at.volume.write(fresh, 0, Buffer.from(text), this.#disk.wallMs());
    at.volume.find(fresh)?.sync();
    if (at.volume.has(at.prefix + path)) at.volume.remove(at.prefix + path);
    at.volume.move(fresh, at.volume, at.prefix + path);
  }

  /** Names are durable at once. */
  syncFolders(): void {}

  failure(code: StoreCode, detail: string, missing = 0): Error {
    return new DiskFault(code, detail, missing);
  }
}
