import { expect, test } from 'vitest';
import type { EarlyDaemon } from './early-daemon.ts';
import { openSession } from './session.ts';

test('a session waits for the next daemon when the first dies before it is ready', async () => {
  let isStopped = false;
  const daemon: EarlyDaemon = {
    plane: { submit: () => {} },
    stop: () => {
      isStopped = true;
      return Promise.resolve();
    },
    adopt: (owner) => {
      owner.onLost('SIGKILL');
      setImmediate(owner.onReady);
    },
  };
  const session = await openSession({ daemon, onEvent: () => {}, onLog: () => {} });
  expect(isStopped).toBe(false);
  await session.close();
  expect(isStopped).toBe(true);
});
