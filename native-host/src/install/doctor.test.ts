import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { encodeFrame, FrameDecoder } from '@jstorrent/control';
import manifest from '../../package.json' with { type: 'json' };
import { listenLocally } from '../socket/listen.ts';
import { socketPlace, type SocketPlace } from '../socket/place.ts';
import { doctor, type Check, type Probes } from './doctor.ts';
import { ALLOWED_CALLERS, HOST_NAME } from './identity.ts';
import { install } from './install.ts';
import { realProbes } from './probes.ts';
import { memoryWorld, type MemoryWorld } from './testing/memory-world.ts';
import { thisMachine } from './world.ts';

const folder = mkdtempSync(join(tmpdir(), 'doctor-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const placeOf = (state: string): SocketPlace => {
  return socketPlace(state, {
    env: { JSTORRENT_HOME: state },
    platform: process.platform,
    uid: process.getuid?.() ?? -1,
  });
};

const SOUND: Probes = {
  nodeVersion: '24.1.0',
  missingFiles: () => [],
  isExecutable: () => true,
  folder: () => ({ isPrivate: true, isWritable: true, freeBytes: 1e12 }),
  service: async () => 'running',
  database: async () => ({ problem: null }),
  launcher: async () => ({ kind: 'hello', ms: 300 }),
  daemon: async () => null,
  isListening: async () => true,
};

const MANIFEST = `/home/u/.config/chromium/NativeMessagingHosts/${HOST_NAME}.json`;

async function installed(): Promise<MemoryWorld> {
  const world = memoryWorld({ platform: 'linux', env: {}, home: '/home/u', stateFolder: '/home/u/state' });
  world.folders.add('/home/u/.config/chromium');
  await install({ extensionIds: ALLOWED_CALLERS, command: ['/usr/bin/node', '/c.mjs'] }, world);
  return world;
}

async function look(
  probes: Partial<Probes>,
  change: (world: MemoryWorld) => void = () => {},
): Promise<readonly Check[]> {
  const world = await installed();
  change(world);
  return doctor({ world, probes: { ...SOUND, ...probes }, port: 6881 });
}

test('a sound installation has nothing to mend', async () => {
  const checks = await look({});
  expect(checks.map(({ id, status, fix }) => [id, status, fix])).toEqual(
    [
      'node',
      'package',
      'manifest.chromium',
      'launcher',
      'state',
      'space',
      'database',
      'service',
      'daemon',
      'port',
    ].map((id) => [id, 'ok', null]),
  );
  expect(checks.at(-1)?.sentence).toMatch(/router.* cannot be seen from here\.$/);
});

const edit = (members: object) => (world: MemoryWorld) => {
  const { text } = world.files.get(MANIFEST) ?? { text: '{}' };
  const changed = { ...(JSON.parse(text) as object), ...members };
  world.files.set(MANIFEST, { text: JSON.stringify(changed), mode: 0o644 });
};

const TROUBLES: readonly [string, Partial<Probes>, (world: MemoryWorld) => void, string, Check['status']][] =
  [
    ['an old Node', { nodeVersion: '22.9.0' }, () => {}, 'node', 'bad'],
    ['a missing file', { missingFiles: () => ['/x', '/y'] }, () => {}, 'package', 'bad'],
    ['no manifest', {}, (world) => void world.files.delete(MANIFEST), 'manifest.chromium', 'bad'],
    [
      'a manifest that is no JSON',
      {},
      (world) => void world.files.set(MANIFEST, { text: '{', mode: 0o644 }),
      'manifest.chromium',
      'bad',
    ],
    ['a manifest without a description', {}, edit({ description: '' }), 'manifest.chromium', 'bad'],
    ['a manifest of another name', {}, edit({ name: 'other' }), 'manifest.chromium', 'bad'],
    ['a manifest with a relative path', {}, edit({ path: 'host.sh' }), 'manifest.chromium', 'bad'],
    [
      'a manifest for another extension',
      {},
      edit({ allowed_origins: [`chrome-extension://${'a'.repeat(32)}/`] }),
      'manifest.chromium',
      'bad',
    ],
    ['a launcher that cannot be run', { isExecutable: () => false }, () => {}, 'launcher', 'bad'],
    [
      'no launcher',
      {},
      (world) => void world.files.delete('/home/u/state/native-host.sh'),
      'launcher',
      'bad',
    ],
    [
      'a silent host',
      { launcher: async () => ({ kind: 'silent', reason: 'it ended with status 1' }) },
      () => {},
      'launcher',
      'bad',
    ],
    [
      'a host of another version',
      { launcher: async () => ({ kind: 'refused', reason: 'too old' }) },
      () => {},
      'launcher',
      'warn',
    ],
    ['a slow host', { launcher: async () => ({ kind: 'hello', ms: 2001 }) }, () => {}, 'launcher', 'warn'],
    ['no state folder', { folder: () => null }, () => {}, 'state', 'warn'],
    [
      'a folder open to others',
      { folder: () => ({ isPrivate: false, isWritable: true, freeBytes: 1e12 }) },
      () => {},
      'state',
      'bad',
    ],
    [
      'a folder that is read-only',
      { folder: () => ({ isPrivate: true, isWritable: false, freeBytes: 1e12 }) },
      () => {},
      'state',
      'bad',
    ],
    [
      'a full disk',
      { folder: () => ({ isPrivate: true, isWritable: true, freeBytes: 1e6 }) },
      () => {},
      'space',
      'bad',
    ],
    [
      'a damaged database',
      { service: async () => 'absent', database: async () => ({ problem: 'malformed' }) },
      () => {},
      'database',
      'bad',
    ],
    [
      'a socket of somebody else',
      { service: async () => ({ problem: 'x belongs to another user' }) },
      () => {},
      'service',
      'bad',
    ],
    ['a daemon that does not start', { daemon: async () => 'it exited with 1' }, () => {}, 'daemon', 'bad'],
    ['a port nobody listens at', { isListening: async () => false }, () => {}, 'port', 'bad'],
    ['a service that does not run', { service: async () => 'absent' }, () => {}, 'port', 'warn'],
  ];

for (const [what, probes, change, id, status] of TROUBLES) {
  test(`${what} is named with a way to mend it`, async () => {
    const check = (await look(probes, change)).find((found) => found.id === id);
    expect(check).toMatchObject({ status, fix: expect.stringMatching(/^[A-Z].*[^.]$|\.$/) });
    expect(check?.sentence).toMatch(/^\S.*[.\w]$/);
  });
}

test('a database that a service holds is never looked at', async () => {
  let looks = 0;
  const database: Probes['database'] = async () => {
    looks += 1;
    return { problem: null };
  };
  await look({ database });
  expect(looks).toBe(0);
  await look({ database, service: async () => 'absent' });
  expect(looks).toBe(1);
});

test('looking at a database changes nothing and sees damage', async () => {
  const state = join(folder, 'database');
  mkdirSync(state);
  const probes = realProbes({ stateFolder: state, place: placeOf(state), files: [] });
  expect(await probes.database()).toBe('absent');
  const file = join(state, 'session.db');
  const db = new DatabaseSync(file);
  db.exec('PRAGMA journal_mode = WAL; CREATE TABLE t (x); INSERT INTO t VALUES (1)');
  const before = readdirSync(state);
  expect(await probes.database()).toEqual({ problem: null });
  expect(readdirSync(state)).toEqual(before);
  db.close();
  writeFileSync(file, 'this is no database at all, it is only text that stands there instead');
  expect(await probes.database()).toMatchObject({ problem: expect.stringMatching(/not a database/) });
});

test('a launcher that says nonsense, nothing, or cannot be run is told apart', async () => {
  const probes = realProbes({ stateFolder: folder, place: placeOf(folder), files: [] });
  const script = (text: string): string => {
    const path = join(folder, 'launcher.sh');
    writeFileSync(path, `#!/bin/sh\n${text}\n`);
    chmodSync(path, 0o755);
    return path;
  };
  const ask = (text: string): ReturnType<Probes['launcher']> =>
    probes.launcher(script(text), ['chrome-extension://x/']);
  expect(await ask('exit 64')).toEqual({ kind: 'silent', reason: 'it ended with status 64' });
  expect(await ask('echo Debugger attached here; sleep 60')).toMatchObject({ kind: 'silent' });
  expect(await ask("printf '\\003\\000\\000\\000{}x'; sleep 60")).toMatchObject({ kind: 'silent' });
  expect(await ask("printf '\\002\\000\\000\\000{}'; sleep 60")).toMatchObject({ kind: 'hello' });
  const refusal = '{"error":{"code":"VERSION_TOO_OLD"}}';
  expect(await ask(`printf '\\0${refusal.length.toString(8)}\\000\\000\\000${refusal}'; sleep 60`)).toEqual({
    kind: 'refused',
    reason: 'VERSION_TOO_OLD',
  });
  expect(await probes.launcher(join(folder, 'absent'), [])).toMatchObject({ kind: 'silent' });
});

test('a port is open only while something listens', async () => {
  const probes = realProbes({ stateFolder: folder, place: placeOf(folder), files: [] });
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  expect(await probes.isListening(port)).toBe(true);
  await new Promise((resolve) => server.close(resolve));
  expect(await probes.isListening(port)).toBe(false);
});

test.skipIf(process.platform !== 'linux')('what was installed for real answers a browser', async () => {
  const home = join(folder, 'real');
  const state = join(home, "odd 'state' $HOME");
  mkdirSync(join(home, '.config', 'chromium'), { recursive: true });
  mkdirSync(state, { mode: 0o700 });
  const world = { ...thisMachine(), env: { JSTORRENT_HOME: state }, home, stateFolder: state };
  const entry = fileURLToPath(new URL('../connector/main.ts', import.meta.url));
  const command = [process.execPath, '--disable-warning=ExperimentalWarning', entry];
  await install({ extensionIds: ALLOWED_CALLERS, command }, world);
  const probes = realProbes({ stateFolder: state, place: placeOf(state), files: [entry] });
  const heard: unknown[] = [];
  const listener = await listenLocally(placeOf(state), manifest.version, (socket) => greet(socket, heard));
  try {
    const checks = await doctor({ world, probes, port: null });
    const wrong = checks.filter(({ status }) => status === 'bad');
    expect(wrong).toEqual([]);
    expect(checks.find(({ id }) => id === 'launcher')?.sentence).toMatch(/^The host answers/);
    expect(heard).toMatchObject([{ id: 1, call: 'hello', params: { name: 'doctor' } }]);
  } finally {
    listener.close();
  }
});

/** As much of a service as the doctor speaks to. */
function greet(socket: Socket, heard: unknown[]): void {
  const frames = new FrameDecoder(1024);
  socket.on('error', () => {});
  socket.on('data', (chunk) => {
    for (const frame of frames.push(chunk)) {
      heard.push(frame.ok ? frame.message : frame);
      socket.write(encodeFrame({ id: 1, result: {} }));
    }
  });
}
