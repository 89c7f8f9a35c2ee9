/**
 * The helper that is not there, or not as it should be: the first run, every trouble in its own words, and that the page goes
 * on by itself once it is mended.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { test } from '../harness/world.ts';
import { envOf, type Browser, type HelperInstall } from './chromium.ts';
import { nextPage, openBrowser } from './stage.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
/** Where Chromium keeps the profile of a user, beside which installers write. */
const USUAL = '.config/chromium';
/** The page looks every few seconds. */
const SOON = { timeout: 30_000 };

/** A program that stands for the helper; its path. */
function standIn(browser: Browser, name: string, script: string): string {
  const path = join(browser.home, name);
  writeFileSync(path, script);
  chmodSync(path, 0o755);
  return path;
}

/** A helper that answers a greeting with an error, as one of another version does. */
function refusing(code: string): string {
  const error = JSON.stringify({ code, message: code, data: { service: '9.8.7', protocol: 99 } });
  return `#!${process.execPath}
let bytes = Buffer.alloc(0);
process.stdin.on('end', () => process.exit());
process.stdin.on('data', (chunk) => {
  bytes = Buffer.concat([bytes, chunk]);
  while (bytes.length >= 4 && bytes.length >= 4 + bytes.readUInt32LE()) {
    const end = 4 + bytes.readUInt32LE();
    const { id } = JSON.parse(bytes.toString('utf8', 4, end));
    bytes = bytes.subarray(end);
    const answer = Buffer.from(JSON.stringify({ id, error: ${error} }));
    const head = Buffer.alloc(4);
    head.writeUInt32LE(answer.length);
    process.stdout.write(Buffer.concat([head, answer]));
  }
});
`;
}

/** Do what the page says, in the folder of JSTorrent. */
function follow(browser: Browser, command: string): void {
  const [program = '', ...words] = command.split(' ');
  execFileSync(join(ROOT, program), words, { env: envOf(browser.home), cwd: ROOT });
}

/** What is to be typed in a terminal. */
const commandOn = (page: Page): Promise<string> => page.getByRole('textbox', { name: 'Command' }).innerText();

const heading = (page: Page, name: string): Promise<void> =>
  page.getByRole('heading', { name, level: 1 }).waitFor(SOON);

test('a new browser shows how to install the helper, notices that it was, and leads on to the manager', async ({
  world,
}) => {
  const browser = await openBrowser(world, { helper: false, profile: USUAL });
  const setup = await nextPage(browser, 'setup.html');
  await heading(setup, 'Set up JSTorrent');
  const command = await commandOn(setup);
  expect(command).toBe('bin/jstorrent install');
  await setup.getByText('Waiting for the helper').waitFor();
  follow(browser, command);

  await heading(setup, 'The helper is here');
  await setup.getByText(/^Connected, version \d/).waitFor();
  await setup.getByRole('button', { name: 'Not now' }).click();
  await heading(setup, 'Ready');
  await setup.getByRole('link', { name: 'Open the manager' }).click();
  await setup.getByRole('button', { name: 'Add a torrent' }).first().waitFor();
  await setup.getByText('Connected').waitFor(SOON);
});

test('a helper that went is missed in a line of the manager, and when it is installed again the manager is shown again', async ({
  world,
}) => {
  const first = await openBrowser(world, { profile: USUAL });
  const page = await first.open('setup.html');
  await heading(page, 'The helper is here');
  await first.quit();
  first.removeHelper();

  const browser = await first.restart();
  const manager = await browser.open('manager.html');
  const line = manager.getByRole('status').filter({ hasText: 'The helper isn’t installed' });
  await line.getByRole('link', { name: 'See what helps' }).click();
  await heading(manager, 'The helper isn’t installed');
  await manager.getByText('Code HOST_NOT_FOUND').waitFor();
  follow(browser, await commandOn(manager));
  await manager.waitForURL(/manager\.html$/, SOON);
  await manager.getByText('Connected').waitFor(SOON);
});

test('a link that is clicked before the helper is there waits for it', async ({ world }) => {
  const browser = await openBrowser(world, { helper: false });
  const setup = await nextPage(browser, 'setup.html');
  const source = { kind: 'magnet', magnet: `magnet:?xt=urn:btih:${'08ada5a7'.repeat(5)}&dn=Early` };
  await setup.evaluate(`chrome.runtime.sendMessage(${JSON.stringify({ ask: 'add', source })})`);
  const dialog = await nextPage(browser, 'add.html');
  const alert = dialog.getByRole('alert');
  await alert.getByText('The helper isn’t installed').waitFor(SOON);
  browser.installHelper();
  await alert.waitFor({ state: 'hidden', ...SOON });
  await dialog.getByRole('heading', { name: 'Early', level: 1 }).waitFor(SOON);
  await dialog.getByRole('button', { name: 'Add, choose files later' }).click(SOON);
  await expect.poll(() => browser.cli('list'), SOON).toContain('Early');
});

test('every trouble has its own words and remedy, and the page goes on when it is mended', async ({
  world,
}) => {
  const browser = await openBrowser(world, { helper: false });
  const setup = await nextPage(browser, 'setup.html');
  const troubles: [HelperInstall, { title: string; code: string; remedy: string }][] = [
    [
      { caller: 'abcdefghijklmnopabcdefghijklmnop' },
      {
        title: 'The helper doesn’t know this extension',
        code: 'HOST_FORBIDDEN',
        remedy: 'bin/jstorrent install',
      },
    ],
    [
      { program: standIn(browser, 'newer', refusing('VERSION_TOO_OLD')) },
      {
        title: 'The browser has an older JSTorrent',
        code: 'EXTENSION_TOO_OLD',
        remedy: 'Open the extensions page',
      },
    ],
    [
      { program: standIn(browser, 'older', refusing('VERSION_TOO_NEW')) },
      {
        title: 'The helper needs an update',
        code: 'HOST_TOO_OLD',
        remedy: 'git pull && npx -y pnpm@12 build',
      },
    ],
    [
      { program: standIn(browser, 'crashing', '#!/bin/sh\nexit 1\n') },
      {
        title: 'The helper stopped unexpectedly',
        code: 'HOST_EXITED',
        remedy: 'bin/jstorrent doctor',
      },
    ],
    [
      { program: standIn(browser, 'talking', '#!/bin/sh\necho "hello there"\ncat > /dev/null\n') },
      {
        title: 'The helper says things that can’t be understood',
        code: 'HOST_GARBLED',
        remedy: 'bin/jstorrent doctor',
      },
    ],
  ];
  for (const [how, { title, code, remedy }] of troubles) {
    browser.installHelper(how);
    await heading(setup, title);
    await setup.getByText(`Code ${code}`).waitFor();
    await setup.getByText(remedy).first().waitFor();
  }
  browser.installHelper();
  await heading(setup, 'The helper is here');
});
