/**
 * Lets the user choose a folder in a window of the platform. Decides which programs can show one and how their answer is
 * read; what becomes of the folder is decided by the caller.
 */
import { isAbsolute } from 'node:path';
import process from 'node:process';
import { runProgram } from './run.ts';

/** A person may look for a while; then the window is closed. */
const TIMEOUT_MS = 10 * 60_000;

/** What the window shows. */
export interface PickRequest {
  readonly title: string;
  /** Absolute path to begin at, or null. */
  readonly start: string | null;
}

/** A folder, nothing (the user closed the window), or no program that could ask. */
export type Picked =
  | { readonly kind: 'picked'; readonly path: string }
  | { readonly kind: 'closed' }
  | { readonly kind: 'unsupported' };

/** Words reach these scripts as values, never as text of the script. */
const APPLE_SCRIPT = [
  'on run argv',
  'set question to item 1 of argv',
  'if (count of argv) > 1 then',
  'return POSIX path of (choose folder with prompt question default location (POSIX file (item 2 of argv)))',
  'end if',
  'return POSIX path of (choose folder with prompt question)',
  'end run',
];
const POWER_SHELL = [
  'Add-Type -AssemblyName System.Windows.Forms;',
  '[Console]::OutputEncoding = [Text.Encoding]::UTF8;',
  '$d = New-Object System.Windows.Forms.FolderBrowserDialog;',
  '$d.Description = $env:JSTORRENT_TITLE; $d.SelectedPath = $env:JSTORRENT_START;',
  "if ($d.ShowDialog() -eq 'OK') { [Console]::Out.Write($d.SelectedPath) } else { exit 1 }",
].join(' ');

interface Picker {
  readonly argv: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Programs that can ask, best first. */
export function pickers(
  { title, start }: PickRequest,
  platform: string = process.platform,
): readonly Picker[] {
  if (platform === 'darwin') {
    const script = APPLE_SCRIPT.flatMap((line) => ['-e', line]);
    return [{ argv: ['/usr/bin/osascript', ...script, '--', title, ...(start === null ? [] : [start])] }];
  }
  if (platform === 'win32') {
    return [
      {
        argv: ['powershell.exe', '-NoProfile', '-NonInteractive', '-STA', '-Command', POWER_SHELL],
        env: { JSTORRENT_TITLE: title, JSTORRENT_START: start ?? '' },
      },
    ];
  }
  const from = start === null ? [] : [`--filename=${start.replace(/\/*$/, '/')}`];
  return [
    { argv: ['zenity', '--file-selection', '--directory', `--title=${title}`, ...from] },
    { argv: ['kdialog', '--title', title, '--getexistingdirectory', start ?? '.'] },
  ];
}

/** Ask. Resolved when the window is closed. */
export async function pickFolder(request: PickRequest, platform?: string): Promise<Picked> {
  for (const { argv, env } of pickers(request, platform)) {
    const outcome = await runProgram({ argv, timeoutMs: TIMEOUT_MS, ...(env === undefined ? {} : { env }) });
    if (outcome.kind === 'absent') continue;
    if (outcome.kind !== 'exited' || outcome.status !== 0) {
      // Without a display it fails like a window that was closed, but at once and with words.
      if (
        outcome.kind === 'exited' &&
        /cannot open display|could not connect to display/i.test(outcome.errors)
      ) {
        continue;
      }
      return { kind: 'closed' };
    }
    const path = outcome.output.replace(/\r?\n$/, '');
    return isAbsolute(path) ? { kind: 'picked', path } : { kind: 'closed' };
  }
  return { kind: 'unsupported' };
}
