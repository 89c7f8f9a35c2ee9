/**
 * Streams to servers of the web for web seeds (BEP 19): TCP over node:net and TLS over node:tls. Decides which addresses a
 * name may lead to (THREATS 15: judged when it is connected to, so a name that changes its address gains nothing) and that
 * certificates are checked; knows nothing of HTTP.
 */
import { isIP, Socket as NetSocket, type LookupFunction, type OnReadOpts } from 'node:net';
import process from 'node:process';
import type { ConnectionOptions } from 'node:tls';
import type { Network, WebStreamCode, WebStreamEvents, WebTarget } from '@jstorrent/data-plane';
import type { AddressClass } from './addresses.ts';
import { errorCode, errorDetail, HttpFailure, httpCode } from './codes.ts';
import type { HttpWorld } from './http.ts';
import { READ_BUFFER_BYTES } from './limits.ts';

/** As of `HttpWorld`, and certificates that are trusted beside those of the system. */
export interface WebWorld extends HttpWorld {
  readonly ca?: string;
}

// Filled and used up in one go by libuv and by Node's TLS alike, so all streams share it.
const readBuffer = new Uint8Array(READ_BUFFER_BYTES);

/** The `openWeb` of the port. */
export function createOpenWeb(world: WebWorld): Network['openWeb'] {
  return (target, events) => new WebStream(world, target, events);
}

class WebStream {
  readonly #events: WebStreamEvents;
  readonly #world: WebWorld;
  readonly #target: WebTarget;
  #socket: NetSocket | null = null;
  #state: 'connecting' | 'open' | 'closed' = 'connecting';
  #isPaused = false;
  #error: unknown = null;

  constructor(world: WebWorld, target: WebTarget, events: WebStreamEvents) {
    this.#world = world;
    this.#target = target;
    this.#events = events;
    const { host } = target;
    if (isIP(host) !== 0 && !isAllowed(world.classify(host), target)) {
      setImmediate(() => this.#close('FORBIDDEN_ADDRESS', host));
      return;
    }
    this.#connect();
  }

  write(bytes: Uint8Array): void {
    if (this.#state === 'open') this.#socket?.write(bytes);
  }

  pause(): void {
    this.#isPaused = true;
    if (this.#state === 'open') this.#socket?.pause();
  }

  resume(): void {
    this.#isPaused = false;
    if (this.#state === 'open') this.#socket?.resume();
  }

  destroy(): void {
    this.#state = 'closed';
    this.#socket?.destroy();
  }

  #connect(): void {
    const { host, port, isSecure } = this.#target;
    const onread: OnReadOpts = {
      buffer: readBuffer,
      callback: (length) => {
        if (this.#state === 'open') this.#events.onData(readBuffer.subarray(0, length));
        return this.#state !== 'closed';
      },
    };
    const where = { host, port, lookup: guardedLookup(this.#world, this.#target), noDelay: true };
    const socket = isSecure ? this.#openTls(where, onread) : new NetSocket({ onread, allowHalfOpen: false });
    this.#socket = socket;
    socket.on('error', (error) => (this.#error = error));
    socket.on('end', () => this.#ended());
    socket.on('close', () => this.#ended());
    socket.once(isSecure ? 'secureConnect' : 'connect', () => this.#onOpen());
    if (!isSecure) socket.connect(where);
  }

  /** TLS is loaded when it is needed: most daemons never do. */
  #openTls(where: { readonly host: string; readonly port: number }, onread: OnReadOpts): NetSocket {
    const { connect } = process.getBuiltinModule('node:tls');
    const { ca } = this.#world;
    const options: ConnectionOptions & { readonly onread: OnReadOpts } = {
      ...where,
      onread,
      // A literal has no name to be told.
      ...(isIP(where.host) === 0 ? { servername: where.host } : {}),
      ...(ca === undefined ? {} : { ca }),
      ALPNProtocols: ['http/1.1'],
      rejectUnauthorized: true,
    };
    return connect(options);
  }

  #onOpen(): void {
    const socket = this.#socket;
    if (this.#state !== 'connecting' || socket === null) return;
    this.#state = 'open';
    if (this.#isPaused) socket.pause();
    this.#events.onOpen(this.#world.classify(socket.remoteAddress ?? '') === 'public');
  }

  #ended(): void {
    if (this.#state === 'closed') return;
    const isOpen = this.#state === 'open';
    const detail = this.#error === null ? 'the connection ended' : errorDetail(this.#error);
    this.#close(isOpen ? 'CUT_OFF' : streamCode(this.#error), detail);
  }

  #close(code: WebStreamCode, detail: string): void {
    if (this.#state === 'closed') return;
    this.destroy();
    this.#events.onClose(code, detail);
  }
}

function isAllowed(reach: AddressClass, { mayBeLocal }: WebTarget): boolean {
  return reach === 'public' || (reach === 'local' && mayBeLocal);
}

/** Names become addresses here and nowhere else; what is refused is never connected to. */
function guardedLookup({ lookup, classify }: WebWorld, target: WebTarget): LookupFunction {
  return (host, options, callback) => {
    lookup(host, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return callback(error, '', 0);
      const allowed = addresses.filter(({ address }) => isAllowed(classify(address), target));
      const [first] = allowed;
      if (first === undefined) callback(new HttpFailure('FORBIDDEN_ADDRESS', host), '', 0);
      else if (options.all === true) callback(null, allowed);
      else callback(null, first.address, first.family);
    });
  };
}

/** Why a stream could not begin. */
function streamCode(error: unknown): WebStreamCode {
  const known = httpCode(error);
  if (known === 'FORBIDDEN_ADDRESS' || known === 'NAME_NOT_FOUND') return known;
  return /CERT|^UNABLE_TO|^ERR_TLS/u.test(errorCode(error)) ? 'BAD_CERTIFICATE' : 'CONNECT_FAILED';
}
