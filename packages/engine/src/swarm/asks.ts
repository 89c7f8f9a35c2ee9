/** Questions to the plane that get exactly one answer: HTTP, DNS, store requests. */
import type { PlaneEvent, RequestId } from '../ports.ts';
import type { Turn } from './turn.ts';

/** Events that answer a question. */
export type AnswerEvent = Extract<PlaneEvent, { readonly request: RequestId }>;
/** Takes the answer in the turn it comes. */
export type AnswerHandler = (event: AnswerEvent, turn: Turn) => void;

/** Open questions by id. */
export class Asks {
  readonly #open = new Map<RequestId, AnswerHandler>();
  #next = 1;

  /** An id for a new question; `handler` gets its answer. */
  ask(handler: AnswerHandler): RequestId {
    const id = this.#next;
    this.#next = id === 0xffff_ffff ? 1 : id + 1;
    this.#open.set(id, handler);
    return id;
  }

  /** Stop waiting for an answer. */
  forget(id: RequestId): void {
    this.#open.delete(id);
  }

  /** Deliver an answer; one that nobody waits for is dropped. */
  onAnswer(event: AnswerEvent, turn: Turn): void {
    const handler = this.#open.get(event.request);
    if (handler === undefined) return;
    this.#open.delete(event.request);
    handler(event, turn);
  }

  /** The plane is gone: every open question fails. */
  reset(turn: Turn): void {
    const handlers = [...this.#open];
    this.#open.clear();
    for (const [request, handler] of handlers) {
      handler(
        { type: 'httpFailed', request, code: 'CONNECT_FAILED', detail: 'the network process stopped' },
        turn,
      );
    }
  }
}
