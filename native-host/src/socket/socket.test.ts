import { PROTOCOL } from '@jstorrent/control/limits';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { connectLocally, readNote } from './connect.ts';
import { listenLocally } from './listen.ts';
import { takeLock } from './lock.ts';
import { socketPlace, type PlaceWorld, type SocketPlace } from './place.ts';

const uid = process.getuid?.() ?? -1;
const newFolder = (): string => mkdtempSync(join(tmpdir(), 'jstorrent-socket-'));
const world = (env: PlaceWorld['env'], platform = 'linux'): PlaceWorld => ({ env, platform, uid });

function newPlace(): SocketPlace {
  const state = newFolder();
  return socketPlace(state, world({ JSTORRENT_HOME: state }));
}

test('the socket is in the runtime folder of the login, or beside the session', () => {
  const runtime = newFolder();
  const state = newFolder();
  expect(socketPlace(state, world({ XDG_RUNTIME_DIR: runtime })).folder).toBe(join(runtime, 'jstorrent'));
  expect(socketPlace(state, world({ XDG_RUNTIME_DIR: join(runtime, 'absent') })).folder).toBe(
    join(state, 'run'),
  );
  expect(socketPlace(state, world({ XDG_RUNTIME_DIR: runtime, JSTORRENT_HOME: state })).folder).toBe(
    join(state, 'run'),
  );
  expect(socketPlace(state, world({ XDG_RUNTIME_DIR: runtime }, 'darwin')).folder).toBe(join(state, 'run'));
});

test('a runtime folder that is a link is not used', () => {
  const runtime = join(newFolder(), 'link');
  symlinkSync(newFolder(), runtime);
  const state = newFolder();
  expect(socketPlace(state, world({ XDG_RUNTIME_DIR: runtime })).folder).toBe(join(state, 'run'));
});

test('the path of the socket fits into what systems take, and two sessions have two', () => {
  const long = join(newFolder(), 'x'.repeat(200));
  expect(Buffer.byteLength(socketPlace(long, world({ JSTORRENT_HOME: long })).path)).toBeLessThan(104);
  const runtime = { XDG_RUNTIME_DIR: newFolder() };
  expect(socketPlace('/a', world(runtime)).path).not.toBe(socketPlace('/b', world(runtime)).path);
  expect(socketPlace('C:\\state', world({}, 'win32')).path).toMatch(/^\\\\\.\\pipe\\jstorrent-[0-9a-f]{16}$/);
});

test('who listens is reached, tells its version, and is gone when it closes', async () => {
  const place = newPlace();
  expect(await connectLocally(place)).toBeNull();
  expect(readNote(place)).toBeNull();
  const listener = await listenLocally(place, '1.2.3', (socket) => socket.end('hello'));
  expect(readNote(place)).toEqual({ pid: process.pid, version: '1.2.3', protocol: PROTOCOL });
  writeFileSync(place.note, JSON.stringify({ pid: 1, version: '0.1.0' }));
  expect(readNote(place)).toEqual({ pid: 1, version: '0.1.0', protocol: 1 });
  const socket = await connectLocally(place);
  const [chunk] = (await once(socket!, 'data')) as [Buffer];
  expect(String(chunk)).toBe('hello');
  socket!.destroy();
  listener.close();
  expect(await connectLocally(place)).toBeNull();
  expect(readNote(place)).toBeNull();
});

test('only the user may enter the folder and use the socket', async () => {
  const place = newPlace();
  mkdirSync(place.folder!, { recursive: true });
  chmodSync(place.folder!, 0o777);
  const listener = await listenLocally(place, '1.2.3', () => {});
  expect(statSync(place.folder!).mode & 0o777).toBe(0o700);
  expect(statSync(place.path).mode & 0o777).toBe(0o600);
  chmodSync(place.folder!, 0o711);
  await expect(async () => connectLocally(place)).rejects.toThrow(/may be entered by other users/);
  listener.close();
});

test('a folder or socket that is something else is refused', async () => {
  const linked = newPlace();
  symlinkSync(newFolder(), linked.folder!);
  await expect(async () => connectLocally(linked)).rejects.toThrow(/is a link/);
  await expect(listenLocally(linked, '1.2.3', () => {})).rejects.toThrow(/is a link/);

  const file = newPlace();
  mkdirSync(file.folder!, { mode: 0o700 });
  writeFileSync(file.path, '');
  await expect(async () => connectLocally(file)).rejects.toThrow(/is not a socket/);

  const target = newPlace();
  mkdirSync(target.folder!, { mode: 0o700 });
  symlinkSync(file.path, target.path);
  await expect(async () => connectLocally(target)).rejects.toThrow(/is not a socket/);
});

test.runIf(uid === 0)('what belongs to another user is refused', async () => {
  const place = newPlace();
  mkdirSync(place.folder!, { mode: 0o700 });
  spawnSync('chown', ['12345', place.folder!]);
  await expect(async () => connectLocally(place)).rejects.toThrow(/belongs to another user/);
  await expect(listenLocally(place, '1.2.3', () => {})).rejects.toThrow(/belongs to another user/);
});

test('the socket of a service that was killed is taken over', async () => {
  const place = newPlace();
  mkdirSync(place.folder!, { mode: 0o700 });
  const script = join(newFolder(), 'serve.mjs');
  writeFileSync(
    script,
    "import net from 'node:net'; net.createServer().listen(process.argv[2], () => process.send('up'));",
  );
  const child = fork(script, [place.path]);
  await once(child, 'message');
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(existsSync(place.path)).toBe(true);
  expect(await connectLocally(place)).toBeNull();
  const listener = await listenLocally(place, '1.2.3', (socket) => socket.end());
  const socket = await connectLocally(place);
  expect(socket).not.toBeNull();
  socket!.destroy();
  listener.close();
});

test('a note that is none is ignored', async () => {
  const place = newPlace();
  mkdirSync(place.folder!, { mode: 0o700 });
  for (const text of ['', '{', 'null', '[]', '{"pid":"1","version":2}']) {
    writeFileSync(place.note, text);
    expect(readNote(place)).toBeNull();
  }
});

test('one lock, given back by whoever dies', async () => {
  const state = newFolder();
  const script = join(newFolder(), 'hold.mjs');
  const module = new URL('./lock.ts', import.meta.url).href;
  writeFileSync(
    script,
    `import { takeLock } from '${module}'; globalThis.lock = takeLock(process.argv[2]); ` +
      'process.send(globalThis.lock !== null); setInterval(() => {}, 1000);',
  );
  const holder = fork(script, [state]);
  expect((await once(holder, 'message'))[0]).toBe(true);
  expect(takeLock(state)).toBeNull();
  holder.kill('SIGKILL');
  await once(holder, 'exit');
  const lock = takeLock(state);
  expect(lock).not.toBeNull();
  lock!.release();
  const again = takeLock(state);
  expect(again).not.toBeNull();
  again!.release();
});

test('something else at the path is not listened over', async () => {
  const place = newPlace();
  mkdirSync(join(place.path, 'deep'), { recursive: true });
  chmodSync(place.folder!, 0o700);
  await expect(listenLocally(place, '1.2.3', () => {})).rejects.toThrow(/is a folder/);
});
