import { expect, test } from 'vitest';
import type { OwnableDaemon } from '@jstorrent/native-host/engine-session';
import { openSession } from './session.ts';

test('a session waits for the next daemon when the first dies before it is ready', async () => {
  let isStopped = false;
  const daemon: OwnableDaemon = {
    plane: { submit: () => {} },
    pid: undefined,
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
