import { readFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { WebTarget } from '@jstorrent/data-plane';
import { afterEach, describe, expect, it } from 'vitest';
import { classifyAddress, type AddressClass } from './addresses.ts';
import { createOpenWeb, type WebWorld } from './web-stream.ts';

const fixture = (name: string): string => readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'utf8');
const cert = fixture('w.example.cert.pem');
const key = fixture('w.example.key.pem');

const cleanUps: (() => void)[] = [];
afterEach(() => {
  for (const cleanUp of cleanUps.splice(0)) cleanUp();
});

/** A server on 127.0.0.1; its port. */
async function serve(isSecure: boolean, onSocket: (socket: Socket) => void): Promise<number> {
  const onConnection = (socket: Socket): void => {
    socket.on('error', () => {});
    cleanUps.push(() => socket.destroy());
    onSocket(socket);
  };
  const server: Server = isSecure ? createTlsServer({ cert, key }, onConnection) : createServer(onConnection);
  server.on('tlsClientError', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanUps.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

/** Names of the tests; 127.0.0.1 plays the internet where a test says so. */
function worldOf(classes: Record<string, AddressClass> = { '127.0.0.1': 'public' }): WebWorld {
  const names: Record<string, string[]> = {
    'w.example': ['127.0.0.1'],
    'other.example': ['127.0.0.1'],
    'both.example': ['169.254.169.254', '127.0.0.1'],
    'metadata.example': ['169.254.169.254'],
  };
  return {
    ca: cert,
    classify: (address) => classes[address] ?? classifyAddress(address),
    lookup: (host, _options, callback) => {
      const addresses = names[host] ?? [];
      const error = addresses.length === 0 ? Object.assign(new Error(host), { code: 'ENOTFOUND' }) : null;
      setImmediate(() =>
        callback(
          error,
          addresses.map((address) => ({ address, family: 4 })),
        ),
      );
    },
  };
}

interface Outcome {
  readonly isPublic: boolean | null;
  readonly code: string;
  readonly text: string;
  readonly bytes: number;
}

/** Open a stream, say hello, and note everything until it ends; `use` may act on it. */
function talk(
  change: Partial<WebTarget> & { readonly port: number },
  world: WebWorld = worldOf(),
  use: (stream: ReturnType<ReturnType<typeof createOpenWeb>>, bytes: number) => void = () => {},
): Promise<Outcome> {
  return new Promise((resolve) => {
    let isPublic: boolean | null = null;
    let text = '';
    let bytes = 0;
    const target = { host: 'w.example', isSecure: false, mayBeLocal: false, ...change };
    const stream = createOpenWeb(world)(target, {
      onOpen: (open) => {
        isPublic = open;
        stream.write(Buffer.from('hello'));
      },
      onData: (data) => {
        bytes += data.length;
        if (bytes < 100) text += Buffer.from(data).toString('latin1');
        use(stream, bytes);
      },
      onClose: (code) => resolve({ isPublic, code, text, bytes }),
    });
    cleanUps.push(() => stream.destroy());
  });
}

/** Say back what came, and end. */
const echo = (socket: Socket): void => void socket.once('data', (data) => socket.end(data));

describe.each([false, true])('a stream to a web server (TLS: %s)', (isSecure) => {
  it('opens, carries bytes both ways and tells its end', async () => {
    const port = await serve(isSecure, echo);
    expect(await talk({ port, isSecure })).toEqual({
      isPublic: true,
      code: 'CUT_OFF',
      text: 'hello',
      bytes: 5,
    });
  });

  it('stops reading when told, and loses nothing', async () => {
    const port = await serve(isSecure, (socket) => void socket.end(Buffer.alloc(3_000_000, 7)));
    let pauses = 0;
    const outcome = await talk({ port, isSecure }, worldOf(), (stream, bytes) => {
      if (bytes < (pauses + 1) * 500_000) return;
      pauses += 1;
      stream.pause();
      setImmediate(() => stream.resume());
    });
    expect([outcome.bytes, pauses]).toEqual([3_000_000, expect.any(Number)]);
    expect(pauses).toBeGreaterThan(2);
  });

  it('that is paused before it is open begins when it is resumed', async () => {
    const port = await serve(isSecure, echo);
    let text = '';
    await new Promise<void>((resolve) => {
      const target = { host: 'w.example', port, isSecure, mayBeLocal: false };
      const stream = createOpenWeb(worldOf())(target, {
        onOpen: () => {
          stream.write(Buffer.from('hello'));
          setImmediate(() => stream.resume());
        },
        onData: (data) => (text += Buffer.from(data).toString('latin1')),
        onClose: () => resolve(),
      });
      stream.pause();
    });
    expect(text).toBe('hello');
  });

  it('reaches this machine only when it may, and link-local addresses never', async () => {
    const port = await serve(isSecure, echo);
    const local = worldOf({ '127.0.0.1': 'local' });
    const ask = async (change: Partial<WebTarget>): Promise<string> =>
      (await talk({ port, isSecure, ...change }, local)).code;
    expect(await ask({})).toBe('FORBIDDEN_ADDRESS');
    expect(await ask({ host: '127.0.0.1' })).toBe('FORBIDDEN_ADDRESS');
    expect(await talk({ port, isSecure, mayBeLocal: true }, local)).toMatchObject({
      isPublic: false,
      text: 'hello',
    });
    expect(await talk({ port, isSecure, host: '127.0.0.1', mayBeLocal: true }, local)).toMatchObject({
      text: 'hello',
    });
    expect(await ask({ host: 'metadata.example', mayBeLocal: true })).toBe('FORBIDDEN_ADDRESS');
    expect(await ask({ host: '::ffff:169.254.169.254', mayBeLocal: true })).toBe('FORBIDDEN_ADDRESS');
    expect(await talk({ port, isSecure, host: 'both.example', mayBeLocal: true }, worldOf())).toMatchObject({
      code: isSecure ? 'BAD_CERTIFICATE' : 'CUT_OFF',
    });
  });

  it('says why it could not begin', async () => {
    const port = await serve(isSecure, echo);
    expect((await talk({ port, isSecure, host: 'nobody.example' })).code).toBe('NAME_NOT_FOUND');
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const free = (server.address() as AddressInfo).port;
    await new Promise((resolve) => server.close(resolve));
    expect((await talk({ port: free, isSecure })).code).toBe('CONNECT_FAILED');
  });
});

describe('a certificate', () => {
  it('of another name, or that nobody vouches for, is refused before a byte is said', async () => {
    let said = 0;
    const port = await serve(true, (socket) => void socket.on('data', () => (said += 1)));
    expect(await talk({ port, isSecure: true, host: 'other.example' })).toMatchObject({
      isPublic: null,
      code: 'BAD_CERTIFICATE',
    });
    const { ca: _, ...stranger } = worldOf();
    expect((await talk({ port, isSecure: true }, stranger)).code).toBe('BAD_CERTIFICATE');
    const plain = await serve(false, echo);
    expect((await talk({ port: plain, isSecure: true })).code).toBe('CONNECT_FAILED');
    expect(said).toBe(0);
  });
});
