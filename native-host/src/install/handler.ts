/**
 * JSTorrent as the system's program for magnet links and .torrent files, when the user asks for it. Decides what is
 * registered, and that whoever was asked before is asked again afterwards.
 */
import { desktopEntry, readDefault, withDefault } from './desktop-entry.ts';
import { regAdd, regDelete, type RegistryValue } from './registry.ts';
import { pathsOf, type InstallWorld } from './world.ts';

const ENTRY = 'jstorrent.desktop';
const TYPES = ['x-scheme-handler/magnet', 'application/x-bittorrent'] as const;
const MODE = 0o644;

/** What became of it. */
export interface HandlerOutcome {
  readonly outcome: 'written' | 'unchanged' | 'removed' | 'skipped' | 'failed';
  readonly sentence: string;
}

/** Register `command`, the words before `--open LINK`. Throws a system error where files cannot be written. */
export async function installHandler(
  command: readonly string[],
  world: InstallWorld,
): Promise<HandlerOutcome> {
  if (world.platform === 'darwin') return notOffered();
  return world.platform === 'win32' ? installOnWindows(command, world) : installOnLinux(command, world);
}

/** Undo `installHandler`. Throws a system error where files cannot be written. */
export async function uninstallHandler(world: InstallWorld): Promise<HandlerOutcome> {
  if (world.platform === 'darwin') return notOffered();
  return world.platform === 'win32' ? uninstallOnWindows(world) : uninstallOnLinux(world);
}

function notOffered(): HandlerOutcome {
  const sentence =
    'macOS gives magnet links only to apps with a bundle of their own. In the browser, the extension can take them.';
  return { outcome: 'skipped', sentence };
}

/** Files of the desktop's own. */
interface DesktopFiles {
  readonly entry: string;
  readonly list: string;
  /** Whom the user had before, by type, in JSON. */
  readonly former: string;
}

function desktopFiles(world: InstallWorld): DesktopFiles {
  const { env, home, stateFolder } = world;
  const paths = pathsOf(world);
  return {
    entry: paths.join(env['XDG_DATA_HOME'] || paths.join(home, '.local', 'share'), 'applications', ENTRY),
    list: paths.join(env['XDG_CONFIG_HOME'] || paths.join(home, '.config'), 'mimeapps.list'),
    former: paths.join(stateFolder, 'former-handlers.json'),
  };
}

function installOnLinux(command: readonly string[], world: InstallWorld): HandlerOutcome {
  const files = desktopFiles(world);
  const entry = desktopEntry(command, TYPES);
  const before = world.read(files.list)?.text ?? '';
  const former: Record<string, string> = {};
  let list = before;
  for (const type of TYPES) {
    const programs = readDefault(before, type);
    if (programs.split(';')[0] === ENTRY) continue;
    former[type] = programs;
    list = withDefault(list, type, `${ENTRY};`);
  }
  const isNew = world.read(files.entry)?.text !== entry;
  if (isNew) world.write(files.entry, entry, MODE);
  // Whom the user had is kept before it is replaced.
  if (Object.keys(former).length > 0) {
    world.write(files.former, JSON.stringify({ ...readFormer(world, files), ...former }), 0o600);
    world.write(files.list, list, MODE);
  }
  return isNew || list !== before
    ? { outcome: 'written', sentence: 'Magnet links and .torrent files are opened by JSTorrent.' }
    : { outcome: 'unchanged', sentence: 'Magnet links and .torrent files were opened by JSTorrent already.' };
}

function uninstallOnLinux(world: InstallWorld): HandlerOutcome {
  const files = desktopFiles(world);
  const former = readFormer(world, files);
  const before = world.read(files.list)?.text ?? '';
  let list = before;
  for (const type of TYPES) {
    // Another program that the user chose since stays.
    if (readDefault(before, type).split(';')[0] !== ENTRY) continue;
    list = withDefault(list, type, former[type] ?? '');
  }
  if (list !== before) world.write(files.list, list, MODE);
  const wasThere = world.remove(files.entry);
  world.remove(files.former);
  return wasThere || list !== before
    ? {
        outcome: 'removed',
        sentence: 'Magnet links and .torrent files are opened by whom they were opened by before.',
      }
    : { outcome: 'skipped', sentence: 'JSTorrent did not open magnet links.' };
}

function readFormer(world: InstallWorld, files: DesktopFiles): Readonly<Record<string, string>> {
  const former: Record<string, string> = {};
  try {
    const kept: unknown = JSON.parse(world.read(files.former)?.text ?? '{}');
    for (const type of TYPES) {
      const programs = (kept as Record<string, unknown> | null)?.[type];
      if (typeof programs === 'string' && !/[\r\n]/.test(programs)) former[type] = programs;
    }
  } catch {
    // Then nobody is known.
  }
  return former;
}

const CLASSES = 'HKCU\\Software\\Classes';
const OURS = 'HKCU\\Software\\JSTorrent';
const REGISTERED = 'HKCU\\Software\\RegisteredApplications';

/**
 * What is written to the registry of Windows. The system itself asks the user: programs may offer themselves, not choose
 * themselves.
 */
export function handlerValues(command: readonly string[]): readonly RegistryValue[] {
  const line = `${command.map((word) => `"${word}"`).join(' ')} --open "%1"`;
  const capabilities = `${OURS}\\Capabilities`;
  const opens = (id: string, name: string): RegistryValue[] => [
    { key: `${CLASSES}\\${id}`, name: null, text: name },
    { key: `${CLASSES}\\${id}\\shell\\open\\command`, name: null, text: line },
  ];
  return [
    ...opens('JSTorrent.Magnet', 'URL:Magnet link'),
    { key: `${CLASSES}\\JSTorrent.Magnet`, name: 'URL Protocol', text: '' },
    ...opens('JSTorrent.Torrent', 'Torrent'),
    { key: capabilities, name: 'ApplicationName', text: 'JSTorrent' },
    { key: capabilities, name: 'ApplicationDescription', text: 'Downloads and seeds torrents' },
    { key: `${capabilities}\\URLAssociations`, name: 'magnet', text: 'JSTorrent.Magnet' },
    { key: `${capabilities}\\FileAssociations`, name: '.torrent', text: 'JSTorrent.Torrent' },
    { key: REGISTERED, name: 'JSTorrent', text: 'Software\\JSTorrent\\Capabilities' },
  ];
}

async function installOnWindows(command: readonly string[], world: InstallWorld): Promise<HandlerOutcome> {
  for (const value of handlerValues(command)) {
    const added = await world.run(regAdd(value));
    if (added?.status !== 0)
      return { outcome: 'failed', sentence: `The registry cannot be written at ${value.key}.` };
  }
  const sentence = 'Choose JSTorrent for MAGNET and .torrent in Settings, Apps, Default apps.';
  return { outcome: 'written', sentence };
}

async function uninstallOnWindows(world: InstallWorld): Promise<HandlerOutcome> {
  let removed = 0;
  for (const words of [
    regDelete(REGISTERED, 'JSTorrent'),
    regDelete(OURS),
    regDelete(`${CLASSES}\\JSTorrent.Magnet`),
    regDelete(`${CLASSES}\\JSTorrent.Torrent`),
  ]) {
    const done = await world.run(words);
    if (done?.status === 0) removed += 1;
  }
  return removed > 0
    ? {
        outcome: 'removed',
        sentence: 'JSTorrent is not offered for magnet links and .torrent files any more.',
      }
    : { outcome: 'skipped', sentence: 'JSTorrent did not open magnet links.' };
}
