import { afterEach, describe, expect, it } from 'vitest';
import type { AcceptedSocket, ListenerEvents, Socket, SocketEvents } from '@jstorrent/data-plane';
import type { LinkCode } from '@jstorrent/engine/ports';
import { dial, listen } from './tcp.ts';

interface Recorder extends SocketEvents {
  readonly log: string[];
  readonly received: number[];
  bytes: number;
  until(ready: () => boolean): Promise<void>;
}

/** A listener of events whose `until` settles as soon as an event makes `ready` true. */
function recorder(onData: (bytes: Uint8Array) => void = () => {}): Recorder {
  const waiting = new Set<() => void>();
  const note = (entry: string): void => {
    if (entry !== '') self.log.push(entry);
    for (const check of waiting) check();
  };
  const self: Recorder = {
    log: [],
    received: [],
    bytes: 0,
    until: (ready) =>
      new Promise((resolve) => {
        const check = (): void => {
          if (!ready()) return;
          waiting.delete(check);
          resolve();
        };
        waiting.add(check);
        check();
      }),
    onOpen: () => note('open'),
    onData: (bytes) => {
      self.bytes += bytes.length;
      if (self.received.length < 64) self.received.push(...bytes.subarray(0, 64));
      onData(bytes);
      note('');
    },
    onDrain: () => note('drain'),
    onClose: (code) => note(code),
  };
  return self;
}

const cleanUps: (() => void)[] = [];
afterEach(() => {
  for (const cleanUp of cleanUps.splice(0)) cleanUp();
});

function startListener(
  host: string,
  onAccept: (socket: AcceptedSocket) => void,
): Promise<{ port: number; close(): void }> {
  return new Promise((resolve, reject) => {
    const events: ListenerEvents = {
      onListening: (port) => resolve({ port, close: () => listener.close() }),
      onFailed: reject,
      onAccept,
    };
    const listener = listen(host, 0, events);
    cleanUps.push(() => listener.close());
  });
}

/** A dialled and an accepted end of one connection. */
async function connected(host: string, here: SocketEvents, there: SocketEvents): Promise<[Socket, Socket]> {
  const accepted = Promise.withResolvers<AcceptedSocket>();
  const { port } = await startListener(host, accepted.resolve);
  const near = dial(host, port, here);
  const far = (await accepted.promise).take(there);
  cleanUps.push(
    () => near.destroy(),
    () => far.destroy(),
  );
  return [near, far];
}

describe.each(['127.0.0.1', '::1'])('TCP on %s', (host) => {
  it('carries bytes both ways through the shared read buffer without mixing links', async () => {
    const pairs = await Promise.all(
      [1, 2, 3].map(async (fill) => {
        const mixed: number[] = [];
        const check =
          (value: number) =>
          (bytes: Uint8Array): void => {
            if (bytes.some((byte) => byte !== value)) mixed.push(value);
          };
        const here = recorder(check(fill + 100));
        const there = recorder(check(fill));
        const [near, far] = await connected(host, here, there);
        return { fill, here, there, near, far, mixed };
      }),
    );
    const length = 2_000_000;
    for (const { fill, near, far } of pairs) {
      near.write(new Uint8Array(length).fill(fill));
      far.write(new Uint8Array(length).fill(fill + 100));
    }
    for (const { here, there, mixed } of pairs) {
      await there.until(() => there.bytes === length);
      await here.until(() => here.bytes === length);
      expect(mixed).toEqual([]);
      expect(here.log[0]).toBe('open');
    }
  });

  it('tells ENDED when the other side closes, and nothing after our own destroy', async () => {
    const here = recorder();
    const there = recorder();
    const [near] = await connected(host, here, there);
    await here.until(() => here.log.includes('open'));
    near.destroy();
    await there.until(() => there.log.length > 0);
    expect(there.log).toEqual(['ENDED']);
    expect(here.log).toEqual(['open']);
  });
});

describe('TCP', () => {
  it('stops reading while paused, counts what the system did not take, and tells when that is gone', async () => {
    const here = recorder();
    const there = recorder();
    const [near, far] = await connected('127.0.0.1', here, there);
    await here.until(() => here.log.includes('open'));
    far.pause();
    // More than the buffers of both systems hold together.
    const length = 64 * 1024 * 1024;
    near.write(new Uint8Array(length));
    await new Promise(setImmediate);
    expect(near.queuedBytes).toBeGreaterThan(0);
    expect(here.log).not.toContain('drain');
    far.resume();
    await there.until(() => there.bytes === length);
    await here.until(() => here.log.includes('drain'));
    expect(near.queuedBytes).toBe(0);
  });

  it('gives written bytes back in order once the system has them, not before', async () => {
    const here = recorder();
    const there = recorder();
    const [near, far] = await connected('127.0.0.1', here, there);
    await here.until(() => here.log.includes('open'));
    far.pause();
    const given: string[] = [];
    // More than the buffers of both systems hold together.
    const length = 64 * 1024 * 1024;
    near.write(new Uint8Array(length), () => given.push('first'));
    near.write(new Uint8Array(1));
    near.write(new Uint8Array(1), () => given.push('third'));
    await new Promise(setImmediate);
    expect(given).toEqual([]);
    far.resume();
    await there.until(() => there.bytes === length + 2);
    await here.until(() => here.log.includes('drain'));
    expect(given).toEqual(['first', 'third']);
  });

  it('gives no bytes back when the link is lost before the system has them', async () => {
    const here = recorder();
    const there = recorder();
    const [near, far] = await connected('127.0.0.1', here, there);
    await here.until(() => here.log.includes('open'));
    far.pause();
    let given = 0;
    for (let i = 0; i < 3; i++) near.write(new Uint8Array(32 * 1024 * 1024), () => given++);
    await new Promise(setImmediate);
    far.destroy();
    await here.until(() => here.log.length > 1);
    expect(given).toBe(0);
  });

  it('keeps bytes that came before a link was taken', async () => {
    const accepted = Promise.withResolvers<AcceptedSocket>();
    const { port } = await startListener('127.0.0.1', accepted.resolve);
    const near = dial('127.0.0.1', port, recorder());
    cleanUps.push(() => near.destroy());
    near.write(Uint8Array.of(1, 2, 3));
    const pending = await accepted.promise;
    expect(pending.host).toBe('127.0.0.1');
    expect(pending.port).toBeGreaterThan(0);
    const there = recorder();
    const far = pending.take(there);
    cleanUps.push(() => far.destroy());
    await there.until(() => there.bytes === 3);
    expect(there.received).toEqual([1, 2, 3]);
  });

  it('refuses an accepted link so that the dialler sees its end', async () => {
    const { port } = await startListener('127.0.0.1', (socket) => socket.destroy());
    const here = recorder();
    dial('127.0.0.1', port, here);
    await here.until(() => here.log.some((entry) => entry !== 'open'));
    expect(['ENDED', 'RESET']).toContain(here.log.at(-1));
  });

  it('delivers no data after destroy inside a data callback', async () => {
    const here = recorder();
    let far: Socket | null = null;
    let calls = 0;
    const there = recorder(() => {
      calls++;
      far?.destroy();
    });
    const [near, other] = await connected('127.0.0.1', here, there);
    far = other;
    near.write(new Uint8Array(4_000_000));
    await here.until(() => here.log.includes('RESET') || here.log.includes('ENDED'));
    expect(calls).toBe(1);
    expect(there.log).toEqual([]);
  });

  it('tells REFUSED for a port nobody listens on', async () => {
    const listener = await startListener('127.0.0.1', () => {});
    listener.close();
    const here = recorder();
    dial('127.0.0.1', listener.port, here);
    await here.until(() => here.log.length > 0);
    expect(here.log).toEqual(['REFUSED']);
  });

  it.each([
    ['example.org', 80],
    ['127.0.0.1', 0],
    ['127.0.0.1', 65_536],
  ])('fails to dial %s port %i in a later turn', async (host, port) => {
    const here = recorder();
    dial(host, port, here);
    expect(here.log).toEqual([]);
    await here.until(() => here.log.length > 0);
    expect(here.log).toEqual(['FAILED']);
  });

  it('fails to listen on a taken port and on a foreign address', async () => {
    const { port } = await startListener('127.0.0.1', () => {});
    const failure = (host: string, at: number): Promise<LinkCode> =>
      new Promise((resolve, reject) => {
        listen(host, at, { onListening: reject, onFailed: resolve, onAccept: () => {} });
      });
    expect(await failure('127.0.0.1', port)).toBe('ADDRESS_IN_USE');
    expect(await failure('192.0.2.1', 0)).toBe('ADDRESS_DENIED');
    expect(await failure('nonsense', 0)).toBe('FAILED');
  });

  it('listens on the same port for IPv4 and IPv6 at once', async () => {
    const { port } = await startListener('0.0.0.0', () => {});
    const other = Promise.withResolvers<number>();
    const listener = listen('::', port, {
      onListening: other.resolve,
      onFailed: other.reject,
      onAccept: () => {},
    });
    cleanUps.push(() => listener.close());
    expect(await other.promise).toBe(port);
  });

  it('closes a listener before it listens, without an event', async () => {
    const events: string[] = [];
    const listener = listen('127.0.0.1', 0, {
      onListening: () => events.push('listening'),
      onFailed: () => events.push('failed'),
      onAccept: () => events.push('accept'),
    });
    listener.close();
    listener.close();
    // Another listener asked for later is ready later.
    await startListener('127.0.0.1', () => {});
    expect(events).toEqual([]);
  });
});
