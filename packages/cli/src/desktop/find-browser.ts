/**
 * Which browser on this machine can show the extension. Decides names, places and the order of preference; how one is
 * started is decided by open-browser.ts.
 */
import { posix, win32 } from 'node:path';

/** What looking asks of the machine. */
export interface BrowserWorld {
  readonly platform: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  /** Whether a program stands at an absolute path. */
  isProgram(path: string): boolean;
}

/** A browser that was found. */
export interface FoundBrowser {
  /** For people. */
  readonly name: string;
  /** Absolute path of the program. */
  readonly path: string;
  /** Whether it loads an extension from a folder when it is told to at its start; branded Chrome does not. */
  readonly loads: boolean;
}

interface Candidate {
  readonly name: string;
  readonly loads: boolean;
  /** Programs in PATH, on Linux. */
  readonly linux: readonly string[];
  /** Below an Applications folder, on macOS. */
  readonly mac: string;
  /** Below a folder of programs, on Windows. */
  readonly windows: string;
}

/** In order of preference: those that load extensions first. */
const CANDIDATES: readonly Candidate[] = [
  {
    name: 'Chromium',
    loads: true,
    linux: ['chromium', 'chromium-browser'],
    mac: 'Chromium.app/Contents/MacOS/Chromium',
    windows: 'Chromium\\Application\\chrome.exe',
  },
  {
    name: 'Brave',
    loads: true,
    linux: ['brave-browser', 'brave'],
    mac: 'Brave Browser.app/Contents/MacOS/Brave Browser',
    windows: 'BraveSoftware\\Brave-Browser\\Application\\brave.exe',
  },
  {
    name: 'Microsoft Edge',
    loads: true,
    linux: ['microsoft-edge', 'microsoft-edge-stable'],
    mac: 'Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
    windows: 'Microsoft\\Edge\\Application\\msedge.exe',
  },
  {
    name: 'Vivaldi',
    loads: true,
    linux: ['vivaldi', 'vivaldi-stable'],
    mac: 'Vivaldi.app/Contents/MacOS/Vivaldi',
    windows: 'Vivaldi\\Application\\vivaldi.exe',
  },
  {
    name: 'Google Chrome',
    loads: false,
    linux: ['google-chrome', 'google-chrome-stable'],
    mac: 'Google Chrome.app/Contents/MacOS/Google Chrome',
    windows: 'Google\\Chrome\\Application\\chrome.exe',
  },
];

/** Whether windows can be shown to the user. */
export function hasDisplay({ platform, env }: Pick<BrowserWorld, 'platform' | 'env'>): boolean {
  if (platform === 'win32') return true;
  if (platform === 'darwin') return (env['SSH_CONNECTION'] ?? '') === '';
  return [env['DISPLAY'], env['WAYLAND_DISPLAY']].some((display) => (display ?? '') !== '');
}

/** The best browser; null when there is none. `CHROMIUM` names one by its absolute path. */
export function findBrowser(world: BrowserWorld): FoundBrowser | null {
  const named = world.env['CHROMIUM'];
  if (named !== undefined && world.isProgram(named)) return { name: 'Chromium', path: named, loads: true };
  for (const candidate of CANDIDATES) {
    const path = placesOf(candidate, world).find((place) => world.isProgram(place));
    if (path !== undefined) return { name: candidate.name, path, loads: candidate.loads };
  }
  return null;
}

function placesOf(candidate: Candidate, { platform, env, home }: BrowserWorld): readonly string[] {
  if (platform === 'win32') {
    return ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA']
      .map((name) => env[name])
      .filter((folder) => folder !== undefined && folder !== '')
      .map((folder) => win32.join(folder!, candidate.windows));
  }
  if (platform === 'darwin') {
    return ['/Applications', posix.join(home, 'Applications')].map((folder) =>
      posix.join(folder, candidate.mac),
    );
  }
  const folders = (env['PATH'] ?? '').split(':').filter((folder) => folder.startsWith('/'));
  return candidate.linux.flatMap((name) => folders.map((folder) => posix.join(folder, name)));
}
