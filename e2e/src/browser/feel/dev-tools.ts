/** The browser's DevTools protocol, as much of it as one page needs to run scripts. */
import { setTimeout as wait } from 'node:timers/promises';

interface Answer {
  readonly id?: number;
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly message: string };
}

/** A connection to a browser. */
export class DevTools {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #last = 0;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener('message', ({ data }) => {
      const answer = JSON.parse(String(data)) as Answer;
      const settle = this.#waiting.get(answer.id ?? 0);
      this.#waiting.delete(answer.id ?? 0);
      settle?.(answer);
    });
  }

  /** Connect to a browser's own address. */
  static async connect(address: string): Promise<DevTools> {
    const socket = new WebSocket(address);
    await new Promise((resolve, reject) => {
      socket.addEventListener('open', resolve);
      socket.addEventListener('error', () => reject(new Error(`no browser answers at ${address}`)));
    });
    return new DevTools(socket);
  }

  /** Open a page of an extension that is there: a function that runs a script in it and gives what it promises. */
  async open(url: string): Promise<(script: string) => Promise<unknown>> {
    const origin = new URL(url).host;
    const isThere = async (): Promise<boolean> => {
      const { targetInfos } = (await this.#call('Target.getTargets', {})) as {
        targetInfos: readonly { readonly type: string; readonly url: string }[];
      };
      return targetInfos.some((one) => one.type === 'service_worker' && one.url.includes(origin));
    };
    while (!(await isThere())) await wait(100);
    const { targetId } = await this.#call('Target.createTarget', { url });
    const { sessionId } = await this.#call('Target.attachToTarget', { targetId, flatten: true });
    const run = async (expression: string): Promise<unknown> => {
      const params = { expression, awaitPromise: true, returnByValue: true, userGesture: true };
      const { result, exceptionDetails } = (await this.#call(
        'Runtime.evaluate',
        params,
        String(sessionId),
      )) as {
        readonly result: { readonly value?: unknown; readonly description?: string };
        readonly exceptionDetails?: unknown;
      };
      if (exceptionDetails !== undefined)
        throw new Error(result.description ?? JSON.stringify(exceptionDetails));
      return result.value;
    };
    // A browser that has just got the extension may block its pages once.
    while ((await run("typeof globalThis.chrome?.tabs === 'object'")) !== true) await wait(100);
    return run;
  }

  close(): void {
    this.#socket.close();
  }

  #call(method: string, params: object, sessionId?: string): Promise<Record<string, unknown>> {
    this.#last += 1;
    const id = this.#last;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, ({ result, error }) => {
        if (error === undefined) resolve(result ?? {});
        else reject(new Error(`${method}: ${error.message}`));
      });
      this.#socket.send(
        JSON.stringify({ id, method, params, ...(sessionId === undefined ? {} : { sessionId }) }),
      );
    });
  }
}
