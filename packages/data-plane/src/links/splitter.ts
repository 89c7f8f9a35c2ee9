/**
 * Cuts the byte stream of one link into wire messages (BEP 3) and puts payload where its owner says, without a copy in
 * between. Decides where a message begins and ends and how long it may be; does not decide what is accepted.
 */
import type { LinkCode } from '@jstorrent/engine/ports';
import type { CopyBytes } from '../ports.ts';
import { PIECE, PIECE_HEADER_LENGTH, readU32, REJECT, REQUEST, REQUEST_LENGTH } from './wire.ts';

/** Answer to a piece header: drop the payload as it comes. */
export const SKIP = -1;
/** Answer to a piece header: not now; the same header is offered again by the next `push`. */
export const WAIT = -2;

/** Who gets what the splitter finds. */
export interface SplitterSink {
  /** Where in the arena the payload goes, or SKIP or WAIT. */
  pieceStart(piece: number, offset: number, length: number): number;
  /** The payload announced last is complete, stored or skipped. */
  pieceEnd(): void;
  /** A request of 13 bytes for at least one byte and at most the longest payload. */
  request(piece: number, offset: number, length: number): void;
  /** A whole message without its prefix; the receiver owns it. */
  message(bytes: Uint8Array): void;
  /** The stream cannot be followed any further. */
  broken(code: LinkCode): void;
}

/** Longest message and longest piece payload, in bytes. */
export interface SplitterLimits {
  readonly maxMessage: number;
  readonly maxPayload: number;
}

/** First memory given to a message that arrives in parts: it grows with what really came, not with what was claimed. */
const FIRST_BODY_BYTES = 4096;

/** A state machine over chunks of any size; the same stream gives the same calls however it is cut. */
export class Splitter {
  readonly #sink: SplitterSink;
  readonly #arena: Uint8Array;
  readonly #copy: CopyBytes;
  readonly #limits: SplitterLimits;
  readonly #head = new Uint8Array(PIECE_HEADER_LENGTH);
  #headFill = 0;
  #payloadLeft = 0;
  #payloadAt = SKIP;
  #body: Uint8Array | null = null;
  #bodyFill = 0;
  #bodyLength = 0;
  #stopped = false;

  constructor(sink: SplitterSink, arena: Uint8Array, copy: CopyBytes, limits: SplitterLimits) {
    this.#sink = sink;
    this.#arena = arena;
    this.#copy = copy;
    this.#limits = limits;
  }

  /** Make no further calls; to be used when the link ends, also from inside a call. */
  stop(): void {
    this.#stopped = true;
  }

  /** Drop the rest of the payload that is coming. */
  skipRest(): void {
    this.#payloadAt = SKIP;
  }

  /**
   * Take bytes from `from` on; gives where it stopped: the end, or earlier after WAIT. Control bytes are copied, so the
   * memory may be reused afterwards. After WAIT the rest must be offered again, as soon as there is any.
   */
  push(bytes: Uint8Array, from: number): number {
    const end = bytes.length;
    let at = from;
    while (!this.#stopped) {
      if (this.#payloadLeft > 0) {
        if (at >= end) return at;
        at = this.#payload(bytes, at);
      } else if (this.#body !== null) {
        if (at >= end) return at;
        at = this.#grow(bytes, at);
      } else if (this.#headFill === 0 && end - at >= PIECE_HEADER_LENGTH) {
        const next = this.#whole(bytes, at);
        if (next === WAIT) return at;
        at = next;
      } else {
        if (at >= end && this.#headFill < PIECE_HEADER_LENGTH) return at;
        at = this.#gather(bytes, at);
        if (this.#headFill === PIECE_HEADER_LENGTH) return at;
      }
    }
    return end;
  }

  #payload(bytes: Uint8Array, at: number): number {
    const length = Math.min(this.#payloadLeft, bytes.length - at);
    if (this.#payloadAt !== SKIP) {
      this.#copy(bytes, at, this.#arena, this.#payloadAt, length);
      this.#payloadAt += length;
    }
    this.#payloadLeft -= length;
    if (this.#payloadLeft === 0) this.#sink.pieceEnd();
    return at + length;
  }

  /** At least 13 bytes are here: the header of any message. Gives where the next message or the payload begins. */
  #whole(bytes: Uint8Array, at: number): number {
    const length = readU32(bytes, at);
    const id = bytes[at + 4] ?? 0;
    if (length === 0) {
      this.#sink.message(new Uint8Array(0));
      return at + 4;
    }
    if (!this.#fits(length, id)) return bytes.length;
    if (id === PIECE) {
      return this.#startPiece(bytes, at, length) ? at + PIECE_HEADER_LENGTH : WAIT;
    }
    const bodyEnd = at + 4 + length;
    if (bodyEnd <= bytes.length) {
      if (id === REQUEST) this.#request(bytes, at + 4);
      else this.#sink.message(bytes.slice(at + 4, bodyEnd));
      return bodyEnd;
    }
    this.#startBody(length);
    return at + 4;
  }

  /** Fewer than 13 bytes are here, or a header began in an earlier chunk. A header that stays full has to wait. */
  #gather(bytes: Uint8Array, from: number): number {
    let at = from;
    while (this.#headFill < PIECE_HEADER_LENGTH) {
      if (at >= bytes.length) return at;
      this.#head[this.#headFill++] = bytes[at++] ?? 0;
      if (this.#headFill >= 4 && this.#endOfHead()) return at;
    }
    if (this.#startPiece(this.#head, 0, readU32(this.#head, 0))) this.#headFill = 0;
    return at;
  }

  /** After the fourth and fifth byte: a keep-alive is done, and anything but a piece goes on as a body. */
  #endOfHead(): boolean {
    const length = readU32(this.#head, 0);
    if (this.#headFill === 4 && length === 0) {
      this.#headFill = 0;
      this.#sink.message(new Uint8Array(0));
      return true;
    }
    if (this.#headFill === 4 && length > this.#limits.maxMessage) {
      this.#break('MESSAGE_TOO_LONG');
      return true;
    }
    const id = this.#head[4] ?? 0;
    if (this.#headFill !== 5) return false;
    if (!this.#fits(length, id)) return true;
    if (id === PIECE) return false;
    this.#headFill = 0;
    this.#startBody(length);
    this.#grow(this.#head.subarray(4, 5), 0);
    return true;
  }

  #fits(length: number, id: number): boolean {
    if (length > this.#limits.maxMessage) return this.#break('MESSAGE_TOO_LONG');
    if (id === PIECE) {
      if (length > this.#limits.maxPayload + 9) return this.#break('MESSAGE_TOO_LONG');
      if (length <= 9) return this.#break('BAD_MESSAGE');
    } else if ((id === REQUEST || id === REJECT) && length !== REQUEST_LENGTH) {
      return this.#break('BAD_MESSAGE');
    }
    return true;
  }

  #break(code: LinkCode): false {
    this.#stopped = true;
    this.#sink.broken(code);
    return false;
  }

  #startPiece(bytes: Uint8Array, at: number, length: number): boolean {
    const where = this.#sink.pieceStart(readU32(bytes, at + 5), readU32(bytes, at + 9), length - 9);
    if (where === WAIT) return false;
    this.#payloadAt = where;
    this.#payloadLeft = length - 9;
    return true;
  }

  #startBody(length: number): void {
    this.#body = new Uint8Array(Math.min(length, FIRST_BODY_BYTES));
    this.#bodyFill = 0;
    this.#bodyLength = length;
  }

  #grow(bytes: Uint8Array, at: number): number {
    let body = this.#body;
    if (body === null) return at;
    const length = Math.min(this.#bodyLength - this.#bodyFill, bytes.length - at);
    if (this.#bodyFill + length > body.length) {
      const larger = new Uint8Array(
        Math.min(this.#bodyLength, Math.max(2 * body.length, this.#bodyFill + length)),
      );
      larger.set(body.subarray(0, this.#bodyFill));
      this.#body = body = larger;
    }
    body.set(bytes.subarray(at, at + length), this.#bodyFill);
    this.#bodyFill += length;
    if (this.#bodyFill === this.#bodyLength) {
      this.#body = null;
      if (body[0] === REQUEST) this.#request(body, 0);
      else this.#sink.message(body);
    }
    return at + length;
  }

  /** A request of an impossible length is no request one could merge: it goes up as it came. */
  #request(bytes: Uint8Array, at: number): void {
    const length = readU32(bytes, at + 9);
    if (length === 0 || length > this.#limits.maxPayload) {
      this.#sink.message(bytes.slice(at, at + REQUEST_LENGTH));
    } else {
      this.#sink.request(readU32(bytes, at + 1), readU32(bytes, at + 5), length);
    }
  }
}
