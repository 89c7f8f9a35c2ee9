/**
 * A data plane on a host of a world, in the same process or behind frames on a pipe. Decides the wiring only.
 */
import { type DataPlane, type Limits, createDataPlane } from '@jstorrent/data-plane';
import type { Plane, PlaneEventHandler } from '@jstorrent/engine/ports';
import { framedPlane } from './framed-plane.ts';
import type { World } from './world.ts';

/** How a plane is wired. */
export interface MemoryPlaneOptions {
  /** Default `direct`: called in process; `frames`: behind the io protocol, re-split at random. */
  readonly link?: 'direct' | 'frames';
  readonly limits?: Partial<Limits>;
  readonly onEvents: PlaneEventHandler;
  /** Recompute all counters with every batch of events; default true. */
  readonly checks?: boolean;
}

/** A plane and the end of its process. */
export interface MemoryPlane extends Plane {
  /** The process dies (kill -9): no more events, others see resets, what the disk has not done is not done. */
  kill(): void;
  /** Recompute every counter; throws when one disagrees. */
  checkInvariants(): void;
}

/** Start a data plane on a host; at most one at a time. */
export const createMemoryPlane = (world: World, host: string, options: MemoryPlaneOptions): MemoryPlane => {
  let isAlive = true;
  let inner: DataPlane;
  const make = (onEvents: PlaneEventHandler): DataPlane =>
    createDataPlane({
      network: world.internet.network(host),
      disk: world.disk(host),
      scheduler: world.clock,
      copy: (source, sourceOffset, target, targetOffset, length) =>
        target.set(source.subarray(sourceOffset, sourceOffset + length), targetOffset),
      ciphers: {},
      ...(options.limits === undefined ? {} : { limits: options.limits }),
      onEvents: (events) => {
        if (isAlive) onEvents(events);
      },
    });
  const onEvents: PlaneEventHandler = (events) => {
    if (!isAlive) return;
    if (options.checks !== false) inner.checkInvariants();
    options.onEvents(events);
  };
  let plane: Plane;
  if (options.link === 'frames') {
    const framed = framedPlane(world.clock, world.nextRandom('pipe'), make, onEvents);
    inner = framed.inner;
    plane = framed.plane;
  } else {
    inner = make(onEvents);
    plane = inner;
  }
  return {
    submit: (commands) => {
      if (isAlive) plane.submit(commands);
    },
    kill: () => {
      isAlive = false;
      world.internet.killPrograms(host);
      world.disk(host).stopPrograms();
    },
    checkInvariants: () => inner.checkInvariants(),
  };
};
