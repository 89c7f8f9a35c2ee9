/**
 * HTTP GET for trackers and .torrent files. Decides which addresses a URL may reach (THREATS 15: the rules are applied to
 * the resolved address that is then connected to, so a name that changes its address gains nothing), which redirects are
 * followed, what a whole reply is, and all limits of time and size (THREATS 17).
 */
import type { ClientRequest, IncomingMessage } from 'node:http';
import type { LookupAddress, LookupAllOptions } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import process from 'node:process';
import type { HttpRequest, Network } from '@jstorrent/data-plane';
import type { HttpCode } from '@jstorrent/engine/ports';
import type { AddressClass } from './addresses.ts';
import { collectBody, cutOff, decodeBody } from './body.ts';
import { errorDetail, httpCode, HttpFailure } from './codes.ts';
import { HEADER_BYTES_MAX, REDIRECTS_MAX, URL_LENGTH_MAX } from './limits.ts';

/** How names become addresses and what these are; the system's resolver and `classifyAddress` outside of tests. */
export interface HttpWorld {
  readonly lookup: (
    host: string,
    options: LookupAllOptions,
    callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
  ) => void;
  readonly classify: (address: string) => AddressClass;
}

/** What has been learned on the way through redirects. */
interface Journey {
  readonly world: HttpWorld;
  readonly request: HttpRequest;
  readonly signal: AbortSignal;
  /** A public server sent us on; from then on no local address is allowed. */
  sentByPublic: boolean;
}

/** A reply as it was sent, or where a redirect leads. */
interface Reply {
  readonly status: number;
  readonly location: string | null;
  readonly encoding: string;
  readonly body: Uint8Array;
}

/** The `httpGet` of the port: exactly one of the callbacks is called in a later turn, none after `cancel`. */
export function createHttpGet(world: HttpWorld): Network['httpGet'] {
  return (request, onReply, onFailed) => get({ world, request, onReply, onFailed });
}

interface Question {
  readonly world: HttpWorld;
  readonly request: HttpRequest;
  readonly onReply: (status: number, body: Uint8Array) => void;
  readonly onFailed: (code: HttpCode, detail: string) => void;
}

function get({ world, request, onReply, onFailed }: Question): { cancel(): void } {
  const abort = new AbortController();
  let cancelled = false;
  let expired = false;
  const timer = setTimeout(() => {
    expired = true;
    abort.abort();
  }, request.totalTimeoutMs);
  const settle = (deliver: () => void): void => {
    clearTimeout(timer);
    if (!cancelled) deliver();
  };
  // Delivered outside of the promise chain: what a callback throws is not a failed request.
  const later = (deliver: () => void): void => void setImmediate(settle, deliver);
  followRedirects({ world, request, signal: abort.signal, sentByPublic: false }).then(
    (reply) => later(() => onReply(reply.status, reply.body)),
    (error: unknown) => {
      if (expired) return later(() => onFailed('TIMED_OUT', 'no whole reply in time'));
      later(() => onFailed(httpCode(error), errorDetail(error)));
    },
  );
  return {
    cancel: (): void => {
      cancelled = true;
      clearTimeout(timer);
      abort.abort();
    },
  };
}

async function followRedirects(journey: Journey): Promise<Reply> {
  let url = parseUrl(journey.request.url, undefined);
  for (let redirects = 0; redirects <= REDIRECTS_MAX; redirects++) {
    const reply = await askOnce(url, journey);
    if (reply.location === null) return reply;
    url = parseUrl(reply.location, url);
  }
  throw new HttpFailure('TOO_MANY_REDIRECTS', `more than ${REDIRECTS_MAX} redirects`);
}

function parseUrl(text: string, base: URL | undefined): URL {
  if (text.length > URL_LENGTH_MAX) throw new HttpFailure('BAD_URL', 'too long');
  if (!isPlainText(text)) throw new HttpFailure('BAD_URL', 'control character or space');
  const url = URL.parse(text, base?.href);
  if (url === null) throw new HttpFailure('BAD_URL', 'not a URL');
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new HttpFailure('BAD_URL', 'not http or https');
  if (url.username !== '' || url.password !== '')
    throw new HttpFailure('BAD_URL', 'user information in a URL');
  return url;
}

/** No control character and no space: a URL with CR LF could smuggle header lines. */
function isPlainText(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit <= 0x20 || unit === 0x7f) return false;
  }
  return true;
}

/** Whether an address may be connected to for this URL at this point of the journey. */
function isAllowed(address: string, url: URL, journey: Journey): boolean {
  switch (journey.world.classify(address)) {
    case 'public':
      return true;
    case 'forbidden':
      return false;
    case 'local':
      return !journey.sentByPublic && (journey.request.purpose === 'user' || namesTracker(url));
  }
}

/** The last segment of the path begins with `announce` or `scrape` (BEP 48), as every tracker's does. */
function namesTracker(url: URL): boolean {
  return /\/(?:announce|scrape)[^/]*$/u.test(url.pathname);
}

async function askOnce(url: URL, journey: Journey): Promise<Reply> {
  const host = url.hostname.replace(/^\[|\]$/gu, '');
  if (isIP(host) !== 0) admit([{ address: host, family: isIP(host) }], url, journey);
  const asked = send(url, host, journey);
  let reply: Reply;
  try {
    reply = await receive(asked, url.protocol === 'https:' ? 'secureConnect' : 'connect', journey.request);
  } finally {
    asked.destroy();
  }
  const body = await decodeBody(reply.body, reply.encoding, journey.request.maxBytes);
  return { ...reply, body };
}

function send(url: URL, host: string, journey: Journey): ClientRequest {
  const { userAgent } = journey.request;
  const isSecure = url.protocol === 'https:';
  // An import of node:http would read all its exports, one of which loads another HTTP client of 15 MB.
  const client = process.getBuiltinModule(isSecure ? 'node:https' : 'node:http');
  const asked = client.request({
    protocol: url.protocol,
    hostname: host,
    port: url.port,
    path: `${url.pathname}${url.search}`,
    headers: { 'User-Agent': userAgent, 'Accept-Encoding': 'gzip, deflate', Accept: '*/*' },
    // No second question follows on the connection, and the server is told.
    agent: false,
    lookup: guardedLookup(url, journey),
    maxHeaderSize: HEADER_BYTES_MAX,
    insecureHTTPParser: false,
    signal: journey.signal,
  });
  return asked.end();
}

/** The reply to come; `established` is the event of the socket that ends the time to connect, look-up and TLS included. */
function receive(
  asked: ClientRequest,
  established: 'connect' | 'secureConnect',
  { connectTimeoutMs, maxBytes }: HttpRequest,
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    let isEstablished = false;
    let hasAnswered = false;
    const tooLate = (): void => void asked.destroy(new HttpFailure('TIMED_OUT', 'no connection in time'));
    const timer = setTimeout(tooLate, connectTimeoutMs);
    const fail = (error: Error): void => {
      // Once the connection stands, its loss is a reply that was cut off.
      reject(isEstablished && httpCode(error) === 'CONNECT_FAILED' ? cutOff() : error);
    };
    asked.on('socket', (socket) =>
      socket.once(established, () => {
        clearTimeout(timer);
        isEstablished = true;
      }),
    );
    asked.on('error', fail);
    asked.on('close', () => {
      clearTimeout(timer);
      if (!hasAnswered) fail(cutOff());
    });
    asked.on('response', (response) => {
      hasAnswered = true;
      readReply(response, maxBytes).then(resolve, fail);
    });
  });
}

/** Of a redirect nothing but the head is read. */
async function readReply(response: IncomingMessage, maxBytes: number): Promise<Reply> {
  const { statusCode: status = 0, headers } = response;
  if (status < 200) throw new HttpFailure('BAD_REPLY', `status ${status}`);
  const location = redirectTarget(status, response);
  if (location !== null) return { status, location, encoding: '', body: new Uint8Array() };
  const body = await collectBody(response, maxBytes);
  return { status, location, encoding: headers['content-encoding'] ?? '', body };
}

function redirectTarget(status: number, { headersDistinct }: IncomingMessage): string | null {
  if (![301, 302, 303, 307, 308].includes(status)) return null;
  const [location, ...others] = headersDistinct['location'] ?? [];
  if (location === undefined || others.length > 0) {
    throw new HttpFailure('BAD_REPLY', 'redirect without one target');
  }
  return location;
}

/** Names become addresses here and nowhere else; what is refused is never connected to. */
function guardedLookup(url: URL, journey: Journey): LookupFunction {
  return (host, options, callback) => {
    journey.world.lookup(host, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return callback(error, '', 0);
      let allowed: readonly LookupAddress[];
      try {
        allowed = admit(addresses, url, journey);
      } catch (refusal) {
        return callback(refusal as NodeJS.ErrnoException, '', 0);
      }
      const first = allowed[0];
      if (options.all === true || first === undefined) callback(null, [...allowed]);
      else callback(null, first.address, first.family);
    });
  };
}

function admit(addresses: readonly LookupAddress[], url: URL, journey: Journey): readonly LookupAddress[] {
  const allowed = addresses.filter(({ address }) => isAllowed(address, url, journey));
  if (allowed.length === 0) throw new HttpFailure('FORBIDDEN_ADDRESS', url.hostname);
  if (allowed.some(({ address }) => journey.world.classify(address) === 'public'))
    journey.sentByPublic = true;
  return allowed;
}
