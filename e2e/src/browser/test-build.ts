/** The extension with permissions that no user has to be asked for, because nobody answers in a test. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const EXTENSION = fileURLToPath(new URL('../../../extension', import.meta.url));

/** A build in a folder of its own. */
export interface TestBuild {
  readonly folder: string;
  remove(): void;
}

/** Build with further members of the manifest; by default everything optional is allowed. */
export function buildAllowed(extra: object = { host_permissions: ['*://*/*'] }): TestBuild {
  const folder = mkdtempSync(join(tmpdir(), 'jstorrent-build-'));
  const vite = join(EXTENSION, 'node_modules/vite/bin/vite.js');
  execFileSync(process.execPath, [vite, 'build', '--logLevel', 'error'], {
    cwd: EXTENSION,
    env: { ...process.env, OUT_DIR: folder, MANIFEST_EXTRA: JSON.stringify(extra) },
  });
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
