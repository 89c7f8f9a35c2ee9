/**
 * A web server on a host of the in-memory internet that has the files of a torrent (BEP 19). Decides how it answers,
 * rightly or as told, and records what it is asked.
 */
import { BLOCK_LENGTH } from '@jstorrent/engine/ports';
import type { Socket } from '@jstorrent/data-plane';
import { percentDecode } from '@jstorrent/protocol';
import type { TestTorrent } from './torrents.ts';
import type { World } from './world.ts';

/** One request. */
interface WebRequest {
  /** Path and query as they were asked for. */
  readonly target: string;
  readonly host: string;
  readonly first: number;
  /** Included. */
  readonly last: number;
}

/** How a server answers; all of it may be changed while it runs. */
export interface WebServerSettings {
  /** Of each connection; 0 = as fast as the line. */
  bytesPerSecond: number;
  /** Wait this long before answering. */
  delayMs: number;
  /** Whole files only. */
  isRangeless: boolean;
  /** What is sent instead of bytes of the torrent. */
  alter: ((bytes: Uint8Array, offset: number) => Uint8Array) | null;
  /** Close every connection after so many bytes of an answer; 0 = never. */
  cutAfter: number;
  /** Another answer than the file: its head without the last line end, or `hang`. Null = the file. */
  instead: ((request: WebRequest) => readonly string[] | 'hang' | null) | null;
}

/** A server and what it was asked. */
export interface MemoryWebServer {
  readonly settings: WebServerSettings;
  readonly requests: WebRequest[];
  /** Where it is; below it are the files as BEP 19 says. */
  readonly url: string;
  /** Connections that were made to it. */
  connections: number;
  close(): void;
}

const HEAD_END = '\r\n\r\n';
/** How often a slow server sends. */
const DRIP_MS = 100;

/** Start a server on port 80 of a host. */
export function serveWeb(
  world: World,
  host: string,
  torrent: TestTorrent,
  settings: Partial<WebServerSettings> = {},
): MemoryWebServer {
  const files = filesOf(torrent);
  const server: MemoryWebServer = {
    settings: {
      bytesPerSecond: 0,
      delayMs: 0,
      isRangeless: false,
      alter: null,
      cutAfter: 0,
      instead: null,
      ...settings,
    },
    requests: [],
    url: `http://${host}/`,
    connections: 0,
    close: () => listener.close(),
  };
  const listener = world.internet.network(host).listen('0.0.0.0', 80, {
    onListening: () => {},
    onFailed: () => {},
    onAccept: (accepted) => {
      server.connections += 1;
      const conversation = new Conversation(world, server, files);
      conversation.socket = accepted.take({
        onOpen: () => {},
        onData: (bytes) => conversation.hear(bytes),
        onDrain: () => {},
        onClose: () => conversation.end(),
      });
    },
  });
  return server;
}

/** Files by the path at which BEP 19 expects them. */
function filesOf(torrent: TestTorrent): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  for (const [index, { path, kind }] of torrent.layout.files.entries()) {
    if (kind === 'file') files.set(`/${path.join('/')}`, torrent.file(index));
  }
  return files;
}

/** One connection: questions, and their answers one after the other. */
class Conversation {
  socket: Socket | null = null;
  readonly #world: World;
  readonly #server: MemoryWebServer;
  readonly #files: ReadonlyMap<string, Uint8Array>;
  #text = '';
  readonly #waiting: WebRequest[] = [];
  #isAnswering = false;
  #isOver = false;

  constructor(world: World, server: MemoryWebServer, files: ReadonlyMap<string, Uint8Array>) {
    this.#world = world;
    this.#server = server;
    this.#files = files;
  }

  hear(bytes: Uint8Array): void {
    this.#text += Buffer.from(bytes).toString('latin1');
    for (let end = this.#text.indexOf(HEAD_END); end >= 0; end = this.#text.indexOf(HEAD_END)) {
      this.#waiting.push(this.#read(this.#text.slice(0, end)));
      this.#text = this.#text.slice(end + HEAD_END.length);
    }
    if (!this.#isAnswering) this.#next();
  }

  end(): void {
    this.#isOver = true;
  }

  #read(head: string): WebRequest {
    const [, target = '', host = '', first, last] =
      /^GET (\S+) HTTP\/1\.1\r\nHost: (\S+)[^]*\r\nRange: bytes=(\d+)-(\d+)\r\n/.exec(`${head}\r\n`) ?? [];
    if (first === undefined) throw new Error(`no request of ours: ${head}`);
    const request = { target, host, first: Number(first), last: Number(last) };
    this.#server.requests.push(request);
    return request;
  }

  #next(): void {
    const request = this.#waiting.shift();
    this.#isAnswering = request !== undefined;
    if (request === undefined) return;
    this.#world.clock.after(this.#server.settings.delayMs, () => this.#answer(request));
  }

  #answer(request: WebRequest): void {
    const { settings } = this.#server;
    const instead = settings.instead?.(request) ?? null;
    if (instead === 'hang') return;
    const path = Buffer.from(percentDecode(request.target.replace(/\?.*$/, ''))).toString('utf8');
    const file = this.#files.get(path);
    if (instead !== null) this.#say(instead, new Uint8Array());
    else if (file === undefined) this.#say(['HTTP/1.1 404 Not Found', 'Content-Length: 0'], new Uint8Array());
    else this.#give(file, request);
  }

  #give(file: Uint8Array, { first, last }: WebRequest): void {
    const { isRangeless, alter } = this.#server.settings;
    const from = isRangeless ? 0 : first;
    const end = isRangeless ? file.length : Math.min(last + 1, file.length);
    const bytes = file.slice(from, end);
    const range = `Content-Range: bytes ${from}-${end - 1}/${file.length}`;
    const head = isRangeless ? ['HTTP/1.1 200 OK'] : ['HTTP/1.1 206 Partial Content', range];
    this.#say([...head, `Content-Length: ${bytes.length}`], alter === null ? bytes : alter(bytes, from));
  }

  #say(lines: readonly string[], body: Uint8Array): void {
    if (this.#isOver) return;
    this.socket?.write(Buffer.from(`${lines.join('\r\n')}${HEAD_END}`));
    this.#send(body, 0, 0);
  }

  #send(body: Uint8Array, at: number, sent: number): void {
    const { bytesPerSecond, cutAfter } = this.#server.settings;
    if (this.#isOver) return;
    if (at >= body.length) return this.#next();
    const step = bytesPerSecond === 0 ? 4 * BLOCK_LENGTH : Math.ceil((bytesPerSecond * DRIP_MS) / 1000);
    const most = cutAfter === 0 ? step : Math.min(step, cutAfter - sent);
    const part = body.slice(at, at + most);
    this.socket?.write(part);
    if (cutAfter > 0 && sent + part.length >= cutAfter) {
      this.#isOver = true;
      this.socket?.destroy();
      return;
    }
    const waitMs = bytesPerSecond === 0 ? 1 : DRIP_MS;
    this.#world.clock.after(waitMs, () => this.#send(body, at + part.length, sent + part.length));
  }
}
