import { expect, it } from 'vitest';
import type { PlaneCommand } from '../ports.ts';
import { Listeners } from './listeners.ts';
import type { Turn } from './turn.ts';

function makeTurn(): { readonly turn: Turn; readonly commands: PlaneCommand[] } {
  const commands: PlaneCommand[] = [];
  const unused = (): never => {
    throw new Error('not needed here');
  };
  const turn: Turn = {
    nowMs: 0,
    push: (command) => void commands.push(command),
    random: { bytes: unused, below: unused },
    digests: { sha1: unused, sha256: unused },
  };
  return { turn, commands };
}

it('takes the port that the first host got on every further host', () => {
  const { turn, commands } = makeTurn();
  const listeners = new Listeners();
  listeners.listen(['0.0.0.0', '::'], 0, turn);
  expect(commands).toEqual([{ type: 'listen', listener: 1, host: '0.0.0.0', port: 0 }]);
  expect(listeners.onEvent({ type: 'listening', listener: 1, port: 5000 }, turn)).toEqual({
    type: 'listening',
    port: 5000,
  });
  expect(commands.at(-1)).toEqual({ type: 'listen', listener: 2, host: '::', port: 5000 });
  expect(listeners.port).toBe(5000);
});

it('does without a further host, but tells that the first one failed', () => {
  const { turn } = makeTurn();
  const listeners = new Listeners();
  listeners.listen(['0.0.0.0', '::'], 0, turn);
  listeners.onEvent({ type: 'listening', listener: 1, port: 5000 }, turn);
  expect(listeners.onEvent({ type: 'listenFailed', listener: 2, code: 'ADDRESS_DENIED' }, turn)).toBeNull();
  listeners.listen(['127.0.0.1'], 80, turn);
  const outcome = listeners.onEvent({ type: 'listenFailed', listener: 3, code: 'ADDRESS_DENIED' }, turn);
  expect(outcome).toEqual({ type: 'listenFailed', code: 'ADDRESS_DENIED' });
});

it('closes what it listened on before, and begins again on a new plane', () => {
  const { turn, commands } = makeTurn();
  const listeners = new Listeners();
  listeners.listen(['0.0.0.0'], 6881, turn);
  listeners.listen(['0.0.0.0'], 6882, turn);
  expect(commands.slice(1)).toEqual([
    { type: 'unlisten', listener: 1 },
    { type: 'listen', listener: 2, host: '0.0.0.0', port: 6882 },
  ]);
  listeners.reset();
  expect(listeners.port).toBe(0);
  listeners.begin(turn);
  expect(commands.at(-1)).toEqual({ type: 'listen', listener: 3, host: '0.0.0.0', port: 6882 });
});
