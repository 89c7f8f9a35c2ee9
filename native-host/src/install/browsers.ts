/**
 * The browsers that can start our host, and where each looks for it on each platform. Decides places; what is written there is
 * decided by manifest.ts and install.ts.
 */
import { pathsOf, type InstallWorld } from './world.ts';

/** Browsers by the names that users give on the command line. */
export const BROWSER_IDS = ['chrome', 'chromium', 'edge', 'brave', 'vivaldi', 'opera', 'firefox'] as const;

/** One of the browsers. */
export type BrowserId = (typeof BROWSER_IDS)[number];

/** How a browser names those who may call a host. */
export type Family = 'chromium' | 'firefox';

/** A browser on one platform. */
export interface BrowserPlace {
  readonly id: BrowserId;
  /** For people. */
  readonly name: string;
  readonly family: Family;
  /** Absolute path; is there once the browser was used. */
  readonly configuration: string;
  /** Where the host's manifest belongs: a folder, or a key of the registry that names a file. */
  readonly hosts:
    | { readonly kind: 'folder'; readonly path: string }
    | { readonly kind: 'registry'; readonly key: string };
}

interface Browser {
  readonly name: string;
  /** Below `~/.config` (`~` for Firefox), `~/Library/Application Support` and `%LOCALAPPDATA%` (`%APPDATA%` for Firefox). */
  readonly linux: string;
  readonly mac: string | null;
  readonly windows: string;
  /** Below `HKCU\Software`; a browser that has none of its own reads Chrome's. */
  readonly registry: string;
}

const BROWSERS: Readonly<Record<Exclude<BrowserId, 'firefox'>, Browser>> = {
  chrome: {
    name: 'Google Chrome',
    linux: 'google-chrome',
    mac: 'Google/Chrome',
    windows: 'Google\\Chrome\\User Data',
    registry: 'Google\\Chrome',
  },
  chromium: {
    name: 'Chromium',
    linux: 'chromium',
    mac: 'Chromium',
    windows: 'Chromium\\User Data',
    registry: 'Chromium',
  },
  edge: {
    name: 'Microsoft Edge',
    linux: 'microsoft-edge',
    mac: 'Microsoft Edge',
    windows: 'Microsoft\\Edge\\User Data',
    registry: 'Microsoft\\Edge',
  },
  brave: {
    name: 'Brave',
    linux: 'BraveSoftware/Brave-Browser',
    mac: 'BraveSoftware/Brave-Browser',
    windows: 'BraveSoftware\\Brave-Browser\\User Data',
    registry: 'Google\\Chrome',
  },
  vivaldi: {
    name: 'Vivaldi',
    linux: 'vivaldi',
    mac: 'Vivaldi',
    windows: 'Vivaldi\\User Data',
    registry: 'Google\\Chrome',
  },
  opera: {
    name: 'Opera',
    linux: 'opera',
    mac: null,
    windows: 'Opera Software\\Opera Stable',
    registry: 'Google\\Chrome',
  },
};

/** All browsers that exist on the world's platform, in the order of BROWSER_IDS. */
export function browserPlaces(world: InstallWorld): readonly BrowserPlace[] {
  return BROWSER_IDS.map((id) => (id === 'firefox' ? firefox(world) : chromium(id, world))).filter(
    (place) => place !== null,
  );
}

function chromium(id: Exclude<BrowserId, 'firefox'>, world: InstallWorld): BrowserPlace | null {
  const { name, linux, mac, windows, registry } = BROWSERS[id];
  const join = (...parts: string[]): string => pathsOf(world).join(...parts);
  const named = { id, name, family: 'chromium' } as const;
  if (world.platform === 'win32') {
    const base =
      id === 'opera' ? roaming(world) : world.env['LOCALAPPDATA'] || join(world.home, 'AppData', 'Local');
    const key = `HKCU\\Software\\${registry}\\NativeMessagingHosts`;
    return { ...named, configuration: join(base, windows), hosts: { kind: 'registry', key } };
  }
  const isMac = world.platform === 'darwin';
  if (isMac && mac === null) return null;
  const base = isMac ? macSupport(world) : world.env['XDG_CONFIG_HOME'] || join(world.home, '.config');
  const configuration = join(base, isMac ? (mac ?? '') : linux);
  return {
    ...named,
    configuration,
    hosts: { kind: 'folder', path: join(configuration, 'NativeMessagingHosts') },
  };
}

function firefox(world: InstallWorld): BrowserPlace {
  const paths = pathsOf(world);
  const named = { id: 'firefox', name: 'Firefox', family: 'firefox' } as const;
  if (world.platform === 'win32') {
    const configuration = paths.join(roaming(world), 'Mozilla', 'Firefox');
    const key = 'HKCU\\Software\\Mozilla\\NativeMessagingHosts';
    return { ...named, configuration, hosts: { kind: 'registry', key } };
  }
  if (world.platform === 'darwin') {
    const path = paths.join(macSupport(world), 'Mozilla', 'NativeMessagingHosts');
    return {
      ...named,
      configuration: paths.join(macSupport(world), 'Firefox'),
      hosts: { kind: 'folder', path },
    };
  }
  const configuration = paths.join(world.home, '.mozilla');
  return {
    ...named,
    configuration,
    hosts: { kind: 'folder', path: paths.join(configuration, 'native-messaging-hosts') },
  };
}

function macSupport(world: InstallWorld): string {
  return pathsOf(world).join(world.home, 'Library', 'Application Support');
}

function roaming(world: InstallWorld): string {
  return world.env['APPDATA'] || pathsOf(world).join(world.home, 'AppData', 'Roaming');
}
