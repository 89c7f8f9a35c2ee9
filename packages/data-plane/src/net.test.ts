import { describe, expect, test } from 'vitest';
import { World } from './test-support/world.ts';

describe('UDP, HTTP and names', () => {
  test('are passed through with their answers', () => {
    const world = new World();
    world.run({ type: 'udpBind', socket: 3, host: '0.0.0.0', port: 0 });
    const udp = world.network.udp[0]!;
    udp.onBound(4000);
    udp.onPacket('192.0.2.1', 5, Uint8Array.of(1));
    world.run({ type: 'udpSend', socket: 3, host: 'h', port: 1, bytes: Uint8Array.of(9) });
    expect(udp.sent).toEqual([Uint8Array.of(9)]);
    const get = {
      url: 'http://t/announce',
      maxBytes: 10,
      connectTimeoutMs: 1,
      totalTimeoutMs: 2,
      userAgent: 'u',
      purpose: 'tracker',
    } as const;
    world.run({ type: 'httpGet', request: 8, ...get }, { type: 'httpGet', request: 9, ...get });
    expect(world.network.gets[0]?.request).toEqual(get);
    world.network.gets[0]?.reply(200, Uint8Array.of(5));
    expect(world.settle()).toEqual([{ type: 'httpReply', request: 8, status: 200, body: Uint8Array.of(5) }]);
    world.run({ type: 'httpCancel', request: 8 }, { type: 'httpCancel', request: 9 });
    expect(world.network.gets.map(({ isCancelled }) => isCancelled)).toEqual([false, true]);
    expect(world.run({ type: 'resolve', request: 1, host: 'localhost' })).toEqual([
      { type: 'resolved', request: 1, addresses: ['127.0.0.1'] },
    ]);
    world.run({ type: 'udpClose', socket: 3 });
    expect(udp.isClosed).toBe(true);
  });

  test('lose packets, and nothing else, while the host does not keep up', () => {
    const world = new World();
    world.run({ type: 'udpBind', socket: 3, host: '0.0.0.0', port: 0 });
    world.plane.pauseReading();
    world.network.udp[0]?.onPacket('192.0.2.1', 5, Uint8Array.of(1));
    world.run({ type: 'resolve', request: 1, host: 'localhost' });
    world.plane.resumeReading();
    world.network.udp[0]?.onPacket('192.0.2.1', 5, Uint8Array.of(2));
    expect(world.settle()).toEqual([
      { type: 'udpPacket', socket: 3, host: '192.0.2.1', port: 5, bytes: Uint8Array.of(2) },
    ]);
  });
});
