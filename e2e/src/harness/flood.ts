/** Connections by the thousand. Decides how many are being made at once; what is said over each is the caller's. */
import { connect, type Socket } from 'node:net';
import type { Address } from '../clients/client.ts';

/** Being made at once: more would only wait in the listener's queue, and a test has few descriptors. */
const AT_ONCE = 250;

/** What a flood is made of. */
export interface FloodOptions {
  readonly to: Address;
  readonly count: number;
  /** The loopback address of each connection. */
  readonly from: (index: number) => string;
  /** Said at once over each connection. */
  readonly say?: (index: number) => Buffer;
}

/** A flood and what is left of it. */
export interface Flood {
  /** Connections that the program has not ended. */
  readonly open: number;
  /** Connections that came about. */
  readonly made: number;
  end(): void;
}

/** Make all connections; resolved when the last has been made or refused. */
export async function flood({ to, count, from, say }: FloodOptions): Promise<Flood> {
  const open = new Set<Socket>();
  let made = 0;
  let next = 0;
  const dial = async (): Promise<void> => {
    while (next < count) {
      const index = next;
      next += 1;
      const localAddress = from(index);
      const socket = connect({ host: to.host, port: to.port, localAddress, autoSelectFamily: false });
      const { promise, resolve } = Promise.withResolvers<void>();
      socket.on('connect', () => {
        made += 1;
        open.add(socket);
        if (say !== undefined) socket.write(say(index));
        resolve();
      });
      socket.on('error', () => {});
      socket.on('close', () => {
        open.delete(socket);
        resolve();
      });
      socket.resume();
      await promise;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, dial));
  return {
    get open() {
      return open.size;
    },
    get made() {
      return made;
    },
    end: () => {
      for (const socket of open) socket.destroy();
    },
  };
}
