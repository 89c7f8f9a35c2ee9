/**
 * A data plane behind the io protocol inside the simulator: frames travel as bytes, cut anew at random, so that nothing
 * can depend on where a pipe happens to split them.
 */
import type { DataPlane } from '@jstorrent/data-plane';
import type { Plane, PlaneEventHandler } from '@jstorrent/engine/ports';
import { connect, serve } from '@jstorrent/io-protocol';
import type { VirtualClock } from './clock.ts';
import type { SeededRandom } from './random.ts';

/** The client's end, and the plane itself for its invariants. */
export interface FramedPlane {
  readonly plane: Plane;
  readonly inner: DataPlane;
}

/** Wire `make`'s plane to `onEvents` through a pipe in each direction. */
export function framedPlane(
  clock: VirtualClock,
  random: SeededRandom,
  make: (onEvents: PlaneEventHandler) => DataPlane,
  onEvents: PlaneEventHandler,
): FramedPlane {
  let inner: DataPlane | null = null;
  const fail = (error: Error): never => {
    throw error;
  };
  const down = pipe(clock, random.fork('down'), (bytes) => server.receive(bytes));
  const up = pipe(clock, random.fork('up'), (bytes) => client.receive(bytes));
  const server = serve({
    createPlane: (deliver) => {
      inner = make(deliver);
      return inner;
    },
    write: up,
    onError: fail,
  });
  const client = connect({ write: down, onEvents, onReady: () => {}, onError: fail });
  if (inner === null) throw new Error('serve makes its plane at once');
  return { plane: client, inner };
}

/** Bytes in order, a moment later, in pieces of any size. */
function pipe(
  clock: VirtualClock,
  random: SeededRandom,
  receive: (bytes: Uint8Array) => void,
): (bytes: Uint8Array) => void {
  const PIPE_MS = 0.02;
  return (bytes) => {
    clock.after(PIPE_MS, () => {
      let start = 0;
      while (start < bytes.length) {
        const length = random.chance(0.5) ? bytes.length - start : 1 + random.below(bytes.length - start);
        receive(bytes.subarray(start, start + length));
        start += length;
      }
    });
  };
}
