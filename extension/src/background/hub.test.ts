/** Pages and the worker's own session over one connection. */
import { expect, it } from 'vitest';
import { openSession } from '../model/session.ts';
import { FakeNative } from '../testing/fake-native.ts';
import { ManualClock } from '../testing/manual-clock.ts';
import { Hub } from './hub.ts';
import { NativeLink } from './native-link.ts';
import { ownPort } from './own-port.ts';

const HELLO = { protocol: 2, version: '1.2.3', platform: 'linux', instance: 'one' };

/** A helper that answers every greeting, and `list.subscribe` with nothing. */
function world() {
  const ports: FakeNative[] = [];
  const clock = new ManualClock();
  const link = new NativeLink({
    version: '1.0.0',
    connect: () => {
      const port = new FakeNative();
      ports.push(port);
      return port;
    },
    isWatched: () => true,
    now: clock.now,
    after: clock.after,
  });
  const hub = new Hub(link);
  return {
    ports,
    clock,
    link,
    hub,
    session: (name: string) => openSession(name, { connect: () => ownPort(hub) }),
  };
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Answer everything that sessions asked and that has no answer. */
function answer(port: FakeNative, result: (call: string) => object): void {
  for (const { session, message } of port.heard.splice(0)) {
    const { id, call } = (message ?? {}) as { id?: number; call?: string };
    if (call !== undefined) port.say({ session, message: { id, result: result(call) } });
  }
}

it('gives each page a session of its own', async () => {
  const { ports, session } = world();
  const one = session('one');
  const two = session('two');
  const [port] = ports;
  if (port === undefined) throw new Error('nobody connected');
  port.greet();
  await settle();
  const hellos = port.heard.slice(1);
  expect(hellos.map(({ session: number }) => number)).toEqual([1, 2]);
  port.heard.splice(0, 1);
  answer(port, () => HELLO);
  await settle();
  expect([one.link.value.kind, two.link.value.kind]).toEqual(['ready', 'ready']);
  const events: unknown[] = [];
  one.onEvent((event) => events.push(['one', event.event]));
  two.onEvent((event) => events.push(['two', event.event]));
  port.say({ session: 2, message: { event: 'notice', kind: 'added', id: null, sentence: 'x' } });
  await settle();
  expect(events).toEqual([['two', 'notice']]);
});

it('tells the service when a page closes, and says nothing to it any more', async () => {
  const { ports, session } = world();
  const page = session('page');
  const [port] = ports;
  port?.greet();
  await settle();
  page.close();
  expect(port?.heard.at(-1)).toEqual({ session: 1, end: true });
  port?.say({ session: 1, message: { event: 'notice' } });
});

it('greets for every page again after the helper was lost, and makes calls that waited', async () => {
  const { ports, clock, session } = world();
  const page = session('page');
  ports[0]?.greet();
  await settle();
  ports[0]?.heard.splice(0, 1);
  answer(ports[0] as FakeNative, () => HELLO);
  await settle();
  ports[0]?.end('Native host has exited.');
  await settle();
  expect(page.link.value.kind).toBe('reconnecting');
  const waiting = page.call('ping', {});
  expect(page.waiting.value).toBe(1);
  clock.pass(200);
  const port = ports[1] as FakeNative;
  port.greet('two');
  await settle();
  port.heard.splice(0, 1);
  answer(port, () => ({ ...HELLO, instance: 'two' }));
  await settle();
  answer(port, () => ({}));
  expect(await waiting).toEqual({});
  expect(page.waiting.value).toBe(0);
});
