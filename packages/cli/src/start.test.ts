import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

test('the demonstration downloads through a tracker and a magnet link, compares, and leaves nothing behind', async () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'jstorrent-start-')));
  const start = fileURLToPath(new URL('start.ts', import.meta.url));
  let printed = '';
  try {
    const child = spawn(process.execPath, [start], {
      env: { ...process.env, TMPDIR: folder, TEMP: folder, DISPLAY: '', WAYLAND_DISPLAY: '' },
    });
    child.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (printed += text));
    const code = await new Promise((resolve) => child.once('close', resolve));
    expect(printed).toContain('There is no display here');
    expect(printed).toMatch(/64\.0 MiB in 5 files/);
    expect(printed).toMatch(/magnet:\?xt=urn:btih:[0-9a-f]{40}/);
    expect(printed).toContain('byte for byte: all 5 files are the same');
    expect(printed).not.toContain('\u001b');
    expect(code, printed).toBe(0);
    expect(readdirSync(folder).filter((name) => name.startsWith('jstorrent-'))).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
