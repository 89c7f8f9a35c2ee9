/**
 * Shows files with the system's own programs. Decides which program that is and what is never opened; absolute paths come
 * from the caller.
 */
import process from 'node:process';
import { runProgram, type RunOutcome } from './run.ts';

/** An opener hands over to another program and leaves; one that shows a question of its own may take a while. */
const TIMEOUT_MS = 60_000;

/**
 * What opening would run or install: names from strangers must not become programs by a click. Such files are shown in
 * their folder instead.
 */
const RUNNABLE =
  /\.(app|appimage|apk|bat|chm|cmd|com|command|cpl|deb|desktop|dll|dmg|exe|gadget|hta|inf|jar|jnlp|js|jse|lnk|mpkg|msc|msi|msp|mst|pif|pkg|ps1|py|reg|rpm|run|scf|scr|sct|sh|terminal|url|vb|vbe|vbs|workflow|ws|wsf|wsh|xll)[. ]*$/i;

/** Whether a file may be opened by name. */
export function isOpenable(name: string): boolean {
  return !RUNNABLE.test(name);
}

/** The words that open a file or folder, or show a file in its folder. `path` is absolute. */
export function openCommand(
  path: string,
  how: 'open' | 'show',
  platform: string = process.platform,
): readonly string[] {
  if (platform === 'darwin') return how === 'open' ? ['/usr/bin/open', path] : ['/usr/bin/open', '-R', path];
  if (platform === 'win32')
    return how === 'open' ? ['explorer.exe', path] : ['explorer.exe', `/select,${path}`];
  return ['xdg-open', how === 'open' ? path : path.slice(0, Math.max(1, path.lastIndexOf('/')))];
}

/** Open or show; resolved when the opener has left. */
export function openPath(path: string, how: 'open' | 'show'): Promise<RunOutcome> {
  return runProgram({ argv: openCommand(path, how), timeoutMs: TIMEOUT_MS });
}
