/**
 * One answer of a web server: its head, then its body without the framing (RFC 9112). Decides where the answer ends; what
 * the head means and where payload goes is decided by its owner.
 */
import {
  ChunkReader,
  MAX_HTTP_HEAD,
  parseHttpHead,
  ProtocolError,
  type HttpHead,
} from '@jstorrent/protocol/web';

/** Who gets what an answer consists of. */
export interface AnswerSink {
  /** Once, before any payload; interim answers (status 100 to 199) are left out. */
  onHead(head: HttpHead): void;
  /** Payload [from, end) of `bytes`; gives where it stopped: before the end to be offered the rest again later. */
  onBody(bytes: Uint8Array, from: number, end: number): number;
}

/** How the body ends: after so many bytes, by its last chunk, or with the connection. */
type Phase = 'head' | 'length' | 'chunks' | 'connection' | 'done' | 'stopped';

const LF = 10;
const CR = 13;

/** A state machine over chunks of any size. */
export class Answer {
  readonly #sink: AnswerSink;
  readonly #maxInterims: number;
  readonly #head = new Uint8Array(MAX_HTTP_HEAD);
  #fill = 0;
  #phase: Phase = 'head';
  #left = 0;
  #interims = 0;
  #chunks: ChunkReader | null = null;
  #hasBegun = false;

  constructor(sink: AnswerSink, maxInterims: number) {
    this.#sink = sink;
    this.#maxInterims = maxInterims;
  }

  /** Any byte of it came. */
  get hasBegun(): boolean {
    return this.#hasBegun;
  }

  /** It ended where its own head says. */
  get isDone(): boolean {
    return this.#phase === 'done';
  }

  /** Make no further calls. */
  stop(): void {
    this.#phase = 'stopped';
  }

  /**
   * Take bytes from `from` on; gives where it stopped: the end, or earlier when the answer is over or its payload has to wait.
   * Throws HTTP_HEAD or HTTP_CHUNK; then it must not be used again.
   */
  push(bytes: Uint8Array, from: number): number {
    let at = from;
    if (at < bytes.length) this.#hasBegun = true;
    while (at < bytes.length && !this.isDone) {
      if (this.#phase === 'stopped') return bytes.length;
      if (this.#phase === 'head') {
        at = this.#readHead(bytes, at);
        continue;
      }
      at = this.#chunks?.skip(bytes, at) ?? at;
      if (this.#chunks?.isDone === true) this.#phase = 'done';
      const end = Math.min(bytes.length, at + this.#expected());
      if (end === at) continue;
      const next = this.#sink.onBody(bytes, at, end);
      if (this.#isStopped) return bytes.length;
      this.#use(next - at);
      if (next < end) return next;
      at = next;
    }
    return at;
  }

  get #isStopped(): boolean {
    return this.#phase === 'stopped';
  }

  #expected(): number {
    if (this.#chunks !== null) return this.#chunks.left;
    return this.#phase === 'connection' ? Infinity : this.#left;
  }

  #use(count: number): void {
    if (count === 0) return;
    if (this.#chunks !== null) {
      this.#chunks.use(count);
    } else if (this.#phase === 'length') {
      this.#left -= count;
      if (this.#left === 0) this.#phase = 'done';
    }
  }

  #readHead(bytes: Uint8Array, from: number): number {
    for (let at = from; at < bytes.length; at += 1) {
      if (this.#fill === MAX_HTTP_HEAD)
        throw new ProtocolError('HTTP_HEAD', 0, `a head of more than ${MAX_HTTP_HEAD} bytes`);
      this.#head[this.#fill] = bytes[at] ?? 0;
      this.#fill += 1;
      if (bytes[at] !== LF || !this.#isHeadOver()) continue;
      const head = parseHttpHead(this.#head.subarray(0, this.#fill));
      this.#fill = 0;
      this.#begin(head);
      return at + 1;
    }
    return bytes.length;
  }

  #isHeadOver(): boolean {
    const [a, b, c] = this.#head.subarray(Math.max(0, this.#fill - 4), this.#fill);
    return this.#fill >= 4 && a === CR && b === LF && c === CR;
  }

  #begin(head: HttpHead): void {
    if (head.status < 200) {
      this.#interims += 1;
      if (head.status === 101 || this.#interims > this.#maxInterims)
        throw new ProtocolError('HTTP_HEAD', 0, `status ${head.status}`);
      return;
    }
    if (head.isChunked) {
      this.#phase = 'chunks';
      this.#chunks = new ChunkReader();
    } else if (head.contentLength === null) {
      this.#phase = 'connection';
    } else {
      this.#left = head.contentLength;
      this.#phase = this.#left === 0 ? 'done' : 'length';
    }
    this.#sink.onHead(head);
  }
}
