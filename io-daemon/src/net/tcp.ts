/**
 * TCP over node:net. Decides how bytes are read (one static buffer shared by all sockets, for dialled and accepted ones)
 * and when a link ends; knows nothing of what the bytes mean.
 *
 * Sharing one buffer is sound because libuv fills it and calls back in one go: no read is pending in it in between.
 */
import assert from 'node:assert/strict';
import {
  createServer,
  isIP,
  isIPv6,
  Socket as NetSocket,
  type OnReadOpts,
  type SocketConstructorOpts,
} from 'node:net';
import type { AcceptedSocket, ListenerEvents, Socket, SocketEvents } from '@jstorrent/data-plane';
import type { LinkCode } from '@jstorrent/engine/ports';
import { linkCode } from './codes.ts';
import { LISTEN_BACKLOG, READ_BUFFER_BYTES } from './limits.ts';

// A plain array: `slice` of a Buffer would be a view of memory that is reused.
const readBuffer = new Uint8Array(READ_BUFFER_BYTES);

/** The system's side of a connection, which node:net keeps in `_handle` and takes as the option `handle`. */
type Handle = object;
interface HandleOwner {
  _handle: Handle | null;
}

/** Connect to an IP literal; a host or port that cannot be dialled ends in `onClose('FAILED')`. */
export function dial(host: string, port: number, events: SocketEvents): Socket {
  const link = new Link(events, null);
  if (isIP(host) === 0 || !isPort(port) || port === 0) link.failLater('FAILED');
  else link.connect(host, port);
  return link;
}

/** Accept connections at an IP literal; port 0 takes any. IPv6 listeners take no IPv4 connections. */
export function listen(host: string, port: number, events: ListenerEvents): { close(): void } {
  let open = true;
  const server = createServer({ pauseOnConnect: true, noDelay: true }, (accepted) => {
    const remoteHost = accepted.remoteAddress;
    const remotePort = accepted.remotePort;
    const handle = takeHandle(accepted);
    if (handle === null) return;
    const pending = new Pending(handle, remoteHost ?? '', remotePort ?? 0);
    if (open && remoteHost !== undefined && remotePort !== undefined) events.onAccept(pending);
    else pending.destroy();
  });
  const fail = (code: LinkCode): void => {
    if (!open) return;
    open = false;
    events.onFailed(code);
  };
  server.on('error', (error) => {
    // After `listening` only single accepts fail (out of descriptors); the listener goes on.
    if (!server.listening) fail(linkCode(error));
  });
  server.on('listening', () => {
    const address = server.address();
    assert(address !== null && typeof address === 'object');
    if (open) events.onListening(address.port);
  });
  if (isIP(host) === 0 || !isPort(port)) setImmediate(fail, 'FAILED');
  else server.listen({ host, port, ipv6Only: isIPv6(host), backlog: LISTEN_BACKLOG, exclusive: true });
  return {
    close: (): void => {
      open = false;
      if (server.listening) server.close();
      else server.once('listening', () => server.close());
    },
  };
}

/** Take the connection away from the socket that node:net made for it, which reads through another buffer. */
function takeHandle(socket: NetSocket): Handle | null {
  const owner = socket as unknown as HandleOwner;
  const handle = owner._handle;
  owner._handle = null;
  socket.on('error', () => {});
  socket.destroy();
  return handle;
}

function isPort(port: number): boolean {
  return Number.isInteger(port) && port >= 0 && port <= 65_535;
}

class Pending implements AcceptedSocket {
  readonly host: string;
  readonly port: number;
  #handle: Handle | null;

  constructor(handle: Handle, host: string, port: number) {
    this.#handle = handle;
    this.host = host;
    this.port = port;
  }

  take(events: SocketEvents): Socket {
    const handle = this.#handle;
    assert(handle !== null, 'an accepted socket is taken or refused once');
    this.#handle = null;
    const link = new Link(events, handle);
    link.resume();
    return link;
  }

  destroy(): void {
    if (this.#handle !== null) new NetSocket(withHandle(this.#handle)).destroy();
    this.#handle = null;
  }
}

/** Socket options with a system's side that node:net made itself (the public types know only bound ones). */
function withHandle(handle: Handle | null): SocketConstructorOpts {
  return handle === null ? {} : ({ handle } as unknown as SocketConstructorOpts);
}

class Link implements Socket {
  readonly #events: SocketEvents;
  readonly #socket: NetSocket;
  /** Of each write that is under way, oldest first: whom to tell that its bytes are free again. */
  readonly #takers: ((() => void) | undefined)[] = [];
  #open = true;
  #queued = false;
  #code: LinkCode = 'ENDED';

  constructor(events: SocketEvents, handle: Handle | null) {
    this.#events = events;
    const onread: OnReadOpts = {
      buffer: readBuffer,
      callback: (length) => {
        if (this.#open) this.#events.onData(readBuffer.subarray(0, length));
        return this.#open;
      },
    };
    const socket = new NetSocket({ ...withHandle(handle), onread, allowHalfOpen: false });
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on('error', (error) => (this.#code = linkCode(error)));
    socket.on('end', () => this.#close());
    socket.on('close', () => this.#close());
  }

  connect(host: string, port: number): void {
    this.#socket.once('connect', () => {
      if (this.#open) this.#events.onOpen();
    });
    this.#socket.connect({ host, port, autoSelectFamily: false });
  }

  failLater(code: LinkCode): void {
    this.#code = code;
    setImmediate(() => this.#close());
  }

  get queuedBytes(): number {
    return this.#open ? this.#socket.writableLength : 0;
  }

  write(bytes: Uint8Array, onTaken?: () => void): void {
    if (!this.#open) return;
    this.#takers.push(onTaken);
    this.#socket.write(bytes, this.#onWritten);
    if (this.#socket.writableLength > 0) this.#queued = true;
  }

  pause(): void {
    if (this.#open) this.#socket.pause();
  }

  resume(): void {
    if (this.#open) this.#socket.resume();
  }

  destroy(): void {
    this.#open = false;
    this.#socket.destroy();
  }

  /** Called once for each write, in order. */
  readonly #onWritten = (error?: Error | null): void => {
    const onTaken = this.#takers.shift();
    if (!this.#open || (error !== undefined && error !== null)) return;
    onTaken?.();
    if (!this.#queued || this.#socket.writableLength > 0) return;
    this.#queued = false;
    this.#events.onDrain();
  };

  #close(): void {
    if (!this.#open) return;
    this.destroy();
    this.#events.onClose(this.#code);
  }
}
