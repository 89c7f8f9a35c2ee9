/**
 * A real web site on a loopback port that answers as the handlers of the in-memory internet do, so that one HTTP
 * contract runs against both.
 */
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { HttpHandler, SiteReply } from '../net/http.ts';

/** A running site. */
export interface NodeSite {
  /** `http://127.0.0.1:port`. */
  readonly origin: string;
  close(): Promise<void>;
}

/** Serve `handler` on a free port of 127.0.0.1. */
export const serveNodeSite = async (handler: HttpHandler): Promise<NodeSite> => {
  const server = createServer((request, response) => {
    const answer = handler({
      url: new URL(request.url ?? '/', `http://${request.headers.host ?? 'localhost'}`),
      userAgent: request.headers['user-agent'] ?? '',
      from: request.socket.remoteAddress ?? '',
    });
    if (answer === 'hang') return;
    if (answer === 'reset') request.socket.destroy();
    else if (answer === 'garbage') request.socket.end('this is not HTTP\r\n\r\n');
    else {
      const timer = setTimeout(() => reply(response, answer), answer.delayMs ?? 0);
      request.socket.once('close', () => clearTimeout(timer));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => closeServer(server),
  };
};

const reply = (response: import('node:http').ServerResponse, answer: SiteReply): void => {
  const body = answer.body ?? new Uint8Array();
  response.writeHead(answer.status, {
    ...(answer.location === undefined ? {} : { location: answer.location }),
    ...(answer.encoding === undefined ? {} : { 'content-encoding': answer.encoding }),
    'content-length': body.length,
  });
  if (answer.bytesPerSecond === undefined) {
    response.end(body);
    return;
  }
  let sent = 0;
  const stepBytes = Math.max(1, Math.floor(answer.bytesPerSecond / 20));
  const timer = setInterval(() => {
    response.write(body.subarray(sent, sent + stepBytes));
    sent += stepBytes;
    if (sent >= body.length) response.end();
  }, 50);
  response.once('close', () => clearInterval(timer));
};

const closeServer = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
