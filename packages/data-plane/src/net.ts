/**
 * UDP, HTTP and DNS: passes commands to the network and its answers back. Decides only that packets are dropped while
 * the host does not keep up, as a network would.
 */
import type { NetCommand, RequestId, SocketId } from '@jstorrent/engine/ports';
import { assert } from './assert.ts';
import type { EventBatch } from './events.ts';
import type { Network } from './ports.ts';

type UdpSocket = ReturnType<Network['bindUdp']>;
type Of<Type extends NetCommand['type']> = Extract<NetCommand, { type: Type }>;

/** Open UDP sockets and unanswered questions. */
export class Net {
  readonly #network: Network;
  readonly #events: EventBatch;
  readonly #sockets = new Map<SocketId, UdpSocket>();
  readonly #gets = new Map<RequestId, { cancel(): void }>();
  /** Whether arriving packets are dropped. */
  isHeld = false;

  constructor(network: Network, events: EventBatch) {
    this.#network = network;
    this.#events = events;
  }

  /** Carry out one command. */
  submit(command: NetCommand): void {
    switch (command.type) {
      case 'udpBind':
        this.#bind(command);
        break;
      case 'udpSend':
        this.#sockets.get(command.socket)?.send(command.host, command.port, command.bytes);
        break;
      case 'udpClose':
        this.#sockets.get(command.socket)?.close();
        this.#sockets.delete(command.socket);
        break;
      case 'httpGet':
        this.#get(command);
        break;
      case 'httpCancel':
        this.#gets.get(command.request)?.cancel();
        this.#gets.delete(command.request);
        break;
      case 'resolve':
        this.#resolve(command);
        break;
    }
  }

  #bind({ socket, host, port }: Of<'udpBind'>): void {
    assert(!this.#sockets.has(socket), `socket ${socket} is in use`);
    const handle = this.#network.bindUdp(host, port, {
      onBound: (bound) => this.#events.push({ type: 'udpBound', socket, port: bound }),
      onFailed: (code) => {
        this.#sockets.delete(socket);
        this.#events.push({ type: 'udpFailed', socket, code });
      },
      onPacket: (from, fromPort, bytes) => {
        if (this.isHeld) return;
        this.#events.append({ type: 'udpPacket', socket, host: from, port: fromPort, bytes });
      },
    });
    this.#sockets.set(socket, handle);
  }

  #get(command: Of<'httpGet'>): void {
    const { request, url, maxBytes, connectTimeoutMs, totalTimeoutMs, userAgent, purpose } = command;
    const handle = this.#network.httpGet(
      { url, maxBytes, connectTimeoutMs, totalTimeoutMs, userAgent, purpose },
      (status, body) => {
        this.#gets.delete(request);
        this.#events.append({ type: 'httpReply', request, status, body });
      },
      (code, detail) => {
        this.#gets.delete(request);
        this.#events.append({ type: 'httpFailed', request, code, detail });
      },
    );
    this.#gets.set(request, handle);
  }

  #resolve({ request, host }: Of<'resolve'>): void {
    this.#network.resolve(
      host,
      (addresses) => this.#events.append({ type: 'resolved', request, addresses }),
      (code) => this.#events.append({ type: 'resolveFailed', request, code }),
    );
  }
}
