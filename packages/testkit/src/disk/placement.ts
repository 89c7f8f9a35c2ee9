/**
 * Where bytes of a torrent are on a volume: in its files, or, for unwanted files that do not exist, in part files.
 * Decides names and which bytes move when files become wanted.
 */
import { createHash } from 'node:crypto';
import type { OpenFiles } from '@jstorrent/data-plane';
import type { FileStat, Layout } from '@jstorrent/engine/ports';
import type { Extent, Geometry } from './geometry.ts';
import type { MemoryDisk } from './memory-disk.ts';
import { DiskFault, type Volume } from './volume.ts';

/** Folder of part files below a root; one file per piece and torrent. */
const PARTS_FOLDER = '.jstorrent-parts';

const ABSENT: FileStat = { size: -1, mtimeMs: 0 };

const hasBit = (bits: Uint8Array, index: number): boolean =>
  ((bits[index >> 3] ?? 0) & (0x80 >> (index & 7))) !== 0;

/** A stable name for the torrent's part files. */
const partsId = (layout: Layout): string => {
  const hash = createHash('sha256').update(layout.hashes);
  for (const file of layout.files) hash.update(JSON.stringify([file.path, file.length]));
  return hash.digest('hex').slice(0, 32);
};

/** The files of one torrent on their volume. */
export class Placement {
  readonly #disk: MemoryDisk;
  readonly #layout: Layout;
  readonly #geometry: Geometry;
  readonly #parts: string;
  readonly #paths: string[];
  /** Indices of files and links without bytes. */
  readonly #emptyFiles: readonly number[];
  #volume: Volume;
  #wanted: Uint8Array;

  constructor(disk: MemoryDisk, geometry: Geometry, request: OpenFiles) {
    this.#disk = disk;
    this.#geometry = geometry;
    this.#layout = request.layout;
    this.#wanted = request.wanted.slice();
    this.#volume = disk.volume(request.root);
    this.#paths = request.layout.files.map((file) => file.path.join('/'));
    this.#emptyFiles = request.layout.files.flatMap(({ length }, index) => (length === 0 ? [index] : []));
    this.#parts = `${PARTS_FOLDER}/${partsId(request.layout)}`;
  }

  /** State of every file of the layout. */
  stats(): FileStat[] {
    return this.#layout.files.map(({ kind }, index) => {
      if (kind !== 'file') return ABSENT;
      const file = this.#volume.stat(this.#paths[index]!);
      return file === undefined ? ABSENT : { size: file.length, mtimeMs: file.mtimeMs };
    });
  }

  /** Write zeros to the full length of every wanted file that is shorter; on error what was made is taken back. */
  allocate(): void {
    const made: string[] = [];
    try {
      for (const [index, { kind, length }] of this.#layout.files.entries()) {
        const path = this.#paths[index]!;
        if (kind !== 'file' || !hasBit(this.#wanted, index)) continue;
        const present = this.#volume.find(path)?.length;
        if (present === undefined) made.push(path);
        const from = present ?? 0;
        if (from < length) this.#volume.write(path, from, new Uint8Array(length - from), this.#disk.wallMs());
      }
    } catch (error) {
      for (const path of made) this.#volume.remove(path);
      throw error;
    }
  }

  /** Write bytes of a piece. */
  write(piece: number, offset: number, bytes: Uint8Array): void {
    this.#createEmptyFiles();
    const nowMs = this.#disk.wallMs();
    for (const extent of this.#geometry.extents(piece, offset, bytes.length)) {
      const place = this.#placeOf(piece, extent);
      if (place === null) continue;
      const from = extent.pieceOffset - offset;
      this.#volume.write(place.path, place.offset, bytes.subarray(from, from + extent.length), nowMs);
    }
  }

  /** Read bytes of a piece into `target`; false when some are not there (they are zeros then). */
  read(piece: number, offset: number, target: Uint8Array): boolean {
    let isComplete = true;
    for (const extent of this.#geometry.extents(piece, offset, target.length)) {
      const from = extent.pieceOffset - offset;
      const bytes = target.subarray(from, from + extent.length);
      bytes.fill(0);
      const place = this.#placeOf(piece, extent);
      if (place === null) continue;
      const count = this.#volume.find(place.path)?.read(place.offset, bytes) ?? 0;
      if (count < bytes.length) isComplete = false;
    }
    return isComplete;
  }

  /** Make everything written durable. */
  sync(): FileStat[] {
    this.#createEmptyFiles();
    for (const path of [...this.#paths, ...this.#partPaths()]) this.#volume.stat(path)?.sync();
    return this.stats();
  }

  /** Choose files anew: newly wanted bytes leave the part files. On error everything is as before. */
  setWanted(wanted: Uint8Array): FileStat[] {
    const appearing = [...this.#layout.files.keys()].filter((index) => {
      if (this.#layout.files[index]?.kind !== 'file' || !hasBit(wanted, index)) return false;
      return !hasBit(this.#wanted, index) && !this.#volume.has(this.#paths[index]!);
    });
    try {
      for (const index of appearing) {
        const range = this.#geometry.piecesOf(index);
        if (range === null) continue;
        for (let piece = range.first; piece <= range.last; piece++) this.#adoptPart(piece, index);
      }
    } catch (error) {
      for (const index of appearing) this.#volume.remove(this.#paths[index]!);
      throw error;
    }
    this.#wanted = wanted.slice();
    this.#dropUselessParts();
    return this.stats();
  }

  /** Give one file another path. */
  rename(file: number, components: readonly string[]): FileStat[] {
    const path = components.join('/');
    if (components.some((part) => part === '' || part === '.' || part === '..' || part.includes('/'))) {
      throw new DiskFault('PATH_ESCAPES', path);
    }
    const old = this.#paths[file];
    if (old === undefined) throw new Error('rename: no such file');
    if (path === old) return this.stats();
    if (this.#paths.includes(path) || this.#volume.has(path)) throw new DiskFault('EXISTS', path);
    if (this.#volume.has(old)) this.#volume.move(old, this.#volume, path);
    this.#paths[file] = path;
    return this.stats();
  }

  /** Take everything to another root. */
  move(root: string): FileStat[] {
    const target = this.#disk.volume(root);
    if (target === this.#volume) return this.stats();
    const moving = [...this.#paths, ...this.#partPaths()].filter((path) => this.#volume.has(path));
    for (const path of moving) {
      target.find(path);
      if (target.has(path)) throw new DiskFault('EXISTS', path);
    }
    for (const path of moving) this.#volume.move(path, target, path);
    this.#volume = target;
    return this.stats();
  }

  /** Delete the torrent's files, links and parts. */
  remove(): void {
    for (const path of [...this.#paths, ...this.#partPaths()]) this.#volume.remove(path);
  }

  /** The file and offset an extent lives at; null for padding, which is zeros and never stored. */
  #placeOf(piece: number, extent: Extent): { readonly path: string; readonly offset: number } | null {
    if (this.#layout.files[extent.file]!.kind === 'pad') return null;
    const path = this.#paths[extent.file]!;
    const isInFile = hasBit(this.#wanted, extent.file) || this.#volume.has(path);
    return isInFile
      ? { path, offset: extent.fileOffset }
      : { path: this.#partPath(piece), offset: extent.pieceOffset };
  }

  #partPath(piece: number): string {
    return `${this.#parts}/${piece}.part`;
  }

  #partPaths(): string[] {
    return this.#volume.paths().filter((path) => path.startsWith(`${this.#parts}/`));
  }

  /** Copy the bytes of a newly wanted file that a part file holds into the file. */
  #adoptPart(piece: number, index: number): void {
    const part = this.#volume.find(this.#partPath(piece));
    if (part === undefined) return;
    for (const extent of this.#geometry.extents(piece, 0, this.#geometry.pieceBytes(piece))) {
      if (extent.file !== index) continue;
      const bytes = new Uint8Array(extent.length);
      const count = part.read(extent.pieceOffset, bytes);
      if (count === 0) continue;
      this.#volume.write(
        this.#paths[index]!,
        extent.fileOffset,
        bytes.subarray(0, count),
        this.#disk.wallMs(),
      );
    }
  }

  #dropUselessParts(): void {
    for (const path of this.#partPaths()) {
      const piece = Number(path.slice(this.#parts.length + 1, -'.part'.length));
      const isUsed = this.#geometry
        .extents(piece, 0, this.#geometry.pieceBytes(piece))
        .some((extent) => this.#placeOf(piece, extent)?.path === path);
      if (!isUsed) this.#volume.remove(path);
    }
  }

  /** Wanted files without bytes, and links that stay inside, exist as soon as anything is written. */
  #createEmptyFiles(): void {
    for (const index of this.#emptyFiles) {
      const { kind, target } = this.#layout.files[index]!;
      if (!hasBit(this.#wanted, index)) continue;
      const path = this.#paths[index]!;
      if (kind === 'file') this.#volume.create(path, this.#disk.wallMs());
      else if (kind === 'symlink' && target !== undefined) this.#volume.link(path, target.join('/'));
    }
  }
}
