/** A tracker that gives everybody the same peers: how clients are led to the benchmark's seeder. */
import { createServer } from 'node:http';

/** A running tracker. */
export interface Tracker {
  readonly announceUrl: string;
  /** Name these IPv4 addresses from now on. */
  setPeers(addresses: readonly string[], port: number): void;
  close(): void;
}

/** Half an hour: nobody asks twice during a run. */
const INTERVAL_SECONDS = 1800;

/** Listen on a free port of this machine. */
export async function startTracker(): Promise<Tracker> {
  let peers = Buffer.alloc(0);
  const server = createServer((_, response) => {
    const head = `d8:intervali${INTERVAL_SECONDS}e5:peers${peers.length}:`;
    response.end(Buffer.concat([Buffer.from(head), peers, Buffer.from('e')]));
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  const bound = server.address();
  if (typeof bound !== 'object' || bound === null) throw new Error('no address');
  return {
    announceUrl: `http://127.0.0.1:${bound.port}/announce`,
    setPeers: (addresses, port) => {
      const entries = addresses.map((address) => [...address.split('.').map(Number), port >> 8, port & 0xff]);
      peers = Buffer.from(entries.flat());
    },
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
