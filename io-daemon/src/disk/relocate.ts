/**
 * Runs relocations in a worker: to their end, or until they are called off. Decides nothing else.
 */
import { arrive, move, Notes, remove, rename, settle, type Steps } from '@jstorrent/data-plane';
import { DiskFailure } from './codes.ts';
import { findRoot } from './inside.ts';
import type { Arrival, ArriveJob, MoveJob, RemoveJob, RenameJob, Root, SettleJob } from './jobs.ts';
import { CALLED_OFF, MoveState } from './move-state.ts';
import { NodeSteps } from './steps.ts';

/** Bring to an end what was interrupted; where the files are. Null: there is something to do, and this is not the time. */
export function arriveNow({ roots, request, mayWork }: ArriveJob): Arrival | null {
  const steps = new NodeSteps(roots);
  if (!mayWork && new Notes(steps, request.parts).areAt(steps.spot(request.place))) return null;
  const place = toEnd(arrive(steps, request));
  return { place, root: findRoot(roots.get(place.root) ?? '') };
}

/** Move everything; fails with CANCELLED when it was called off in time. */
export function moveNow({ roots, request, state: memory }: MoveJob): { readonly root: Root } {
  const state = new MoveState(memory);
  const steps = move(new NodeSteps(roots), request);
  let isBound = false;
  for (;;) {
    if (state.isCancelled && !isBound) throw new DiskFailure(CALLED_OFF.code, CALLED_OFF.detail);
    const { done, value } = steps.next();
    if (done === true) return { root: findRoot(roots.get(request.to.root) ?? '') };
    ({ isBound } = value);
    state.tell(value.done, value.total);
  }
}

/** Rename files, all or none. */
export function renameNow({ roots, request }: RenameJob): null {
  toEnd(rename(new NodeSteps(roots), request));
  return null;
}

/** Delete what is the torrent's. Everything is tried; the first failure is told. */
export function removeNow({ roots, request }: RemoveJob): null {
  toEnd(remove(new NodeSteps(roots), request));
  return null;
}

/** Forget what was remembered for the case that place and paths are not saved. */
export function settleNow({ roots, place, parts }: SettleJob): null {
  const steps = new NodeSteps(roots);
  settle(steps, new Notes(steps, parts), steps.spot(place));
  return null;
}

function toEnd<T>(steps: Steps<T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}
