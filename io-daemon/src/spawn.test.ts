/**
 * The daemon as real processes: spoken to, killed, orphaned, stopped, broken.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { buffer } from 'node:stream/consumers';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { PlaneCommand, PlaneEvent } from '@jstorrent/engine/ports';
import { connect } from '@jstorrent/io-protocol';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Daemon, spawnDaemon } from './spawn.ts';

const PATIENT = { timeout: 30_000, interval: 20 };
const MAIN = new URL('./main.ts', import.meta.url);
const listen: PlaneCommand = { type: 'listen', listener: 1, host: '127.0.0.1', port: 0 };

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spawn-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const daemons: Daemon[] = [];
const children: ChildProcess[] = [];
afterEach(async () => {
  await Promise.all(daemons.splice(0).map((daemon) => daemon.stop()));
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

interface Host {
  readonly daemon: Daemon;
  readonly events: PlaneEvent[];
  /** `ready` and `lost` in order. */
  readonly calls: string[];
  readonly reasons: string[];
  readonly lines: string[];
}

function startHost(entry?: URL): Host {
  const events: PlaneEvent[] = [];
  const calls: string[] = [];
  const reasons: string[] = [];
  const lines: string[] = [];
  const daemon = spawnDaemon({
    roots: { downloads: folder },
    arenaBytes: 4 * 1024 * 1024,
    ...(entry === undefined ? {} : { entry }),
    onEvents: (batch) => void events.push(...batch),
    onReady: () => void calls.push('ready'),
    onLost: (reason) => {
      calls.push('lost');
      reasons.push(reason);
    },
    log: (line) => void lines.push(line),
  });
  daemons.push(daemon);
  return { daemon, events, calls, reasons, lines };
}

/** A daemon that is a few lines of JavaScript. */
async function writeEntry(name: string, source: string): Promise<URL> {
  const path = join(folder, `${name}.mjs`);
  await writeFile(path, source);
  return pathToFileURL(path);
}

/** Whether a process runs; one that has ended and that nobody has waited for does not. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !existsSync('/proc/self/stat') || !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
}

const HELLO = `process.stdout.write(Buffer.from('07000000014a5354500300', 'hex'));`;

describe('spawnDaemon', () => {
  it('answers commands from another process, without a word on standard error', async () => {
    const host = startHost();
    await vi.waitUntil(() => host.calls.length > 0, PATIENT);
    host.daemon.plane.submit([listen, { type: 'unlisten', listener: 1 }, { ...listen, listener: 2 }]);
    await vi.waitUntil(
      () => host.events.some((event) => 'listener' in event && event.listener === 2),
      PATIENT,
    );
    expect(host.events.at(-1)).toMatchObject({ type: 'listening', port: expect.any(Number) as number });
    expect(host.calls).toEqual(['ready']);
    expect(host.lines).toEqual([]);
    expect(host.daemon.backlogged).toBe(false);
  });

  it('starts another daemon at once when one is killed, and says so once', async () => {
    const host = startHost();
    await vi.waitUntil(() => host.calls.length === 1, PATIENT);
    const first = host.daemon.pid!;
    process.kill(first, 'SIGKILL');
    await vi.waitUntil(() => host.calls.length === 2, PATIENT);
    host.daemon.plane.submit([listen]);
    await vi.waitUntil(() => host.calls.length === 3, PATIENT);
    expect(host.calls).toEqual(['ready', 'lost', 'ready']);
    expect(host.reasons).toEqual(['SIGKILL']);
    expect(host.daemon.pid).not.toBe(first);

    host.daemon.plane.submit([{ ...listen, listener: 2 }]);
    await vi.waitUntil(() => host.events.length > 0, PATIENT);
    expect(host.events).toMatchObject([{ type: 'listening', listener: 2 }]);
  });

  it('stops in order: the daemon is gone, nothing is lost, nothing restarts', async () => {
    const host = startHost();
    await vi.waitUntil(() => host.calls.length === 1, PATIENT);
    const pid = host.daemon.pid!;
    await Promise.all([host.daemon.stop(), host.daemon.stop()]);
    expect(isAlive(pid)).toBe(false);
    host.daemon.plane.submit([listen]);
    expect([host.daemon.pid, host.calls, host.lines]).toEqual([undefined, ['ready'], []]);
  });

  it('tells of a loss once while daemons fail one after the other', async () => {
    const host = startHost(await writeEntry('fails', `console.error('no luck'); process.exit(3);`));
    await vi.waitUntil(() => host.lines.filter((line) => line === 'no luck').length === 2, PATIENT);
    expect(host.calls).toEqual(['lost']);
    expect(host.reasons).toEqual(['exit status 3']);
    await host.daemon.stop();
    expect(host.lines.filter((line) => line.includes('next one in'))[0]).toBe(
      'io-daemon is gone (exit status 3), next one in 0 s',
    );
  });

  it.each([
    [
      'of another version',
      `process.stdout.write(Buffer.from('07000000014a5354500900', 'hex'));`,
      'BAD_VERSION',
    ],
    ['that is something else', `console.log('welcome to the machine');`, 'BAD_LENGTH'],
    ['that sends garbage', `${HELLO} process.stdout.write(Buffer.from('0200000080ff', 'hex'));`, 'TRUNCATED'],
  ])('kills and replaces a daemon %s', async (name, source, code) => {
    const entry = await writeEntry(name.replaceAll(' ', '-'), `${source} setInterval(() => {}, 1000);`);
    const host = startHost(entry);
    await vi.waitUntil(() => host.reasons.length === 1, PATIENT);
    expect(host.reasons[0]).toContain(`it broke the protocol: ${code}`);
    expect(host.lines.at(-1)).toContain('next one in 0 s');
  });

  it('kills a daemon that does not leave when asked', async () => {
    const host = startHost(await writeEntry('stays', `${HELLO} setInterval(() => {}, 1000);`));
    await vi.waitUntil(() => host.calls.length === 1, PATIENT);
    const pid = host.daemon.pid!;
    await host.daemon.stop();
    expect(isAlive(pid)).toBe(false);
    expect(host.calls).toEqual(['ready']);
  });

  it('leaves no daemon behind when its host is killed', async () => {
    const spawnUrl = new URL('./spawn.ts', import.meta.url).href;
    const source = `import { spawnDaemon } from ${JSON.stringify(spawnUrl)};
      const daemon = spawnDaemon({ roots: {}, onEvents() {}, onLost() {}, log() {},
        onReady() { console.log(daemon.pid); } });`;
    const host = spawn(process.execPath, [fileURLToPath(await writeEntry('host', source))], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(host);
    const [line] = (await once(host.stdout, 'data')) as [Buffer];
    const pid = Number(line.toString());
    expect(isAlive(pid)).toBe(true);
    host.kill('SIGKILL');
    await vi.waitUntil(() => !isAlive(pid), PATIENT);
  });
});

describe('main', () => {
  function startMain(...words: string[]): { child: ChildProcess; output: Promise<[number, string, Buffer]> } {
    const child = spawn(process.execPath, [fileURLToPath(MAIN), ...words]);
    children.push(child);
    child.stdin.on('error', () => {});
    const output = Promise.all([once(child, 'exit'), buffer(child.stderr), buffer(child.stdout)]).then(
      ([[status], errors, bytes]): [number, string, Buffer] => [status as number, errors.toString(), bytes],
    );
    return { child, output };
  }

  it('says hello and leaves in peace when its input ends, also inside a frame', async () => {
    const { child, output } = startMain();
    child.stdin!.end(Buffer.from('07000000014a535450030009000000', 'hex'));
    const [status, errors, bytes] = await output;
    expect([status, errors, bytes.toString('hex')]).toEqual([0, '', '07000000014a5354500300']);
  });

  it('leaves with open stores as it is: their host knows of nothing that they would still save', async () => {
    const { child, output } = startMain(`--root=downloads=${folder}`);
    const turns: Uint8Array[] = [];
    const events: PlaneEvent[] = [];
    const client = connect({
      write: (bytes) => void turns.push(bytes),
      onReady: () => {},
      onEvents: (batch) => void events.push(...batch),
      onError: (error) => expect.fail(error.message),
    });
    client.submit([
      {
        type: 'openStore',
        store: 5,
        root: 'downloads',
        folder: [],
        isSaved: true,
        layout: {
          pieceLength: 16_384,
          files: [{ path: ['one.bin'], length: 1, kind: 'file' }],
          hashes: new Uint8Array(20),
          algorithm: 'sha1',
        },
        wanted: Uint8Array.of(0x80),
        preallocate: 'sparse',
        partials: [],
      },
    ]);
    child.stdin!.end(Buffer.concat(turns));
    const [status, errors, bytes] = await output;
    client.receive(bytes);
    expect([status, errors]).toEqual([0, '']);
    expect(events.filter(({ type }) => type !== 'storeOpened')).toEqual([]);
  });

  it('exits with 70 and one line when the host breaks the protocol', async () => {
    const { child, output } = startMain();
    child.stdin!.write('GET / HTTP/1.1\r\n');
    const [status, errors] = await output;
    expect(status).toBe(70);
    expect(errors).toBe('io-daemon: the host broke the protocol: BAD_LENGTH at byte 0 of a frame\n');
  });

  it.each([
    [['--root=relative=path'], '--root takes key=/absolute/path, not relative=path'],
    [['--root=/no/key'], '--root takes key=/absolute/path, not /no/key'],
    [['--arena=0'], '--arena takes 1 to 4096 MiB, not 0'],
    [['--arena=lots'], '--arena takes 1 to 4096 MiB, not lots'],
    [['--what'], "Unknown option '--what'"],
  ])('exits with 64 and one line for %j', async (words, message) => {
    const [status, errors] = await startMain(...words).output;
    expect(status).toBe(64);
    expect(errors).toContain(message);
    expect(errors.trim().split('\n')).toHaveLength(1);
  });
});

/** Starts a daemon without a descriptor to spare, and gives some back later; prints what it is told. */
const POOR_HOST = `
import { closeSync, openSync } from 'node:fs';
import { spawnDaemon } from '${new URL('spawn.ts', import.meta.url).href}';

const taken = [];
try {
  for (;;) taken.push(openSync('/dev/null'));
} catch {}
const daemon = spawnDaemon({
  roots: {},
  onEvents: () => {},
  onReady: () => {
    console.log('ready');
    void daemon.stop();
  },
  onLost: (reason) => {
    console.log(reason);
    for (const fd of taken) closeSync(fd);
  },
  log: () => {},
});
`;

describe.skipIf(process.platform === 'win32')('a host without descriptors', () => {
  it('hears that the daemon cannot begin, and gets one when it has some', async () => {
    const words = ['--input-type=module', '--disable-warning=ExperimentalWarning', '-e', POOR_HOST];
    const host = spawn('sh', ['-c', 'ulimit -n 64; exec "$0" "$@"', process.execPath, ...words], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(host);
    const said = (await buffer(host.stdout)).toString().trim().split('\n');
    expect(said).toEqual([expect.stringContaining('EMFILE'), 'ready']);
  });
});
