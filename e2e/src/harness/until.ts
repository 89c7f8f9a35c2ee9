/** Waiting for something that can only be asked for. */

const ASK_EVERY_MS = 50;
/** Nothing a test waits for takes longer on a machine that works. */
const WAIT_MS = 60_000;

/** The first value of `ask` that is not undefined; an error with `what` and the last thing it threw when none comes. */
export async function until<Value>(what: string, ask: () => Promise<Value | undefined>): Promise<Value> {
  const endMs = performance.now() + WAIT_MS;
  let trouble: unknown = null;
  while (performance.now() < endMs) {
    try {
      const value = await ask();
      if (value !== undefined) return value;
      trouble = null;
    } catch (error) {
      trouble = error;
    }
    await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
  }
  throw new Error(`took too long: ${what}`, { cause: trouble });
}
