import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect } from 'vitest';
import { need, type Torrent } from './clients/client.ts';
import { create, download, seed, type DownloadRun, type Jstorrent } from './clients/jstorrent.ts';
import { contentsOf, writeAwkwardFolder, writeFile } from './harness/content.ts';
import { freePort } from './harness/ports.ts';
import { startWebServer, type WebServer, type WebServerOptions } from './harness/web-server.ts';
import { test, type World } from './harness/world.ts';

const MIB = 1024 * 1024;
const NAME = 'Shared ü & co';
const fixture = (name: string): string => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));
const CERT = fixture('w.example.cert.pem');
const TLS = { cert: readFileSync(CERT, 'utf8'), key: readFileSync(fixture('w.example.key.pem'), 'utf8') };
/** For downloads that are not to succeed. */
const SHORTLY = ['--timeout', '3'];

interface Shared {
  /** The folder that a server serves. */
  readonly root: string;
  readonly path: string;
  readonly torrent: Torrent;
}

async function shareFolder(world: World): Promise<Shared> {
  const root = world.newFolder('original');
  const path = writeAwkwardFolder(root, NAME);
  return { root, path, torrent: await create(world, path) };
}

async function shareFile(world: World, length: number): Promise<Shared> {
  const root = world.newFolder('original');
  const path = writeFile(root, 'one file.bin', length);
  return { root, path, torrent: await create(world, path, { pieceLength: '256KiB' }) };
}

/** A download from these web seeds, and the folder it goes to. */
function fetch(
  world: World,
  { torrent }: Shared,
  urls: readonly string[],
  more: Partial<DownloadRun> = {},
): { run: Jstorrent; folder: string } {
  const folder = world.newFolder('copy');
  const options = [...urls.flatMap((url) => ['--web-seed', url]), ...(more.options ?? [])];
  return { run: download(world, { source: torrent.file, folder, ...more, options }), folder };
}

/** What it told people. */
const noticesOf = (run: Jstorrent): string => run.child.transcript();

async function expectCopy(world: World, shared: Shared, urls: readonly string[]): Promise<Jstorrent> {
  const { run, folder } = fetch(world, shared, urls);
  await run.complete();
  expect(contentsOf(folder)).toEqual(contentsOf(shared.root));
  return run;
}

/** A server as of the world, and a peer that has everything. */
async function beside(
  world: World,
  shared: Shared,
  options: WebServerOptions,
): Promise<{ server: WebServer; peer: Awaited<ReturnType<Jstorrent['address']>> }> {
  const server = await startWebServer(world, shared.root, options);
  const seeder = await seed(world, shared.torrent, dirname(shared.path));
  return { server, peer: await seeder.address() };
}

describe.concurrent('without any tracker or peer', () => {
  test('a folder with awkward names comes from a web server, with few requests', async ({ world }) => {
    const shared = await shareFolder(world);
    const server = await startWebServer(world, shared.root);
    await expectCopy(world, shared, [server.url]);
    expect(server.connections).toBe(1);
    expect(server.requests.length).toBeLessThan(100);
  });

  test('a file comes from its own address, over TLS, from a server that is trusted', async ({ world }) => {
    const shared = await shareFile(world, 9 * MIB + 5);
    const server = await startWebServer(world, shared.root, { tls: TLS });
    const url = `${server.url}one%20file.bin`;
    const { run, folder } = fetch(world, shared, [url], { env: { NODE_EXTRA_CA_CERTS: CERT } });
    await run.complete();
    expect(contentsOf(folder)).toEqual(contentsOf(shared.root));

    const stranger = fetch(world, shared, [url], { options: SHORTLY });
    await expect(stranger.run.complete()).rejects.toThrow();
    expect(noticesOf(stranger.run)).toContain('its certificate is not trusted');
  });

  test('a server that breaks off its answers gives everything', async ({ world }) => {
    const shared = await shareFile(world, 3 * MIB);
    const server = await startWebServer(world, shared.root, { cutAfter: 300_000 });
    await expectCopy(world, shared, [server.url]);
    expect(server.connections).toBeGreaterThan(2);
  });

  test('a server that sends us on is followed once, and from then on asked no more', async ({ world }) => {
    const shared = await shareFile(world, 5 * MIB);
    const mirror = await startWebServer(world, shared.root);
    const server = await startWebServer(world, shared.root, {
      instead: ({ url = '' }, response) => {
        response.writeHead(302, { location: mirror.url + url.slice(1) }).end();
        return true;
      },
    });
    await expectCopy(world, shared, [server.url]);
    expect(server.requests).toHaveLength(1);
  });

  test('several servers share the work', async ({ world }) => {
    const shared = await shareFile(world, 12 * MIB);
    const servers = await Promise.all([1, 2].map(() => startWebServer(world, shared.root, { pauseMs: 1 })));
    await expectCopy(
      world,
      shared,
      servers.map(({ url }) => url),
    );
    for (const { requests } of servers) expect(requests.length).toBeGreaterThan(1);
  });
});

describe.concurrent('other web servers', () => {
  test('nginx gives a folder and a file', async ({ world, skip }) => {
    need(skip, { name: 'nginx', apt: 'nginx-light', isInstalled: () => existsSync('/usr/sbin/nginx') });
    const folder = await shareFolder(world);
    const url = await startNginx(world, folder.root);
    await expectCopy(world, folder, [url]);
    const file = await shareFile(world, 20 * MIB + 3);
    await expectCopy(world, file, [await startNginx(world, file.root)]);
  });

  test('one that knows no ranges gives small files', async ({ world, skip }) => {
    need(skip, { name: 'python3', apt: 'python3', isInstalled: () => existsSync('/usr/bin/python3') });
    const root = world.newFolder('original');
    const path = join(root, NAME);
    for (let index = 0; index < 10; index += 1) writeFile(path, `${index}.bin`, 200_000 + index);
    const shared = { root, path, torrent: await create(world, path) };
    await expectCopy(world, shared, [await startPython(world, root)]);
  });

  test('one that knows no ranges is dropped for a large file, and a peer gives it', async ({
    world,
    skip,
  }) => {
    need(skip, { name: 'python3', apt: 'python3', isInstalled: () => existsSync('/usr/bin/python3') });
    const shared = await shareFile(world, 40 * MIB);
    const url = await startPython(world, shared.root);
    const seeder = await seed(world, shared.torrent, shared.root);
    const { run, folder } = fetch(world, shared, [url], { peers: [await seeder.address()] });
    await run.complete();
    expect(contentsOf(folder)).toEqual(contentsOf(shared.root));
    expect(noticesOf(run)).toContain('it gives whole files only');
  });
});

describe.concurrent('beside a good peer', () => {
  test('a server that lies is banned, and nothing wrong is left', async ({ world }) => {
    const shared = await shareFile(world, 4 * MIB);
    const alter = (bytes: Buffer, offset: number): Buffer => {
      if (offset % (256 * 1024) === 0) bytes[0] = (bytes[0] ?? 0) ^ 1;
      return bytes;
    };
    const server = await startWebServer(world, shared.root, { alter });
    const lonely = fetch(world, shared, [server.url], { options: SHORTLY });
    await expect(lonely.run.complete()).rejects.toThrow();
    expect(noticesOf(lonely.run)).toContain('it sent wrong data');

    const { peer } = await beside(world, shared, {});
    const { run, folder } = fetch(world, shared, [server.url], { peers: [peer] });
    await run.complete();
    expect(contentsOf(folder)).toEqual(contentsOf(shared.root));
  });

  test('a server that drips does not hold up the end', async ({ world }) => {
    const shared = await shareFile(world, 6 * MIB);
    const { server, peer } = await beside(world, shared, { pauseMs: 2000 });
    const { run, folder } = fetch(world, shared, [server.url], {
      peers: [peer],
      options: ['--max-down', '2MiB'],
    });
    await run.complete();
    expect(contentsOf(folder)).toEqual(contentsOf(shared.root));
    expect(server.requests.length).toBeGreaterThan(0);
  });

  test.for([
    [503, { 'retry-after': '600' }, 'it is busy (status 503)'],
    [404, {}, 'the file cannot be had there (status 404)'],
    [200, { 'content-type': 'text/html' }, 'it sends a page instead of the file'],
  ] as const)(
    'a server that answers %d is left alone and named',
    async ([status, headers, text], { world }) => {
      const shared = await shareFile(world, 2 * MIB);
      const { server, peer } = await beside(world, shared, {
        instead: (_request, response) => {
          response.writeHead(status, headers).end('<html>sorry');
          return true;
        },
      });
      const { run, folder } = fetch(world, shared, [server.url], {
        peers: [peer],
        options: ['--max-down', '1MiB'],
      });
      await run.complete();
      expect(contentsOf(folder)).toEqual(contentsOf(shared.root));
      expect(noticesOf(run)).toContain(text);
      expect(server.requests).toHaveLength(1);
    },
  );
});

test('a torrent cannot send us to this machine, only the user can', async ({ world }) => {
  const shared = await shareFile(world, MIB);
  const server = await startWebServer(world, shared.root);
  const named = { ...shared, torrent: await create(world, shared.path, { webSeeds: [server.url] }) };
  const { run } = fetch(world, named, [], { options: SHORTLY });
  await expect(run.complete()).rejects.toThrow();
  expect(noticesOf(run)).toContain('local address');
  expect([server.connections, server.requests]).toEqual([0, []]);
  await expectCopy(world, named, [server.url]);
});

/** The address of nginx over a folder. */
async function startNginx(world: World, root: string): Promise<string> {
  const folder = world.newFolder('nginx');
  const port = await freePort();
  const config = join(folder, 'nginx.conf');
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((kind) => `${kind}_temp_path ${folder}/${kind};`)
    .join(' ');
  writeFileSync(
    config,
    `daemon off; master_process off; pid ${folder}/pid; error_log stderr;
     events {}
     http { access_log off; ${temporary} server { listen 127.0.0.1:${port}; root "${root}"; } }`,
  );
  const args = ['-c', config, '-p', folder];
  world.start({ name: 'nginx', file: '/usr/sbin/nginx', args });
  return `http://127.0.0.1:${port}/`;
}

/** The address of Python's own server over a folder. */
async function startPython(world: World, root: string): Promise<string> {
  const port = await freePort();
  const args = ['-u', '-m', 'http.server', String(port), '--bind', '127.0.0.1', '--directory', root];
  const server = world.start({ name: 'python', file: '/usr/bin/python3', args });
  await server.until('port', (lines) => lines.find((line) => line.startsWith('Serving HTTP')));
  return `http://127.0.0.1:${port}/`;
}
