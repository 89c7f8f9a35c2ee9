/** The sizes of a real build. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { BUDGET, loadedBytes, type BudgetPart } from './budget.ts';

const EXTENSION = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'jstorrent-budget-'));
const build = join(folder, 'build');

beforeAll(() => {
  // A process of its own: the pages are built without what stands for the browser in tests.
  const env: NodeJS.ProcessEnv = { ...process.env, OUT_DIR: build, NODE_ENV: 'production' };
  delete env['VITEST'];
  const vite = join(EXTENSION, 'node_modules/vite/bin/vite.js');
  execFileSync(process.execPath, [vite, 'build', '--logLevel', 'warn'], { cwd: EXTENSION, env });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it.each(Object.keys(BUDGET) as BudgetPart[])('what the %s loads is within its budget', (part) => {
  const bytes = loadedBytes(build, part);
  expect(bytes).toBeGreaterThan(300);
  expect(bytes, `${part}: ${(bytes / 1000).toFixed(1)} kB`).toBeLessThanOrEqual(BUDGET[part]);
});

it('counts what is imported at once and later, each file once', () => {
  const fake = join(folder, 'fake');
  mkdirSync(join(fake, 'assets'), { recursive: true });
  const write = (name: string, text: string): void => writeFileSync(join(fake, name), text);
  const noise = Array.from({ length: 20_000 }, (_, index) => (index * 7919).toString(36)).join();
  write('popup.html', '<script type="module" src="/assets/a.js"></script><link href="/assets/b.js">');
  write('assets/a.js', 'import{x}from"./b.js";const later=()=>import("./c.js")');
  write('assets/b.js', 'export const x=1');
  write('assets/c.js', `import"./b.js";export const noise="${noise}"`);
  write('assets/unused.js', `"${noise}"`);
  const bytes = loadedBytes(fake, 'popup');
  expect(bytes).toBeGreaterThan(BUDGET.popup);
  write('assets/c.js', '');
  expect(loadedBytes(fake, 'popup')).toBeLessThan(300);
});
