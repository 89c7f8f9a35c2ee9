/**
 * One connection to one web server: one request at a time, one answer after it. Decides when the connection can carry
 * another request; who asks for what is decided in `web-link.ts`.
 */
import { ProtocolError } from '@jstorrent/protocol';
import { assert } from '../assert.ts';
import { Held } from '../links/held.ts';
import type { Network, WebStreamCode, WebTarget } from '../ports.ts';
import type { Answer } from './answer.ts';

/** Who asks on a connection. */
export interface ConnectionOwner {
  /** The answer is over, and `isFree` tells whether another question may follow. */
  onAnswered(): void;
  /** It ended by itself; `answer` is the one that was still to come, or null. */
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
  #question: Uint8Array | null = null;
  #answer: Answer | null = null;
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

  /** Nothing is asked, and more may be. */
  get isFree(): boolean {
    return this.#state !== 'closed' && this.#answer === null;
  }

  /** The server is on the internet; known once it has answered. */
  get isPublic(): boolean {
    return this.#isPublic;
  }

  /** It carried an answer before the one that is asked for now. */
  get isReused(): boolean {
    return this.#isReused;
  }

  /** Send a question, as soon as there is a connection; only while it is free. */
  ask(question: Uint8Array, answer: Answer): void {
    assert(this.isFree, 'one question at a time');
    this.#answer = answer;
    if (this.#state === 'open') this.#stream.write(question);
    else this.#question = question;
  }

  /** The answer was the last: the server closes after it. */
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
    this.#answer?.stop();
    this.#held.clear();
    this.#stream.destroy();
  }

  #onOpen(isPublic: boolean): void {
    if (this.#state !== 'connecting') return;
    this.#state = 'open';
    this.#isPublic = isPublic;
    if (this.#question !== null) this.#stream.write(this.#question);
    this.#question = null;
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
    const answer = this.#answer;
    if (answer === null) {
      // Nobody asked: what a server says on its own, before it closes, belongs to no answer.
      this.#lose('CUT_OFF', 'unasked bytes');
      return bytes.length;
    }
    let used: number;
    try {
      used = answer.push(bytes, from);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.#lose('BAD_REPLY', error.message);
      return bytes.length;
    }
    if (!answer.isDone || this.#isClosed) return used;
    this.#answer = null;
    this.#isReused = true;
    // Bytes behind the answer belong to none: who sends them cannot be understood any further.
    if (this.#isLast || used < bytes.length || hasMore) this.close();
    this.#owner.onAnswered();
    return bytes.length;
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
    const answer = this.#answer;
    this.#answer = null;
    this.#state = 'closed';
    this.#held.clear();
    this.#stream.destroy();
    this.#owner.onLost(answer, code, detail);
  }
}
