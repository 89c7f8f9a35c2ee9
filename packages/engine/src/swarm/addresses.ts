/** The addresses of one torrent's swarm: who is known, who may be dialled when, who is banned. */
import { classifyIp, isDialable } from '@jstorrent/protocol';
import { LIMITS } from '../limits.ts';
import type { Random } from '../ports.ts';
import { jittered } from '../rules/backoff.ts';

/** Where an address came from, most trusted first. */
export type AddressSource = 'user' | 'saved' | 'incoming' | 'tracker' | 'magnet';

/** One known peer address and its record. */
export interface Address {
  readonly host: string;
  readonly port: number;
  readonly source: AddressSource;
  /** Free, being dialled or connected. */
  state: 'idle' | 'connecting' | 'connected';
  /** Failures in a row. */
  failures: number;
  /** Connections that were of use and are over: others get their turn first. */
  visits: number;
  /** Not dialled before, ms. */
  notBeforeMs: number;
  banned: boolean;
  /** It is ourselves. */
  self: boolean;
  /** Bytes it gave us over all connections. */
  received: number;
  hashFailures: number;
  timeouts: number;
}

/** An address of which nothing is known yet. */
export function newAddress(host: string, port: number, source: AddressSource): Address {
  return {
    host,
    port,
    source,
    state: 'idle',
    failures: 0,
    visits: 0,
    notBeforeMs: 0,
    banned: false,
    self: false,
    received: 0,
    hashFailures: 0,
    timeouts: 0,
  };
}

/** How near the addresses of a source may be: only a user or a local tracker may name this machine. */
export interface AddressPolicy {
  readonly allowLoopback: boolean;
}

const SOURCE_RANK: Record<AddressSource, number> = { user: 0, saved: 1, tracker: 2, magnet: 3, incoming: 4 };

/** Known addresses, bounded. */
export class AddressBook {
  readonly #known = new Map<string, Address>();
  readonly #bannedOnHost = new Map<string, number>();
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  get size(): number {
    return this.#known.size;
  }

  all(): Iterable<Address> {
    return this.#known.values();
  }

  /** Addresses that may be dialled now or later. */
  get candidates(): number {
    let count = 0;
    for (const address of this.#known.values()) if (this.#dialable(address)) count += 1;
    return count;
  }

  /** Note an address; null when it cannot be a peer's. The same address is one record whatever its sources. */
  add(host: string, port: number, source: AddressSource, policy: AddressPolicy): Address | null {
    const existing = this.#known.get(keyOf(host, port));
    if (existing !== undefined) return existing;
    if (!isDialable({ host, port }) || this.isHostBanned(host)) return null;
    const kind = classifyIp(host);
    if (!policy.allowLoopback && (kind === 'loopback' || kind === 'linkLocal')) return null;
    if (this.#known.size >= LIMITS.knownAddresses && !this.#makeRoom()) return null;
    return this.#insert(host, port, source);
  }

  /** The record of a peer that connected to us; made when new, whatever its address. */
  forIncoming(host: string, port: number): Address {
    return this.#known.get(keyOf(host, port)) ?? this.#insert(host, port, 'incoming');
  }

  /** Forget a peer that connected to us from a port nobody can dial; its host's lies stay counted. */
  forgetIncoming(address: Address): void {
    if (address.source === 'incoming') this.#known.delete(keyOf(address.host, address.port));
  }

  /** The best address to dial now, or null. */
  next(nowMs: number): Address | null {
    let best: Address | null = null;
    for (const address of this.#known.values()) {
      if (!this.#dialable(address) || address.notBeforeMs > nowMs) continue;
      if (best === null || better(address, best)) best = address;
    }
    return best;
  }

  /** A connection could not be made, or ended without use. */
  failed(address: Address, nowMs: number): void {
    address.state = 'idle';
    address.failures += 1;
    if (address.failures > LIMITS.redialAttempts && address.source !== 'user') {
      this.#known.delete(keyOf(address.host, address.port));
      return;
    }
    const waitMs = LIMITS.redialMs[Math.min(address.failures, LIMITS.redialMs.length) - 1] ?? 0;
    address.notBeforeMs = nowMs + jittered(waitMs, this.#random);
  }

  /** A useful connection ended in order: may be dialled again soon. */
  released(address: Address, nowMs: number): void {
    address.state = 'idle';
    address.failures = 0;
    address.visits += 1;
    address.notBeforeMs = nowMs + jittered(LIMITS.redialMs[0], this.#random);
  }

  /** We left of our own will: when we go on, it is as good as before. */
  left(address: Address): void {
    address.state = 'idle';
    address.failures = 0;
    address.notBeforeMs = 0;
  }

  /** It gave the metadata and closed, as some clients do: the user need not wait for it. */
  releasedEarly(address: Address, nowMs: number): void {
    this.released(address, nowMs);
    address.notBeforeMs = nowMs + jittered(LIMITS.redialSoonMs, this.#random);
  }

  /** Never again. Some banned endpoints on one host ban the host. */
  ban(address: Address): void {
    if (address.banned) return;
    address.banned = true;
    this.#countLies(address.host, 1);
  }

  /** The whole host at once. */
  banHost(host: string): void {
    this.#countLies(host, LIMITS.bannedEndpointsPerHost);
  }

  #countLies(host: string, count: number): void {
    const lies = this.#bannedOnHost.get(host) ?? 0;
    if (lies === 0 && this.#bannedOnHost.size >= LIMITS.bannedHosts) {
      const oldest = this.#bannedOnHost.keys().next().value;
      if (oldest !== undefined) this.#bannedOnHost.delete(oldest);
    }
    this.#bannedOnHost.set(host, lies + count);
  }

  isHostBanned(host: string): boolean {
    return (this.#bannedOnHost.get(host) ?? 0) >= LIMITS.bannedEndpointsPerHost;
  }

  /** The network came back: everybody may be dialled at once. */
  forgive(): void {
    for (const address of this.#known.values()) {
      address.notBeforeMs = 0;
      address.visits = 0;
    }
  }

  /** Keep fewer while stopped. */
  trim(): void {
    for (const [key, address] of this.#known) {
      if (this.#known.size <= LIMITS.knownAddressesStopped) return;
      if (address.state === 'idle' && !address.banned && address.received === 0) this.#known.delete(key);
    }
  }

  #dialable(address: Address): boolean {
    const { state, banned, self, source, host } = address;
    return state === 'idle' && !banned && !self && source !== 'incoming' && !this.isHostBanned(host);
  }

  #insert(host: string, port: number, source: AddressSource): Address {
    const address = newAddress(host, port, source);
    this.#known.set(keyOf(host, port), address);
    return address;
  }

  /** Forget one idle address that failed or was never of use. */
  #makeRoom(): boolean {
    for (const [key, address] of this.#known) {
      if (address.state === 'idle' && !address.banned && address.failures > 0) return this.#known.delete(key);
    }
    return false;
  }
}

/** Who was tried less comes first, whatever came of it: no address keeps another from its turn for ever. */
function better(a: Address, b: Address): boolean {
  const moreTries = a.failures + a.visits - b.failures - b.visits;
  if (moreTries !== 0) return moreTries < 0;
  if (a.received !== b.received) return a.received > b.received;
  return SOURCE_RANK[a.source] < SOURCE_RANK[b.source];
}

function keyOf(host: string, port: number): string {
  return `${host} ${port}`;
}
