/**
 * Notes that a relocation leaves in the folder of part files, so that it can be brought to an end when it was
 * interrupted. Decides their form; a note that cannot be read counts as none.
 */
import type { Place } from '@jstorrent/engine/ports';
import type { DiskSteps } from './steps.ts';

const MOVE = 'move.json';
const ORIGIN = 'from.json';
const RENAMES = 'renames.json';
const NAMES: ReadonlySet<string> = new Set([MOVE, ORIGIN, RENAMES]);

/** Something that moves: its path, and the name of its copy while it is on its way. */
export interface Good {
  readonly key: string;
  readonly path: string;
}

/** Kept where the files were: where they go. */
export interface MoveNote {
  readonly to: Place;
  /** `copying`: everything is still here. `moved`: everything has arrived, or is brought there by renaming. */
  readonly phase: 'copying' | 'moved';
  /** Each move of a chain that the owner has not saved has a higher number than the one before. */
  readonly turn: number;
  readonly goods: readonly Good[];
}

/** Kept where the files went: where they came from. */
export interface OriginNote {
  readonly from: Place;
  readonly turn: number;
}

/** One renaming of several files. */
export type Batch = readonly { readonly file: number; readonly from: string; readonly to: string }[];

/** Where the notes of a torrent are. */
export class Notes<S> {
  readonly #disk: DiskSteps<S>;
  readonly #parts: string;

  /** `parts`: the torrent's folder of part files. */
  constructor(disk: DiskSteps<S>, parts: string) {
    this.#disk = disk;
    this.#parts = parts;
  }

  /** Path of the note about renamings, which travels with the files. */
  get renamesPath(): string {
    return `${this.#parts}/${RENAMES}`;
  }

  /** Whether there are any. */
  areAt(at: S): boolean {
    return this.#disk.names(at, this.#parts).some((name) => NAMES.has(name));
  }

  move(at: S): MoveNote | null {
    return this.#read(at, MOVE, asMove);
  }

  origin(at: S): OriginNote | null {
    return this.#read(at, ORIGIN, asOrigin);
  }

  /** Renamings, oldest first. */
  batches(at: S): readonly Batch[] {
    return this.#read(at, RENAMES, asBatches) ?? [];
  }

  writeMove(at: S, note: MoveNote): void {
    this.#disk.writeNote(at, `${this.#parts}/${MOVE}`, JSON.stringify(note));
  }

  writeOrigin(at: S, note: OriginNote): void {
    this.#disk.writeNote(at, `${this.#parts}/${ORIGIN}`, JSON.stringify(note));
  }

  writeBatches(at: S, batches: readonly Batch[]): void {
    if (batches.length === 0) this.#drop(at, RENAMES);
    else this.#disk.writeNote(at, this.renamesPath, JSON.stringify(batches));
  }

  dropMove(at: S): void {
    this.#drop(at, MOVE);
  }

  dropOrigin(at: S): void {
    this.#drop(at, ORIGIN);
  }

  #drop(at: S, name: string): void {
    const path = `${this.#parts}/${name}`;
    if (this.#disk.look(at, path) === null) return;
    this.#disk.unlink(at, path);
    this.#disk.removeEmptyFolders(at, [path]);
  }

  #read<T>(at: S, name: string, read: (value: unknown) => T | null): T | null {
    const text = this.#disk.readNote(at, `${this.#parts}/${name}`);
    if (text === null) return null;
    try {
      return read(JSON.parse(text));
    } catch (error) {
      if (error instanceof SyntaxError) return null;
      throw error;
    }
  }
}

function asMove(value: unknown): MoveNote | null {
  if (!isObject(value)) return null;
  const { phase, turn, goods } = value;
  const to = asPlace(value['to']);
  if (to === null || (phase !== 'copying' && phase !== 'moved') || typeof turn !== 'number') return null;
  if (!Array.isArray(goods) || !goods.every(isGood)) return null;
  return { to, phase, turn, goods };
}

function asOrigin(value: unknown): OriginNote | null {
  if (!isObject(value)) return null;
  const from = asPlace(value['from']);
  const { turn } = value;
  return from === null || typeof turn !== 'number' ? null : { from, turn };
}

function asBatches(value: unknown): readonly Batch[] | null {
  const isBatch = (batch: unknown): batch is Batch => Array.isArray(batch) && batch.every(isRenaming);
  return Array.isArray(value) && value.every(isBatch) ? value : null;
}

function asPlace(value: unknown): Place | null {
  if (!isObject(value)) return null;
  const { root, folder } = value;
  if (typeof root !== 'string' || !Array.isArray(folder)) return null;
  if (!folder.every((component) => typeof component === 'string' && isName(component))) return null;
  return { root, folder };
}

function isGood(value: unknown): value is Good {
  if (!isObject(value)) return false;
  const { key, path } = value;
  return typeof key === 'string' && isName(key) && isPath(path);
}

function isRenaming(value: unknown): value is Batch[number] {
  return (
    isObject(value) && Number.isSafeInteger(value['file']) && isPath(value['from']) && isPath(value['to'])
  );
}

function isPath(value: unknown): value is string {
  return typeof value === 'string' && value.split('/').every(isName);
}

/** A note lies where others may write: its names lead nowhere else. */
function isName(name: string): boolean {
  return name !== '' && name !== '.' && name !== '..' && !/[/\\\0]/u.test(name);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
