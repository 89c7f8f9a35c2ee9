/** The quiet line about the helper. */
import type { ControlEvent } from '@jstorrent/control';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { LinkState } from './link.ts';
import { linkWords, watchLink, type LinkSigns } from './link-words.ts';
import { Cell } from './observable.ts';
import type { Session } from './session.ts';

const READY: LinkState = { kind: 'ready', epoch: 1, version: '1.0.0', platform: 'linux', instance: 'a' };
const SIGNS: LinkSigns = {
  changedAt: 0,
  now: 10_000,
  updatedAt: 5000,
  isDaemonRestarting: false,
  waiting: 0,
};

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

it('says nothing while all is well or a start is short', () => {
  expect(linkWords(READY, SIGNS)).toBeNull();
  expect(linkWords({ kind: 'connecting' }, { ...SIGNS, changedAt: 9000 })).toBeNull();
});

it('is a quiet line while the helper, or its part that transfers, starts again', () => {
  const line = linkWords({ kind: 'reconnecting', since: 4000 }, { ...SIGNS, waiting: 2 });
  expect(line).toEqual({
    tone: 'busy',
    icon: 'refresh',
    text: 'Reconnecting · 2 actions are waiting',
    since: 5000,
  });
  expect(linkWords(READY, { ...SIGNS, isDaemonRestarting: true })?.tone).toBe('busy');
  expect(linkWords({ kind: 'connecting' }, SIGNS)?.text).toBe('Connecting to the helper');
});

it('names a trouble that needs the user', () => {
  const link: LinkState = { kind: 'trouble', why: 'missing', detail: '', helper: null };
  expect(linkWords(link, SIGNS)).toMatchObject({ tone: 'trouble', text: 'The helper isn’t installed' });
});

it('follows a session', () => {
  const link = new Cell<LinkState>({ kind: 'connecting' });
  let tell: (event: ControlEvent) => void = () => {};
  const session = {
    link,
    waiting: new Cell(0),
    onEvent: (listener: (event: ControlEvent) => void) => {
      tell = listener;
      return () => {};
    },
  } as unknown as Session;
  const words = watchLink(session, () => null);
  expect(words.value).toBeNull();
  vi.advanceTimersByTime(2000);
  expect(words.value?.text).toBe('Connecting to the helper');
  link.set(READY);
  expect(words.value).toBeNull();
  tell({ event: 'service', state: 'daemonRestarting' });
  expect(words.value?.text).toBe('Transfers start anew, a moment');
  tell({ event: 'service', state: 'ready' });
  expect(words.value).toBeNull();
});
