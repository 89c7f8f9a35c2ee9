/**
 * The data plane over Node: real sockets, real files, real time. Decides nothing: it puts the parts together.
 */
import { createDataPlane, type CopyBytes, type DataPlane, type Scheduler } from '@jstorrent/data-plane';
import type { PlaneEventHandler } from '@jstorrent/engine/ports';
import { nodeDisk } from './disk/disk.ts';
import { nodeNetwork } from './net/network.ts';

/** What a plane on this machine is made of. */
export interface NodePlaneOptions {
  /** Absolute paths of the folders the user allowed, by opaque key; read again on every use. */
  readonly roots: Readonly<Record<string, string>>;
  /** Bytes of memory that pieces are received into; 64 MiB when absent. */
  readonly arenaBytes?: number;
  /** Gets all events of a turn at its end. */
  readonly onEvents: PlaneEventHandler;
}

/** A data plane that can be let go. */
export interface NodePlane extends DataPlane {
  /** End the disk's threads. Close stores, links and listeners before: what they were doing is lost. */
  close(): Promise<void>;
}

/** A data plane in this process. */
export function createNodePlane(options: NodePlaneOptions): NodePlane {
  const { roots, arenaBytes, onEvents } = options;
  const disk = nodeDisk(arenaBytes === undefined ? { roots } : { roots, arenaBytes });
  const plane = createDataPlane({
    network: nodeNetwork(),
    disk,
    scheduler: nodeScheduler,
    copy: copyBytes,
    ciphers: {},
    onEvents,
  });
  return {
    submit: (commands) => plane.submit(commands),
    pauseReading: () => plane.pauseReading(),
    resumeReading: () => plane.resumeReading(),
    checkInvariants: () => plane.checkInvariants(),
    close: () => disk.close(),
  };
}

const nodeScheduler: Scheduler = {
  now: () => performance.now(),
  afterTurn: (callback) => void setImmediate(callback),
  wakeAt: (atMs, callback) => {
    const timer = setTimeout(callback, Math.max(0, atMs - performance.now()));
    return () => clearTimeout(timer);
  },
};

const nativeCopy = Buffer.prototype.copy;

/** `Buffer.copy` works on any Uint8Array and is twice as fast as `set` of a subarray. */
const copyBytes: CopyBytes = (source, sourceOffset, target, targetOffset, length) => {
  nativeCopy.call(source, target, targetOffset, sourceOffset, sourceOffset + length);
};
