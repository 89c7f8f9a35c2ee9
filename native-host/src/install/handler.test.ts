import { expect, test } from 'vitest';
import { desktopEntry, readDefault, withDefault } from './desktop-entry.ts';
import { handlerValues, installHandler, uninstallHandler } from './handler.ts';
import { memoryWorld, type MemoryWorld } from './testing/memory-world.ts';

const MAGNET = 'x-scheme-handler/magnet';
const LIST = '/home/u/.config/mimeapps.list';
const ENTRY = '/home/u/.local/share/applications/jstorrent.desktop';
const COMMAND = ['/usr/bin/node', '/opt/jstorrent/cli.mjs'];

function linux(list?: string): MemoryWorld {
  const world = memoryWorld({
    platform: 'linux',
    env: {},
    home: '/home/u',
    stateFolder: '/home/u/.local/state/jstorrent',
  });
  if (list !== undefined) world.files.set(LIST, { text: list, mode: 0o644 });
  return world;
}

/** The words of a value of Exec, as the Desktop Entry specification has them read. */
function readExec(entry: string): string[] {
  const raw = /^Exec=(.*)$/m.exec(entry)?.[1] ?? '';
  const escapes: Record<string, string> = { n: '\n', r: '\r', t: '\t', s: ' ', '\\': '\\' };
  const value = raw.replace(/\\(.)/g, (_, letter: string) => escapes[letter] ?? '');
  return [...value.matchAll(/"((?:\\.|[^"\\])*)"|([^ ]+)/gs)].map(([, quoted, plain]) =>
    quoted === undefined ? (plain ?? '') : quoted.replace(/\\(["`$\\])/g, '$1').replaceAll('%%', '%'),
  );
}

test('every word comes out of a desktop entry as it went in', () => {
  const odd = [
    '/a b/node',
    "it's",
    '"quoted"',
    '$HOME `id`',
    'back\\slash',
    '100% %u',
    'ünï 🎉',
    'tab\tline\n',
    '*?#()',
  ];
  expect(readExec(desktopEntry(odd, [MAGNET]))).toEqual([...odd, '--open', '%u']);
});

test('an entry is one value per line and names both types', () => {
  expect(desktopEntry(COMMAND, ['a/b', 'c/d'])).toBe(
    [
      '[Desktop Entry]',
      'Type=Application',
      'Name=JSTorrent',
      'Comment=Download and seed torrents',
      'Exec="/usr/bin/node" "/opt/jstorrent/cli.mjs" --open %u',
      'Terminal=false',
      'NoDisplay=true',
      'Categories=Network;FileTransfer;P2P;',
      'MimeType=a/b;c/d;',
      '',
    ].join('\n'),
  );
});

test('only the line of the type changes in a list of defaults', () => {
  const list = `[Added Associations]\n${MAGNET}=x.desktop;\n\n[Default Applications]\ntext/html=f.desktop\n${MAGNET}=old.desktop\n`;
  expect(readDefault(list, MAGNET)).toBe('old.desktop');
  expect(withDefault(list, MAGNET, 'new.desktop;')).toBe(list.replace('=old.desktop', '=new.desktop;'));
  expect(withDefault(list, MAGNET, '')).toBe(list.replace(`${MAGNET}=old.desktop\n`, ''));
  expect(withDefault('', MAGNET, 'a.desktop')).toBe(`[Default Applications]\n${MAGNET}=a.desktop\n`);
  expect(withDefault('[Other]\nx=y\n', MAGNET, 'a.desktop')).toBe(
    `[Other]\nx=y\n\n[Default Applications]\n${MAGNET}=a.desktop\n`,
  );
});

test('after removal the former default is back, exactly', async () => {
  const list = `[Default Applications]\n${MAGNET}=other.desktop;third.desktop;\n`;
  const world = linux(list);
  expect(await installHandler(COMMAND, world)).toMatchObject({ outcome: 'written' });
  const installed = world.files.get(LIST)?.text ?? '';
  expect(readDefault(installed, MAGNET)).toBe('jstorrent.desktop;');
  expect(readDefault(installed, 'application/x-bittorrent')).toBe('jstorrent.desktop;');
  expect(world.files.get(ENTRY)?.mode).toBe(0o644);
  expect(await installHandler(COMMAND, world)).toMatchObject({ outcome: 'unchanged' });
  expect(await uninstallHandler(world)).toMatchObject({ outcome: 'removed' });
  expect([...world.files]).toEqual([[LIST, { text: list, mode: 0o644 }]]);
  expect(await uninstallHandler(world)).toMatchObject({ outcome: 'skipped' });
});

test('what the user chose since then stays', async () => {
  const world = linux();
  await installHandler(COMMAND, world);
  const chosen = withDefault(world.files.get(LIST)?.text ?? '', MAGNET, 'chosen.desktop');
  world.files.set(LIST, { text: chosen, mode: 0o644 });
  await uninstallHandler(world);
  expect(world.files.get(LIST)?.text).toBe(`[Default Applications]\n${MAGNET}=chosen.desktop\n`);
});

test('a damaged note of former defaults counts as none', async () => {
  const world = linux();
  await installHandler(COMMAND, world);
  const note = '/home/u/.local/state/jstorrent/former-handlers.json';
  for (const text of ['{', 'null', '[]', `{"${MAGNET}":5}`, `{"${MAGNET}":"a\\n[x]"}`]) {
    await installHandler(COMMAND, world);
    world.files.set(note, { text, mode: 0o600 });
    await uninstallHandler(world);
    expect(world.files.get(LIST)?.text ?? '').not.toContain(MAGNET);
  }
});

test('macOS is told in a sentence that it is not offered', async () => {
  const world = memoryWorld({ platform: 'darwin', env: {}, home: '/Users/u', stateFolder: '/s' });
  expect(await installHandler(COMMAND, world)).toMatchObject({ outcome: 'skipped' });
  expect(world.files.size).toBe(0);
});

test('on Windows JSTorrent offers itself and leaves the choice to the user', async () => {
  const world = memoryWorld({ platform: 'win32', env: {}, home: 'C:\\Users\\u', stateFolder: 'C:\\s' });
  const command = ['C:\\Program Files\\node.exe', 'C:\\j\\cli.mjs'];
  expect(await installHandler(command, world)).toMatchObject({ outcome: 'written' });
  expect(world.ran.length).toBe(handlerValues(command).length);
  expect(world.ran).toContainEqual([
    'reg.exe',
    'add',
    'HKCU\\Software\\Classes\\JSTorrent.Magnet\\shell\\open\\command',
    '/ve',
    '/t',
    'REG_SZ',
    '/d',
    '"C:\\Program Files\\node.exe" "C:\\j\\cli.mjs" --open "%1"',
    '/f',
  ]);
  expect(world.ran.every((words) => words[2]?.startsWith('HKCU\\') === true)).toBe(true);
  expect(await uninstallHandler(world)).toMatchObject({ outcome: 'removed' });
  expect(await uninstallHandler(world)).toMatchObject({ outcome: 'skipped' });
});
