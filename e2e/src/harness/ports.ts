/** Ports for programs that cannot say which free port they took. */
import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';

/** Below the range that systems give to outgoing connections, so that none of those takes the port in between. */
const FIRST_PORT = 15_000;
const LAST_PORT = 32_000;

/** A port at `host` that nothing uses, neither for TCP nor for UDP. */
export async function freePort(host = '127.0.0.1'): Promise<number> {
  for (let tries = 0; tries < 100; tries += 1) {
    const port = randomInt(FIRST_PORT, LAST_PORT);
    // Every address: a program may listen at all of them.
    if ((await isFreeTcp('0.0.0.0', port)) && (await isFreeTcp(host, port)) && (await isFreeUdp(port)))
      return port;
  }
  throw new Error('no free port found');
}

function isFreeTcp(host: string, port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const server = createServer();
  server.once('error', () => resolve(false));
  server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(true)));
  return promise;
}

function isFreeUdp(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = createSocket('udp4');
  socket.once('error', () => resolve(false));
  socket.bind({ address: '0.0.0.0', port, exclusive: true }, () => socket.close(() => resolve(true)));
  return promise;
}
