/** The commands that install, mend and update the helper, for each system. They agree with the README and the installer. */

/** A system that the helper runs on. */
export type System = 'linux' | 'mac' | 'windows';

/** How JSTorrent came here: as a download with an installer, or as a checkout of its sources. */
export type Origin = 'download' | 'sources';

/** All systems, in the order they are shown. */
export const SYSTEMS: readonly System[] = ['linux', 'mac', 'windows'];

/** The system by the browser's word for it (`runtime.getPlatformInfo`); others are like Linux. */
export function systemOf(os: string): System {
  return os === 'win' ? 'windows' : os === 'mac' ? 'mac' : 'linux';
}

/** Installs the helper for this user; typed in the folder of JSTorrent. */
export function installCommand(system: System, origin: Origin): string {
  if (origin === 'sources') return programCommand(system, origin, 'install');
  return system === 'windows' ? String.raw`.\install.cmd` : './install.sh';
}

/** Runs JSTorrent's command line: `install`, `doctor`, `service stop`. Sources: typed in their folder. */
export function programCommand(system: System, origin: Origin, words: string): string {
  return `${program(system, origin)} ${words}`;
}

/** Brings a checkout up to date; null for a download, which is fetched anew. */
export function updateCommand(origin: Origin): string | null {
  return origin === 'sources' ? 'git pull && npx -y pnpm@12 build' : null;
}

function program(system: System, origin: Origin): string {
  if (origin === 'sources') {
    return system === 'windows'
      ? String.raw`node_modules\.bin\node packages\cli\src\main.ts`
      : 'bin/jstorrent';
  }
  return system === 'windows'
    ? // Understood by both shells of Windows.
      String.raw`cmd /c "%LOCALAPPDATA%\Programs\JSTorrent\jstorrent.exe"`
    : '~/.local/bin/jstorrent';
}
