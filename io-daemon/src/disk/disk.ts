/**
 * The Disk port over Node: the arena, the workers and the opening of stores. Decides how a store comes into being.
 */
import assert from 'node:assert/strict';
import { availableParallelism } from 'node:os';
import process from 'node:process';
import { isSamePlace, type Disk, type OpenedFiles, type OpenFiles } from '@jstorrent/data-plane';
import type { DiskFigures, FileStat } from '@jstorrent/engine/ports';
import { ask, settle } from './ask.ts';
import { counterMemory, Counters } from './counters.ts';
import { nodeFolders } from './folders.ts';
import { checkFolder, geometryOf } from './geometry.ts';
import type { Fill, Root, WorkerStart } from './jobs.ts';
import { ARENA_BYTES, ERRANDS_MAX, MOVES_MAX, OPEN_FILES_MAX, SYNCS_AT_ONCE } from './limits.ts';
import { isWanted, Places } from './places.ts';
import { WorkerPool } from './pool.ts';
import { ReadFiles } from './read-files.ts';
import { Slots } from './slots.ts';
import { Roots } from './roots.ts';
import { NodeStore, type StoreWorld } from './store.ts';

/** How a disk is made. */
export interface NodeDiskOptions {
  /** Absolute paths of the folders the user allowed, by opaque key; read again on every use. */
  readonly roots: Readonly<Record<string, string>>;
  /** Bytes of memory that pieces are received into. */
  readonly arenaBytes?: number;
  /** Threads that hash and write at most; one per core when absent. */
  readonly workers?: number;
}

/** A disk that can be let go. */
export interface NodeDisk extends Disk {
  /** End all threads; whatever they were doing is lost. Close stores before. */
  close(): Promise<void>;
}

/** The real disk. */
export function nodeDisk(options: NodeDiskOptions): NodeDisk {
  const lanes = options.workers ?? availableParallelism();
  const arena = new SharedArrayBuffer(options.arenaBytes ?? ARENA_BYTES);
  const shared = counterMemory();
  const counters = new Counters(shared);
  const start: WorkerStart = {
    arena,
    counters: shared,
    openFilesMax: Math.max(32, Math.floor(OPEN_FILES_MAX / lanes)),
  };
  const onTooManyFiles = (): void => {
    world.reads.forget(0);
    void pool.runEverywhere<'forget'>({ kind: 'forget', store: 0 });
  };
  // One worker hashes and writes 1.3 GB/s: on few cores a second one only takes turns with sockets and peers.
  const finishers = Math.max(1, lanes - 1);
  const pool = new WorkerPool({ start, size: lanes, finishers, kind: 'daemons', onTooManyFiles });
  const errands = new WorkerPool({ start, size: ERRANDS_MAX, kind: 'errands', onTooManyFiles });
  const movers = new WorkerPool({ start, size: MOVES_MAX, kind: 'errands', onTooManyFiles });
  const roots = new Roots(options.roots);
  const beside = nodeFolders(roots, start);
  const world: StoreWorld = {
    roots,
    pool,
    errands,
    movers,
    reads: new ReadFiles(pool, OPEN_FILES_MAX, counters),
    counters,
    syncs: new Slots(SYNCS_AT_ONCE),
  };
  let lastStore = 0;
  return {
    arena: new Uint8Array(arena),
    lanes,
    open: (request, answer): void => settle(openStore(world, request, ++lastStore), answer),
    setRoot: (key, path): void => roots.set(key, path),
    folders: beside.folders,
    figures: () => figuresOf(world, counters),
    close: async (): Promise<void> => {
      await Promise.all([pool.close(), errands.close(), movers.close(), beside.close()]);
    },
  };
}

function figuresOf({ pool, errands, movers, reads }: StoreWorld, counters: Counters): DiskFigures {
  const counted = counters.all();
  const loads = [pool, errands, movers].map(({ load }) => load);
  return {
    ...counted,
    openFiles: counted.openFiles + reads.size,
    jobsWaiting: loads.reduce((sum, { waiting }) => sum + waiting, 0),
    jobsRunning: loads.reduce((sum, { running }) => sum + running, 0),
    memoryBytes: process.memoryUsage.rss(),
  };
}

async function openStore(world: StoreWorld, request: OpenFiles, id: number): Promise<OpenedFiles> {
  const { layout, isSaved } = request;
  world.roots.find(request.place.root);
  checkFolder(request.place.folder);
  const geometry = geometryOf(layout);
  const places = new Places(layout, geometry, request.place.folder);
  const arrival = { place: request.place, paths: places.ownPaths(), parts: places.parts, isSaved };
  const job = { kind: 'arrive', roots: world.roots.all(), request: arrival, mayWork: false } as const;
  const arrived =
    (await ask<'arrive'>(world.pool, job)) ?? (await ask<'arrive'>(world.movers, { ...job, mayWork: true }));
  assert(arrived !== null, 'an arrival that may work');
  const { place } = arrived;
  places.moveTo(place.folder);
  const files = places.surveyPaths();
  const { path } = arrived.root;
  let { root, stats } = await ask<'survey'>(world.pool, { kind: 'survey', root: path, files });
  const fill = request.preallocate === 'full' ? toFill(request, places, stats) : [];
  const { moves, obsolete } = await toAdopt(world, { store: id, root }, { request, places, stats });
  if (fill.length + moves.length > 0) {
    await ask<'adopt'>(world.errands, { kind: 'adopt', store: id, root, fill, moves, obsolete });
    ({ root, stats } = await ask<'survey'>(world.pool, { kind: 'survey', root: path, files }));
  }
  const store = new NodeStore(world, { id, request, geometry, places, place, root, stats });
  return { files: store, stats, moved: isSamePlace(place, request.place) ? null : place };
}

/** What part files hold of files that were chosen while nothing was open. */
async function toAdopt(
  world: StoreWorld,
  here: { readonly store: number; readonly root: Root },
  found: {
    readonly request: OpenFiles;
    readonly places: Places;
    readonly stats: readonly FileStat[];
  },
): Promise<ReturnType<Places['adoption']>> {
  const { request, places, stats } = found;
  places.choose(new Uint8Array(request.wanted.length), stats);
  const files = places.newlyReal(request.wanted);
  if (files.length === 0) return places.adoption(files, []);
  const parts = await ask<'parts'>(world.pool, { kind: 'parts', ...here, folder: places.partsPath });
  return places.adoption(files, parts);
}

/** Wanted files that are shorter than they will be. */
function toFill(request: OpenFiles, places: Places, stats: readonly FileStat[]): readonly Fill[] {
  const fill: Fill[] = [];
  for (const [file, { length, kind }] of request.layout.files.entries()) {
    const isShort = (stats[file]?.size ?? -1) < length;
    if (kind === 'file' && isShort && isWanted(request.wanted, file))
      fill.push({ path: places.pathOf(file), length });
  }
  return fill;
}
