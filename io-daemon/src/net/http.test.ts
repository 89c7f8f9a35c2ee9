import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer as createTcpServer } from 'node:net';
import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import type { HttpRequest } from '@jstorrent/data-plane';
import { classifyAddress, type AddressClass } from './addresses.ts';
import { createHttpGet, type HttpWorld } from './http.ts';
import { URL_LENGTH_MAX } from './limits.ts';

const cleanUps: (() => void)[] = [];
afterEach(() => {
  for (const cleanUp of cleanUps.splice(0)) cleanUp();
});

async function serve(handler: RequestListener, host = '127.0.0.1'): Promise<number> {
  const server: Server = createServer({ maxHeaderSize: 64 * 1024 }, handler);
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  cleanUps.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** A server that answers every connection with these bytes and then ends or breaks it. */
async function serveBytes(reply: string, end: 'end' | 'reset' = 'end'): Promise<number> {
  const server = createTcpServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => {
      if (end === 'end') socket.end(reply);
      else socket.write(reply, () => socket.resetAndDestroy());
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanUps.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

/** A world of names: `names` gives each lookup's answer; 127.0.0.1 plays the internet, ::1 the local network. */
function worldOf(names: Record<string, () => string[]>): HttpWorld & { readonly lookups: string[] } {
  const classes: Record<string, AddressClass> = { '127.0.0.1': 'public', '::1': 'local' };
  const lookups: string[] = [];
  return {
    lookups,
    classify: (address) => classes[address] ?? classifyAddress(address),
    lookup: (host, _options, callback) => {
      lookups.push(host);
      const addresses = names[host]?.();
      if (addresses === undefined) return callback(Object.assign(new Error(host), { code: 'ENOTFOUND' }), []);
      const found = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
      setImmediate(() => callback(null, found));
    },
  };
}

const LENGTH_3 = 'HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\n';
const CHUNKED = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n';

const REAL: HttpWorld = { ...worldOf({ localhost: () => ['127.0.0.1'] }), classify: classifyAddress };

/** The status and body, or the code of the failure. */
function get(
  url: string,
  change: Partial<HttpRequest> = {},
  world: HttpWorld = REAL,
): Promise<{ status: number; body: string } | string> {
  return new Promise((resolve) => {
    createHttpGet(world)(
      {
        url,
        maxBytes: 10_000,
        connectTimeoutMs: 5000,
        totalTimeoutMs: 10_000,
        userAgent: 'test/1',
        purpose: 'user',
        ...change,
      },
      (status, body) => resolve({ status, body: Buffer.from(body).toString('latin1') }),
      (code) => resolve(code),
    );
  });
}

describe('an HTTP question', () => {
  it('keeps the bytes of its query and brings every status', async () => {
    const port = await serve((request, response) => {
      response.statusCode = 404;
      response.end(`${request.url} ${request.headers['user-agent']}`);
    });
    expect(await get(`http://127.0.0.1:${port}/announce?info_hash=%00%ff%7E&x=a%20b#hash`)).toEqual({
      status: 404,
      body: '/announce?info_hash=%00%ff%7E&x=a%20b test/1',
    });
  });

  it('refuses URLs that are not plain http or https', async () => {
    const bad = [
      'file:///etc/passwd',
      'ftp://127.0.0.1/announce',
      'gopher://127.0.0.1/',
      'http://user:secret@127.0.0.1/announce',
      'http://user@127.0.0.1/announce',
      'http://127.0.0.1/announce\r\nHost: other',
      'http://127.0.0.1/an nounce',
      'http://',
      '//127.0.0.1/announce',
      '',
      `http://127.0.0.1/${'a'.repeat(URL_LENGTH_MAX)}`,
    ];
    expect(await Promise.all(bad.map((url) => get(url)))).toEqual(bad.map(() => 'BAD_URL'));
  });

  it.each([
    'http://169.254.169.254/announce',
    'http://[::ffff:169.254.169.254]/announce',
    'http://[::ffff:a9fe:a9fe]/announce',
    'http://[64:ff9b::a9fe:a9fe]/announce',
    'http://2852039166/announce',
    'http://0xa9.0xfe.169.254/announce',
    'http://[fe80::1]/announce',
    'http://224.0.0.1/announce',
    'http://[ff02::1]/announce',
    'http://0.0.0.0/announce',
    'http://0/announce',
    'http://[::]/announce',
    'http://255.255.255.255/announce',
  ])('never reaches %s, even if the user asks', async (url) => {
    expect(await get(url)).toBe('FORBIDDEN_ADDRESS');
    expect(await get(url, { purpose: 'tracker' })).toBe('FORBIDDEN_ADDRESS');
  });

  it('reaches local addresses for a torrent only where a tracker would be', async () => {
    const port = await serve((_request, response) => response.end('here'));
    const ask = (path: string, host = '127.0.0.1'): Promise<unknown> =>
      get(`http://${host}:${port}${path}`, { purpose: 'tracker' });
    const here = { status: 200, body: 'here' };
    expect(await ask('/announce')).toEqual(here);
    expect(await ask('/key/announce.php?x=1')).toEqual(here);
    expect(await ask('/scrape', 'localhost')).toEqual(here);
    for (const path of ['/', '/admin', '/announce/../admin', '/announce/', '/x?y=/announce', '/xannounce']) {
      expect(await ask(path)).toBe('FORBIDDEN_ADDRESS');
      expect(await ask(path, 'localhost')).toBe('FORBIDDEN_ADDRESS');
    }
    expect(await ask('/admin', '[::ffff:127.0.0.1]')).toBe('FORBIDDEN_ADDRESS');
    expect(await ask('/admin', '2130706433')).toBe('FORBIDDEN_ADDRESS');
    expect(await get(`http://127.0.0.1:${port}/admin`, { purpose: 'user' })).toEqual(here);
  });
});

describe('a redirect', () => {
  it('from a public server to a local one is refused for literals and names, whoever asks', async () => {
    const local = await serve((_request, response) => response.end('secret'), '::1');
    const world = worldOf({
      'tracker.example': () => ['127.0.0.1'],
      'inside.example': () => ['::1'],
    });
    for (const host of ['[::1]', 'inside.example']) {
      const location = `http://${host}:${local}/announce`;
      const port = await serve((_request, response) => response.writeHead(302, { location }).end());
      for (const from of ['127.0.0.1', 'tracker.example']) {
        for (const purpose of ['tracker', 'user'] as const) {
          const reply = await get(`http://${from}:${port}/announce`, { purpose }, world);
          expect(reply).toBe('FORBIDDEN_ADDRESS');
        }
      }
    }
    expect(await get(`http://[::1]:${local}/announce`, { purpose: 'tracker' }, world)).toEqual({
      status: 200,
      body: 'secret',
    });
  });

  it('between local addresses stays under the rule of the path', async () => {
    const port = await serve((request, response) => {
      if (request.url === '/announce') response.writeHead(301, { location: 'announce.php' }).end();
      else if (request.url === '/scrape') response.writeHead(301, { location: '/admin' }).end();
      else response.end('here');
    });
    const purpose = 'tracker';
    expect(await get(`http://127.0.0.1:${port}/announce`, { purpose })).toEqual({
      status: 200,
      body: 'here',
    });
    expect(await get(`http://127.0.0.1:${port}/scrape`, { purpose })).toBe('FORBIDDEN_ADDRESS');
  });

  it('to a forbidden scheme, a user name or nowhere fails', async () => {
    const locations = ['file:///etc/passwd', 'http://a:b@127.0.0.1/', 'http://[', undefined, ['/a', '/b']];
    const codes: unknown[] = [];
    for (const location of locations) {
      const port = await serve((_request, response) => {
        if (location !== undefined) response.setHeader('location', location);
        response.writeHead(302).end();
      });
      codes.push(await get(`http://127.0.0.1:${port}/`));
    }
    expect(codes).toEqual(['BAD_URL', 'BAD_URL', 'BAD_URL', 'BAD_REPLY', 'BAD_REPLY']);
  });

  it('is followed five times and not six', async () => {
    const port = await serve((request, response) => {
      const left = Number(request.url?.slice(1));
      if (left > 0) response.writeHead(307, { location: `/${left - 1}` }).end('x'.repeat(100));
      else response.end('end');
    });
    expect(await get(`http://127.0.0.1:${port}/5`)).toEqual({ status: 200, body: 'end' });
    expect(await get(`http://127.0.0.1:${port}/6`)).toBe('TOO_MANY_REDIRECTS');
  });
});

describe('a name', () => {
  it('is looked up once and only what was checked is connected to', async () => {
    let asked = 0;
    const port = await serve((_request, response) => response.end('public'));
    const world = worldOf({ 'rebind.example': () => (asked++ === 0 ? ['127.0.0.1'] : ['::1']) });
    const reply = await get(`http://rebind.example:${port}/x`, { purpose: 'tracker' }, world);
    expect(reply).toEqual({ status: 200, body: 'public' });
    expect(world.lookups).toEqual(['rebind.example']);
  });

  it('with allowed and forbidden addresses reaches the allowed ones only', async () => {
    const port = await serve((_request, response) => response.end('public'));
    const secret = await serve((_request, response) => response.end('secret'), '::1');
    const world = worldOf({ 'mixed.example': () => ['169.254.169.254', '::1', '127.0.0.1'] });
    const url = `http://mixed.example:${port}/x`;
    expect(await get(url, { purpose: 'tracker' }, world)).toEqual({ status: 200, body: 'public' });
    const other = `http://mixed.example:${secret}/x`;
    expect(await get(other, { purpose: 'tracker' }, world)).toBe('CONNECT_FAILED');
  });

  it('that does not exist is told as such', async () => {
    expect(await get('http://nowhere.example/announce', {}, worldOf({}))).toBe('NAME_NOT_FOUND');
  });
});

describe('a reply', () => {
  it('is unpacked from gzip, zlib and raw deflate', async () => {
    const bodies: Record<string, [string, Buffer]> = {
      '/gzip': ['gzip', gzipSync('text')],
      '/xgzip': ['X-GZIP', gzipSync('text')],
      '/zlib': ['deflate', deflateSync('text')],
      '/raw': ['deflate', deflateRawSync('text')],
      '/identity': ['identity', Buffer.from('text')],
    };
    const port = await serve((request, response) => {
      const [encoding, body] = bodies[request.url ?? ''] ?? ['', Buffer.alloc(0)];
      response.writeHead(200, { 'content-encoding': encoding }).end(body);
    });
    for (const path of Object.keys(bodies)) {
      expect(await get(`http://127.0.0.1:${port}${path}`)).toEqual({ status: 200, body: 'text' });
    }
  });

  it('that is a bomb, too long, or has endless headers is TOO_LARGE', async () => {
    const bomb = gzipSync(Buffer.alloc(20_000_000));
    const port = await serve((request, response) => {
      if (request.url === '/bomb') response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb);
      else if (request.url === '/long') response.end(Buffer.alloc(40_001));
      else if (request.url === '/chunks') {
        response.write(Buffer.alloc(30_000));
        response.end(Buffer.alloc(30_000));
      } else response.writeHead(200, { filler: 'x'.repeat(20_000) }).end();
    });
    for (const path of ['/bomb', '/long', '/chunks', '/headers']) {
      expect(await get(`http://127.0.0.1:${port}${path}`, { maxBytes: 40_000 })).toBe('TOO_LARGE');
    }
  });

  it('that is damaged is BAD_REPLY', async () => {
    const port = await serve((request, response) => {
      const encoding = request.url === '/br' ? 'br' : 'gzip';
      const body = request.url === '/cut' ? gzipSync('text').subarray(0, 15) : Buffer.from('text');
      response.writeHead(200, { 'content-encoding': encoding }).end(body);
    });
    for (const path of ['/br', '/cut', '/plain']) {
      expect(await get(`http://127.0.0.1:${port}${path}`)).toBe('BAD_REPLY');
    }
    for (const reply of ['nonsense', 'HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc', '']) {
      expect(await get(`http://127.0.0.1:${await serveBytes(reply)}/`)).toBe('BAD_REPLY');
      expect(await get(`http://127.0.0.1:${await serveBytes(reply, 'reset')}/`)).toBe('BAD_REPLY');
    }
  });

  it.each([
    ['without a length ends with the connection', 'HTTP/1.0 200 OK\r\n\r\nabc'],
    ['without a length may be of HTTP/1.1', 'HTTP/1.1 200 OK\r\n\r\nabc'],
    [
      'follows interim ones',
      'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\n\r\nHTTP/1.0 200 OK\r\n\r\nabc',
    ],
    ['comes in chunks', `${CHUNKED}3;a=b\r\nabc\r\n0\r\nx: y\r\n\r\n`],
    ['may be followed by an empty line', `${LENGTH_3}abc\r\n`],
  ])('%s', async (_name, reply) => {
    const port = await serveBytes(reply);
    expect(await get(`http://127.0.0.1:${port}/`)).toEqual({ status: 200, body: 'abc' });
  });

  it.each([
    ['bytes after its end', `${LENGTH_3}abcdef`],
    ['bytes after its last chunk', `${CHUNKED}3\r\nabc\r\n0\r\n\r\nabc`],
    ['bytes after a status that has no body', 'HTTP/1.1 204 None\r\n\r\nabc'],
    ['a chunk without a size', `${CHUNKED}x\r\nabc\r\n0\r\n\r\n`],
    ['a chunk that is cut off', `${CHUNKED}5\r\nabc`],
    ['no last chunk', `${CHUNKED}3\r\nabc\r\n`],
    ['endless words at a chunk', `${CHUNKED}3;${'a'.repeat(40_000)}\r\nabc\r\n0\r\n\r\n`],
    ['two lengths', `HTTP/1.1 200 OK\r\ncontent-length: 3\r\ncontent-length: 4\r\n\r\nabc`],
    ['a negative length', 'HTTP/1.1 200 OK\r\ncontent-length: -3\r\n\r\nabc'],
    ['a length and chunks', `${CHUNKED.trim()}\r\ncontent-length: 3\r\n\r\n3\r\nabc\r\n0\r\n\r\n`],
    ['two encodings', 'HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-encoding: gzip\r\n\r\nabc'],
    ['a switch to another protocol', 'HTTP/1.1 101 Go\r\nconnection: upgrade\r\nupgrade: x\r\n\r\nabc'],
    ['nothing but an interim one', 'HTTP/1.1 103 Hints\r\n\r\n'],
    ['a status that is none', 'HTTP/1.1 000 OK\r\n\r\nabc'],
    ['header lines that end in a bare line feed', 'HTTP/1.1 200 OK\ncontent-length: 3\n\nabc'],
  ])('with %s is BAD_REPLY', async (_name, reply) => {
    expect(await get(`http://127.0.0.1:${await serveBytes(reply)}/`)).toBe('BAD_REPLY');
  });

  it('without a body is whole at once', async () => {
    const port = await serveBytes('HTTP/1.1 204 None\r\n\r\n');
    expect(await get(`http://127.0.0.1:${port}/`)).toEqual({ status: 204, body: '' });
  });

  it('that drips or never comes is TIMED_OUT after the total time', async () => {
    const port = await serve((request, response) => {
      if (request.url !== '/drip') return;
      const timer = setInterval(() => response.write('x'), 10);
      response.on('close', () => clearInterval(timer));
    });
    const replies = ['/drip', '/never'].map((path) =>
      get(`http://127.0.0.1:${port}${path}`, { totalTimeoutMs: 100 }),
    );
    expect(await Promise.all(replies)).toEqual(['TIMED_OUT', 'TIMED_OUT']);
  });

  it('is not given to who called the question off', async () => {
    const arrived = Promise.withResolvers<void>();
    const closed = Promise.withResolvers<void>();
    const port = await serve((request) => {
      request.socket.on('close', () => closed.resolve());
      arrived.resolve();
    });
    const answers: unknown[] = [];
    const question = createHttpGet(REAL)(
      {
        url: `http://127.0.0.1:${port}/`,
        maxBytes: 10,
        connectTimeoutMs: 1000,
        totalTimeoutMs: 60_000,
        userAgent: 'test/1',
        purpose: 'user',
      },
      (status) => answers.push(status),
      (code) => answers.push(code),
    );
    await arrived.promise;
    question.cancel();
    question.cancel();
    await closed.promise;
    await new Promise(setImmediate);
    expect(answers).toEqual([]);
  });
});
