/**
 * Every page in its states, for everybody: nothing that axe finds, in light and dark, in windows of 320 pixels, and in a
 * language that is written from right to left.
 */
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { expect } from 'vitest';
import { test } from '../harness/world.ts';
import type { Browser } from './chromium.ts';
import { faultsOf, textsIn, type Say, type View } from './examine.ts';
import { openBrowser } from './stage.ts';
import { emptyViews, fill, managerViews, otherViews, POPUP, WIDE } from './states.ts';

/** Dozens of pages are opened. */
const SLOW = { timeout: 300_000 };

test('pages without any torrent', SLOW, async ({ world }) => {
  const browser = await openBrowser(world);
  const say = textsIn('en');
  expect(await faultsIn(browser, emptyViews(say))).toEqual([]);
});

test('pages with torrents in every state', SLOW, async ({ world }) => {
  const browser = await openBrowser(world);
  const say = textsIn('en');
  const torrents = await fill(world, browser);
  expect(await faultsIn(browser, [...managerViews(say), ...otherViews(say, torrents)])).toEqual([]);
});

test('pages that are written from right to left', SLOW, async ({ world }) => {
  const browser = await openBrowser(world, { lang: 'ar' });
  const say = textsIn('ar');
  // No colour depends on the language.
  const empty = await faultsIn(browser, emptyViews(say), true);
  const torrents = await fill(world, browser);
  const page = await browser.open('manager.html');
  expect(await page.evaluate('document.documentElement.dir')).toBe('rtl');
  await page.close();
  const shown = [...managerViews(say), ...otherViews(say, torrents)];
  expect([...empty, ...(await faultsIn(browser, shown, true))]).toEqual([]);
});

test('pages about a helper that does not answer', SLOW, async ({ world }) => {
  const browser = await openBrowser(world, { helper: false });
  const say = textsIn('en');
  const missing = [setupView('missing', say('setup_title')), troublePopup(say)];
  const faults = [...(await faultsIn(browser, missing))];
  for (const trouble of TROUBLES) {
    installFake(browser, trouble);
    faults.push(...(await faultsIn(browser, [setupView(trouble.name, say(trouble.title))])));
  }
  expect(faults).toEqual([]);
});

async function faultsIn(
  browser: Browser,
  views: readonly View[],
  isDarkKnown = false,
): Promise<readonly string[]> {
  const faults: string[] = [];
  for (const view of views) {
    faults.push(...(await faultsOf(browser, view, isDarkKnown)));
  }
  return faults;
}

/** What a helper writes when it is started, in JavaScript. */
const ends = 'process.exit(3);';
const writes = (bytes: string): string => `process.stdout.write(${bytes}); process.stdin.resume();`;
const refuses = (code: string, service: string): string => {
  const error = { code, message: 'The versions do not fit.', data: { service } };
  const said = JSON.stringify(JSON.stringify({ id: 0, error }));
  return `const body = Buffer.from(${said}); const head = Buffer.alloc(4); head.writeUInt32LE(body.length);
    ${writes('Buffer.concat([head, body])')}`;
};

interface Trouble {
  readonly name: string;
  /** Key of its title. */
  readonly title: string;
  /** A helper that makes it. */
  readonly program: string;
  /** The extension that it knows, if that is another one. */
  readonly knows?: string;
}

const TROUBLES: readonly Trouble[] = [
  { name: 'forbidden', title: 'link_forbidden', program: ends, knows: 'a'.repeat(32) },
  { name: 'garbled', title: 'link_garbled', program: writes("'Good morning! What a day.'") },
  { name: 'old helper', title: 'link_too_new', program: refuses('VERSION_TOO_NEW', '0.0.1') },
  { name: 'new helper', title: 'link_too_old', program: refuses('VERSION_TOO_OLD', '99.0.0') },
  { name: 'crashing', title: 'link_crashed', program: ends },
];

/** Put this in the place of the helper. */
function installFake(browser: Browser, { program, knows }: Trouble): void {
  browser.installHelper();
  const file = join(browser.profile, 'NativeMessagingHosts', 'com.jstorrent.host.json');
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as { path: string };
  writeFileSync(manifest.path, `#!${process.execPath}\n${program}\n`);
  chmodSync(manifest.path, 0o755);
  if (knows === undefined) return;
  writeFileSync(file, JSON.stringify({ ...manifest, allowed_origins: [`chrome-extension://${knows}/`] }));
}

function setupView(name: string, title: string): View {
  return {
    name: `setup, ${name}`,
    page: 'setup.html',
    size: WIDE,
    prepare: (page) => page.getByRole('heading', { name: title }).waitFor(),
  };
}

function troublePopup(say: Say): View {
  return {
    name: 'popup, missing',
    page: 'popup.html',
    size: POPUP,
    isWideOnly: true,
    prepare: (page) => page.getByText(say('popup_install')).waitFor(),
  };
}
