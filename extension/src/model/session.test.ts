/** A page's session when the service is slow or full. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { FromPage, LinkState } from './link.ts';
import { openSession } from './session.ts';

const READY: LinkState = { kind: 'ready', epoch: 1, version: '1.0.0', platform: 'linux', instance: 'a' };

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

it('greets a service again that did not answer the first time, and then makes the calls that wait', async () => {
  let tell: (message: unknown) => void = () => {};
  const calls: string[] = [];
  const session = openSession('page', {
    connect: () => ({
      postMessage: (given: FromPage) => {
        if (!('message' in given)) return;
        const { id, call } = given.message as { id?: number; call?: string };
        if (call === undefined) return;
        calls.push(call);
        if (calls.length > 1) queueMicrotask(() => tell({ epoch: 1, message: { id, result: {} } }));
      },
      disconnect: () => {},
      onMessage: { addListener: (listener) => void (tell = listener) },
      onDisconnect: { addListener: () => {} },
    }),
  });
  tell({ link: READY });
  const answer = session.call('list.subscribe', {});
  await vi.advanceTimersByTimeAsync(40_000);
  await expect(answer).resolves.toEqual({});
  expect(calls).toEqual(['hello', 'hello', 'list.subscribe']);
  expect(session.link.value).toEqual(READY);
  session.close();
});
