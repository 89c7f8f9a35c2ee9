/**
 * Two byte channels joined in memory. Bytes wait until `deliver` moves them, whole or cut at random, so that a test
 * decides how fast each side reads.
 */
import type { ByteChannel, ByteHandlers } from '../channel.ts';

/** One end. */
interface PipeEnd extends ByteChannel {
  readonly isPaused: boolean;
}

/** Both ends and what moves the bytes. */
export interface Pipe {
  readonly front: PipeEnd;
  readonly back: PipeEnd;
  /** Move what the other side may read now, until nothing moves; `cut` gives the size of each chunk. */
  deliver(cut?: () => number): void;
  /** Move at most so many bytes to the front, in one chunk. */
  moveToFront(bytes: number): void;
  /** Move only what goes to the back: the front does not read. */
  deliverToBack(): void;
}

class End implements PipeEnd {
  handlers: ByteHandlers | null = null;
  other: End | null = null;
  isPaused = false;
  isClosed = false;
  /** Bytes on their way to the other side. */
  #queue: Uint8Array[] = [];
  bufferedBytes = 0;

  listen(handlers: ByteHandlers): void {
    this.handlers = handlers;
  }
  send(bytes: Uint8Array): void {
    if (this.isClosed) return;
    this.#queue.push(bytes);
    this.bufferedBytes += bytes.length;
  }
  pause(): void {
    this.isPaused = true;
  }
  resume(): void {
    this.isPaused = false;
  }
  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.handlers?.onClose();
    this.other?.close();
  }
  /** Moves at most so many bytes in one chunk; false when none could move. */
  move(bytes: number): boolean {
    const [first, ...rest] = this.#queue;
    if (first === undefined || this.other?.isPaused === true) return false;
    const chunk = first.slice(0, bytes);
    this.#queue = chunk.length === first.length ? rest : [first.subarray(chunk.length), ...rest];
    this.bufferedBytes -= chunk.length;
    this.other?.handlers?.onData(chunk);
    // The receiver may not rely on what it was lent.
    chunk.fill(0xff);
    if (this.bufferedBytes === 0) this.handlers?.onDrain();
    return true;
  }
}

/** A new pipe. */
export function createPipe(): Pipe {
  const front = new End();
  const back = new End();
  front.other = back;
  back.other = front;
  return {
    front,
    back,
    deliver: (cut = () => Number.POSITIVE_INFINITY) => {
      for (let moved = true; moved;) moved = [front.move(cut()), back.move(cut())].includes(true);
    },
    moveToFront: (bytes) => {
      back.move(bytes);
    },
    deliverToBack: () => {
      while (front.move(Number.POSITIVE_INFINITY));
    },
  };
}
