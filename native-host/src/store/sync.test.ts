import { spawnSync } from 'node:child_process';
import { mkdtempSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const SOURCES = resolve(fileURLToPath(import.meta.url), '../../../..');
const STORE = new URL('./session-store.ts', import.meta.url).href;

/** Run a script as the service runs, with nothing allowed but its own folder. */
function runConfined(folder: string, script: string): unknown {
  const flags = ['--permission', '--allow-worker', `--allow-fs-read=${SOURCES}`];
  flags.push(`--allow-fs-read=${folder}`, `--allow-fs-write=${folder}`, '--disable-warning=SecurityWarning');
  const source = `import { openStore } from '${STORE}'; const file = ${JSON.stringify(join(folder, 'session.db'))};
    const said = []; const open = () => openStore({ file, now: Date.now, onNotice: (n) => said.push(n.sentence) });
    ${script}`;
  const ran = spawnSync(process.execPath, [...flags, '--input-type=module', '-e', source], {
    encoding: 'utf8',
  });
  expect(ran.stderr).toBe('');
  return JSON.parse(ran.stdout) as unknown;
}

test('a confined service makes backups and restores them, though it may not call fsync', () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'jstorrent-confined-')));
  const first = runConfined(
    folder,
    `const store = open(); store.setSettings({ kept: 7 }); const done = await store.backup(); await store.close();
     console.log(JSON.stringify({ done, said }));`,
  );
  expect(first).toEqual({ done: true, said: [] });
  const second = runConfined(
    folder,
    `import { writeFileSync } from 'node:fs'; writeFileSync(file, 'x'.repeat(5000)); const store = open();
     console.log(JSON.stringify({ outcome: store.opening.outcome, settings: store.settings() })); await store.close();`,
  );
  expect(second).toEqual({ outcome: 'restored', settings: { kept: 7 } });
});
