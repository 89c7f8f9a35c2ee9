/**
 * The two halves of a move: copying what cannot be renamed, and bringing everything into its place. Decides how a copy is
 * known to be whole: by its name, which tells the size and time of the file it was made of.
 */
import type { Good, Notes } from './notes.ts';
import type { DiskSteps, Entry, Headway, Steps } from './steps.ts';

/** Bytes that are copied in one step: a few milliseconds of a disk. */
const SLICE_BYTES = 4 * 1024 * 1024;

/** Names of copies on their way. */
export const COPY_NAME = /^([fp]\d+|renames)(?:\.copying|-\d+-\d+\.copied)$/u;

/** Two places and what goes from one to the other. */
export interface Route<S> {
  readonly disk: DiskSteps<S>;
  readonly notes: Notes<S>;
  readonly from: S;
  readonly to: S;
  /** Path of the folder of part files, the same at both. */
  readonly parts: string;
}

/** A headway that grows. */
export interface Progress extends Headway {
  done: number;
}

/** Fail when the copies of what is to be copied have no room. */
export function checkRoom<S>(route: Route<S>, goods: readonly Good[]): void {
  const { disk, from, to } = route;
  let needed = 0;
  for (const good of goods) {
    const entry = disk.look(from, good.path);
    if (entry?.kind !== 'file') continue;
    const { whole, growing } = copyOf(route, good, entry);
    const present = disk.look(to, whole) ?? disk.look(to, growing);
    needed += Math.max(0, entry.room - (present?.room ?? 0));
  }
  const missing = needed === 0 ? 0 : needed - disk.freeBytes(to);
  if (missing > 0) throw disk.failure('DISK_FULL', `${needed} bytes are needed`, missing);
}

/** Where a copy grows, and its name once it is whole; a file that has changed since has another one. */
function copyOf<S>(
  { parts }: Route<S>,
  { key }: Good,
  { size, mtimeMs }: Entry,
): { readonly growing: string; readonly whole: string } {
  return { growing: `${parts}/${key}.copying`, whole: `${parts}/${key}-${size}-${mtimeMs}.copied` };
}

/** Copy one file to where its copy waits, going on with what an earlier move has copied of it. */
export function* stage<S>(route: Route<S>, good: Good, progress: Progress): Steps<void> {
  const { disk, from, to } = route;
  const { path } = good;
  const entry = disk.look(from, path);
  if (entry?.kind !== 'file') return;
  const { whole, growing } = copyOf(route, good, entry);
  if (disk.look(to, whole) !== null) {
    progress.done += entry.size;
    yield { ...progress };
    return;
  }
  for (let offset = 0; offset === 0 || offset < entry.size; offset += SLICE_BYTES) {
    const length = Math.min(SLICE_BYTES, entry.size - offset);
    disk.copy(from, to, { path, copy: growing, offset, length });
    progress.done += length;
    yield { ...progress };
  }
  disk.seal(from, to, path, growing);
  yield { ...progress };
  disk.rename(to, growing, to, whole);
  yield { ...progress };
}

/** Everything into its place at the new place, then away from the old one. Each step may have been done before. */
export function* bringAll<S>(route: Route<S>, goods: readonly Good[], progress: Progress): Steps<void> {
  const { disk, from, to, parts } = route;
  const waiting = new Set(disk.names(to, parts));
  for (const good of goods) yield* bring(route, good, waiting, progress);
  const paths = goods.map(({ path }) => path);
  disk.syncFolders(to, paths);
  disk.syncFolders(from, paths);
  for (const { path } of goods) {
    const old = disk.look(from, path);
    if (old === null) continue;
    if (!isCopy(old, disk.look(to, path))) throw disk.failure('EXISTS', `${path} is there already`);
    disk.unlink(from, path);
    yield { ...progress };
  }
  for (const name of disk.names(to, parts)) if (COPY_NAME.test(name)) disk.unlink(to, `${parts}/${name}`);
  disk.removeEmptyFolders(from, paths);
}

/** Whether what is at the new place is what is still at the old one: a whole copy, or the same link. */
function isCopy(old: Entry, copy: Entry | null): boolean {
  return copy !== null && copy.kind === old.kind && (old.kind === 'link' || copy.size === old.size);
}

/** Bring one thing to its place, unless it is there. */
function* bring<S>(
  route: Route<S>,
  good: Good,
  waiting: ReadonlySet<string>,
  progress: Progress,
): Steps<void> {
  const { disk, from, to, parts } = route;
  const { path } = good;
  const entry = disk.look(from, path);
  if (entry === null || disk.look(to, path) !== null) return;
  const { whole } = copyOf(route, good, entry);
  if (!waiting.has(whole.slice(parts.length + 1))) {
    if (disk.rename(from, path, to, path)) return yield { ...progress };
    if (entry.kind === 'link') {
      disk.copyLink(from, to, path);
      return yield { ...progress };
    }
    yield* stage(route, good, progress);
  }
  disk.rename(to, whole, to, path);
  yield { ...progress };
}
