/**
 * A web server with the files of a folder, over node:http or node:https: with ranges, or misbehaving as told. Decides what
 * a server may do wrong; what is asked of it is the program's business.
 */
import { createReadStream, statSync } from 'node:fs';
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join, normalize } from 'node:path';
import { Transform } from 'node:stream';
import type { World } from './world.ts';

/** How a server answers; absent members are as a server should be. */
export interface WebServerOptions {
  /** A certificate and its key, PEM: then it speaks TLS. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** Changes the bytes of a file that begin at an offset. */
  readonly alter?: (bytes: Buffer, offset: number) => Buffer;
  /** Bytes of each answer after which the connection is broken. */
  readonly cutAfter?: number;
  /** Milliseconds between chunks of 16 KiB. */
  readonly pauseMs?: number;
  /** Answers by itself; false = the file is sent. */
  readonly instead?: (request: IncomingMessage, response: ServerResponse) => boolean;
}

/** A server and what it was asked. */
export interface WebServer {
  /** Ends with a slash. */
  readonly url: string;
  readonly requests: readonly { readonly url: string; readonly range: string }[];
  /** Connections that were made to it. */
  readonly connections: number;
}

/** Serve what is below `folder` until the test ends. */
export async function startWebServer(
  world: World,
  folder: string,
  options: WebServerOptions = {},
): Promise<WebServer> {
  const requests: { url: string; range: string }[] = [];
  let connections = 0;
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    requests.push({ url: request.url ?? '', range: request.headers.range ?? '' });
    if (options.instead?.(request, response) !== true) sendFile(folder, request, response, options);
  };
  const server = options.tls === undefined ? createServer(answer) : createTlsServer(options.tls, answer);
  server.on('connection', () => (connections += 1));
  const port = await listenFor(world, server);
  return {
    url: `http${options.tls === undefined ? '' : 's'}://127.0.0.1:${port}/`,
    requests,
    get connections() {
      return connections;
    },
  };
}

/** Answer requests until the test ends; the address, with a slash at its end. */
export async function answerWeb(world: World, answer: RequestListener): Promise<string> {
  return `http://127.0.0.1:${await listenFor(world, createServer(answer))}/`;
}

/** Listen on this machine until the test ends; the port. */
async function listenFor(world: World, server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  world.atEnd(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}

function sendFile(
  folder: string,
  request: IncomingMessage,
  response: ServerResponse,
  options: WebServerOptions,
): void {
  const { pathname } = new URL(request.url ?? '/', 'http://localhost');
  const path = join(folder, normalize(decodeURIComponent(pathname)));
  const size = statSync(path, { throwIfNoEntry: false })?.size;
  const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '');
  if (size === undefined || range === null) {
    response.writeHead(404).end();
    return;
  }
  const start = Number(range[1]);
  const end = Math.min(Number(range[2]), size - 1);
  if (start > end) {
    response.writeHead(416, { 'content-range': `bytes */${size}` }).end();
    return;
  }
  response.writeHead(206, {
    'content-range': `bytes ${start}-${end}/${size}`,
    'content-length': end - start + 1,
  });
  const chunks = createReadStream(path, { start, end, highWaterMark: 16 * 1024 });
  chunks.pipe(misbehaving(start, response, options)).pipe(response);
}

/** Passes bytes on, changed, late, or not all of them. */
function misbehaving(start: number, response: ServerResponse, options: WebServerOptions): Transform {
  const { alter, cutAfter = Infinity, pauseMs = 0 } = options;
  let sent = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const bytes = alter === undefined ? chunk : alter(chunk, start + sent);
      sent += chunk.length;
      if (sent > cutAfter) {
        response.socket?.destroySoon();
        return;
      }
      if (pauseMs === 0) done(null, bytes);
      else setTimeout(done, pauseMs, null, bytes);
    },
  });
}
