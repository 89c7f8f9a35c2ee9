/**
 * Sends blocks on one link: reads runs of consecutive messages with one scattered read into a frame that has room for
 * the headers, and writes each frame with one call, in order. Decides when the next run is read.
 */
import type { LinkEvents } from '../events.ts';
import type { Limits } from '../limits.ts';
import type { Permit } from '../pacing/permit.ts';
import type { Answer, Socket } from '../ports.ts';
import type { StoreCode } from '@jstorrent/engine/ports';
import type { FramePool } from './frame-pool.ts';
import type { Outbox } from './outbox.ts';
import type { ServeRange } from './serve-queue.ts';
import { ServeQueue } from './serve-queue.ts';
import { PIECE_HEADER_LENGTH, writePieceHeader } from './wire.ts';

/** What the server needs of the store. */
export interface ServeSource {
  readonly isReadable: boolean;
  isServable(piece: number, offset: number, length: number): boolean;
  read(piece: number, offset: number, targets: readonly Uint8Array[], answer: Answer<void>): void;
  /** A piece that should be there cannot be read. */
  lost(piece: number, code: StoreCode): void;
}

/** What a server is built from. */
export interface ServerParts {
  readonly socket: Socket;
  readonly outbox: Outbox;
  readonly events: LinkEvents;
  readonly limits: Limits;
  readonly permit: Permit;
  readonly frames: FramePool;
}

type Outcome = 'reading' | 'ready' | 'failed';

/** A run on its way from the disk to the socket. */
interface Frame {
  readonly run: ServeRange;
  readonly messages: number;
  readonly bytes: Uint8Array;
  outcome: Outcome;
}

/** The upload of one link. */
export class Server {
  readonly #parts: ServerParts;
  readonly #queue = new ServeQueue();
  #source: ServeSource | null = null;
  /** Frames being read, oldest first: they are sent in this order whichever read ends first. */
  #frames: Frame[] = [];
  #stopped = false;

  constructor(parts: ServerParts) {
    this.#parts = parts;
  }

  /** Where blocks come from. */
  attach(source: ServeSource): void {
    this.#source = source;
    this.pump();
  }

  /** Send nothing more. */
  stop(): void {
    this.#stopped = true;
    this.#parts.permit.leave();
  }

  /** Queue messages. What cannot be a range of this torrent is refused at once. */
  serve(range: ServeRange): void {
    const { limits, events } = this.#parts;
    const { length, blockLength } = range;
    const sane = length > 0 && blockLength > 0 && blockLength <= limits.maxPayload;
    if (!sane || this.#source?.isServable(range.piece, range.offset, length) !== true) {
      events.unserved({ ...range, reason: 'unreadable' });
    } else if (this.#queue.ranges >= limits.maxServeRanges) {
      events.unserved({ ...range, reason: 'dropped' });
    } else {
      this.#queue.push(range);
      this.pump();
    }
  }

  /** Drop what is not being read yet. */
  unserve(piece: number, offset: number, length: number): void {
    for (const range of this.#queue.drop(piece, offset, length)) {
      this.#parts.events.unserved({ ...range, reason: 'dropped' });
    }
  }

  /** Read on, if there is something to send and a place for it. */
  readonly pump = (): void => {
    const { limits, socket, permit } = this.#parts;
    while (!this.#stopped && this.#source?.isReadable === true) {
      if (this.#frames.length >= limits.maxServeReads) return;
      if (socket.queuedBytes >= limits.maxServeBacklog) return;
      const run = this.#queue.peek(Math.min(limits.serveRunBytes, permit.burst));
      if (run === null) return;
      if (!this.#source.isServable(run.piece, run.offset, run.length)) {
        this.#queue.take(run);
        this.#parts.events.unserved({ ...run, reason: 'unreadable' });
        continue;
      }
      if (!permit.take(run.length)) return;
      this.#queue.take(run);
      this.#read(this.#source, run);
    }
  };

  /** Throws when a counter disagrees with what it counts. */
  checkInvariants(): void {
    this.#queue.checkInvariants();
    if (this.#frames.length > this.#parts.limits.maxServeReads) throw new Error('server: too many reads');
  }

  #read(source: ServeSource, run: ServeRange): void {
    const messages = Math.ceil(run.length / run.blockLength);
    const bytes = this.#parts.frames.take(run.length + messages * PIECE_HEADER_LENGTH);
    const targets: Uint8Array[] = [];
    let at = 0;
    for (let done = 0; done < run.length; done += run.blockLength) {
      const length = Math.min(run.blockLength, run.length - done);
      writePieceHeader(bytes, at, { piece: run.piece, offset: run.offset + done, length });
      at += PIECE_HEADER_LENGTH;
      targets.push(bytes.subarray(at, at + length));
      at += length;
    }
    const frame: Frame = { run, messages, bytes, outcome: 'reading' };
    this.#frames.push(frame);
    source.read(run.piece, run.offset, targets, {
      onDone: () => {
        frame.outcome = 'ready';
        this.#send();
      },
      onError: ({ code }) => {
        frame.outcome = 'failed';
        source.lost(run.piece, code);
        this.#send();
      },
    });
  }

  /** Send the frames at the front that are read. */
  #send(): void {
    if (this.#stopped) return;
    const { outbox, events, frames } = this.#parts;
    for (;;) {
      const frame = this.#frames[0];
      if (frame === undefined || frame.outcome === 'reading') break;
      this.#frames.shift();
      if (frame.outcome === 'failed') {
        events.unserved({ ...frame.run, reason: 'unreadable' });
        continue;
      }
      outbox.frame(frame.bytes, () => frames.giveBack(frame.bytes));
      events.served(frame.messages, frame.run.length);
    }
    this.pump();
  }
}
