import { describe, expect, it } from 'vitest';
import type { Client } from '../client.ts';
import { honestSeed } from '../peers/behaviours.ts';
import type { MemorySwarm, SwarmRecipe } from '../swarm.ts';
import { shapes } from '../torrents.ts';
import { serveWeb, type MemoryWebServer, type WebServerSettings } from '../web-server.ts';
import { lonelyLeecher, meet } from './meet.ts';

const KIB = 1024;

/** A leecher that knows nobody but a web server with the files of its torrent. */
function withServer(
  settings: Partial<WebServerSettings> = {},
  recipe: Partial<SwarmRecipe> = {},
): { swarm: MemorySwarm; leecher: Client; server: MemoryWebServer } {
  const { swarm, leecher } = lonelyLeecher({ webSeeds: ['http://web/'], ...recipe });
  swarm.world.addHost('web');
  return { swarm, leecher, server: serveWeb(swarm.world, 'web', swarm.torrent, settings) };
}

const viewOf = (swarm: MemorySwarm, { engine }: Client) => engine.webSeeds(swarm.id)[0];
const failures = ({ events }: Client): string[] =>
  events.flatMap((event) => (event.type === 'webSeedFailed' ? [event.message] : []));

describe('a web seed', () => {
  it('gives a whole torrent without any tracker or peer, with few requests', () => {
    for (const link of ['direct', 'frames'] as const) {
      const { swarm, leecher, server } = withServer({}, { shape: 'pieces1MiB', link });
      swarm.finish(60_000);
      expect(server.requests.length).toBeLessThan(3 + swarm.torrent.content.length / (512 * KIB));
      expect(server.connections).toBe(1);
      expect(viewOf(swarm, leecher)).toMatchObject({
        status: 'idle',
        message: '',
        downloaded: swarm.torrent.content.length,
      });
    }
  });

  it.each(Object.keys(shapes) as (keyof typeof shapes)[])('gives torrents of the shape %s', (shape) => {
    const { swarm } = withServer({}, { shape });
    swarm.finish(120_000);
  });

  it('far away gives many small files without a round trip for each', () => {
    const files = Array.from({ length: 200 }, (_, index) => ({ path: [`${index}`], length: 20_000 }));
    const network = { latencyMs: 100, jitterMs: 0 };
    const { swarm } = withServer({}, { files, pieceLength: 64 * KIB, network });
    swarm.finish(60_000);
    // 200 round trips are 40 s.
    expect(swarm.world.clock.now()).toBeLessThan(15_000);
  });

  it('is asked for names as they are outside of our disk', () => {
    const files = [
      { path: ['sub dir', 'ü#?&:1.txt'], length: 40 * KIB },
      { path: ['50%', 'b'], length: 5 },
    ];
    const { swarm, server } = withServer({}, { files, pieceLength: 32 * KIB, name: 'a b' });
    swarm.world.settle(() => server.requests.length > 0);
    expect(server.requests[0]?.target).toMatch(/^\/a%20b\/(sub%20dir\/%C3%BC%23%3F%26%3A1\.txt|50%25\/b)$/);
  });

  it('gives the data to a magnet link once a peer gave the metadata', () => {
    const { swarm, leecher } = lonelyLeecher({ magnet: true });
    swarm.world.addHost('web');
    serveWeb(swarm.world, 'web', swarm.torrent);
    leecher.engine.setWebSeeds(swarm.id, [{ url: 'http://web/', byUser: false }]);
    meet(swarm, 'poor', honestSeed(swarm.torrent, { bytesPerSecond: 2000 }));
    swarm.finish(60_000);
  });

  it('is let go when all is there, and when the torrent stops; and comes back', () => {
    const { swarm, leecher } = withServer({ bytesPerSecond: 300 * KIB }, { shape: 'pieces1MiB' });
    const { internet } = swarm.world;
    swarm.world.settle(() => leecher.engine.view(swarm.id).havePieces > 0);
    expect(viewOf(swarm, leecher)?.status).toBe('working');
    leecher.engine.stop(swarm.id);
    swarm.world.advance(5000);
    expect(internet.stats('web').openNow).toBe(0);
    leecher.engine.start(swarm.id);
    swarm.finish(120_000);
    swarm.world.advance(1000);
    expect(internet.stats('web').openNow).toBe(0);
  });

  it('is found again by a new plane', () => {
    const { swarm, leecher } = withServer({ bytesPerSecond: 300 * KIB }, { shape: 'pieces1MiB' });
    swarm.world.settle(() => leecher.engine.view(swarm.id).havePieces > 0);
    leecher.losePlane(2000);
    swarm.finish(120_000);
  });

  it('keeps to a limit, also one at which a block takes longer than anybody would wait', () => {
    const { swarm, leecher, server } = withServer({}, { files: [{ path: [], length: 80 * KIB }] });
    leecher.engine.limit(swarm.id, { downLimit: 512 });
    const startMs = swarm.world.clock.now();
    swarm.finish(600_000);
    expect(swarm.world.clock.now() - startMs).toBeGreaterThan(100_000);
    expect(failures(leecher)).toEqual([]);
    expect(server.connections).toBe(1);
  });

  it('fetches only what is wanted', () => {
    const files = [0, 1, 2].map((index) => ({ path: [`${index}`], length: 320 * KIB }));
    const { swarm, leecher, server } = withServer({}, { files, pieceLength: 32 * KIB });
    leecher.engine.choose(swarm.id, [0, 2, 0], { sequential: false, endsFirst: false });
    swarm.world.settle(() => swarm.isSeeding(leecher), { maxMs: 30_000 });
    expect(new Set(server.requests.map(({ target }) => target))).toEqual(new Set(['/torrent/1']));
  });
});

describe('web seeds in a bad world', () => {
  const bad: Partial<SwarmRecipe> = {
    shape: 'pieces1MiB',
    link: 'frames',
    hosts: { disk: { arenaBytes: 256 * KIB, latencyMs: 20, bytesPerSecond: 4e6 } },
    network: { latencyMs: 150, jitterMs: 100, loss: 0.02, chunkBytes: 700 },
  };

  it('flow through tiny arenas, slow disks and odd lines', () => {
    withServer({}, bad).swarm.finish();
  });

  it.each([1, 2, 3])('and peers come and go at any moment (%d)', (worldSeed) => {
    const { swarm, leecher, server } = withServer({ bytesPerSecond: 200_000 }, { ...bad, worldSeed });
    const { world } = swarm;
    const chance = world.nextRandom('trouble');
    meet(swarm, 'peer', honestSeed(swarm.torrent, { bytesPerSecond: 50_000 }));
    for (let step = 0; step < 12; step += 1) {
      world.advance(chance.between(50, 3000));
      const trouble = [
        () => world.internet.resetAll('web'),
        () => world.internet.resetAll('peer'),
        () => leecher.losePlane(500),
        () => leecher.engine.recheck(swarm.id),
        () => (server.settings.cutAfter = chance.between(1, 300_000)),
        () => (server.settings.cutAfter = 0),
        () => (server.settings.instead = () => ['HTTP/1.1 503 Busy', 'Content-Length: 0']),
        () => (server.settings.instead = null),
        () => leecher.engine.setWebSeeds(swarm.id, []),
        () => leecher.engine.setWebSeeds(swarm.id, [{ url: 'http://web/', byUser: false }]),
      ];
      trouble[chance.below(trouble.length)]?.();
    }
    server.settings.cutAfter = 0;
    server.settings.instead = null;
    swarm.finish(900_000);
  });
});

describe('the user', () => {
  it('may take a web seed away and add another', () => {
    const { swarm, leecher, server } = withServer({ bytesPerSecond: 1000 }, { shape: 'pieces1MiB' });
    swarm.world.settle(() => server.requests.length > 0);
    swarm.world.addHost('other');
    serveWeb(swarm.world, 'other', swarm.torrent);
    leecher.engine.setWebSeeds(swarm.id, [
      { url: 'ftp://web/', byUser: true },
      { url: 'http://other/', byUser: true },
      { url: 'http://other/', byUser: false },
    ]);
    expect(leecher.engine.webSeeds(swarm.id).map(({ url }) => url)).toEqual(['http://other/']);
    swarm.finish(60_000);
    expect(swarm.world.internet.stats('web').openNow).toBe(0);
  });

  it('may name one on this machine, a torrent may not', () => {
    const { swarm, leecher } = lonelyLeecher({ webSeeds: ['http://127.0.0.1/', 'http://inside/'] });
    const { world } = swarm;
    serveWeb(world, leecher.host, swarm.torrent);
    world.internet.setName('inside', ['192.168.0.1']);
    world.advance(10_000);
    expect(leecher.engine.webSeeds(swarm.id)).toMatchObject([
      { status: 'dropped', message: expect.stringContaining('local address') },
      { status: 'dropped', message: expect.stringContaining('local address') },
    ]);
    leecher.engine.setWebSeeds(swarm.id, [{ url: 'http://127.0.0.1/', byUser: true }]);
    swarm.finish(60_000);
  });
});

describe('web seeds and peers', () => {
  it('share the work: the faster gives more, and nobody starves', () => {
    const { swarm, leecher } = withServer({ bytesPerSecond: 400_000 }, { shape: 'pieces1MiB' });
    const { content } = swarm.torrent;
    meet(swarm, 'peer', honestSeed(swarm.torrent, { bytesPerSecond: 200_000 }));
    const startMs = swarm.world.clock.now();
    swarm.finish(120_000);
    const fromWeb = viewOf(swarm, leecher)?.downloaded ?? 0;
    expect(fromWeb).toBeGreaterThan(content.length * 0.45);
    expect(fromWeb).toBeLessThan(content.length * 0.9);
    expect(swarm.world.clock.now() - startMs).toBeLessThan((content.length / 600_000) * 1000 * 1.8);
  });

  it('a slow one does not hold up the end', () => {
    const time = (isSlow: boolean): number => {
      const { swarm } = isSlow
        ? withServer({ bytesPerSecond: 5000 }, { shape: 'pieces1MiB' })
        : lonelyLeecher({ shape: 'pieces1MiB' });
      meet(swarm, 'fast', honestSeed(swarm.torrent, { bytesPerSecond: 300_000 }));
      swarm.finish(120_000);
      return swarm.world.clock.now();
    };
    expect(time(true)).toBeLessThan(time(false) * 1.25);
  });

  it('one that hangs in the middle does not stop a peer from finishing', () => {
    let asked = 0;
    const instead = (): 'hang' | null => ((asked += 1) > 1 ? 'hang' : null);
    const { swarm } = withServer({ instead }, { shape: 'pieces1MiB' });
    meet(swarm, 'peer', honestSeed(swarm.torrent, { bytesPerSecond: 200_000 }));
    swarm.finish(60_000);
  });

  it('a slow one is all there is: it is taken as it is', () => {
    const { swarm, leecher } = withServer({ bytesPerSecond: 1000, delayMs: 5000 }, { shape: 'wholePieces' });
    swarm.finish(3_600_000);
    expect(failures(leecher)).toEqual([]);
  });
});

describe('a web server in trouble', () => {
  it('is tried again: refused, silent, cut off', () => {
    const { swarm, leecher, server } = withServer({ instead: () => 'hang' }, { shape: 'pieces1MiB' });
    swarm.world.advance(65_000);
    expect(viewOf(swarm, leecher)).toMatchObject({ status: 'waiting', message: 'it sends nothing' });
    server.settings.instead = null;
    server.settings.cutAfter = 70_000;
    swarm.finish(900_000);
  });

  it('is left alone as long as it asks for', () => {
    const { swarm, leecher, server } = withServer({
      instead: () => ['HTTP/1.1 503 Busy', 'Retry-After: 100', 'Content-Length: 0'],
    });
    swarm.world.advance(99_000);
    expect(server.requests).toHaveLength(1);
    expect(viewOf(swarm, leecher)).toMatchObject({ status: 'waiting', message: 'it is busy (status 503)' });
    server.settings.instead = null;
    swarm.finish(10_000);
  });

  it.each([
    ['404', 'HTTP/1.1 404 Not Found', 'the file cannot be had there (status 404)'],
    [
      '416',
      'HTTP/1.1 416 Range',
      'the file there has another length (status 416, the file there is shorter)',
    ],
    ['with a page', 'HTTP/1.1 200 OK\r\nContent-Type: text/html', 'it sends a page instead of the file'],
    ['in another language', 'SSH-2.0-OpenSSH', /^its answer makes no sense/],
  ])('that answers %s is dropped with a reason', (_words, head, message) => {
    const { swarm, leecher, server } = withServer({ instead: () => [head, 'Content-Length: 0'] });
    swarm.world.advance(4_000_000);
    expect(server.requests).toHaveLength(1);
    const view = viewOf(swarm, leecher);
    expect(view?.status).toBe('dropped');
    expect(view?.message).toMatch(message);
    meet(swarm, 'peer', honestSeed(swarm.torrent));
    swarm.finish(60_000);
  });

  it('without ranges gives small files, and is dropped for what lies far inside large ones', () => {
    const files = Array.from({ length: 20 }, (_, index) => ({ path: [`${index}`], length: 50_000 }));
    const { swarm } = withServer({ isRangeless: true }, { files, pieceLength: 32 * KIB });
    swarm.finish(60_000);
    const large = withServer(
      { isRangeless: true },
      { files: [{ path: [], length: 9_000_000 }], pieceLength: 256 * KIB },
    );
    large.swarm.world.settle(() => viewOf(large.swarm, large.leecher)?.status === 'dropped', {
      maxMs: 60_000,
    });
    expect(viewOf(large.swarm, large.leecher)?.message).toBe('it gives whole files only');
  });

  it('that lies is banned, the truth comes from others, and nobody else is blamed', () => {
    const alter = (bytes: Uint8Array, offset: number): Uint8Array => {
      if (offset === 0) bytes[0] = (bytes[0] ?? 0) ^ 1;
      return bytes;
    };
    const { swarm, leecher } = withServer({ alter }, { shape: 'pieces1MiB' });
    swarm.world.advance(3000);
    meet(swarm, 'peer', honestSeed(swarm.torrent));
    swarm.finish(120_000);
    const view = viewOf(swarm, leecher);
    expect(view).toMatchObject({ status: 'dropped', message: 'it sent wrong data' });
    expect(leecher.events.some((event) => event.type === 'peerBanned')).toBe(false);
    leecher.engine.stop(swarm.id);
    leecher.engine.start(swarm.id);
    expect(viewOf(swarm, leecher)?.status).toBe('dropped');
  });

  it('that sends us on is followed, but not to a local address', () => {
    const moved = (location: string) => () => [
      'HTTP/1.1 302 Found',
      `Location: ${location}`,
      'Content-Length: 0',
    ];
    const { swarm, leecher, server } = withServer({}, { shape: 'pieces1MiB' });
    swarm.world.addHost('mirror');
    const mirror = serveWeb(swarm.world, 'mirror', swarm.torrent);
    server.settings.instead = ({ target }) => moved(`http://mirror${target}`)();
    swarm.finish(60_000);
    expect(server.requests.length).toBe(1);
    expect(mirror.requests.length).toBeGreaterThan(1);

    const inwards = withServer({ instead: moved('http://127.0.0.1/admin') });
    serveWeb(inwards.swarm.world, inwards.leecher.host, inwards.swarm.torrent);
    inwards.leecher.engine.setWebSeeds(inwards.swarm.id, [{ url: 'http://web/', byUser: true }]);
    inwards.swarm.world.advance(20_000);
    expect(viewOf(inwards.swarm, inwards.leecher)?.message).toContain('local address');
    expect(failures(leecher)).toEqual([]);
  });
});
