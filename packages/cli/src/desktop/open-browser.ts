/**
 * Opens a browser with the extension in a profile of its own, so that it loads whatever else runs. Decides its words and
 * that the helper is known in that profile; which browser is decided by find-browser.ts.
 */
import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { ALLOWED_CALLERS, HOST_NAME, manifestText } from '@jstorrent/native-host/install';

/** What is opened. Paths are absolute. */
export interface OpenOptions {
  /** The browser's program. */
  readonly program: string;
  /** Folder of the built extension. */
  readonly extension: string;
  /** The profile; it is made when it is not there. */
  readonly profile: string;
  /** What browsers start to reach the helper. */
  readonly launcher: string;
  readonly url: string;
}

/** Words of the browser's command line. */
function browserWords({ extension, profile, url }: Omit<OpenOptions, 'program' | 'launcher'>): string[] {
  return [
    `--user-data-dir=${profile}`,
    '--no-first-run',
    '--no-default-browser-check',
    `--load-extension=${extension}`,
    // Chromium refuses to run as root with its sandbox.
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    url,
  ];
}

/** Open it and leave it running; resolved when it has begun. Rejects with a system error. */
export function openBrowser(options: OpenOptions): Promise<void> {
  mkdirSync(options.profile, { recursive: true, mode: 0o700 });
  // On Windows the registry names the manifest for all profiles.
  if (process.platform !== 'win32') tellProfile(options.profile, options.launcher);
  const child = spawn(options.program, browserWords(options), { detached: true, stdio: 'ignore' });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('spawn', () => {
      child.unref();
      resolve();
    });
  });
}

/** A browser with a profile elsewhere looks for hosts there. */
function tellProfile(profile: string, launcher: string): void {
  const folder = join(profile, 'NativeMessagingHosts');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${HOST_NAME}.json`);
  writeFileSync(file, manifestText('chromium', launcher, ALLOWED_CALLERS));
  chmodSync(file, 0o644);
}
