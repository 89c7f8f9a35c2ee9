/** What waits for a front end that does not keep up: the newest of each kind, and a bounded number of notices. */
import { CONTROL_LIMITS } from './limits.ts';
import type { ControlEvent } from './schema/events.ts';

/** Events in the order in which they are due. Lists are never held: their feed waits by itself. */
export class HeldEvents {
  readonly #newest = new Map<string, ControlEvent>();
  #notices: ControlEvent[] = [];

  get isEmpty(): boolean {
    return this.#newest.size === 0 && this.#notices.length === 0;
  }

  /** Keep an event until there is room; one of the same kind that waited is forgotten. */
  hold(event: ControlEvent): void {
    if (event.event === 'notice') {
      this.#notices.push(event);
      if (this.#notices.length > CONTROL_LIMITS.heldNotices) this.#notices = this.#notices.slice(1);
      return;
    }
    const key = keyOf(event);
    this.#newest.delete(key);
    this.#newest.set(key, event);
  }

  /** The next one, notices last; null when there is none. */
  take(): ControlEvent | null {
    const first = this.#newest.entries().next();
    if (first.done !== true) {
      const [key, event] = first.value;
      this.#newest.delete(key);
      return event;
    }
    return this.#notices.shift() ?? null;
  }
}

function keyOf(event: ControlEvent): string {
  switch (event.event) {
    case 'detail':
      return `detail ${event.id} ${event.pane}`;
    case 'opened':
      return `opened ${JSON.stringify(event.source)}`;
    case 'preview':
      return `preview ${event.preview.preview}`;
    case 'list':
    case 'service':
    case 'history':
    case 'notice':
      return event.event;
  }
}
