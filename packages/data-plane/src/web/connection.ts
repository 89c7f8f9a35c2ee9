/**
 * One connection to one web server: questions, and their answers in the same order (RFC 9112 9.3.2). Decides whether the
 * connection can carry another question; who asks for what is decided in `web-link.ts`.
 */
import { ProtocolError } from '@jstorrent/protocol/web';
import { assert } from '../assert.ts';
import { Held } from '../links/held.ts';
import type { Network, WebStreamCode, WebTarget } from '../ports.ts';
import type { Answer } from './answer.ts';

/** Who asks on a connection. */
export interface ConnectionOwner {
  /** An answer is over; `isOpen` tells whether the next will come. */
  onAnswered(): void;
  /** It ended by itself; `answer` is the first that was still to come, or null. */
  onLost(answer: Answer | null, code: WebStreamCode | 'BAD_REPLY', detail: string): void;
}

/** A connection from its beginning to its end. */
export class WebConnection {
  /** Tells connections to the same server by the same rules from others. */
  readonly key: string;
  readonly #owner: ConnectionOwner;
  readonly #stream: ReturnType<Network['openWeb']>;
  readonly #held = new Held();
  #state: 'connecting' | 'open' | 'closed' = 'connecting';
  /** Written when it is open. */
  #questions: Uint8Array[] = [];
  readonly #answers: Answer[] = [];
  #isReused = false;
  #isLast = false;
  #isPaused = false;
  /** The stream stays paused while held bytes are used, until none is left. */
  #isStreamPaused = false;
  #isPublic = false;
  /** It ended in order while bytes of it were held. */
  #end: { readonly code: WebStreamCode; readonly detail: string } | null = null;

  constructor(target: WebTarget, key: string, network: Network, owner: ConnectionOwner) {
    this.key = key;
    this.#owner = owner;
    this.#stream = network.openWeb(target, {
      onOpen: (isPublic) => this.#onOpen(isPublic),
      onData: (bytes) => this.#onData(bytes),
      onClose: (code, detail) => this.#onClose(code, detail),
    });
  }

  /** Another question may follow. */
  get isOpen(): boolean {
    return this.#state !== 'closed' && !this.#isLast;
  }

  /** The server is on the internet; known once it has answered. */
  get isPublic(): boolean {
    return this.#isPublic;
  }

  /** It carried an answer before the one that comes next. */
  get isReused(): boolean {
    return this.#isReused;
  }

  /** Send a question, as soon as there is a connection. */
  ask(question: Uint8Array, answer: Answer): void {
    assert(this.isOpen, 'a question on a connection that ends');
    this.#answers.push(answer);
    if (this.#state === 'open') this.#stream.write(question);
    else this.#questions.push(question);
  }

  /** The answer that is coming is the last: the server closes after it. */
  retire(): void {
    this.#isLast = true;
  }

  /** Read nothing until `resume`. */
  pause(): void {
    this.#isPaused = true;
    if (this.#isStreamPaused || this.#state === 'closed') return;
    this.#isStreamPaused = true;
    this.#stream.pause();
  }

  /** Read on. */
  resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#useHeld();
    if (this.#isPaused || this.#isClosed) return;
    this.#isStreamPaused = false;
    if (this.#end !== null) this.#lose(this.#end.code, this.#end.detail);
    else this.#stream.resume();
  }

  /** Close without a word. */
  close(): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#answers[0]?.stop();
    this.#held.clear();
    this.#stream.destroy();
  }

  #onOpen(isPublic: boolean): void {
    if (this.#state !== 'connecting') return;
    this.#state = 'open';
    this.#isPublic = isPublic;
    for (const question of this.#questions) this.#stream.write(question);
    this.#questions = [];
  }

  #onData(bytes: Uint8Array): void {
    if (this.#state === 'closed') return;
    if (this.#isPaused) {
      this.#held.add(bytes, 0);
      return;
    }
    const used = this.#use(bytes, 0, false);
    if (used < bytes.length) this.#held.add(bytes, used);
  }

  #useHeld(): void {
    while (!this.#isPaused && this.#state !== 'closed') {
      const { first } = this.#held;
      if (first === null) return;
      this.#held.use(this.#use(first, this.#held.from, this.#held.length > 1));
    }
  }

  /** Gives where it stopped; earlier than the end only when the payload has to wait. `hasMore`: more came behind them. */
  #use(bytes: Uint8Array, from: number, hasMore: boolean): number {
    let at = from;
    while (at < bytes.length && !this.#isPaused) {
      const [answer] = this.#answers;
      if (answer === undefined) {
        // Nobody asked: what a server says on its own, before it closes, belongs to no answer.
        this.#lose('CUT_OFF', 'unasked bytes');
        return bytes.length;
      }
      const used = this.#push(answer, bytes, at);
      if (this.#isClosed || used === null) return bytes.length;
      if (!answer.isDone) return used;
      at = used;
      this.#answers.shift();
      this.#isReused = true;
      // Bytes behind the last answer belong to none: who sends them cannot be understood any further.
      const isSpoilt = this.#answers.length === 0 && (at < bytes.length || hasMore);
      if (this.#isLast || isSpoilt) this.close();
      this.#owner.onAnswered();
      if (this.#isClosed) return bytes.length;
    }
    return at;
  }

  /** Null when the answer makes no sense; then the connection is lost. */
  #push(answer: Answer, bytes: Uint8Array, from: number): number | null {
    try {
      return answer.push(bytes, from);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.#lose('BAD_REPLY', error.message);
      return null;
    }
  }

  get #isClosed(): boolean {
    return this.#state === 'closed';
  }

  #onClose(code: WebStreamCode, detail: string): void {
    if (this.#state === 'closed') return;
    if (this.#held.isEmpty) this.#lose(code, detail);
    else this.#end = { code, detail };
  }

  #lose(code: WebStreamCode | 'BAD_REPLY', detail: string): void {
    this.#state = 'closed';
    this.#held.clear();
    this.#stream.destroy();
    this.#owner.onLost(this.#answers[0] ?? null, code, detail);
  }
}
