/**
 * What a server sees of an HTTP question, and which servers are believed to be who they say they are.
 */
import { execFileSync } from 'node:child_process';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { createServer as createTcpServer } from 'node:net';
import { getCACertificates, setDefaultCACertificates, type TLSSocket } from 'node:tls';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { HttpRequest } from '@jstorrent/data-plane';
import { classifyAddress } from './addresses.ts';
import { createHttpGet, type HttpWorld } from './http.ts';

const cleanUps: (() => void)[] = [];
afterEach(() => {
  for (const cleanUp of cleanUps.splice(0)) cleanUp();
});

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanUps.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

/** Every name is 127.0.0.1, but that of `lost.example` never comes. */
const WORLD: HttpWorld = {
  classify: classifyAddress,
  lookup: (host, _options, callback) => {
    if (host !== 'lost.example') setImmediate(callback, null, [{ address: '127.0.0.1', family: 4 }]);
  },
};

function get(url: string, change: Partial<HttpRequest> = {}): Promise<string> {
  return new Promise((resolve) => {
    createHttpGet(WORLD)(
      {
        url,
        maxBytes: 10_000,
        connectTimeoutMs: 60_000,
        totalTimeoutMs: 60_000,
        userAgent: 'test/1',
        purpose: 'user',
        ...change,
      },
      (status, body) => resolve(`${status} ${Buffer.from(body).toString()}`),
      (code) => resolve(code),
    );
  });
}

describe('a server', () => {
  it('is told who asks for what, and that nothing follows', async () => {
    const seen: IncomingMessage[] = [];
    const port = await listen(
      createServer((request, response) => {
        seen.push(request);
        response.end();
      }),
    );
    await get(`http://tracker.example:${port}/announce?info_hash=%00%ff%7E%2b+~&x=1%3D#part`);
    expect(seen.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'GET /announce?info_hash=%00%ff%7E%2b+~&x=1%3D',
    ]);
    expect(seen[0]?.headers).toEqual({
      host: `tracker.example:${port}`,
      'user-agent': 'test/1',
      'accept-encoding': 'gzip, deflate',
      accept: '*/*',
      connection: 'close',
    });
  });

  it('gets one question on each connection, though it would take more', async () => {
    const sockets = new Set<unknown>();
    const port = await listen(
      createServer((request, response) => {
        sockets.add(request.socket);
        const left = Number(request.url?.slice(1));
        if (left === 0) response.end('end');
        else response.writeHead(302, { location: `/${left - 1}`, connection: 'keep-alive' }).end();
      }),
    );
    expect(await get(`http://127.0.0.1:${port}/2`)).toBe('200 end');
    expect(await get(`http://127.0.0.1:${port}/0`)).toBe('200 end');
    expect(sockets.size).toBe(4);
  });

  it('is left in the midst of a reply that is too long', async () => {
    const closed = Promise.withResolvers<void>();
    const port = await listen(
      createServer((_request, response) => {
        response.on('close', () => closed.resolve());
        response.write(Buffer.alloc(10_001));
      }),
    );
    expect(await get(`http://127.0.0.1:${port}/`)).toBe('TOO_LARGE');
    await closed.promise;
  });

  it('is given up in time while its name, its connection or its TLS handshake does not come', async () => {
    const silent = await listen(createTcpServer((socket) => void socket.on('error', () => {})));
    const brief = { connectTimeoutMs: 50 };
    expect(await get('http://lost.example/', brief)).toBe('TIMED_OUT');
    expect(await get('https://lost.example/', brief)).toBe('TIMED_OUT');
    expect(await get(`https://127.0.0.1:${silent}/`, brief)).toBe('TIMED_OUT');
  });

  it('may take longer to answer than to connect', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    cleanUps.push(() => vi.useRealTimers());
    const port = await listen(
      createServer((_request, response) => {
        vi.advanceTimersByTime(70_000);
        response.end('late');
      }),
    );
    const times = { connectTimeoutMs: 60_000, totalTimeoutMs: 80_000 };
    expect(await get(`http://127.0.0.1:${port}/`, times)).toBe('200 late');
  });

  it('is asked without loading another HTTP client', async () => {
    const nobody = createTcpServer();
    const port = await listen(nobody);
    await new Promise((resolve) => nobody.close(resolve));
    const script = `
      const { createHttpGet } = await import(${JSON.stringify(new URL('./http.ts', import.meta.url).href)});
      const request = { url: 'http://127.0.0.1:${port}/', maxBytes: 9, connectTimeoutMs: 999, totalTimeoutMs: 999 };
      createHttpGet({ classify: () => 'public' })({ ...request, userAgent: 'x', purpose: 'user' }, tell, tell);
      function tell(code) {
        console.log(code, process.moduleLoadList.filter((name) => /undici/.test(name)).length);
      }`;
    const output = execFileSync(process.execPath, ['--input-type=module', '-e', script]).toString();
    expect(output.trim()).toBe('CONNECT_FAILED 0');
  });
});

// Its own authority, for tracker.example only, from the year 2000 to 2100.
const KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgX9dlLfEiYyclTslC
CK5NnOq3+jJ/SzASnWTAZLcjNBehRANCAASQjAjYiDI9iteu8R8M3mCNo/TrJdJS
y65WX7Zk4KDk/tz2caKxxU/I870GYUDqup1jE7Lzygr4t0bQ9qGkHW33
-----END PRIVATE KEY-----
`;
const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBczCCARmgAwIBAgIBATAKBggqhkjOPQQDAjAaMRgwFgYDVQQDDA90cmFja2Vy
LmV4YW1wbGUwIBcNMDAwMTAxMDAwMDAwWhgPMjEwMDAxMDEwMDAwMDBaMBoxGDAW
BgNVBAMMD3RyYWNrZXIuZXhhbXBsZTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IA
BJCMCNiIMj2K167xHwzeYI2j9Osl0lLLrlZftmTgoOT+3PZxorHFT8jzvQZhQOq6
nWMTsvPKCvi3RtD2oaQdbfejTjBMMBoGA1UdEQQTMBGCD3RyYWNrZXIuZXhhbXBs
ZTAPBgNVHRMBAf8EBTADAQH/MB0GA1UdDgQWBBQtQMsXWUpN0XVGrgxKYXnwvGe5
lDAKBggqhkjOPQQDAgNIADBFAiAHXMG2BS0zuMwTNPnBsoI0qis4/CNWT5mhKyZT
j/XzDwIhANBxocYValbdw534G0o76x8bPhaMFnxQUbpmE3nt+MOT
-----END CERTIFICATE-----
`;

describe('a server with TLS', () => {
  async function serveTls(handler: RequestListener): Promise<number> {
    const server = createSecureServer({ key: KEY, cert: CERTIFICATE }, handler);
    server.on('tlsClientError', () => {});
    return await listen(server);
  }

  function trust(): void {
    const usual = getCACertificates('default');
    setDefaultCACertificates([CERTIFICATE]);
    cleanUps.push(() => setDefaultCACertificates(usual));
  }

  it('is told the name it is asked by', async () => {
    trust();
    const port = await serveTls((request, response) =>
      response.end(`${String((request.socket as TLSSocket).servername)} ${request.headers.host}`),
    );
    const reply = await get(`https://tracker.example:${port}/announce`);
    expect(reply).toBe(`200 tracker.example tracker.example:${port}`);
  });

  it('is not asked when nobody vouches for it or its name is another', async () => {
    let asked = 0;
    const port = await serveTls((_request, response) => {
      asked++;
      response.end();
    });
    expect(await get(`https://tracker.example:${port}/announce`)).toBe('CONNECT_FAILED');
    trust();
    expect(await get(`https://other.example:${port}/announce`)).toBe('CONNECT_FAILED');
    expect(await get(`https://127.0.0.1:${port}/announce`)).toBe('CONNECT_FAILED');
    expect(asked).toBe(0);
  });

  it('that speaks no TLS is CONNECT_FAILED', async () => {
    const port = await listen(createServer((_request, response) => response.end()));
    expect(await get(`https://127.0.0.1:${port}/`)).toBe('CONNECT_FAILED');
  });
});
