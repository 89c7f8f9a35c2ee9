import { runsOf, type CommandName, type ControlEvent, type FileRow, type Panes } from '@jstorrent/control';
import { expect, it } from 'vitest';
import { DetailStore } from './detail-store.ts';
import type { LinkState } from './link.ts';
import { Cell } from './observable.ts';
import type { Session } from './session.ts';

const READY: LinkState = { kind: 'ready', epoch: 1, version: '1', platform: 'linux', instance: 'x' };
const A = 'a'.repeat(40);
const B = 'b'.repeat(40);

/** A session that notes what is asked. */
function scriptedSession() {
  const calls: string[] = [];
  const events = new Set<(event: ControlEvent) => void>();
  const ready = new Set<() => void>();
  const link = new Cell<LinkState>(READY);
  const session = {
    link,
    call: (name: CommandName, params: { id?: string; panes?: readonly string[]; period?: string }) => {
      const panes = params.panes === undefined ? '' : ` ${params.panes.join('+')}`;
      const period = params.period === undefined ? '' : ` ${params.period}`;
      calls.push(`${name.replace('detail.', '')} ${params.id?.[0] ?? ''}${panes}${period}`);
      return Promise.resolve({});
    },
    onEvent: (listener: (event: ControlEvent) => void) => {
      events.add(listener);
      return () => events.delete(listener);
    },
    onReady: (listener: () => void) => {
      ready.add(listener);
      if (link.value.kind === 'ready') listener();
      return () => ready.delete(listener);
    },
  } as unknown as Session;
  return {
    session,
    calls,
    link,
    listeners: () => events.size + ready.size,
    emit: (event: ControlEvent) => events.forEach((listener) => listener(event)),
    greet: () => {
      link.set(READY);
      ready.forEach((listener) => listener());
    },
  };
}

const files = (more: Partial<Panes['files']>, id = A): ControlEvent => ({
  event: 'detail',
  id,
  pane: 'files',
  data: {
    total: 1,
    revision: 1,
    reset: true,
    part: 0,
    parts: 1,
    runs: more.reset === false ? [] : runsOf([FILE]),
    files: [],
    ...more,
  },
});
const FILE: FileRow = { index: 0, path: ['f'], length: 10, have: 0, priority: 2 };
const rates = (period: '10min' | '1h'): ControlEvent => ({
  event: 'detail',
  id: A,
  pane: 'rates',
  data: { period, stepMs: 1000, endAt: 0, down: [1], up: [2] },
});

it('asks for what is seen, and no more for what is not', () => {
  const { session, calls } = scriptedSession();
  const store = new DetailStore(session);
  store.look({ id: A, panes: ['general', 'pieces'] });
  store.look({ id: A, panes: ['general', 'pieces'] });
  store.look({ id: A, panes: ['peers'] });
  store.look({ id: B, panes: ['peers'] });
  store.hide(true);
  store.hide(false);
  store.look(null);
  expect(calls).toEqual([
    'subscribe a general+pieces',
    'subscribe a peers',
    'unsubscribe a',
    'subscribe b peers',
    'unsubscribe b',
    'subscribe b peers',
    'unsubscribe b',
  ]);
});

it('asks again whenever the service was greeted, and keeps what it knew meanwhile', () => {
  const { session, calls, link, emit, greet } = scriptedSession();
  const store = new DetailStore(session);
  store.look({ id: A, panes: ['rates'], period: '10min' });
  emit(rates('10min'));
  link.set({ kind: 'reconnecting', since: 0 });
  store.look({ id: A, panes: ['rates', 'log'], period: '10min' });
  expect(store.pane('rates')?.down).toEqual([1]);
  greet();
  expect(calls).toEqual(['subscribe a rates 10min', 'subscribe a rates+log 10min']);
});

it('shows nothing of another torrent or another period', () => {
  const { session, emit } = scriptedSession();
  const store = new DetailStore(session);
  store.look({ id: A, panes: ['rates', 'files'], period: '1h' });
  emit(rates('10min'));
  expect(store.pane('rates')).toBeNull();
  emit(rates('1h'));
  emit(files({}, B));
  expect([store.pane('rates')?.period, store.files]).toEqual(['1h', null]);
  store.look({ id: B, panes: ['rates'] });
  expect([store.pane('rates'), store.updatedAt]).toEqual([null, null]);
});

it('tells of files as they change, and asks for all when something was missed', () => {
  const { session, calls, emit } = scriptedSession();
  const store = new DetailStore(session);
  store.look({ id: A, panes: ['files'] });
  emit(files({}));
  emit(files({ reset: false, revision: 2, files: [{ index: 0, have: 5 }] }));
  expect(store.files).toEqual([{ ...FILE, have: 5 }]);
  emit(files({ reset: false, revision: 4, files: [{ index: 0, have: 6 }] }));
  // What is under way of before counts for nothing until the new listing begins.
  emit(files({ reset: false, revision: 5, files: [{ index: 0, have: 7 }] }));
  expect(calls).toEqual(['subscribe a files', 'subscribe a files']);
  expect(store.files?.[0]?.have).toBe(5);
  emit(files({ runs: runsOf([{ ...FILE, have: 10 }]) }));
  expect(store.files?.[0]?.have).toBe(10);
});

it('shows what a command will do at once, and takes it back when it fails', async () => {
  const { session, calls, emit } = scriptedSession();
  const store = new DetailStore(session);
  store.look({ id: A, panes: ['files', 'general'] });
  emit(files({}));
  const refused = store.assumeFiles(
    (rows) => rows.map((row) => ({ ...row, priority: 0 })),
    Promise.reject(new Error('no')),
  );
  expect(store.files?.[0]?.priority).toBe(0);
  await expect(refused).rejects.toThrow('no');
  expect(calls).toEqual(['subscribe a files+general', 'subscribe a files+general']);
  const options = { downLimit: 0, sequential: false };
  const general = { infoHash: A, options } as unknown as Panes['general'];
  emit({ event: 'detail', id: A, pane: 'general', data: general });
  const command = store.assume(
    'general',
    (pane) => ({ ...pane, options: { ...pane.options, sequential: true } }),
    Promise.reject(new Error('no')),
  );
  expect(store.pane('general')?.options.sequential).toBe(true);
  await expect(command).rejects.toThrow('no');
  expect(store.pane('general')?.options.sequential).toBe(false);
});

it('leaves nothing behind when nothing is looked at, and looks again', () => {
  const { session, calls, listeners, emit } = scriptedSession();
  const store = new DetailStore(session);
  expect(listeners()).toBe(0);
  for (let count = 0; count < 3; count += 1) {
    store.look({ id: A, panes: ['files'] });
    emit(files({}));
    expect(store.files).toHaveLength(1);
    store.look(null);
    expect(listeners()).toBe(0);
  }
  expect(calls).toEqual(Array.from({ length: 3 }, () => ['subscribe a files', 'unsubscribe a']).flat());
});
