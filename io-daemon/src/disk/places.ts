/**
 * Where each byte of a torrent is on disk. Decides between the file itself and part files: bytes of an unwanted file that
 * does not exist go to one part file per piece, at their offset in the piece.
 */
import type { OwnPath } from '@jstorrent/data-plane';
import type { FilePath, FileStat, Layout, LayoutFile } from '@jstorrent/engine/ports';
import { DiskFailure } from './codes.ts';
import { checkPaths, partsFolder, type Geometry } from './geometry.ts';
import type { PartMove, Span } from './jobs.ts';
import { partName } from './tree.ts';

/** The places of one layout; changes when files are renamed, moved, chosen or found. */
export class Places {
  /** Folder of this torrent's part files, below its place. */
  readonly parts: string;
  /** Leads from the root to the place: empty, or components with a slash after each. */
  #prefix: string;
  readonly #files: readonly LayoutFile[];
  readonly #geometry: Geometry;
  readonly #paths: (readonly string[])[];
  readonly #fileByPath = new Map<string, number>();
  /** Whether the bytes of a file are in the file itself. */
  #isReal: readonly boolean[] = [];

  constructor(layout: Layout, geometry: Geometry, folder: readonly string[]) {
    this.#prefix = prefixOf(folder);
    this.parts = partsFolder(layout);
    this.#files = layout.files;
    this.#geometry = geometry;
    this.#paths = layout.files.map(({ path }) => path);
    for (const [file, { path, kind }] of layout.files.entries()) {
      if (kind !== 'pad') this.#fileByPath.set(path.join('/'), file);
    }
  }

  /** Decide anew which files are real: those wanted (one bit per file, most significant first) and those that exist. */
  choose(wanted: Uint8Array, stats: readonly FileStat[]): void {
    this.#isReal = this.#files.map((_, file) => isWanted(wanted, file) || (stats[file]?.size ?? -1) >= 0);
  }

  /** Spans of [offset, offset + length) of a piece; their offsets count from the start of the piece. */
  spans(piece: number, offset: number, length: number): readonly Span[] {
    const spans: Span[] = [];
    for (const run of this.#geometry.runs(piece, offset, length)) {
      const isPad = this.#files[run.file]?.kind === 'pad';
      const isReal = this.#isReal[run.file] === true;
      const path = isPad ? null : isReal ? this.pathOf(run.file) : `${this.partsPath}/${partName(piece)}`;
      append(spans, {
        path,
        at: isPad || isReal ? run.at : run.offset,
        offset: run.offset,
        length: run.length,
      });
    }
    return spans;
  }

  /** Spans of whole pieces; their offsets count from the start of the first. */
  range(first: number, count: number): { readonly spans: readonly Span[]; readonly length: number } {
    const spans: Span[] = [];
    let length = 0;
    for (let piece = first; piece < first + count; piece++) {
      const bytes = this.#geometry.lengthOf(piece);
      for (const span of this.spans(piece, 0, bytes))
        append(spans, { ...span, offset: span.offset + length });
      length += bytes;
    }
    return { spans, length };
  }

  /** Path of a file below the root. */
  pathOf(file: number): string {
    return this.#prefix + this.ownPathOf(file);
  }

  /** Path of a file below the place. */
  ownPathOf(file: number): string {
    return (this.#paths[file] ?? []).join('/');
  }

  /** Path of the folder of part files below the root. */
  get partsPath(): string {
    return this.#prefix + this.parts;
  }

  /** The file at a path below the root, or -1. */
  fileAt(path: string): number {
    return path.startsWith(this.#prefix) ? (this.#fileByPath.get(path.slice(this.#prefix.length)) ?? -1) : -1;
  }

  /** All files and links with their paths below the place. */
  ownPaths(kinds: readonly LayoutFile['kind'][] = ['file', 'symlink']): OwnPath[] {
    return [...this.#fileByPath]
      .filter(([, file]) => kinds.some((kind) => this.#files[file]?.kind === kind))
      .map(([path, file]) => ({ file, path }));
  }

  /** Paths to look at for sizes: one per file, null for what has none. */
  surveyPaths(): readonly (string | null)[] {
    return this.#files.map(({ kind }, file) => (kind === 'file' ? this.pathOf(file) : null));
  }

  /** Check that files may get paths; fails with `EXISTS`, `PATH_ESCAPES` or `BAD_LAYOUT`. */
  assertFree(renames: readonly FilePath[]): void {
    const fresh = new Map<number, readonly string[]>();
    for (const { file, path } of renames) {
      if ((this.#files[file]?.kind ?? 'pad') === 'pad') throw new DiskFailure('BAD_LAYOUT', 'padding');
      checkPaths([path]);
      fresh.set(file, path);
    }
    const paths = this.#paths.filter((_, file) => this.#files[file]?.kind !== 'pad' && !fresh.has(file));
    try {
      checkPaths([...paths, ...fresh.values()]);
    } catch (error) {
      if (error instanceof DiskFailure) throw new DiskFailure('EXISTS', error.detail);
      throw error;
    }
  }

  /** Files have other paths now. */
  rename(renames: readonly FilePath[]): void {
    for (const { file } of renames) this.#fileByPath.delete(this.ownPathOf(file));
    for (const { file, path } of renames) {
      this.#paths[file] = path;
      this.#fileByPath.set(path.join('/'), file);
    }
  }

  /** Everything is in another folder now. */
  moveTo(folder: readonly string[]): void {
    this.#prefix = prefixOf(folder);
  }

  /** Files that become real when `wanted` is chosen. */
  newlyReal(wanted: Uint8Array): readonly number[] {
    const files = [...this.#files.keys()];
    return files.filter(
      (file) => this.#files[file]?.kind === 'file' && this.#isReal[file] !== true && isWanted(wanted, file),
    );
  }

  /** What to copy from part files when `files` become real, and which part files are of no use then. */
  adoption(
    files: readonly number[],
    partFiles: readonly string[],
  ): { readonly moves: readonly PartMove[]; readonly obsolete: readonly string[] } {
    const adopted = new Set(files);
    const moves: PartMove[] = [];
    const obsolete: string[] = [];
    for (const part of partFiles) {
      const piece = Number.parseInt(part.slice(this.partsPath.length + 1), 10);
      if (piece >= this.#geometry.pieceCount) continue;
      const runs = this.#geometry.runs(piece, 0, this.#geometry.lengthOf(piece));
      for (const { file, at, offset, length } of runs) {
        if (adopted.has(file)) moves.push({ part, partAt: offset, path: this.pathOf(file), at, length });
      }
      const isStillUsed = runs.some(
        ({ file }) => this.#files[file]?.kind === 'file' && this.#isReal[file] !== true && !adopted.has(file),
      );
      if (!isStillUsed) obsolete.push(part);
    }
    return { moves, obsolete };
  }
}

function prefixOf(folder: readonly string[]): string {
  return folder.map((component) => `${component}/`).join('');
}

/** Bit `file` of a set of files, most significant first. */
export function isWanted(wanted: Uint8Array, file: number): boolean {
  return ((wanted[file >> 3] ?? 0) & (0x80 >> (file & 7))) !== 0;
}

/** Add a span, as part of the last one when it goes on there. */
function append(spans: Span[], span: Span): void {
  const last = spans.at(-1);
  const goesOn =
    last !== undefined &&
    last.path === span.path &&
    last.at + last.length === span.at &&
    last.offset + last.length === span.offset;
  if (goesOn) spans[spans.length - 1] = { ...last, length: last.length + span.length };
  else spans.push(span);
}
