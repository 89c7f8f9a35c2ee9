/**
 * Where bytes of a torrent are on a volume: in its files, or, for unwanted files that do not exist, in part files.
 * Decides names and which bytes move when files become wanted.
 */
import { createHash } from 'node:crypto';
import type { OpenFiles, OwnPath, RemoveRequest, RenameRequest } from '@jstorrent/data-plane';
import type { FilePath, FileStat, Layout, Place } from '@jstorrent/engine/ports';
import type { Extent, Geometry } from './geometry.ts';
import type { MemoryDisk } from './memory-disk.ts';
import { prefixOf } from './memory-steps.ts';
import { DiskFault, type Volume } from './volume.ts';

/** Folder of part files below a root; one file per piece and torrent. */
const PARTS_FOLDER = '.jstorrent-parts';

const ABSENT: FileStat = { size: -1, mtimeMs: 0 };

const hasBit = (bits: Uint8Array, index: number): boolean =>
  ((bits[index >> 3] ?? 0) & (0x80 >> (index & 7))) !== 0;

/** A stable name for the torrent's part files. */
const partsId = (layout: Layout): string => {
  const hash = createHash('sha256').update(layout.hashes);
  // Renamed files stay those of the torrent.
  for (const file of layout.files) hash.update(`${file.length},`);
  return hash.digest('hex').slice(0, 32);
};

/** The files of one torrent on their volume. */
export class Placement {
  readonly #disk: MemoryDisk;
  readonly #layout: Layout;
  readonly #geometry: Geometry;
  /** Folder of the torrent's part files below its place. */
  readonly parts: string;
  /** Below the place. */
  readonly #paths: string[];
  /** Indices of files and links without bytes. */
  readonly #emptyFiles: readonly number[];
  #place: Place;
  #volume: Volume;
  #wanted: Uint8Array;

  constructor(disk: MemoryDisk, geometry: Geometry, request: OpenFiles) {
    this.#disk = disk;
    this.#geometry = geometry;
    this.#layout = request.layout;
    this.#wanted = request.wanted.slice();
    this.#place = request.place;
    this.#volume = disk.volume(request.place.root);
    this.#paths = request.layout.files.map((file) => file.path.join('/'));
    this.#emptyFiles = request.layout.files.flatMap(({ length }, index) => (length === 0 ? [index] : []));
    this.parts = `${PARTS_FOLDER}/${partsId(request.layout)}`;
  }

  /** State of every file of the layout. */
  stats(): FileStat[] {
    return this.#layout.files.map(({ kind }, index) => {
      if (kind !== 'file') return ABSENT;
      const file = this.#volume.stat(this.#at(index));
      return file === undefined ? ABSENT : { size: file.length, mtimeMs: file.mtimeMs };
    });
  }

  /** Write zeros to the full length of every wanted file that is shorter; on error what was made is taken back. */
  allocate(): void {
    const made: string[] = [];
    try {
      for (const [index, { kind, length }] of this.#layout.files.entries()) {
        const path = this.#at(index);
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
    for (const path of [...this.#paths.map((_, index) => this.#at(index)), ...this.#partPaths()])
      this.#volume.stat(path)?.sync();
    return this.stats();
  }

  /** Choose files anew: newly wanted bytes leave the part files. On error everything is as before. */
  setWanted(wanted: Uint8Array): FileStat[] {
    this.#adopt(wanted, (index) => !hasBit(this.#wanted, index));
    this.#wanted = wanted.slice();
    this.#dropUselessParts();
    return this.stats();
  }

  /** The same for files that were chosen while nothing was open. */
  adoptWanted(): void {
    if (this.#adopt(this.#wanted, () => true)) this.#dropUselessParts();
  }

  /** Those files appear that are wanted and not there, as far as parts have anything of them: whether any has. On error none. */
  #adopt(wanted: Uint8Array, isNew: (index: number) => boolean): boolean {
    let isAny = false;
    const appearing = [...this.#layout.files.keys()].filter((index) => {
      if (this.#layout.files[index]?.kind !== 'file' || !hasBit(wanted, index)) return false;
      return isNew(index) && !this.#volume.has(this.#at(index));
    });
    try {
      for (const index of appearing) {
        const range = this.#geometry.piecesOf(index);
        if (range === null) continue;
        for (let piece = range.first; piece <= range.last; piece++) {
          if (this.#adoptPart(piece, index)) isAny = true;
        }
      }
    } catch (error) {
      for (const index of appearing) this.#volume.remove(this.#at(index));
      throw error;
    }
    return isAny;
  }

  /** All files and links with their paths below the place. */
  get paths(): OwnPath[] {
    const own = [...this.#paths.keys()].filter((file) => this.#layout.files[file]?.kind !== 'pad');
    return own.map((file) => ({ file, path: this.#paths[file]! }));
  }

  /** Check that files may get paths. */
  assertFree(renames: readonly FilePath[]): void {
    const fresh = new Map(renames.map(({ file, path }) => [file, path]));
    for (const path of fresh.values()) {
      if (path.some((part) => part === '' || part === '.' || part === '..' || part.includes('/')))
        throw new DiskFault('PATH_ESCAPES', path.join('/'));
    }
    const paths = this.#paths.map((path, file) => fresh.get(file)?.join('/') ?? path);
    if (new Set(paths).size < paths.length) throw new DiskFault('EXISTS', 'two files at one path');
  }

  /** A renaming as the data plane carries it out. */
  renaming(renames: readonly FilePath[]): RenameRequest {
    const batch = renames.map(({ file, path }) => ({ file, from: this.#paths[file]!, to: path.join('/') }));
    return { place: this.place, renames: batch.filter(({ from, to }) => from !== to), parts: this.parts };
  }

  /** Files have other paths. */
  rename(renames: readonly FilePath[]): void {
    for (const { file, path } of renames) this.#paths[file] = path.join('/');
  }

  /** Everything is at another place. */
  moveTo(place: Place): void {
    if (place.root !== this.place.root) this.#volume = this.#disk.volume(place.root);
    this.#place = place;
  }

  /** What deleting means. */
  removal(): RemoveRequest {
    const { files } = this.#layout;
    const own = (kind: string): string[] => this.#paths.filter((_, file) => files[file]?.kind === kind);
    return { place: this.place, files: own('file'), links: own('symlink'), parts: this.parts };
  }

  get place(): Place {
    return this.#place;
  }

  get volume(): Volume {
    return this.#volume;
  }

  /** Path of a file or link on the volume. */
  #at(index: number): string {
    return prefixOf(this.#place.folder) + this.#paths[index]!;
  }

  /** The file and offset an extent lives at; null for padding, which is zeros and never stored. */
  #placeOf(piece: number, extent: Extent): { readonly path: string; readonly offset: number } | null {
    if (this.#layout.files[extent.file]!.kind === 'pad') return null;
    const path = this.#at(extent.file);
    const isInFile = hasBit(this.#wanted, extent.file) || this.#volume.has(path);
    return isInFile
      ? { path, offset: extent.fileOffset }
      : { path: this.#partPath(piece), offset: extent.pieceOffset };
  }

  #partPath(piece: number): string {
    return `${prefixOf(this.#place.folder)}${this.parts}/${piece}.part`;
  }

  #partPaths(): string[] {
    const folder = `${prefixOf(this.#place.folder)}${this.parts}/`;
    return this.#volume.paths().filter((path) => path.startsWith(folder) && path.endsWith('.part'));
  }

  /** Copy the bytes of a newly wanted file that a part file holds into the file; whether there is a part file. */
  #adoptPart(piece: number, index: number): boolean {
    const part = this.#volume.find(this.#partPath(piece));
    if (part === undefined) return false;
    for (const extent of this.#geometry.extents(piece, 0, this.#geometry.pieceBytes(piece))) {
      if (extent.file !== index) continue;
      const bytes = new Uint8Array(extent.length);
      const count = part.read(extent.pieceOffset, bytes);
      if (count === 0) continue;
      this.#volume.write(this.#at(index), extent.fileOffset, bytes.subarray(0, count), this.#disk.wallMs());
    }
    return true;
  }

  #dropUselessParts(): void {
    for (const path of this.#partPaths()) {
      const piece = Number(path.slice(path.lastIndexOf('/') + 1, -'.part'.length));
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
      const path = this.#at(index);
      if (kind === 'file') this.#volume.create(path, this.#disk.wallMs());
      else if (kind === 'symlink' && target !== undefined) this.#volume.link(path, target.join('/'));
    }
  }
}
