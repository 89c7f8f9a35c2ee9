/**
 * A browser spoken to in WebDriver BiDi, and its pages. Decides which few of its commands are used: pages are found by their
 * address, what is on them by role and accessible name, and keys and clicks are real ones.
 */
import type { Child } from '../harness/child.ts';
import { until } from '../harness/until.ts';

/** Sends a command; its result. */
export type Bidi = (method: string, params: object) => Promise<unknown>;

/** Speak with a browser that is starting and will listen at this port. */
export async function connectBidi(port: number, child: Child): Promise<Bidi> {
  const socket = await until(`${child.name} listens`, async () => {
    if (child.ended !== null) throw child.error('has ended');
    const attempt = new WebSocket(`ws://127.0.0.1:${port}/session`);
    const isOpen = await new Promise<boolean>((resolve) => {
      attempt.addEventListener('open', () => resolve(true));
      attempt.addEventListener('error', () => resolve(false));
    });
    return isOpen ? attempt : undefined;
  });
  const pending = new Map<number, PromiseWithResolvers<unknown>>();
  socket.addEventListener('message', ({ data }) => {
    const answer = JSON.parse(String(data)) as {
      id?: number;
      type: string;
      result?: unknown;
      message?: string;
    };
    const call = pending.get(answer.id ?? -1);
    if (answer.type === 'error') call?.reject(new Error(answer.message));
    else call?.resolve(answer.result);
  });
  let last = 0;
  return (method, params) => {
    last += 1;
    const call = Promise.withResolvers<unknown>();
    pending.set(last, call);
    socket.send(JSON.stringify({ id: last, method, params }));
    return call.promise;
  };
}

/** A tab or a window with one page. */
export class BidiPage {
  readonly #bidi: Bidi;
  readonly #context: string;

  constructor(bidi: Bidi, context: string) {
    this.#bidi = bidi;
    this.#context = context;
  }

  /** Show an address; resolved when it is loaded. */
  async goto(url: string): Promise<void> {
    await this.#bidi('browsingContext.navigate', { context: this.#context, url, wait: 'complete' });
  }

  /** The value of an expression in the page, as JSON. */
  async evaluate<T>(expression: string): Promise<T> {
    const answer = (await this.#bidi('script.evaluate', {
      expression: `Promise.resolve(${expression}).then((value) => JSON.stringify(value ?? null))`,
      target: { context: this.#context },
      awaitPromise: true,
      userActivation: true,
    })) as { type: string; result?: { value?: string }; exceptionDetails?: { text: string } };
    if (answer.type !== 'success') throw new Error(answer.exceptionDetails?.text ?? 'the page failed');
    return JSON.parse(answer.result?.value ?? 'null') as T;
  }

  /** Resolved with what has this role and exactly this name, when it is there. */
  find(role: string, name: string): Promise<string> {
    return until(`${role} ${name}`, async () => {
      const { nodes } = (await this.#bidi('browsingContext.locateNodes', {
        context: this.#context,
        locator: { type: 'accessibility', value: { role, name } },
      })) as { nodes: { sharedId: string }[] };
      return nodes[0]?.sharedId;
    });
  }

  /** Click what has this role and this name. */
  async click(role: string, name: string): Promise<void> {
    const origin = { type: 'element', element: { sharedId: await this.find(role, name) } };
    await this.#bidi('input.performActions', {
      context: this.#context,
      actions: [
        {
          type: 'pointer',
          id: 'mouse',
          actions: [
            { type: 'pointerMove', x: 0, y: 0, origin },
            { type: 'pointerDown', button: 0 },
            { type: 'pointerUp', button: 0 },
          ],
        },
      ],
    });
  }
}

/** The page whose address contains this, when it is there. */
export function pageAt(bidi: Bidi, part: string): Promise<BidiPage> {
  return until(`a page at ${part}`, async () => {
    const { contexts } = (await bidi('browsingContext.getTree', {})) as {
      contexts: { context: string; url: string }[];
    };
    const found = contexts.find(({ url }) => url.includes(part));
    return found === undefined ? undefined : new BidiPage(bidi, found.context);
  });
}

/** A page of its own, which shows nothing yet. */
export async function newPage(bidi: Bidi): Promise<BidiPage> {
  const { context } = (await bidi('browsingContext.create', { type: 'tab' })) as { context: string };
  return new BidiPage(bidi, context);
}
