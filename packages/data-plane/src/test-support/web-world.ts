/** A data plane with a link to a web seed, and a web server that a test plays. */
import type { PlaneCommand, PlaneEvent, WebCode, WebPart } from '@jstorrent/engine/ports';
import { BLOCK_LENGTH } from '@jstorrent/engine/ports';
import { concatBytes, decodeUtf8Lossy, encodeUtf8 } from '@jstorrent/protocol';
import { present } from '../assert.ts';
import type { FakeSocket } from './fake-network.ts';
import type { WorldOptions } from './world.ts';
import { World } from './world.ts';

/** The file that the torrent of a world is. */
const URL_A = 'http://w.example/a.bin';

/** One request as a server sees it. */
export interface Asked {
  readonly host: string;
  readonly target: string;
  readonly first: number;
  readonly last: number;
}

/** A world with link 5 to a web seed. */
export class WebWorld extends World {
  readonly pieceLength: number;

  constructor(options: WorldOptions = {}) {
    super(options);
    this.pieceLength = options.pieceLength ?? 65_536;
  }

  /** Open store and link. */
  begin(mayBeLocal = false): this {
    this.open();
    this.run({ type: 'webOpen', link: 5, store: 1, userAgent: 'T/1', mayBeLocal });
    return this;
  }

  /** Ask for blocks of a piece; where they are in the file is told by `parts`, else they are in one file. */
  ask(piece: number, block: number, count: number, parts?: readonly WebPart[]): PlaneEvent[] {
    return this.run(this.command(piece, block, count, parts));
  }

  /** The command that asks for blocks. */
  command(piece: number, block: number, count: number, parts?: readonly WebPart[]): PlaneCommand {
    const offset = piece * this.pieceLength + block * BLOCK_LENGTH;
    const end = Math.min(offset + count * BLOCK_LENGTH, this.content.length, (piece + 1) * this.pieceLength);
    const whole = { url: URL_A, offset, length: end - offset, fileLength: this.content.length };
    return { type: 'webRequest', link: 5, piece, block, count, parts: parts ?? [whole] };
  }

  /** The connection that was made last. */
  get server(): FakeSocket {
    return present(this.network.web.at(-1), 'somebody was asked').socket;
  }

  /** Connections so far. */
  get connections(): number {
    return this.network.web.length;
  }

  /** Let the newest connection open, and give what is asked on it. */
  accept(): Asked {
    this.server.open();
    this.settle();
    return this.asked();
  }

  /** The one request that was sent since the last time. */
  asked(): Asked {
    const [request, ...more] = this.askedAll();
    if (request === undefined || more.length > 0) throw new Error(`${more.length} requests too many`);
    return request;
  }

  /** The requests that were sent since the last time, in order. */
  askedAll(): Asked[] {
    const texts = decodeUtf8Lossy(this.server.takeSent()).split(/(?<=\r\n\r\n)/);
    return texts.filter((text) => text !== '').map(readRequest);
  }

  /** Answer with these lines and bytes. */
  answer(lines: readonly string[], body: Uint8Array = new Uint8Array()): PlaneEvent[] {
    const head = encodeUtf8(`${lines.join('\r\n')}\r\n\r\n`);
    this.server.send(concatBytes([head, body]));
    return this.settle();
  }

  /** Answer as a server should. */
  give({ first, last }: Asked, ...more: readonly string[]): PlaneEvent[] {
    const total = this.content.length;
    const range = `Content-Range: bytes ${first}-${last}/${total}`;
    const length = `Content-Length: ${last + 1 - first}`;
    return this.answer(
      ['HTTP/1.1 206 Partial', range, length, ...more],
      this.content.subarray(first, last + 1),
    );
  }
}

/** Blocks that came, as piece:block. */
export function blocksIn(events: readonly PlaneEvent[]): string[] {
  return events.flatMap((event) =>
    event.type === 'blocks'
      ? Array.from({ length: event.count }, (_, index) => `${event.piece}:${event.block + index}`)
      : [],
  );
}

/** Why the link ended, if it did. */
export function webCode(events: readonly PlaneEvent[]): WebCode | null {
  for (const event of events) if (event.type === 'webClosed') return event.code;
  return null;
}

function readRequest(text: string): Asked {
  const [, target = '', host = '', first, last] =
    /^GET (\S+) HTTP\/1\.1\r\nHost: (\S+)\r\n(?:.*\r\n)*Range: bytes=(\d+)-(\d+)\r\n(?:.*\r\n)*\r\n$/.exec(
      text,
    ) ?? [];
  if (first === undefined) throw new Error(`not a request: ${text}`);
  return { host, target, first: Number(first), last: Number(last) };
}
