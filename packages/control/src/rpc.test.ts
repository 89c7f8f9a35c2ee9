/** Client and server over a pipe in memory: replies, errors, time-outs, cancellation, versions, limits, slow readers. */
import { Buffer } from 'node:buffer';
import process from 'node:process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ControlError } from './control-error.ts';
import { encodeFrame } from './frames.ts';
import { CONTROL_LIMITS, PROTOCOL } from './limits.ts';
import { isCommand, type Result } from './schema/commands.ts';
import { defaultSettings } from './schema/setting-specs.ts';
import type { CallContext } from './server.ts';
import { idOf } from './testing/samples.ts';
import { clientWorld, HELLO, serveRaw, type ClientWorld } from './testing/service.ts';

/** How often each property is tried; FUZZ_RUNS raises it. */
const runs = { numRuns: Number(process.env['FUZZ_RUNS'] ?? 200) };
const GREETING = { protocol: PROTOCOL, name: 'test', version: '1' };
const NOTHING: Result<'ping'> = {};
const notice = (n: number) =>
  ({ event: 'notice', kind: 'completed', id: null, sentence: `notice ${n} ${'x'.repeat(400)}` }) as const;
const codeOf = (message: Record<string, unknown> | undefined): unknown =>
  (message?.['error'] as { code?: unknown } | undefined)?.code;

async function greeted(world: ClientWorld): Promise<ClientWorld> {
  const hello = world.client.call('hello', GREETING);
  world.pipe.deliver();
  await hello;
  return world;
}

async function failure(promise: Promise<unknown>): Promise<ControlError> {
  try {
    await promise;
  } catch (error) {
    expect(error).toBeInstanceOf(ControlError);
    return error as ControlError;
  }
  return expect.fail('it did not fail');
}

describe('a call', () => {
  it('is answered, however the frames are cut', async () => {
    const settings = defaultSettings();
    const world = await greeted(
      clientWorld({ 'settings.get': () => settings, 'list.subscribe': async () => NOTHING }),
    );
    const calls = [
      world.client.call('settings.get', {}),
      world.client.call('ping', {}),
      world.client.call('list.subscribe', {}),
    ];
    world.pipe.deliver(() => 1);
    await Promise.resolve();
    await Promise.resolve();
    world.pipe.deliver(() => 3);
    expect(await Promise.all(calls)).toEqual([settings, {}, {}]);
    expect(world.pendingTimers()).toBe(0);
  });

  it('is answered with what hello says of the service', async () => {
    const world = clientWorld();
    const hello = world.client.call('hello', GREETING);
    world.pipe.deliver();
    expect(await hello).toEqual({ protocol: PROTOCOL, ...HELLO });
    expect(world.connection.peer).toEqual(GREETING);
  });

  it('fails with the code, sentence and data of the error that its handler threw', async () => {
    const world = await greeted(
      clientWorld({
        'torrent.add': () => {
          throw new ControlError('DUPLICATE', { id: idOf(1), name: 'Debian' });
        },
        'torrent.stop': () =>
          Promise.reject(new ControlError('DISK_FULL', { missing: 212_000_000, folder: '~/Downloads' })),
      }),
    );
    const add = failure(world.client.call('torrent.add', { source: { magnet: 'magnet:?' } }));
    const stop = failure(world.client.call('torrent.stop', { ids: [idOf(1)] }));
    world.pipe.deliver();
    await Promise.resolve();
    await Promise.resolve();
    world.pipe.deliver();
    expect((await add).toShape()).toEqual({
      code: 'DUPLICATE',
      message: 'You already have Debian.',
      data: { id: idOf(1), name: 'Debian' },
    });
    expect((await stop).message).toMatch(/^212 MB are missing on the disk that holds ~\/Downloads\./);
  });

  it('fails with TIMED_OUT and is cancelled when no answer comes', async () => {
    const contexts: CallContext[] = [];
    const world = await greeted(
      clientWorld({
        'settings.get': (_params, context) => {
          contexts.push(context);
          return new Promise(() => {});
        },
      }),
    );
    const call = failure(world.client.call('settings.get', {}));
    world.pipe.deliver();
    world.pass(CONTROL_LIMITS.callTimeoutMs - 1);
    expect(contexts[0]?.isCancelled).toBe(false);
    world.pass(1);
    world.pipe.deliver();
    expect((await call).code).toBe('TIMED_OUT');
    expect(contexts[0]?.isCancelled).toBe(true);
  });

  it('waits longer for a person', async () => {
    const world = await greeted(clientWorld({ 'folders.pick': () => new Promise(() => {}) }));
    const call = failure(world.client.call('folders.pick', {}));
    const before = Symbol('before');
    world.pass(CONTROL_LIMITS.callTimeoutMs * 2);
    expect(await Promise.race([call, Promise.resolve(before)])).toBe(before);
    world.pass(CONTROL_LIMITS.slowCallTimeoutMs);
    expect((await call).code).toBe('TIMED_OUT');
  });

  it('is cancelled by its caller, and the answer that comes later is nobody’s', async () => {
    let answer: (result: Result<'ping'>) => void = () => {};
    let cancelled = 0;
    const world = await greeted(
      clientWorld({
        'list.subscribe': (_params, context) => {
          context.onCancelled(() => (cancelled += 1));
          return new Promise((resolve) => {
            answer = resolve;
          });
        },
      }),
    );
    const controller = new AbortController();
    const call = failure(world.client.call('list.subscribe', {}, { signal: controller.signal }));
    world.pipe.deliver();
    controller.abort();
    expect((await call).code).toBe('CANCELLED');
    world.pipe.deliver();
    expect(cancelled).toBe(1);
    answer({});
    await Promise.resolve();
    world.pipe.deliver();
    const late = failure(world.client.call('ping', {}, { signal: controller.signal }));
    expect((await late).code).toBe('CANCELLED');
    const ping = world.client.call('ping', {});
    world.pipe.deliver();
    expect(await ping).toEqual({});
  });

  it('fails with CLOSED when the connection ends, as does every later one', async () => {
    let cancelled = 0;
    const world = await greeted(
      clientWorld({
        'settings.get': (_params, context) => {
          context.onCancelled(() => (cancelled += 1));
          return new Promise(() => {});
        },
      }),
    );
    let left = 0;
    world.connection.onClosed(() => (left += 1));
    const calls = [world.client.call('settings.get', {}), world.client.call('settings.get', {})].map(failure);
    world.pipe.deliver();
    world.pipe.back.close();
    for (const call of calls) expect((await call).code).toBe('CLOSED');
    expect((await failure(world.client.call('ping', {}))).code).toBe('CLOSED');
    expect([world.closed, left, cancelled]).toEqual([true, 1, 2]);
    world.client.close();
    world.connection.close();
    expect(left).toBe(1);
  });

  it('reaches its handler only with parameters that hold', async () => {
    const service = serveRaw();
    const cases: [string, unknown, string][] = [
      ['torrent.start', { ids: [] }, 'ids'],
      ['torrent.start', { ids: ['x'] }, 'ids.0'],
      ['torrent.start', { ids: [idOf(1)], forc: true }, 'forc'],
      ['torrent.start', {}, 'ids'],
      ['torrent.add', { source: { magnet: 'm' }, place: { root: 'a', folder: ['..'] } }, 'place.folder.0'],
      ['torrent.add', { source: { magnet: 'm' }, place: { root: 'a', folder: ['a/b'] } }, 'place.folder.0'],
      ['torrent.add', { source: { file: 'm' } }, 'source'],
      ['settings.set', { 'net.port': 80 }, 'net.port'],
      ['settings.set', { 'net.port': 7000, nonsense: 1 }, 'nonsense'],
      ['ping', [], 'the parameters'],
    ];
    for (const [call, params, at] of cases) {
      service.received.length = 0;
      service.say({ id: 5, call, params: params as object });
      const error = service.received[0]?.['error'] as { code: string; message: string };
      expect([call, service.received[0]?.['id'], error.code]).toEqual([call, 5, 'BAD_PARAMS']);
      expect(error.message).toContain(at);
    }
    expect(service.bugs).toEqual([]);
  });

  it('of a command that nobody knows fails, also with the names that every object has', () => {
    const service = serveRaw();
    for (const call of ['torrent.fly', 'constructor', '__proto__', 'toString', '']) {
      expect(isCommand(call)).toBe(false);
      service.received.length = 0;
      service.say({ id: 5, call, params: {} });
      expect(codeOf(service.received[0])).toBe('UNKNOWN_COMMAND');
    }
  });

  it('whose handler has a bug fails with FAILED, tells nothing of it, and reports it', async () => {
    const service = serveRaw({
      'settings.get': () => {
        throw new TypeError('/home/ann/secret is not a function');
      },
      'stats.get': () => Promise.reject(new Error('secret')),
    });
    service.say({ id: 1, call: 'settings.get' }, { id: 2, call: 'stats.get' });
    await Promise.resolve();
    await Promise.resolve();
    service.pipe.deliver();
    expect(service.received.map(codeOf)).toEqual(['FAILED', 'FAILED']);
    expect(JSON.stringify(service.received)).not.toContain('secret');
    expect(service.bugs).toHaveLength(2);
  });
});

describe('hello', () => {
  it('has to come first', () => {
    const service = serveRaw({ 'settings.get': defaultSettings }, false);
    service.connection.emit(notice(0));
    service.say({ id: 1, call: 'settings.get' }, { id: 2, call: 'ping' });
    expect(service.received.map(codeOf)).toEqual(['HELLO_FIRST', 'HELLO_FIRST']);
    service.say({ id: 3, call: 'hello', params: GREETING }, { id: 4, call: 'settings.get' });
    expect(service.received.slice(2)).toEqual([
      { id: 3, result: { protocol: PROTOCOL, ...HELLO } },
      { id: 4, result: defaultSettings() },
    ]);
  });

  it.each([
    [0, 'VERSION_TOO_OLD', 'Update extension'],
    [PROTOCOL + 1, 'VERSION_TOO_NEW', 'Update the helper'],
  ])('of protocol %i is answered with %s, which says what to update', (protocol, code, advice) => {
    const service = serveRaw({}, false);
    service.say({ id: 1, call: 'hello', params: { protocol, name: 'extension', version: '0.9' } });
    expect(service.received[0]).toMatchObject({ id: 1, error: { code, data: { protocol: PROTOCOL } } });
    expect(JSON.stringify(service.received[0])).toContain(advice);
    service.say({ id: 2, call: 'ping' });
    expect(codeOf(service.received[1])).toBe('HELLO_FIRST');
  });
});

describe('bad input', () => {
  it('is answered with an error, and the connection stays', () => {
    const service = serveRaw();
    const cases: [object | null, unknown][] = [
      [null, null],
      [[], null],
      [{}, null],
      [{ call: 'ping' }, null],
      [{ id: -1, call: 'ping' }, null],
      [{ id: 1.5, call: 'ping' }, null],
      [{ id: '1', call: 'ping' }, null],
      [{ id: 7 }, 7],
      [{ id: 7, call: 3 }, 7],
      [{ id: 7, cancel: 'x' }, 7],
    ];
    for (const [message, id] of cases) {
      service.received.length = 0;
      service.say(message as object, { id: 9, call: 'ping' });
      expect(service.received).toEqual([
        { id, error: { code: 'BAD_MESSAGE', message: expect.any(String) } },
        { id: 9, result: {} },
      ]);
    }
  });

  it('above the limit is answered with TOO_LARGE for its call, and the connection stays', () => {
    const service = serveRaw({ 'torrent.addPeers': () => NOTHING });
    const padded = (bytes: number): Uint8Array => {
      const frame = encodeFrame({ id: 3, call: 'ping', params: {}, pad: '' });
      return encodeFrame({ id: 3, call: 'ping', params: {}, pad: 'x'.repeat(bytes - (frame.length - 4)) });
    };
    service.sayBytes(padded(CONTROL_LIMITS.requestBytes));
    service.sayBytes(padded(CONTROL_LIMITS.requestBytes + 1));
    service.say({ id: 4, call: 'ping' });
    expect(service.received.map((message) => [message['id'], codeOf(message)])).toEqual([
      [3, undefined],
      [3, 'TOO_LARGE'],
      [4, undefined],
    ]);
  });

  it('never throws, never is a bug, and never ends the connection, whatever JSON it is', () => {
    const service = serveRaw({ 'torrent.start': () => ({ failedCount: 0, failed: [] }) });
    const name = fc.oneof(
      fc.constantFrom('torrent.start', 'hello', 'torrent.add', 'settings.set', 'cancel'),
      fc.string(),
    );
    const envelope = fc.record(
      {
        id: fc.oneof(fc.nat(), fc.jsonValue()),
        call: fc.oneof(name, fc.jsonValue()),
        params: fc.jsonValue(),
        cancel: fc.jsonValue(),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof(envelope, fc.jsonValue()), (message) => {
        service.received.length = 0;
        service.say(message as object, { id: 1, call: 'ping' });
        expect(service.received.at(-1)).toEqual({ id: 1, result: {} });
        expect(service.received.length).toBeLessThanOrEqual(2);
      }),
      runs,
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (body) => {
        const header = Buffer.alloc(4);
        header.writeUInt32LE(body.length);
        service.received.length = 0;
        service.sayBytes(Buffer.concat([header, body]));
        service.say({ id: 1, call: 'ping' });
        expect(service.received.at(-1)).toEqual({ id: 1, result: {} });
      }),
      runs,
    );
    expect(service.bugs).toEqual([]);
  });

  it('of a million wrong members is refused at the first of them', () => {
    const service = serveRaw();
    const many = (member: unknown, length: number): unknown[] => Array.from({ length }, () => member);
    const cases: [string, object][] = [
      ['torrent.setFiles', { id: idOf(1), files: { all: many('x', 1_000_000) } }],
      ['torrent.setFiles', { id: idOf(1), files: { some: many([], 1_000_000) } }],
      ['torrent.setFiles', { id: idOf(1), files: { all: many(2, CONTROL_LIMITS.files + 1) } }],
      ['torrent.stop', { ids: many(1, 1_000_000) }],
      ['torrent.stop', { ids: many('x', CONTROL_LIMITS.ids) }],
      ['torrent.setTrackers', { id: idOf(1), tiers: many(many(1, 200), 200) }],
      ['torrent.setTrackers', { id: idOf(1), tiers: many([], 1_000_000) }],
    ];
    for (const [call, params] of cases) {
      service.received.length = 0;
      service.say({ id: 1, call, params });
      expect([call, service.received.map(codeOf)]).toEqual([call, ['BAD_PARAMS']]);
    }
    const good = { all: many(2, CONTROL_LIMITS.files) };
    service.received.length = 0;
    service.say({ id: 1, call: 'torrent.setFiles', params: { id: idOf(1), files: good } });
    service.say({
      id: 2,
      call: 'torrent.setFiles',
      params: { id: idOf(1), files: { some: [[0, 3]], rest: 1 } },
    });
    expect(service.received.map(codeOf)).toEqual(['UNSUPPORTED', 'UNSUPPORTED']);
  });

  it('is no answer to a call that was cancelled', async () => {
    let answer: (result: Result<'ping'>) => void = () => {};
    const service = serveRaw({
      'list.subscribe': () =>
        new Promise((resolve) => {
          answer = resolve;
        }),
    });
    service.say({ id: 1, call: 'list.subscribe' }, { cancel: 1 });
    answer({});
    await Promise.resolve();
    await Promise.resolve();
    service.pipe.deliver();
    expect(service.received.map(codeOf)).toEqual(['CANCELLED']);
  });

  it('cannot use the id of a call that is not answered', () => {
    const service = serveRaw({ 'settings.get': () => new Promise(() => {}) });
    service.say({ id: 1, call: 'settings.get' }, { id: 1, call: 'ping' });
    expect(service.received.map(codeOf)).toEqual(['BAD_MESSAGE']);
    service.say({ cancel: 1 }, { id: 1, call: 'ping' }, { cancel: 1 }, { cancel: 99 });
    expect(service.received.slice(1)).toMatchObject([
      { id: 1, error: { code: 'CANCELLED' } },
      { id: 1, result: {} },
    ]);
  });

  it('that cancels does not make room for more handlers than the limit', () => {
    let running = 0;
    const service = serveRaw({
      'settings.get': () => {
        running += 1;
        return new Promise(() => {});
      },
    });
    for (let id = 1; id <= 200; id += 1) service.say({ id, call: 'settings.get' }, { cancel: id });
    expect(running).toBe(CONTROL_LIMITS.inFlight);
    expect(service.received.filter((message) => codeOf(message) === 'BUSY')).toHaveLength(200 - running);
  });
});

describe('a front end that does not keep up', () => {
  it('is not read, and its replies do not pile up', () => {
    const big = { ...defaultSettings(), 'done.run': Array.from({ length: 32 }, () => 'x'.repeat(1024)) };
    let calls = 0;
    const service = serveRaw({
      'settings.get': () => {
        calls += 1;
        return big;
      },
    });
    const frames = Array.from({ length: 500 }, (_, id) => encodeFrame({ id, call: 'settings.get' }));
    service.pipe.front.send(Buffer.concat(frames));
    // Everything the service would like to read is there, and nothing is taken from it.
    for (let n = 0; n < 10; n += 1) service.pipe.front.send(encodeFrame({ id: 1000 + n, call: 'ping' }));
    const before = service.connection.isWritable;
    service.pipe.deliverToBack();
    expect(before).toBe(true);
    expect(calls).toBeLessThan(40);
    expect(service.pipe.back.bufferedBytes).toBeLessThan(
      CONTROL_LIMITS.bufferedBytes + CONTROL_LIMITS.messageBytes,
    );
    expect(service.pipe.back.isPaused).toBe(true);
    service.pipe.deliver();
    expect(calls).toBe(500);
    expect(service.received).toHaveLength(510);
    expect(service.pipe.back.isPaused).toBe(false);
  });

  it('gets the newest of each kind and the last notices when it does again', () => {
    const service = serveRaw();
    let writable = 0;
    service.connection.onWritable(() => (writable += 1));
    let sent = 0;
    while (service.connection.isWritable) service.connection.emit(notice(sent++));
    for (let n = 0; n < 250; n += 1) service.connection.emit(notice(sent++));
    for (const state of ['daemonRestarting', 'stopping'] as const)
      service.connection.emit({ event: 'service', state });
    const inPipe = service.pipe.back.bufferedBytes;
    expect(inPipe).toBeLessThan(CONTROL_LIMITS.bufferedBytes + 1000);
    service.pipe.deliver();
    const later = service.received.slice(sent - 250);
    expect(later[0]).toEqual({ event: 'service', state: 'stopping' });
    expect(later.slice(1)).toEqual(Array.from({ length: 100 }, (_, n) => notice(sent - 100 + n)));
    expect(writable).toBeGreaterThan(0);
  });
});

describe('what was held back', () => {
  it('is never told after what is newer', () => {
    const service = serveRaw();
    while (service.connection.isWritable) service.connection.emit(notice(0));
    service.connection.emit({ event: 'service', state: 'daemonRestarting' });
    service.pipe.moveToFront(CONTROL_LIMITS.bufferedBytes / 2);
    service.pipe.moveToFront(CONTROL_LIMITS.bufferedBytes / 2);
    service.connection.emit({ event: 'service', state: 'ready' });
    service.pipe.deliver();
    expect(service.received.filter(({ event }) => event === 'service')).toEqual([
      { event: 'service', state: 'ready' },
    ]);
  });
});

describe('a message to a front end', () => {
  it('is never above the limit: the reply becomes an error', () => {
    const at = (bytes: number) => {
      const empty = { fileName: '', total: 0, bytes: '' };
      const overhead = encodeFrame({ id: 1, result: empty }).length - 4;
      return { ...empty, bytes: 'x'.repeat(bytes - overhead) };
    };
    let bytes: number = CONTROL_LIMITS.messageBytes;
    const service = serveRaw({ 'torrent.export': () => at(bytes) });
    const call = { id: 1, call: 'torrent.export', params: { id: idOf(1), from: 0 } };
    service.say(call);
    bytes += 1;
    service.say(call);
    expect(service.received.map(codeOf)).toEqual([undefined, 'TOO_LARGE']);
  });

  it('is never above the limit: an event too large is a bug and is not sent', () => {
    const service = serveRaw();
    service.connection.emit({
      event: 'notice',
      kind: 'failed',
      id: null,
      sentence: 'x'.repeat(CONTROL_LIMITS.messageBytes),
    });
    service.pipe.deliver();
    expect(service.received).toEqual([]);
    expect(service.bugs).toHaveLength(1);
  });

  it('that the client does not understand changes nothing', async () => {
    const world = await greeted(clientWorld());
    for (const message of [null, 3, 'x', [], {}, { id: 77, result: {} }, { id: null, error: {} }]) {
      world.pipe.back.send(encodeFrame(message as object));
    }
    world.pipe.back.send(Uint8Array.of(1, 0, 0, 0, 0x7b));
    world.pipe.back.send(encodeFrame({ event: 'fromTheFuture' }));
    const ping = world.client.call('ping', {});
    world.pipe.deliver();
    expect(await ping).toEqual({});
    expect(world.events).toEqual([{ event: 'fromTheFuture' }]);
  });
});
