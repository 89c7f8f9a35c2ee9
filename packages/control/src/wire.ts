/**
 * The way between a service and a program that speaks for several front ends, as a browser's extension does for its
 * pages. Decides which line a frame belongs to and when frames are read; what they mean is decided by each line.
 */
import type { ByteChannel, ByteHandlers } from './channel.ts';
import { encodeFrame, FrameDecoder, type Frame } from './frames.ts';
import { CONTROL_LIMITS } from './limits.ts';
import { isId } from './messages.ts';

/** One front end's part of a wire. */
export interface Line {
  /** False while what was sent before is still on its way, and after the end. */
  readonly hasRoom: boolean;
  /** Sends a frame, which is taken over. */
  send(frame: Uint8Array): void;
  close(): void;
}

/** What a line is told. */
export interface LineHandlers {
  onFrame(frame: Frame): void;
  /** What was on its way has left. */
  onRoom(): void;
  /** Called once, also after an own `close`. */
  onClose(): void;
}

const HEADER = 4;
const END_OF_ENVELOPE = 0x7d;

/** Carries lines over a byte channel: one of its own, and one for each session that the other side names. */
export class Wire implements ByteHandlers {
  readonly #channel: ByteChannel;
  readonly #open: (line: Line) => LineHandlers;
  readonly #decoder = new FrameDecoder(CONTROL_LIMITS.requestBytes);
  readonly #main: LineHandlers;
  readonly #sessions = new Map<number, LineHandlers>();
  /** Frames that came while there was no room for answers; reading is paused then. */
  #waiting: Frame[] = [];
  #isClosed = false;

  /** `open` is called at once for the wire's own line, and later for each session. */
  constructor(channel: ByteChannel, open: (line: Line) => LineHandlers) {
    this.#channel = channel;
    this.#open = open;
    this.#main = open(this.#line(null));
  }

  get #hasRoom(): boolean {
    return !this.#isClosed && this.#channel.bufferedBytes <= CONTROL_LIMITS.bufferedBytes;
  }

  onData(chunk: Uint8Array): void {
    if (this.#isClosed) return;
    const frames = this.#decoder.push(chunk);
    if (frames.length === 0) return;
    this.#waiting = this.#waiting.length === 0 ? frames : [...this.#waiting, ...frames];
    this.#takeFrames();
  }

  onDrain(): void {
    this.#main.onRoom();
    for (const session of this.#sessions.values()) session.onRoom();
    if (this.#waiting.length === 0 || !this.#hasRoom) return;
    this.#takeFrames();
    if (this.#waiting.length === 0) this.#channel.resume();
  }

  onClose(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#waiting = [];
    for (const session of this.#sessions.values()) session.onClose();
    this.#sessions.clear();
    this.#main.onClose();
  }

  #takeFrames(): void {
    let taken = 0;
    const frames = this.#waiting;
    while (taken < frames.length && this.#hasRoom) {
      const frame = frames[taken];
      taken += 1;
      if (frame !== undefined) this.#route(frame);
    }
    if (this.#isClosed) return;
    this.#waiting = frames.slice(taken);
    if (this.#waiting.length > 0) this.#channel.pause();
  }

  #route(frame: Frame): void {
    const envelope = frame.ok ? readEnvelope(frame.message) : { session: frame.session, inner: frame };
    if (envelope === null || envelope.session === null) return this.#main.onFrame(frame);
    const { session, inner } = envelope;
    if (inner === 'end') {
      const ended = this.#sessions.get(session);
      this.#sessions.delete(session);
      return ended?.onClose();
    }
    const handlers = this.#sessions.get(session) ?? this.#begin(session);
    if (handlers === null) this.#channel.send(encodeFrame({ session, end: true }));
    else handlers.onFrame(inner);
  }

  #begin(session: number): LineHandlers | null {
    if (this.#sessions.size >= CONTROL_LIMITS.sessions) return null;
    const handlers = this.#open(this.#line(session));
    this.#sessions.set(session, handlers);
    return handlers;
  }

  #line(session: number | null): Line {
    const hasRoom = (): boolean => this.#hasRoom;
    return {
      get hasRoom() {
        return hasRoom();
      },
      send: (frame) => {
        if (session === null) this.#channel.send(frame);
        else if (this.#sessions.has(session)) this.#channel.send(inEnvelope(session, frame));
      },
      close: () => {
        if (session === null) return this.#channel.close();
        if (this.#sessions.delete(session)) this.#channel.send(encodeFrame({ session, end: true }));
      },
    };
  }
}

/** What stands in an envelope; null when the message is in none. */
function readEnvelope(message: unknown): { readonly session: number; readonly inner: Frame | 'end' } | null {
  if (typeof message !== 'object' || message === null) return null;
  const { session, message: inner, end } = message as Record<string, unknown>;
  if (!isId(session)) return null;
  return { session, inner: end === true ? 'end' : { ok: true, message: inner } };
}

/** A frame put into an envelope without looking into it. */
function inEnvelope(session: number, frame: Uint8Array): Uint8Array {
  const empty = encodeFrame({ session, message: 0 });
  const begin = empty.length - 2;
  const json = frame.subarray(HEADER);
  const full = new Uint8Array(begin + json.length + 1);
  full.set(empty.subarray(0, begin));
  full.set(json, begin);
  full[full.length - 1] = END_OF_ENVELOPE;
  new DataView(full.buffer).setUint32(0, full.length - HEADER, true);
  return full;
}
