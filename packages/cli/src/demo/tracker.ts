/** A real tracker on this machine for the demonstration (BEP 3). Decides where it listens; the protocol is the package's. */
import Server from 'bittorrent-tracker/server';
import type { AddressInfo } from 'node:net';

/** Clients of a demonstration come and go within seconds; the package counts in milliseconds. */
const INTERVAL_MS = 60_000;

/** A running tracker. */
export interface DemoTracker {
  readonly announceUrl: string;
  /** Resolved when a client has announced itself for the first time. */
  readonly firstAnnounce: Promise<void>;
  close(): void;
}

/** Start a tracker at a free port of 127.0.0.1. */
export async function startTracker(): Promise<DemoTracker> {
  const server = new Server({ http: true, udp: false, ws: false, stats: false, interval: INTERVAL_MS });
  const announced = Promise.withResolvers<void>();
  server.on('start', () => announced.resolve());
  // A client that hangs up half-way is its own affair.
  server.on('warning', () => {});
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.http.address() as AddressInfo;
  return {
    announceUrl: `http://127.0.0.1:${port}/announce`,
    firstAnnounce: announced.promise,
    close: () => {
      server.close(() => {});
      server.http.closeAllConnections();
    },
  };
}
