/**
 * What goes out on one link, in order: control bytes gathered until the end of the commands of a turn, and frames of
 * payload. Encrypts when a cipher was agreed. Decides what is written with one call, and when too much waits.
 */
import type { Limits } from '../limits.ts';
import type { Socket, StreamCipher } from '../ports.ts';

/** Writes to one socket. */
export class Outbox {
  readonly #socket: Socket;
  readonly #limits: Limits;
  #parts: Uint8Array[] = [];
  #length = 0;
  #cipher: StreamCipher | null = null;
  /** Payload frames written since the socket was last empty. */
  #frameBytes = 0;

  constructor(socket: Socket, limits: Limits) {
    this.#socket = socket;
    this.#limits = limits;
  }

  /** Encrypt everything from now on; what was pushed before goes out as it is. */
  setCipher(cipher: StreamCipher): void {
    this.flush();
    this.#cipher = cipher;
  }

  /** Queue control bytes for the next `flush`; they belong to the outbox. */
  push(bytes: Uint8Array): void {
    this.#parts.push(bytes);
    this.#length += bytes.length;
  }

  /** Write what is queued with one call. */
  flush(): void {
    const parts = this.#parts;
    if (this.#length === 0) return;
    let bytes = parts[0] ?? new Uint8Array(0);
    if (parts.length > 1) {
      bytes = new Uint8Array(this.#length);
      let at = 0;
      for (const part of parts) {
        bytes.set(part, at);
        at += part.length;
      }
    }
    this.#parts = [];
    this.#length = 0;
    this.#cipher?.(bytes);
    this.#socket.write(bytes);
  }

  /** Write a frame of piece messages, after what is queued; `onTaken` may follow when its memory is free again. */
  frame(bytes: Uint8Array, onTaken: () => void): void {
    this.flush();
    if (this.#socket.queuedBytes === 0) this.#frameBytes = 0;
    this.#frameBytes += bytes.length;
    this.#cipher?.(bytes);
    this.#socket.write(bytes, onTaken);
  }

  /** Whether more control bytes wait in the socket than the peer may leave unread. */
  get isOverfull(): boolean {
    const queued = this.#socket.queuedBytes;
    if (queued === 0) this.#frameBytes = 0;
    const { maxServeBacklog, serveRunBytes, maxControlBacklog } = this.#limits;
    const frames = Math.min(this.#frameBytes, maxServeBacklog + 2 * serveRunBytes);
    return queued - frames > maxControlBacklog;
  }
}
