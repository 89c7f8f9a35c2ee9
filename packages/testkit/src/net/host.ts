/**
 * One machine of the in-memory internet: its addresses, its ports and its counters. Decides who may bind what; moves
 * no bytes.
 */
import type { ListenerEvents, UdpEvents } from '@jstorrent/data-plane';
import type { LinkCode } from '@jstorrent/engine/ports';
import { isLoopback, isV6, isWildcard } from './addresses.ts';
import type { HttpHandler } from './http.ts';
import type { ConnectionStats, Endpoint, EndpointHost } from './tcp.ts';

/** How a host behaves; all of it may be changed while it runs. */
export interface HostSettings {
  /** Bytes per second the host can send and take in over all its routes, 0 = no limit. */
  upBytesPerSecond: number;
  downBytesPerSecond: number;
  /** Attempts to connect to this host get no answer at all (a firewall). */
  swallowsConnections: boolean;
  /** More sockets than this fail with EMFILE. */
  maxSockets: number;
}

const FIRST_EPHEMERAL_PORT = 49_152;

/** Which ports of a host are taken, for one protocol. */
class PortTable<T> {
  readonly #owners = new Map<string, T>();
  #nextPort = FIRST_EPHEMERAL_PORT;

  /** Take a port (0: any free one); the port, or why not. */
  bind(addresses: readonly string[], address: string, port: number, owner: T): number | LinkCode {
    if (!isWildcard(address) && !isLoopback(address) && !addresses.includes(address)) return 'ADDRESS_DENIED';
    if (port !== 0) {
      if (this.#isTaken(address, port)) return 'ADDRESS_IN_USE';
      this.#owners.set(`${address} ${port}`, owner);
      return port;
    }
    for (let tries = 0; tries < 65_536 - FIRST_EPHEMERAL_PORT; tries++) {
      const free = this.#nextPort;
      this.#nextPort = free === 65_535 ? FIRST_EPHEMERAL_PORT : free + 1;
      if (!this.#isTaken(address, free)) return this.bind(addresses, address, free, owner);
    }
    return 'ADDRESS_IN_USE';
  }

  /** Who gets what is sent to this address of the host. */
  find(address: string, port: number): T | undefined {
    return (
      this.#owners.get(`${address} ${port}`) ??
      this.#owners.get(`${isV6(address) ? '::' : '0.0.0.0'} ${port}`)
    );
  }

  /** Give a port back, if it is still `owner`'s. */
  release(address: string, port: number, owner: T): void {
    if (this.#owners.get(`${address} ${port}`) === owner) this.#owners.delete(`${address} ${port}`);
  }

  /** Give everything back. */
  clear(): void {
    this.#owners.clear();
  }

  #isTaken(address: string, port: number): boolean {
    for (const key of this.#owners.keys()) {
      const [taken, takenPort] = key.split(' ') as [string, string];
      if (Number(takenPort) !== port || isV6(taken) !== isV6(address)) continue;
      if (taken === address || isWildcard(taken) || isWildcard(address)) return true;
    }
    return false;
  }
}

/** A machine. */
export class MemoryHost implements EndpointHost, HostSettings {
  readonly name: string;
  readonly addresses: readonly string[];
  upBytesPerSecond = 0;
  downBytesPerSecond = 0;
  swallowsConnections = false;
  maxSockets = Number.POSITIVE_INFINITY;
  readonly stats: ConnectionStats = {
    dialled: 0,
    opened: 0,
    accepted: 0,
    openNow: 0,
    openMax: 0,
    bytesSent: 0,
    bytesReceived: 0,
  };
  readonly endpoints = new Set<Endpoint>();
  readonly listeners = new PortTable<ListenerEvents>();
  readonly udp = new PortTable<UdpEvents>();
  readonly http = new PortTable<HttpHandler>();
  #nextPort = FIRST_EPHEMERAL_PORT;

  constructor(name: string, addresses: readonly string[]) {
    this.name = name;
    this.addresses = addresses;
  }

  /** The port a dialled connection comes from. */
  takeEphemeralPort(): number {
    const port = this.#nextPort;
    this.#nextPort = port === 65_535 ? FIRST_EPHEMERAL_PORT : port + 1;
    return port;
  }

  /** The address of this host that something sent to `destination` comes from, or null without one of its family. */
  sourceFor(destination: string): string | null {
    if (isLoopback(destination)) return destination;
    return this.addresses.find((address) => isV6(address) === isV6(destination)) ?? null;
  }
}
