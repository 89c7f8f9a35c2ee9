import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { AcceptedSocket, Socket, SocketEvents } from '@jstorrent/data-plane';
import { VirtualClock } from '../clock.ts';
import { SeededRandom } from '../random.ts';
import { MemoryInternet } from './internet.ts';

const makeInternet = (seed: number | string = 1) => {
  const clock = new VirtualClock();
  const internet = new MemoryInternet(clock, new SeededRandom(seed));
  internet.addHost('a');
  internet.addHost('b');
  return { clock, internet };
};

interface Recorded {
  readonly socket: Socket;
  readonly log: string[];
  readonly chunks: Uint8Array[];
  readonly bytes: () => number;
}

/** Record what a socket tells. */
const record = (attach: (events: SocketEvents) => Socket): Recorded => {
  const log: string[] = [];
  const chunks: Uint8Array[] = [];
  const socket = attach({
    onOpen: () => log.push('open'),
    onData: (bytes) => chunks.push(bytes.slice()),
    onDrain: () => log.push('drain'),
    onClose: (code) => log.push(code),
  });
  return { socket, log, chunks, bytes: () => chunks.reduce((sum, chunk) => sum + chunk.length, 0) };
};

type World = ReturnType<typeof makeInternet>;

/** Listen on b, dial from a, take the accepted socket. */
const connect = ({ clock, internet }: World): { dialled: Recorded; accepted: Recorded } => {
  let waiting: AcceptedSocket | null = null;
  internet.network('b').listen('0.0.0.0', 6881, {
    onListening: () => {},
    onFailed: () => {},
    onAccept: (socket) => (waiting = socket),
  });
  const dialled = record((events) => internet.network('a').dial(internet.addressOf('b'), 6881, events));
  clock.settle(() => waiting !== null && dialled.log.length > 0);
  const accepted = record((events) => waiting!.take(events));
  return { dialled, accepted };
};

describe('TCP of the in-memory internet', () => {
  it('carries every byte once and in order, in chunks that depend on the seed only', () => {
    const run = (seed: number): { sizes: number[]; atMs: number } => {
      const world = makeInternet(seed);
      world.internet.setAllLinks({ jitterMs: 30, loss: 0.05, chunkBytes: 5000, bytesPerSecond: 1e6 });
      const { dialled, accepted } = connect(world);
      const data = new SeededRandom('data').bytes(300_000);
      for (let at = 0; at < data.length; at += 7777) dialled.socket.write(data.slice(at, at + 7777));
      world.clock.settle(() => accepted.bytes() === data.length);
      expect(Buffer.concat(accepted.chunks).equals(data)).toBe(true);
      return { sizes: accepted.chunks.map((chunk) => chunk.length), atMs: world.clock.now() };
    };
    const once = run(5);
    expect(run(5)).toEqual(once);
    expect(run(6)).not.toEqual(once);
    expect(once.atMs).toBeGreaterThan(300);
  });

  it('holds bytes back while the far end does not read, and drains when it does', () => {
    const world = makeInternet();
    const { dialled, accepted } = connect(world);
    accepted.socket.pause();
    for (let i = 0; i < 64; i++) dialled.socket.write(new Uint8Array(65_536));
    world.clock.advance(60_000);
    expect(accepted.bytes()).toBeLessThanOrEqual(65_536);
    expect(dialled.socket.queuedBytes).toBeGreaterThan(3_000_000);
    accepted.socket.resume();
    world.clock.settle(() => accepted.bytes() === 64 * 65_536);
    expect(dialled.socket.queuedBytes).toBe(0);
    expect(dialled.log).toEqual(['open', 'drain']);
    expect(world.internet.stats('b').bytesReceived).toBe(64 * 65_536);
  });

  it('sends no faster than the line allows', () => {
    const world = makeInternet();
    world.internet.setHost('a', { upBytesPerSecond: 100_000 });
    const { dialled, accepted } = connect(world);
    const startMs = world.clock.now();
    dialled.socket.write(new Uint8Array(1_000_000));
    world.clock.advance(5000);
    expect(accepted.bytes()).toBeLessThan(510_000);
    world.clock.settle(() => accepted.bytes() === 1_000_000);
    expect(world.clock.now() - startMs).toBeGreaterThan(9_900);
  });

  it('ends in order after the last byte, and tells nothing to the end that closed', () => {
    const world = makeInternet();
    const { dialled, accepted } = connect(world);
    dialled.socket.write(new Uint8Array(1000));
    dialled.socket.destroy();
    dialled.socket.destroy();
    world.clock.advance(1000);
    expect(accepted.bytes()).toBe(1000);
    expect(accepted.log).toEqual(['ENDED']);
    expect(dialled.log).toEqual(['open']);
    expect(world.internet.stats('a').openNow + world.internet.stats('b').openNow).toBe(0);
  });

  it('resets the writer when the far end closed with bytes unread', () => {
    const world = makeInternet();
    const { dialled, accepted } = connect(world);
    accepted.socket.pause();
    dialled.socket.write(new Uint8Array(1000));
    world.clock.advance(1000);
    accepted.socket.destroy();
    world.clock.advance(1000);
    expect(dialled.log.at(-1)).toMatch(accepted.bytes() === 0 ? 'RESET' : 'ENDED');
  });

  it('says why a connection could not be made', () => {
    const { clock, internet } = makeInternet();
    const network = internet.network('a');
    const refused = record((events) => network.dial(internet.addressOf('b'), 1, events));
    const unreachable = record((events) => network.dial('45.99.99.99', 1, events));
    const nonsense = record((events) => network.dial('nonsense', 1, events));
    expect(refused.log).toEqual([]);
    internet.addHost('wall', { swallowsConnections: true });
    const silent = record((events) => network.dial(internet.addressOf('wall'), 1, events));
    internet.addHost('poor', { maxSockets: 0 });
    const poor = record((events) => internet.network('poor').dial(internet.addressOf('b'), 1, events));
    clock.advance(126_000);
    expect([refused.log, unreachable.log, nonsense.log, poor.log]).toEqual([
      ['REFUSED'],
      ['UNREACHABLE'],
      ['FAILED'],
      ['EMFILE'],
    ]);
    expect(silent.log).toEqual([]);
    clock.advance(2000);
    expect(silent.log).toEqual(['TIMED_OUT']);
  });

  it('stalls behind a partition and goes on when it heals, losing nothing', () => {
    const world = makeInternet();
    const { dialled, accepted } = connect(world);
    dialled.socket.write(Uint8Array.of(1, 2));
    world.internet.partition('a', 'b');
    world.clock.advance(10_000);
    dialled.socket.write(Uint8Array.of(3));
    const late = record((events) =>
      world.internet.network('a').dial(world.internet.addressOf('b'), 6881, events),
    );
    world.clock.advance(10_000);
    expect(accepted.bytes()).toBe(0);
    world.internet.heal('a', 'b');
    dialled.socket.write(Uint8Array.of(4));
    world.clock.advance(1000);
    expect(Buffer.concat(accepted.chunks)).toEqual(Buffer.from([1, 2, 3, 4]));
    expect(late.log).toEqual(['open']);
  });

  it('breaks every connection on demand, and all of a host whose programs die', () => {
    const world = makeInternet();
    const first = connect(world);
    world.internet.resetAll();
    world.clock.advance(100);
    expect([first.dialled.log.at(-1), first.accepted.log.at(-1)]).toEqual(['RESET', 'RESET']);
    world.internet.killPrograms('b');
    const second = connect(world);
    world.internet.killPrograms('b');
    world.clock.advance(100);
    expect([second.dialled.log.at(-1), second.accepted.log]).toEqual(['RESET', []]);
  });

  it('spoils read memory after the read', () => {
    const world = makeInternet();
    const { dialled } = connect(world);
    let kept: Uint8Array = new Uint8Array();
    let seen = 0;
    world.internet.network('b').listen('::', 7000, {
      onListening: () => {},
      onFailed: () => {},
      onAccept: (socket) => {
        socket.take({
          onOpen: () => {},
          onData: (bytes) => {
            kept = bytes;
            seen = bytes[0]!;
          },
          onDrain: () => {},
          onClose: () => {},
        });
      },
    });
    const six = record((events) =>
      world.internet.network('a').dial(world.internet.addressOf('b', 6), 7000, events),
    );
    six.socket.write(Uint8Array.of(42));
    world.clock.advance(1000);
    expect([seen, kept[0]]).toEqual([42, 0xdd]);
    expect(dialled.log).toEqual(['open']);
  });
});

describe('UDP of the in-memory internet', () => {
  it('loses, doubles and reorders packets as told', () => {
    const { clock, internet } = makeInternet();
    internet.setLink('a', 'b', { loss: 0.2, duplicate: 0.2, reorder: 0.3 });
    const got: number[] = [];
    const ports: number[] = [];
    internet.network('b').bindUdp('0.0.0.0', 0, {
      onBound: (port) => ports.push(port),
      onFailed: () => {},
      onPacket: (_host, _port, bytes) => got.push(bytes[0]! * 256 + bytes[1]!),
    });
    const socket = internet
      .network('a')
      .bindUdp('0.0.0.0', 5000, { onBound: () => {}, onFailed: () => {}, onPacket: () => {} });
    clock.advance(1);
    for (let i = 0; i < 1000; i++) {
      clock.advance(1);
      socket.send(internet.addressOf('b'), ports[0]!, Uint8Array.of(i >> 8, i));
    }
    clock.advance(1000);
    expect(new Set(got).size).toBeGreaterThan(740);
    expect(new Set(got).size).toBeLessThan(860);
    expect(got.length).toBeGreaterThan(new Set(got).size + 100);
    expect(got).not.toEqual([...got].sort((x, y) => x - y));
    internet.partition('a', 'b');
    const before = got.length;
    socket.send(internet.addressOf('b'), ports[0]!, Uint8Array.of(9, 9));
    clock.advance(1000);
    expect(got.length).toBe(before);
  });
});

describe('HTTP of the in-memory internet', () => {
  const ask = ({ clock, internet }: World, url: string, change: object = {}): string => {
    let answer = '';
    internet.network('a').httpGet(
      {
        url,
        maxBytes: 10_000,
        connectTimeoutMs: 3000,
        totalTimeoutMs: 10_000,
        userAgent: 'test',
        purpose: 'tracker',
        ...change,
      },
      (status, body) => (answer = `${status} ${Buffer.from(body).toString('latin1').slice(0, 20)}`),
      (code) => (answer = code),
    );
    expect(answer).toBe('');
    clock.settle(() => answer !== '');
    return answer;
  };

  it('answers, unpacks, follows redirects and enforces every limit', () => {
    const world = makeInternet();
    const text = (value: string): Uint8Array => new TextEncoder().encode(value);
    world.internet.serveHttp('b', 80, ({ url }) => {
      switch (url.pathname) {
        case '/ok':
          return { status: 200, body: text('fine') };
        case '/packed':
          return { status: 200, encoding: 'gzip', body: gzipSync('unpacked') };
        case '/bomb':
          return { status: 200, encoding: 'gzip', body: gzipSync(new Uint8Array(1_000_000)) };
        case '/huge':
          return { status: 200, body: new Uint8Array(20_000) };
        case '/drip':
          return { status: 200, body: new Uint8Array(1000), bytesPerSecond: 1 };
        case '/loop':
          return { status: 302, location: '/loop' };
        case '/once':
          return { status: 302, location: '/ok' };
        case '/inwards':
          return { status: 302, location: 'http://127.0.0.1/announce' };
        case '/garbage':
          return 'garbage';
        default:
          return 'hang';
      }
    });
    const answers = [
      'ok',
      'packed',
      'bomb',
      'huge',
      'drip',
      'loop',
      'once',
      'inwards',
      'garbage',
      'hang',
    ].map((path) => ask(world, `http://b/${path}`));
    expect(answers).toEqual([
      '200 fine',
      '200 unpacked',
      'TOO_LARGE',
      'TOO_LARGE',
      'TIMED_OUT',
      'TOO_MANY_REDIRECTS',
      '200 fine',
      'FORBIDDEN_ADDRESS',
      'BAD_REPLY',
      'TIMED_OUT',
    ]);
    expect(ask(world, 'http://nowhere/')).toBe('NAME_NOT_FOUND');
    expect(ask(world, 'http://b:81/')).toBe('CONNECT_FAILED');
    expect(ask(world, 'file:///etc/passwd')).toBe('BAD_URL');
    expect(ask(world, 'http://user@b/ok')).toBe('BAD_URL');
  });

  it('reaches this machine only for an announce or when the user asked', () => {
    const world = makeInternet();
    world.internet.serveHttp('a', 80, () => ({ status: 200 }));
    expect(ask(world, 'http://127.0.0.1/announce')).toBe('200 ');
    expect(ask(world, 'http://localhost/x/scrape.php?y')).toBe('200 ');
    expect(ask(world, 'http://127.0.0.1/admin')).toBe('FORBIDDEN_ADDRESS');
    expect(ask(world, 'http://[::ffff:127.0.0.1]/admin')).toBe('FORBIDDEN_ADDRESS');
    expect(ask(world, 'http://127.0.0.1/admin', { purpose: 'user' })).toBe('200 ');
    expect(ask(world, 'http://169.254.169.254/announce', { purpose: 'user' })).toBe('FORBIDDEN_ADDRESS');
  });
});
