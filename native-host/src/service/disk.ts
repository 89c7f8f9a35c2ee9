/**
 * Folders and small files below the roots, as the service asks the daemon for them: itself it touches no file of the user.
 * Decides nothing but how answers become promises.
 */
import type { Place } from '@jstorrent/control';
import type { PlaneFigures } from '@jstorrent/engine';

/** What stands in a folder. */
interface DiskEntry {
  readonly name: string;
  readonly isFolder: boolean;
  readonly size: number;
  readonly mtimeMs: number;
}

/** Everything rejects with ControlError. */
export interface Disk {
  /** The first 10,000 entries by name. */
  list(place: Place): Promise<{ readonly entries: readonly DiskEntry[]; readonly isCut: boolean }>;
  /** With the folders above it; EXISTS when something is there. */
  makeFolder(place: Place): Promise<void>;
  /** Bytes. */
  space(place: Place): Promise<{ readonly free: number; readonly total: number }>;
  /** A whole file; TOO_LARGE beyond the limit. */
  readFile(root: string, path: readonly string[], maxBytes: number): Promise<Uint8Array>;
  /** What the daemon did and holds; null while there is none. */
  figures(): Promise<PlaneFigures | null>;
  /** Never over another file. */
  rename(root: string, from: readonly string[], to: readonly string[]): Promise<void>;
}
