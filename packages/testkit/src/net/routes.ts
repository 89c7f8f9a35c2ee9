/**
 * Routes between hosts: decides when something sent now arrives, and between whom nothing arrives at all.
 */
import type { SeededRandom } from '../random.ts';

/** How two hosts reach each other; the same both ways. */
export interface LinkSettings {
  /** One way. */
  readonly latencyMs: number;
  /** Up to this much more, drawn anew for every chunk and packet. */
  readonly jitterMs: number;
  /** Shared by everything between the two hosts in one direction; 0 = no limit. */
  readonly bytesPerSecond: number;
  /** Probability that a packet is lost; a lost TCP chunk comes a retransmission later. */
  readonly loss: number;
  /** Probability that a UDP packet comes twice. */
  readonly duplicate: number;
  /** Probability that a UDP packet is overtaken by later ones. */
  readonly reorder: number;
  /** The most bytes of a stream that travel as one chunk. */
  readonly chunkBytes: number;
}

/** A calm home line without a rate limit. */
const DEFAULT_LINK: LinkSettings = {
  latencyMs: 20,
  jitterMs: 0,
  bytesPerSecond: 0,
  loss: 0,
  duplicate: 0,
  reorder: 0,
  chunkBytes: 65_536,
};

/** Between programs of one host. */
const LOOPBACK_LINK: LinkSettings = { ...DEFAULT_LINK, latencyMs: 0.05 };

/** TCP waits at least this long before it sends a lost chunk again. */
const RETRANSMIT_MS = 200;

/** What a route needs to know of a host: its name and how fast its own line is. */
export interface RouteEnd {
  readonly name: string;
  /** Bytes per second the host can send or take in all, 0 = no limit. */
  upBytesPerSecond: number;
  downBytesPerSecond: number;
}

const pairKey = (a: string, b: string): string => (a < b ? `${a} ${b}` : `${b} ${a}`);

/** The settings and the state of all routes of one internet. */
export class Routes {
  readonly #random: SeededRandom;
  readonly #links = new Map<string, LinkSettings>();
  readonly #cut = new Set<string>();
  /** When each queue (a host's line, a route's direction) has sent everything given to it. */
  readonly #busyUntilMs = new Map<string, number>();
  #common: LinkSettings = DEFAULT_LINK;

  constructor(random: SeededRandom) {
    this.#random = random;
  }

  /** The settings between two hosts that have none of their own. */
  setCommon(change: Partial<LinkSettings>): void {
    this.#common = { ...this.#common, ...change };
  }

  /** Change the settings between two hosts. */
  set(a: string, b: string, change: Partial<LinkSettings>): void {
    this.#links.set(pairKey(a, b), { ...this.settings(a, b), ...change });
  }

  settings(a: string, b: string): LinkSettings {
    return this.#links.get(pairKey(a, b)) ?? (a === b ? LOOPBACK_LINK : this.#common);
  }

  cut(a: string, b: string): void {
    this.#cut.add(pairKey(a, b));
  }

  heal(a: string, b: string): void {
    this.#cut.delete(pairKey(a, b));
  }

  healAll(): void {
    this.#cut.clear();
  }

  isCut(a: string, b: string): boolean {
    return this.#cut.has(pairKey(a, b));
  }

  /** When `length` bytes of a stream, sent at `nowMs`, arrive. Takes room in the queues on the way. */
  streamArrivalMs(from: RouteEnd, to: RouteEnd, length: number, nowMs: number): number {
    const settings = this.settings(from.name, to.name);
    const arrivalMs = this.#through(from, to, length, nowMs);
    if (!this.#random.chance(settings.loss)) return arrivalMs;
    return arrivalMs + Math.max(RETRANSMIT_MS, 3 * settings.latencyMs);
  }

  /** When the copies of one packet arrive: none when it is lost, two when it is doubled. */
  packetArrivalsMs(from: RouteEnd, to: RouteEnd, length: number, nowMs: number): number[] {
    const settings = this.settings(from.name, to.name);
    if (this.#random.chance(settings.loss)) return [];
    const arrivals = [this.#through(from, to, length, nowMs)];
    if (this.#random.chance(settings.duplicate)) arrivals.push(this.#through(from, to, length, nowMs));
    return arrivals.map((ms) =>
      this.#random.chance(settings.reorder) ? ms + this.#random.fraction() * 4 * settings.latencyMs : ms,
    );
  }

  #through(from: RouteEnd, to: RouteEnd, length: number, nowMs: number): number {
    const settings = this.settings(from.name, to.name);
    if (from.name === to.name) return nowMs + settings.latencyMs;
    let atMs = this.#queue(`up ${from.name}`, from.upBytesPerSecond, length, nowMs);
    atMs = this.#queue(`${from.name} ${to.name}`, settings.bytesPerSecond, length, atMs);
    atMs += settings.latencyMs + this.#random.fraction() * settings.jitterMs;
    return this.#queue(`down ${to.name}`, to.downBytesPerSecond, length, atMs);
  }

  #queue(name: string, bytesPerSecond: number, length: number, fromMs: number): number {
    if (bytesPerSecond === 0) return fromMs;
    const doneMs = Math.max(fromMs, this.#busyUntilMs.get(name) ?? 0) + (length / bytesPerSecond) * 1000;
    this.#busyUntilMs.set(name, doneMs);
    return doneMs;
  }
}
