/**
 * HTTP of the in-memory internet: a site is a function from a request to an answer. Decides what the network port
 * promises of HTTP (limits, redirects, request-forgery rules, time-outs); not what sites say.
 */
import { gunzipSync, inflateSync } from 'node:zlib';
import type { HttpRequest } from '@jstorrent/data-plane';
import type { HttpCode } from '@jstorrent/engine/ports';
import { reachOf } from './addresses.ts';
import type { MemoryHost } from './host.ts';
import type { NetGround } from './internet.ts';

/** What a site is asked. */
export interface SiteRequest {
  readonly url: URL;
  readonly userAgent: string;
  /** Address of the asking host. */
  readonly from: string;
}

/** What a site says. `bytesPerSecond` makes the body drip. */
export interface SiteReply {
  readonly status: number;
  readonly body?: Uint8Array;
  /** `location` of a redirect. */
  readonly location?: string;
  readonly encoding?: 'gzip' | 'deflate';
  readonly delayMs?: number;
  readonly bytesPerSecond?: number;
}

/** A reply, or how the site fails: `hang` never answers, `garbage` does not speak HTTP, `reset` breaks the connection. */
export type SiteAnswer = SiteReply | 'hang' | 'garbage' | 'reset';

/** A site. */
export type HttpHandler = (request: SiteRequest) => SiteAnswer;

const MAX_REDIRECTS = 5;
const MAX_URL_LENGTH = 16_384;
const LOCAL_PATH = /(?:^|\/)(?:announce|scrape)[^/]*$/;

interface Attempt {
  readonly url: URL;
  readonly redirects: number;
  /** A public server sent us here. */
  readonly isFromPublic: boolean;
}

/** A URL that may be asked for, or null. */
const parseUrl = (text: string, base?: string): URL | null => {
  if (text.length > MAX_URL_LENGTH || /[\r\n]/.test(text) || !URL.canParse(text, base)) return null;
  const url = new URL(text, base);
  const isPlain = url.username === '' && url.password === '' && url.port !== '0';
  return isPlain && (url.protocol === 'http:' || url.protocol === 'https:') ? url : null;
};

/** Whether the request-forgery rules let us connect. */
const isAllowed = (attempt: Attempt, address: string, purpose: HttpRequest['purpose']): boolean => {
  const reach = reachOf(address);
  if (reach !== 'local') return reach === 'public';
  if (attempt.isFromPublic) return false;
  return purpose === 'user' || LOCAL_PATH.test(attempt.url.pathname);
};

const decode = (reply: SiteReply, maxBytes: number): Uint8Array | HttpCode => {
  const body = reply.body ?? new Uint8Array();
  if (reply.encoding === undefined) return body.length > maxBytes ? 'TOO_LARGE' : body.slice();
  try {
    const unpack = reply.encoding === 'gzip' ? gunzipSync : inflateSync;
    return Uint8Array.from(unpack(body, { maxOutputLength: maxBytes }));
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? 'TOO_LARGE' : 'BAD_REPLY';
  }
};

/** One question, from the URL to its single answer. */
export class HttpQuestion {
  readonly #ground: NetGround;
  readonly #host: MemoryHost;
  readonly #request: HttpRequest;
  readonly #onReply: (status: number, body: Uint8Array) => void;
  readonly #onFailed: (code: HttpCode, detail: string) => void;
  readonly #timers: (() => void)[] = [];
  #isDone = false;

  constructor(
    ground: NetGround,
    host: MemoryHost,
    request: HttpRequest,
    answers: {
      readonly onReply: (status: number, body: Uint8Array) => void;
      readonly onFailed: (code: HttpCode, detail: string) => void;
    },
  ) {
    this.#ground = ground;
    this.#host = host;
    this.#request = request;
    this.#onReply = answers.onReply;
    this.#onFailed = answers.onFailed;
    this.#after(request.totalTimeoutMs, () => this.#fail('TIMED_OUT'));
    const url = parseUrl(request.url);
    if (url === null) this.#after(0, () => this.#fail('BAD_URL'));
    else this.#follow({ url, redirects: 0, isFromPublic: false });
  }

  /** Drop the question. */
  cancel(): void {
    this.#isDone = true;
    for (const cancel of this.#timers) cancel();
  }

  #after(delayMs: number, callback: () => void): void {
    this.#timers.push(this.#ground.clock.after(delayMs, callback));
  }

  #fail(code: HttpCode): void {
    if (this.#isDone) return;
    this.cancel();
    this.#onFailed(code, this.#request.url);
  }

  #follow(attempt: Attempt): void {
    const name = attempt.url.hostname.replace(/^\[|\]$/g, '');
    this.#after(this.#ground.dnsDelayMs(name), () => {
      const address = this.#ground.lookUp(name)?.[0];
      if (address === undefined) this.#fail('NAME_NOT_FOUND');
      else if (!isAllowed(attempt, address, this.#request.purpose)) this.#fail('FORBIDDEN_ADDRESS');
      else this.#connect(attempt, address);
    });
  }

  #connect(attempt: Attempt, address: string): void {
    const { clock, routes } = this.#ground;
    const server = this.#ground.hostAt(address, this.#host);
    const source = this.#host.sourceFor(address);
    if (server === null || source === null) {
      this.#after(0, () => this.#fail('CONNECT_FAILED'));
      return;
    }
    if (routes.isCut(this.#host.name, server.name) || server.swallowsConnections) {
      this.#after(this.#request.connectTimeoutMs, () => this.#fail('TIMED_OUT'));
      return;
    }
    const port = Number(attempt.url.port || (attempt.url.protocol === 'https:' ? 443 : 80));
    const handler = server.http.find(address, port);
    const arrivesMs = routes.streamArrivalMs(this.#host, server, 500, clock.now());
    this.#after(arrivesMs - clock.now(), () => {
      if (handler === undefined) {
        this.#fail('CONNECT_FAILED');
        return;
      }
      const answer = handler({ url: attempt.url, userAgent: this.#request.userAgent, from: source });
      if (answer === 'hang') return;
      this.#comesBack(attempt, address, server, answer);
    });
  }

  #comesBack(
    attempt: Attempt,
    address: string,
    server: MemoryHost,
    answer: SiteReply | 'garbage' | 'reset',
  ): void {
    const { clock, routes } = this.#ground;
    const reply = typeof answer === 'string' ? null : answer;
    const bodyLength = reply?.body?.length ?? 0;
    const received = Math.min(bodyLength, this.#request.maxBytes + 1);
    const dripMs = reply?.bytesPerSecond === undefined ? 0 : (received / reply.bytesPerSecond) * 1000;
    const arrivesMs = routes.streamArrivalMs(server, this.#host, received + 300, clock.now());
    this.#after(arrivesMs - clock.now() + (reply?.delayMs ?? 0) + dripMs, () => {
      if (routes.isCut(this.#host.name, server.name)) return;
      if (reply === null) this.#fail('BAD_REPLY');
      else this.#read(attempt, address, reply);
    });
  }

  #read(attempt: Attempt, address: string, reply: SiteReply): void {
    if (reply.status >= 300 && reply.status < 400 && reply.location !== undefined) {
      const url = parseUrl(reply.location, attempt.url.href);
      const isFromPublic = attempt.isFromPublic || reachOf(address) === 'public';
      if (attempt.redirects >= MAX_REDIRECTS) this.#fail('TOO_MANY_REDIRECTS');
      else if (url === null) this.#fail('BAD_URL');
      else this.#follow({ url, redirects: attempt.redirects + 1, isFromPublic });
      return;
    }
    const body = decode(reply, this.#request.maxBytes);
    if (typeof body === 'string') {
      this.#fail(body);
      return;
    }
    this.cancel();
    this.#onReply(reply.status, body);
  }
}
