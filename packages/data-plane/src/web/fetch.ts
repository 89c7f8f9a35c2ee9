/**
 * One question to a web server, until it has its answer: where to ask (redirects included) and how much of the answer is
 * still wanted. Decides which redirects are followed.
 */
import type { WebCode, WebPart } from '@jstorrent/engine/ports';
import {
  authorityOf,
  encodeHttpGet,
  parseWebUrl,
  resolveLocation,
  targetOf,
  type UrlParts,
} from '@jstorrent/protocol/web';
import type { Limits } from '../limits.ts';
import type { WebTarget } from '../ports.ts';

/** A URL and how near its server may be. */
export interface WebPlace {
  readonly url: string;
  readonly mayBeLocal: boolean;
}

/** Where files turned out to be, by the URL that was given; bounded, for the life of one link. */
export class KnownPlaces {
  readonly #places = new Map<string, WebPlace>();
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  get(url: string): WebPlace | null {
    return this.#places.get(url) ?? null;
  }

  note(url: string, place: WebPlace): void {
    const oldest = this.#places.keys().next().value;
    if (this.#places.size >= this.#most && oldest !== undefined) this.#places.delete(oldest);
    this.#places.set(url, place);
  }

  forget(url: string): void {
    this.#places.delete(url);
  }
}

/** A question on its way. */
export class WebFetch {
  readonly part: WebPart;
  /** Wanted bytes still to come. */
  left: number;
  /** Bytes of the answer to leave out before them. */
  skip = 0;
  /** Bytes that the answer announces behind them, and those that came. */
  behind = 0;
  surplus = 0;
  /** Only the end of the connection ends the answer. */
  isOpenEnded = false;
  /** Where it is asked now. */
  place: WebPlace;
  /** That is a place known from an earlier question: when it fails, the first one is asked again. */
  isFromMemory: boolean;
  #redirects = 0;

  constructor(part: WebPart, place: WebPlace, isFromMemory: boolean) {
    this.part = part;
    this.left = part.length;
    this.place = place;
    this.isFromMemory = isFromMemory;
  }

  /** Any wanted byte came. */
  get hasProgress(): boolean {
    return this.left < this.part.length;
  }

  /** Ask where a server sends us: what a public server says leads to public ones only. Null when it is followed. */
  redirect(location: string, isFromPublic: boolean, limits: Limits): WebCode | null {
    this.#redirects += 1;
    if (this.#redirects > limits.webRedirects) return 'TOO_MANY_REDIRECTS';
    const from = parseWebUrl(this.place.url);
    const url = from === null ? null : resolveLocation(from, location);
    if (url === null) return 'BAD_URL';
    this.place = { url, mayBeLocal: this.place.mayBeLocal && !isFromPublic };
    return null;
  }

  /** Go back to the URL that was given. */
  restart(mayBeLocal: boolean): void {
    this.place = { url: this.part.url, mayBeLocal };
    this.isFromMemory = false;
  }

  /** The server and the question, or null when the URL is none. */
  question(userAgent: string): { target: WebTarget; key: string; bytes: Uint8Array } | null {
    const url = parseWebUrl(this.place.url);
    if (url === null) return null;
    const { offset, length } = this.part;
    const bytes = encodeHttpGet({
      authority: authorityOf(url),
      target: targetOf(url),
      userAgent,
      first: offset,
      last: offset + length - 1,
    });
    return { ...serverOf(url, this.place.mayBeLocal), bytes };
  }
}

function serverOf(url: UrlParts, mayBeLocal: boolean): { target: WebTarget; key: string } {
  const { host, port, scheme } = url;
  const isSecure = scheme === 'https';
  return { target: { host, port, isSecure, mayBeLocal }, key: `${scheme} ${host} ${port} ${mayBeLocal}` };
}
