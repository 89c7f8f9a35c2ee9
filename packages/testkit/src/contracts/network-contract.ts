/**
 * The promises of the `Network` port for TCP, UDP and names, as a suite that every adapter runs.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AcceptedSocket, Network, Socket, SocketEvents } from '@jstorrent/data-plane';
import type { LinkCode } from '@jstorrent/engine/ports';
import type { HttpHandler } from '../net/http.ts';
import { SeededRandom } from '../random.ts';
import { describeHttp } from './http-contract.ts';
import type { Rig } from './rig.ts';

/** A network that reaches itself over loopback. */
export interface NetworkRig extends Rig {
  readonly network: Network;
  /** Serve a web site at 127.0.0.1; gives its origin, `http://127.0.0.1:port`. */
  serveSite(handler: HttpHandler): Promise<string>;
}

/** A socket that remembers what happened to it. */
class Recorder implements SocketEvents {
  readonly chunks: Uint8Array[] = [];
  bytes = 0;
  isOpen = false;
  drains = 0;
  readonly closes: LinkCode[] = [];
  /** Called after each chunk was noted. */
  afterData: () => void = () => {};

  onOpen(): void {
    this.isOpen = true;
  }

  onData(bytes: Uint8Array): void {
    this.chunks.push(bytes.slice());
    this.bytes += bytes.length;
    this.afterData();
  }

  onDrain(): void {
    this.drains++;
  }

  onClose(code: LinkCode): void {
    this.closes.push(code);
  }

  joined(): Uint8Array {
    return Buffer.concat(this.chunks);
  }
}

/** A listener that remembers what happened to it. */
const listenOn = (network: Network, host: string, port = 0) => {
  const state = { port: 0, codes: [] as LinkCode[], accepted: [] as AcceptedSocket[], close: () => {} };
  const listener = network.listen(host, port, {
    onListening: (bound) => (state.port = bound),
    onFailed: (code) => state.codes.push(code),
    onAccept: (socket) => state.accepted.push(socket),
  });
  state.close = () => listener.close();
  return state;
};

const bindOn = (network: Network, host: string, port = 0) => {
  const state = {
    port: 0,
    codes: [] as LinkCode[],
    packets: [] as { host: string; port: number; bytes: Uint8Array }[],
  };
  const socket = network.bindUdp(host, port, {
    onBound: (bound) => (state.port = bound),
    onFailed: (code) => state.codes.push(code),
    onPacket: (from, fromPort, bytes) => state.packets.push({ host: from, port: fromPort, bytes }),
  });
  return { state, socket };
};

/** State that the promises of this suite for an adapter called `name`; `make` gives a fresh one per test. */
export const networkContract = (name: string, make: () => Promise<NetworkRig>): void => {
  describe(`${name} as a network`, () => {
    let rig: NetworkRig;
    beforeEach(async () => {
      rig = await make();
    });
    afterEach(() => rig.close());

    describeTcp(() => rig);
    describePressure(() => rig);
    describeListening(() => rig);
    describeEndings(() => rig);
    describeUdp(() => rig);
    describeHttp(() => rig);

    describe('names', () => {
      const resolve = async (host: string): Promise<readonly string[] | string> => {
        const answers: (readonly string[] | string)[] = [];
        rig.network.resolve(
          host,
          (addresses) => answers.push(addresses),
          (code) => answers.push(code),
        );
        expect(answers).toEqual([]);
        await rig.settle(() => answers.length > 0);
        return answers[0]!;
      };

      it('resolve to IP literals, literals to themselves', async () => {
        expect(await resolve('127.0.0.1')).toEqual(['127.0.0.1']);
        expect(await resolve('::1')).toEqual(['::1']);
        const local = await resolve('localhost');
        expect(local).toSatisfy(
          (list: readonly string[]) => list.includes('127.0.0.1') || list.includes('::1'),
        );
      });

      it('that do not exist are told as such', async () => {
        expect(await resolve(`${'x'.repeat(64)}.invalid`)).toBe('NAME_NOT_FOUND');
      });
    });
  });
};

/** Listen, dial and take: two joined ends. */
const connect = async (rig: NetworkRig, host = '127.0.0.1') => {
  const listener = listenOn(rig.network, host);
  expect(listener.port).toBe(0);
  await rig.settle(() => listener.port > 0);
  const near = new Recorder();
  const nearSocket = rig.network.dial(host, listener.port, near);
  expect(near.isOpen).toBe(false);
  await rig.settle(() => near.isOpen && listener.accepted.length === 1);
  const far = new Recorder();
  const farSocket = listener.accepted[0]!.take(far);
  return { listener, near, nearSocket, far, farSocket };
};

const describeTcp = (rigOf: () => NetworkRig): void => {
  describe('TCP', () => {
    it('tells who connected, and carries bytes both ways', async () => {
      const rig = rigOf();
      const { listener, near, nearSocket, far, farSocket } = await connect(rig);
      expect(listener.accepted[0]!.host).toBe('127.0.0.1');
      expect(listener.accepted[0]!.port).toBeGreaterThan(0);
      nearSocket.write(Uint8Array.of(1, 2, 3));
      farSocket.write(Uint8Array.of(9));
      await rig.settle(() => far.bytes === 3 && near.bytes === 1);
      expect([...far.joined(), ...near.joined()]).toEqual([1, 2, 3, 9]);
    });

    it('works over IPv6', async () => {
      const rig = rigOf();
      const { listener, nearSocket, far } = await connect(rig, '::1');
      expect(listener.accepted[0]!.host).toBe('::1');
      nearSocket.write(Uint8Array.of(6));
      await rig.settle(() => far.bytes === 1);
    });

    it('keeps what came before the accepted socket was taken', async () => {
      const rig = rigOf();
      const listener = listenOn(rig.network, '127.0.0.1');
      await rig.settle(() => listener.port > 0);
      const near = new Recorder();
      const socket = rig.network.dial('127.0.0.1', listener.port, near);
      socket.write(Uint8Array.of(1, 2));
      await rig.settle(() => listener.accepted.length === 1);
      await rig.rest();
      const far = new Recorder();
      listener.accepted[0]!.take(far);
      expect(far.bytes).toBe(0);
      await rig.settle(() => far.bytes === 2);
      expect(near.isOpen).toBe(true);
    });

    it('keeps the order of a long stream of writes of all sizes', async () => {
      const rig = rigOf();
      const { nearSocket, far, farSocket, near } = await connect(rig);
      const random = new SeededRandom('network contract');
      const data = random.bytes(3_000_000);
      for (let at = 0; at < data.length;) {
        const length = random.pick([1, 17, 1000, 16_397, 300_000]);
        nearSocket.write(data.slice(at, at + length));
        farSocket.write(data.slice(at, at + length));
        at += length;
      }
      await rig.settle(() => far.bytes === data.length && near.bytes === data.length);
      expect(Buffer.compare(far.joined(), data)).toBe(0);
      expect(Buffer.compare(near.joined(), data)).toBe(0);
    });

    it('carries what was written, also when the writer changes bytes that it was given back', async () => {
      const rig = rigOf();
      const { nearSocket, far } = await connect(rig);
      const data = new SeededRandom('given back').bytes(6_000_000);
      const given: Uint8Array[] = [];
      for (let at = 0; at < data.length; at += 100_000) {
        const bytes = data.slice(at, at + 100_000);
        nearSocket.write(bytes, () => given.push(bytes.fill(0xee)));
        expect(given).toEqual([]);
      }
      await rig.settle(() => far.bytes === data.length);
      expect(new Set(given).size).toBe(given.length);
      expect(Buffer.compare(far.joined(), data)).toBe(0);
    });
  });
};

const describePressure = (rigOf: () => NetworkRig): void => {
  describe('TCP that is paused', () => {
    it('pushes back: while the far end is paused bytes stay queued, and drain when it resumes', async () => {
      const rig = rigOf();
      const { nearSocket, near, far, farSocket } = await connect(rig);
      farSocket.pause();
      const data = new SeededRandom('back-pressure').bytes(24 * 1024 * 1024);
      for (let at = 0; at < data.length; at += 65_536) nearSocket.write(data.slice(at, at + 65_536));
      await rig.rest();
      expect(nearSocket.queuedBytes).toBeGreaterThan(65_536);
      expect(near.drains).toBe(0);
      expect(far.bytes).toBeLessThanOrEqual(262_144);
      farSocket.resume();
      await rig.settle(() => far.bytes === data.length && near.drains > 0);
      expect(nearSocket.queuedBytes).toBe(0);
      expect(Buffer.compare(far.joined(), data)).toBe(0);
    });

    it('delivers at most what was already read after a pause', async () => {
      const rig = rigOf();
      const { nearSocket, far, farSocket } = await connect(rig);
      far.afterData = () => farSocket.pause();
      for (let i = 0; i < 20; i++) nearSocket.write(new Uint8Array(500_000));
      await rig.settle(() => far.chunks.length > 0);
      await rig.rest();
      expect(far.chunks.length).toBeLessThanOrEqual(2);
      far.afterData = () => {};
      farSocket.resume();
      await rig.settle(() => far.bytes === 10_000_000);
    });
  });
};

const describeListening = (rigOf: () => NetworkRig): void => {
  describe('listening', () => {
    it('refuses where nobody listens, and says so in a later turn', async () => {
      const rig = rigOf();
      const listener = listenOn(rig.network, '127.0.0.1');
      await rig.settle(() => listener.port > 0);
      listener.close();
      listener.close();
      await rig.rest();
      const near = new Recorder();
      rig.network.dial('127.0.0.1', listener.port, near);
      expect(near.closes).toEqual([]);
      await rig.settle(() => near.closes.length > 0);
      expect(near.closes).toEqual(['REFUSED']);
      expect(near.isOpen).toBe(false);
    });

    it('says why it cannot listen', async () => {
      const rig = rigOf();
      const first = listenOn(rig.network, '127.0.0.1');
      await rig.settle(() => first.port > 0);
      const second = listenOn(rig.network, '127.0.0.1', first.port);
      const foreign = listenOn(rig.network, '192.0.2.77');
      await rig.settle(() => second.codes.length > 0 && foreign.codes.length > 0);
      expect([second.codes, foreign.codes]).toEqual([['ADDRESS_IN_USE'], ['ADDRESS_DENIED']]);
    });

    it('stops accepting when the listener is closed, and keeps what it accepted', async () => {
      const rig = rigOf();
      const { listener, nearSocket, far } = await connect(rig);
      listener.close();
      const late = new Recorder();
      rig.network.dial('127.0.0.1', listener.port, late);
      nearSocket.write(Uint8Array.of(1));
      await rig.settle(() => late.closes.length > 0 && far.bytes === 1);
      expect(listener.accepted).toHaveLength(1);
    });
  });
};

const describeEndings = (rigOf: () => NetworkRig): void => {
  describe('the end of a connection', () => {
    it('is ENDED at the far end, after every byte; the end that closed hears nothing', async () => {
      const rig = rigOf();
      const { near, nearSocket, far } = await connect(rig);
      nearSocket.write(new Uint8Array(5000));
      await rig.settle(() => nearSocket.queuedBytes === 0);
      nearSocket.destroy();
      nearSocket.destroy();
      nearSocket.write(Uint8Array.of(1));
      nearSocket.pause();
      nearSocket.resume();
      await rig.settle(() => far.closes.length > 0);
      await rig.rest();
      expect([far.bytes, far.closes, near.closes]).toEqual([5000, ['ENDED'], []]);
    });

    it('silences everything, also when it is closed while it is told something', async () => {
      const rig = rigOf();
      const { nearSocket, near, far, farSocket } = await connect(rig);
      far.afterData = () => farSocket.destroy();
      for (let i = 0; i < 40; i++) nearSocket.write(new Uint8Array(65_536));
      await rig.settle(() => near.closes.length > 0);
      await rig.rest();
      expect([far.chunks.length, far.closes]).toEqual([1, []]);
      expect(['RESET', 'ENDED']).toContain(near.closes[0]);
    });

    it('comes to a dialler that calls off, as silence', async () => {
      const rig = rigOf();
      const listener = listenOn(rig.network, '127.0.0.1');
      await rig.settle(() => listener.port > 0);
      const near = new Recorder();
      rig.network.dial('127.0.0.1', listener.port, near).destroy();
      await rig.rest();
      expect([near.isOpen, near.closes]).toEqual([false, []]);
    });

    it('comes to a peer that was not let in', async () => {
      const rig = rigOf();
      const listener = listenOn(rig.network, '127.0.0.1');
      await rig.settle(() => listener.port > 0);
      const near = new Recorder();
      rig.network.dial('127.0.0.1', listener.port, near);
      await rig.settle(() => listener.accepted.length === 1);
      listener.accepted[0]!.destroy();
      await rig.settle(() => near.closes.length > 0);
      expect(['RESET', 'ENDED']).toContain(near.closes[0]);
    });

    it('comes once, whichever end it starts at', async () => {
      const rig = rigOf();
      const { near, nearSocket, far, farSocket } = await connect(rig);
      const ends: Socket[] = [nearSocket, farSocket];
      for (const end of ends) end.destroy();
      await rig.rest();
      expect([near.closes, far.closes]).toEqual([[], []]);
    });
  });
};

const describeUdp = (rigOf: () => NetworkRig): void => {
  describe('UDP', () => {
    it('carries packets with their sender, and the receiver owns their bytes', async () => {
      const rig = rigOf();
      const a = bindOn(rig.network, '127.0.0.1');
      const b = bindOn(rig.network, '127.0.0.1');
      expect(a.state.port).toBe(0);
      await rig.settle(() => a.state.port > 0 && b.state.port > 0);
      a.socket.send('127.0.0.1', b.state.port, Uint8Array.of(1, 2));
      a.socket.send('127.0.0.1', b.state.port, Uint8Array.of(3));
      await rig.settle(() => b.state.packets.length === 2);
      expect(b.state.packets).toEqual([
        { host: '127.0.0.1', port: a.state.port, bytes: expect.objectContaining({ length: 2 }) },
        { host: '127.0.0.1', port: a.state.port, bytes: expect.objectContaining({ length: 1 }) },
      ]);
      expect([...b.state.packets[0]!.bytes, ...b.state.packets[1]!.bytes]).toEqual([1, 2, 3]);
      b.socket.send(b.state.packets[0]!.host, b.state.packets[0]!.port, Uint8Array.of(4));
      await rig.settle(() => a.state.packets.length === 1);
    });

    it('says why it cannot bind, and sends nothing then', async () => {
      const rig = rigOf();
      const first = bindOn(rig.network, '127.0.0.1');
      await rig.settle(() => first.state.port > 0);
      const second = bindOn(rig.network, '127.0.0.1', first.state.port);
      await rig.settle(() => second.state.codes.length > 0);
      expect(second.state.codes).toEqual(['ADDRESS_IN_USE']);
      second.socket.send('127.0.0.1', first.state.port, Uint8Array.of(1));
      await rig.rest();
      expect(first.state.packets).toEqual([]);
    });

    it('is silent after it was closed, however often', async () => {
      const rig = rigOf();
      const a = bindOn(rig.network, '127.0.0.1');
      const b = bindOn(rig.network, '127.0.0.1');
      await rig.settle(() => a.state.port > 0 && b.state.port > 0);
      b.socket.close();
      b.socket.close();
      a.socket.send('127.0.0.1', b.state.port, Uint8Array.of(1));
      b.socket.send('127.0.0.1', a.state.port, Uint8Array.of(1));
      await rig.rest();
      expect([a.state.packets, b.state.packets]).toEqual([[], []]);
    });

    it('survives packets that go nowhere', async () => {
      const rig = rigOf();
      const a = bindOn(rig.network, '127.0.0.1');
      await rig.settle(() => a.state.port > 0);
      a.socket.send('127.0.0.1', 9, Uint8Array.of(1));
      a.socket.send('127.0.0.1', 9, new Uint8Array(70_000));
      a.socket.send('not an address', 9, Uint8Array.of(1));
      await rig.rest();
      a.socket.send('127.0.0.1', a.state.port, Uint8Array.of(7));
      await rig.settle(() => a.state.packets.length === 1);
      expect(a.state.codes).toEqual([]);
    });
  });
};
