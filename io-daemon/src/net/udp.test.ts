import { afterEach, describe, expect, it } from 'vitest';
import type { LinkCode } from '@jstorrent/engine/ports';
import { bindUdp, type UdpSocket } from './udp.ts';

const open: UdpSocket[] = [];
afterEach(() => {
  for (const socket of open.splice(0)) socket.close();
});

interface Bound {
  readonly socket: UdpSocket;
  readonly port: number;
  /** The next packet as `host:port:bytes`. */
  next(): Promise<{ host: string; port: number; bytes: Uint8Array }>;
}

async function bound(host: string): Promise<Bound> {
  let deliver = Promise.withResolvers<{ host: string; port: number; bytes: Uint8Array }>();
  const ready = Promise.withResolvers<number>();
  const socket = bindUdp(host, 0, {
    onBound: ready.resolve,
    onFailed: ready.reject,
    onPacket: (from, port, bytes) => deliver.resolve({ host: from, port, bytes }),
  });
  open.push(socket);
  return {
    socket,
    port: await ready.promise,
    next: async () => {
      const packet = await deliver.promise;
      deliver = Promise.withResolvers();
      return packet;
    },
  };
}

describe.each(['127.0.0.1', '::1'])('UDP on %s', (host) => {
  it('carries packets whole and tells who sent them', async () => {
    const near = await bound(host);
    const far = await bound(host);
    near.socket.send(host, far.port, Uint8Array.of(1, 2, 3));
    const packet = await far.next();
    expect(packet.host).toBe(host);
    expect(packet.port).toBe(near.port);
    expect([...packet.bytes]).toEqual([1, 2, 3]);
    far.socket.send(host, packet.port, new Uint8Array(1400).fill(9));
    expect((await near.next()).bytes.length).toBe(1400);
  });
});

describe('UDP', () => {
  it('survives packets that cannot be sent', async () => {
    const near = await bound('127.0.0.1');
    const far = await bound('127.0.0.1');
    near.socket.send('::1', far.port, Uint8Array.of(1));
    near.socket.send('not an address', far.port, Uint8Array.of(2));
    near.socket.send('127.0.0.1', 0, Uint8Array.of(3));
    near.socket.send('127.0.0.1', 70_000, Uint8Array.of(4));
    near.socket.send('127.0.0.1', far.port, new Uint8Array(70_000));
    near.socket.send('127.0.0.1', far.port, Uint8Array.of(5));
    expect([...(await far.next()).bytes]).toEqual([5]);
  });

  it('fails to bind a taken port, a foreign address and nonsense', async () => {
    const taken = await bound('127.0.0.1');
    const failure = (host: string, port: number): Promise<LinkCode> =>
      new Promise((resolve, reject) => {
        bindUdp(host, port, { onBound: reject, onFailed: resolve, onPacket: () => {} });
      });
    expect(await failure('127.0.0.1', taken.port)).toBe('ADDRESS_IN_USE');
    expect(await failure('192.0.2.1', 0)).toBe('ADDRESS_DENIED');
    expect(await failure('localhost', 0)).toBe('FAILED');
  });

  it('is silent after close', async () => {
    const near = await bound('127.0.0.1');
    const packets: number[] = [];
    const ready = Promise.withResolvers<number>();
    const far = bindUdp('127.0.0.1', 0, {
      onBound: ready.resolve,
      onFailed: ready.reject,
      onPacket: (_host, _port, bytes) => packets.push(bytes.length),
    });
    const port = await ready.promise;
    near.socket.send('127.0.0.1', port, Uint8Array.of(1));
    far.close();
    far.close();
    far.send('127.0.0.1', near.port, Uint8Array.of(1));
    // A round trip between two other sockets is longer than the way of the packet above.
    const other = await bound('127.0.0.1');
    near.socket.send('127.0.0.1', other.port, Uint8Array.of(1));
    await other.next();
    expect(packets).toEqual([]);
  });
});
