/** A tracker for tests on this machine (BEP 3, BEP 23): everybody who announces a torrent is told to everybody else. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A tracker that serves. */
export interface Tracker {
  /** For `tr=` of a magnet link. */
  readonly url: string;
  close(): void;
}

/** Start one. */
export async function startTracker(): Promise<Tracker> {
  const swarms = new Map<string, Set<number>>();
  const server = createServer((request, response) => {
    // Digests are bytes, not text: what is escaped stays as it is.
    const query = new Map(
      (request.url ?? '').split(/[?&]/).map((pair) => pair.split('=', 2) as [string, string]),
    );
    const key = query.get('info_hash') ?? '';
    const port = Number(query.get('port'));
    const ports = swarms.get(key) ?? new Set();
    swarms.set(key, ports);
    const peers = [...ports].filter((other) => other !== port);
    if (query.get('event') === 'stopped') ports.delete(port);
    else ports.add(port);
    const compact = Buffer.concat(
      peers.map((other) => Buffer.from([127, 0, 0, 1, other >> 8, other & 0xff])),
    );
    const head = `d8:intervali60e12:min intervali60e5:peers${compact.length}:`;
    response.end(Buffer.concat([Buffer.from(head), compact, Buffer.from('e')]));
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/announce`, close: () => void server.close() };
}
