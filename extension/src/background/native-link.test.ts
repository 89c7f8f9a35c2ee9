/** The connection to the helper, with a helper that the test plays. */
import { expect, it } from 'vitest';
import { FakeNative } from '../testing/fake-native.ts';
import { ManualClock } from '../testing/manual-clock.ts';
import { NativeLink, troubleOf } from './native-link.ts';

class World {
  readonly clock = new ManualClock();
  readonly ports: FakeNative[] = [];
  isWatched = true;
  readonly link = new NativeLink({
    version: '1.0.0',
    connect: () => {
      const port = new FakeNative();
      this.ports.push(port);
      return port;
    },
    isWatched: () => this.isWatched,
    now: this.clock.now,
    after: this.clock.after,
  });

  get port(): FakeNative {
    const port = this.ports.at(-1);
    if (port === undefined) throw new Error('nobody connected');
    return port;
  }
}

it('greets, and is ready when it is answered', () => {
  const { link, ...world } = new World();
  link.start();
  link.start();
  expect(world.ports).toHaveLength(1);
  expect(world.ports[0]?.heard).toEqual([
    { id: 0, call: 'hello', params: { protocol: 2, name: 'extension', version: '1.0.0' } },
  ]);
  world.ports[0]?.greet();
  expect(link.state.value).toEqual({
    kind: 'ready',
    epoch: 1,
    version: '1.2.3',
    platform: 'linux',
    instance: 'one',
  });
});

it('looks again for a helper that went, sooner at first than later', () => {
  const world = new World();
  world.link.start();
  world.port.greet();
  const waits: number[] = [];
  for (let n = 0; n < 2; n += 1) {
    world.port.end('Native host has exited.');
    waits.push(...world.clock.waits);
    world.clock.pass(waits.at(-1) ?? 0);
  }
  expect(waits).toEqual([200, 500]);
  expect(world.link.state.value.kind).toBe('reconnecting');
  world.port.greet('two');
  expect(world.link.state.value).toMatchObject({ kind: 'ready', epoch: 2, instance: 'two' });
});

it('calls it a crash when it goes again and again, and goes on looking', () => {
  const world = new World();
  world.link.start();
  for (let n = 0; n < 3; n += 1) {
    world.port.end('Native host has exited.');
    world.clock.pass(2000);
  }
  expect(world.link.state.value).toMatchObject({ kind: 'trouble', why: 'crashed' });
  expect(world.ports).toHaveLength(4);
  world.port.greet();
  expect(world.link.state.value.kind).toBe('ready');
});

it('says at once that there is no helper, and finds it when it is installed', () => {
  const world = new World();
  world.link.start();
  world.port.end('Specified native messaging host not found.');
  expect(world.link.state.value).toMatchObject({ kind: 'trouble', why: 'missing' });
  world.link.retry();
  world.port.greet();
  expect(world.link.state.value.kind).toBe('ready');
  expect(world.clock.waits).toEqual([]);
});

it('lets the worker sleep when there is no helper and nobody waits for it', () => {
  const world = new World();
  world.isWatched = false;
  world.link.start();
  world.port.end('Specified native messaging host not found.');
  expect(world.clock.waits).toEqual([]);
  world.link.start();
  expect(world.ports).toHaveLength(2);
  world.port.greet();
  world.port.end('Native host has exited.');
  expect(world.clock.waits).toHaveLength(1);
});

it('stands still with a helper of another version until somebody tries again', () => {
  const world = new World();
  world.link.start();
  world.port.say({ id: 0, error: { code: 'VERSION_TOO_NEW', message: 'too new', data: { service: '0.9' } } });
  expect(world.link.state.value).toEqual({
    kind: 'trouble',
    why: 'tooNew',
    detail: 'too new',
    helper: '0.9',
  });
  const old = world.port;
  world.link.retry();
  expect(old.isOpen).toBe(false);
  expect(world.ports).toHaveLength(2);
});

it('leaves a helper that does not answer, and looks for it anew', () => {
  const world = new World();
  world.link.start();
  const hung = world.port;
  world.clock.pass(59_000);
  expect(hung.isOpen).toBe(true);
  world.clock.pass(2000);
  expect(hung.isOpen).toBe(false);
  expect(world.ports).toHaveLength(2);
  world.clock.pass(130_000);
  expect(world.link.state.value).toMatchObject({ kind: 'trouble', why: 'crashed' });
  world.port.greet();
  expect(world.link.state.value.kind).toBe('ready');
  world.clock.pass(120_000);
  expect(world.port.isOpen).toBe(true);
  expect(world.clock.waits).toEqual([]);
});

it('greets again when the connector found the service again, and sends nothing for the time before', () => {
  const world = new World();
  world.link.start();
  world.port.greet();
  world.port.say({ event: 'service', state: 'reconnecting' });
  expect(world.link.state.value.kind).toBe('reconnecting');
  world.link.send(1, { lost: true });
  world.port.say({ event: 'service', state: 'ready' });
  world.port.greet('two');
  expect(world.link.state.value).toMatchObject({ kind: 'ready', epoch: 2 });
  world.link.send(1, { lost: true });
  world.link.send(2, { sent: true });
  expect(world.port.heard.slice(2)).toEqual([{ sent: true }]);
});

it('knows why a browser closed the port by its words', () => {
  expect(troubleOf('Specified native messaging host not found.')).toBe('missing');
  expect(troubleOf('No such native application com.jstorrent.host')).toBe('missing');
  expect(troubleOf('Access to the specified native messaging host is forbidden.')).toBe('forbidden');
  expect(troubleOf('Error when communicating with the native messaging host.')).toBe('garbled');
  expect(troubleOf('Native host has exited.')).toBe('crashed');
});
