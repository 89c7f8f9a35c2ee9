import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterAll, expect, test } from 'vitest';
import { BROWSER_IDS } from './browsers.ts';
import { ALLOWED_CALLERS, CHROMIUM_EXTENSION_ID, FIREFOX_EXTENSION_ID, HOST_NAME } from './identity.ts';
import { install, uninstall } from './install.ts';
import { launcherText } from './launcher.ts';
import { memoryWorld } from './testing/memory-world.ts';
import { thisMachine, type InstallWorld } from './world.ts';

const folder = mkdtempSync(join(tmpdir(), 'install-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const OPTIONS = {
  extensionIds: ALLOWED_CALLERS,
  command: ['/opt/node/bin/node', '/opt/js torrent/connector.mjs'],
};
const ODD = [
  'with space',
  "it's",
  'a"b',
  '$HOME',
  '`id`',
  'back\\slash',
  'Ünïcödé 🎉',
  'new\nline',
  '-n',
  '%PATH%',
  '*',
  '',
];

let count = 0;
function home(): InstallWorld {
  count += 1;
  const path = join(folder, String(count));
  return { ...thisMachine(), platform: 'linux', env: {}, home: path, stateFolder: join(path, 'state') };
}

test.skipIf(process.platform === 'win32')(
  'a launcher hands on every word exactly, from the oddest of places',
  () => {
    // Node itself loads no module from a path with a backslash.
    const odd = join(folder, ODD.slice(0, 9).join(' ').replaceAll('\\', ''));
    mkdirSync(odd, { recursive: true });
    const script = join(odd, 'print.mjs');
    const print = 'console.log(JSON.stringify([process.env.ODD, ...process.argv.slice(2)]))';
    writeFileSync(script, print);
    const launcher = join(odd, 'launcher.sh');
    const value = ODD.join(' ');
    const text = launcherText({ command: [process.execPath, script, ...ODD], env: { ODD: value } }, 'linux');
    writeFileSync(launcher, text, { mode: 0o755 });
    const output = execFileSync(launcher, ['chrome-extension://x/', ...ODD], { encoding: 'utf8' });
    expect(JSON.parse(output)).toEqual([value, ...ODD, 'chrome-extension://x/', ...ODD]);
  },
);

test('a launcher of Windows is one line in quotes, with percent signs doubled', () => {
  const command = ['C:\\Program Files\\node.exe', 'C:\\100% & ^more!\\connector.mjs'];
  expect(launcherText({ command, env: { JSTORRENT_HOME: 'D:\\ü' } }, 'win32').split('\r\n')).toEqual([
    '@echo off',
    'setlocal DisableDelayedExpansion',
    'chcp 65001 >nul',
    'set "JSTORRENT_HOME=D:\\ü"',
    '"C:\\Program Files\\node.exe" "C:\\100%% & ^more!\\connector.mjs" %*',
    'exit /b %errorlevel%',
    '',
  ]);
  expect(() => launcherText({ command: ['a"b'], env: {} }, 'win32')).toThrow('cannot hold');
  expect(() => launcherText({ command: ['a\0b'], env: {} }, 'linux')).toThrow('cannot hold');
});

test('on Linux only browsers that were used get a manifest, and the others are named with the reason', async () => {
  const world = home();
  mkdirSync(join(world.home, '.config', 'chromium'), { recursive: true });
  mkdirSync(join(world.home, '.mozilla'), { recursive: true });
  const { launcher, browsers } = await install(OPTIONS, world);
  expect(browsers.map(({ browser, outcome }) => [browser, outcome])).toEqual(
    BROWSER_IDS.map((id) => [id, id === 'chromium' || id === 'firefox' ? 'written' : 'skipped']),
  );
  expect(browsers[0]?.sentence).toBe(
    `Google Chrome is not used here: ${world.home}/.config/google-chrome does not exist.`,
  );
  const chromium = join(world.home, '.config/chromium/NativeMessagingHosts', `${HOST_NAME}.json`);
  const common = { name: HOST_NAME, path: launcher, type: 'stdio', description: expect.stringMatching(/./) };
  expect(JSON.parse(readFileSync(chromium, 'utf8'))).toEqual({
    ...common,
    allowed_origins: [`chrome-extension://${CHROMIUM_EXTENSION_ID}/`],
  });
  const firefox = join(world.home, '.mozilla/native-messaging-hosts', `${HOST_NAME}.json`);
  expect(JSON.parse(readFileSync(firefox, 'utf8'))).toEqual({
    ...common,
    allowed_extensions: [FIREFOX_EXTENSION_ID],
  });
  expect(statSync(chromium).mode & 0o777).toBe(0o644);
  expect(statSync(launcher).mode & 0o777).toBe(0o755);
  expect(readdirSync(join(chromium, '..'))).toEqual([`${HOST_NAME}.json`]);
});

test('installing again changes nothing, and mends what was changed', async () => {
  const world = home();
  mkdirSync(join(world.home, '.config', 'chromium'), { recursive: true });
  const first = await install(OPTIONS, world);
  const path = first.browsers.find(({ browser }) => browser === 'chromium')?.path ?? '';
  const { ino } = statSync(path);
  const again = await install(OPTIONS, world);
  expect(again.browsers.find(({ browser }) => browser === 'chromium')?.outcome).toBe('unchanged');
  expect(statSync(path).ino).toBe(ino);
  writeFileSync(path, '{}');
  await install(OPTIONS, world);
  expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ name: HOST_NAME });
});

test('a browser that was asked for gets its manifest before it was ever used', async () => {
  const world = home();
  const { browsers } = await install({ ...OPTIONS, browsers: ['edge'] }, world);
  expect(browsers).toMatchObject([{ browser: 'edge', outcome: 'written' }]);
  expect(readFileSync(browsers[0]?.path ?? '', 'utf8')).toContain(CHROMIUM_EXTENSION_ID);
});

test('one browser that cannot be written to does not keep the others back', async () => {
  const world = home();
  mkdirSync(join(world.home, '.config', 'chromium'), { recursive: true });
  mkdirSync(join(world.home, '.config', 'vivaldi'), { recursive: true });
  writeFileSync(join(world.home, '.config', 'chromium', 'NativeMessagingHosts'), 'a file');
  const { browsers } = await install(OPTIONS, world);
  expect(browsers.find(({ browser }) => browser === 'chromium')).toMatchObject({
    outcome: 'failed',
    sentence: expect.stringContaining('Chromium could not be told of the host: '),
  });
  expect(browsers.find(({ browser }) => browser === 'vivaldi')?.outcome).toBe('written');
});

test('uninstalling leaves nothing of ours and everything of others', async () => {
  const world = home();
  mkdirSync(join(world.home, '.config', 'chromium'), { recursive: true });
  mkdirSync(join(world.home, '.config', 'vivaldi', 'NativeMessagingHosts'), { recursive: true });
  const { launcher, browsers } = await install({ ...OPTIONS, browsers: ['chromium'] }, world);
  const foreign = join(world.home, '.config', 'vivaldi', 'NativeMessagingHosts', `${HOST_NAME}.json`);
  writeFileSync(foreign, '{"name":"another.host"}');
  const removed = await uninstall(world);
  expect(removed.filter(({ outcome }) => outcome === 'removed').map(({ browser }) => browser)).toEqual([
    'chromium',
  ]);
  expect(readdirSync(join(browsers[0]?.path ?? '', '..'))).toEqual([]);
  expect(() => statSync(launcher)).toThrow('ENOENT');
  expect(readFileSync(foreign, 'utf8')).toBe('{"name":"another.host"}');
  expect((await uninstall(world)).every(({ outcome }) => outcome === 'skipped')).toBe(true);
});

test('a session of its own is handed to a host that a browser starts', async () => {
  const world = { ...home(), env: { JSTORRENT_HOME: '/own place' } };
  const { launcher } = await install(OPTIONS, world);
  expect(readFileSync(launcher, 'utf8')).toBe(
    "#!/bin/sh\nexport JSTORRENT_HOME='/own place'\nexec '/opt/node/bin/node' '/opt/js torrent/connector.mjs' \"$@\"\n",
  );
});

test('the configuration folder that the user chose is the one that counts', async () => {
  const world = { ...home(), env: { XDG_CONFIG_HOME: join(folder, 'configs') } };
  const { browsers } = await install({ ...OPTIONS, browsers: ['chrome'] }, world);
  expect(browsers[0]?.path).toBe(
    join(folder, 'configs', 'google-chrome', 'NativeMessagingHosts', `${HOST_NAME}.json`),
  );
});

test('on macOS manifests lie with each browser, and Opera has none', async () => {
  const state = '/Users/u/Library/Application Support/JSTorrent';
  const world = memoryWorld({ platform: 'darwin', env: {}, home: '/Users/u', stateFolder: state });
  const support = '/Users/u/Library/Application Support';
  for (const used of ['Google/Chrome', 'Firefox', 'Microsoft Edge']) world.folders.add(`${support}/${used}`);
  const { browsers } = await install(OPTIONS, world);
  expect([...world.files.keys()]).toEqual([
    `${state}/native-host.sh`,
    `${support}/Google/Chrome/NativeMessagingHosts/${HOST_NAME}.json`,
    `${support}/Microsoft Edge/NativeMessagingHosts/${HOST_NAME}.json`,
    `${support}/Mozilla/NativeMessagingHosts/${HOST_NAME}.json`,
  ]);
  expect(browsers.map(({ browser }) => browser)).not.toContain('opera');
  const asked = await install({ ...OPTIONS, browsers: ['opera'] }, world);
  expect(asked.browsers).toEqual([
    {
      browser: 'opera',
      outcome: 'skipped',
      path: null,
      sentence: 'The host cannot be started by opera on this system.',
    },
  ]);
});

test('on Windows manifests lie with the state, and the registry names them', async () => {
  const local = 'C:\\Users\\u\\AppData\\Local';
  const world = memoryWorld({
    platform: 'win32',
    env: { LOCALAPPDATA: local, APPDATA: 'C:\\Users\\u\\AppData\\Roaming' },
    home: 'C:\\Users\\u',
    stateFolder: `${local}\\JSTorrent`,
  });
  world.folders.add(`${local}\\Google\\Chrome\\User Data`);
  world.folders.add('C:\\Users\\u\\AppData\\Roaming\\Mozilla\\Firefox');
  const { browsers } = await install(OPTIONS, world);
  const chromium = `${local}\\JSTorrent\\${HOST_NAME}.chromium.json`;
  const firefox = `${local}\\JSTorrent\\${HOST_NAME}.firefox.json`;
  expect([...world.files.keys()]).toEqual([`${local}\\JSTorrent\\native-host.bat`, chromium, firefox]);
  const chromeKey = `HKCU\\Software\\Google\\Chrome\\NativeMessagingHosts\\${HOST_NAME}`;
  const firefoxKey = `HKCU\\Software\\Mozilla\\NativeMessagingHosts\\${HOST_NAME}`;
  expect(world.ran.filter((words) => words[1] === 'add')).toEqual([
    ['reg.exe', 'add', chromeKey, '/ve', '/t', 'REG_SZ', '/d', chromium, '/f'],
    ['reg.exe', 'add', firefoxKey, '/ve', '/t', 'REG_SZ', '/d', firefox, '/f'],
  ]);
  expect(browsers.filter(({ outcome }) => outcome === 'written').length).toBe(2);
  const again = await install(OPTIONS, world);
  expect(again.browsers.filter(({ outcome }) => outcome === 'unchanged').length).toBe(2);
  await uninstall(world);
  expect(world.files.size).toBe(0);
  expect(world.ran.filter((words) => words[1] === 'delete').map((words) => words[2])).toEqual([
    chromeKey,
    firefoxKey,
  ]);
});

test('extensions of the user are told to browsers and kept for the connector until all is undone', async () => {
  const world = memoryWorld({ platform: 'linux', env: {}, home: '/home/u', stateFolder: '/state' });
  world.folders.add('/home/u/.config/chromium');
  const mine = 'abcdefghijklmnopabcdefghijklmnop';
  const extensionIds = { chromium: [CHROMIUM_EXTENSION_ID, mine], firefox: [FIREFOX_EXTENSION_ID] };
  await install({ ...OPTIONS, extensionIds }, world);
  await install(OPTIONS, world);
  const manifest = `/home/u/.config/chromium/NativeMessagingHosts/${HOST_NAME}.json`;
  expect(JSON.parse(world.read(manifest)?.text ?? '')).toMatchObject({
    allowed_origins: [CHROMIUM_EXTENSION_ID, mine].map((id) => `chrome-extension://${id}/`),
  });
  const kept = world.read('/state/callers.json');
  expect(kept?.mode).toBe(0o600);
  expect(JSON.parse(kept?.text ?? '')).toEqual({ chromium: [mine], firefox: [] });
  await uninstall(world);
  expect(world.read('/state/callers.json')).toBe(null);
});
