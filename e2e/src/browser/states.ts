/**
 * The states that pages have, and a session that has torrents in all of theirs. Decides how a page is brought into each
 * state, in any language; what is looked at there is decided elsewhere.
 */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { create, seed } from '../clients/jstorrent.ts';
import type { Torrent } from '../clients/client.ts';
import { writeFile } from '../harness/content.ts';
import { answerWeb } from '../harness/web-server.ts';
import type { World } from '../harness/world.ts';
import { bittorrentTracker } from '../trackers/tracker.ts';
import type { Browser } from './chromium.ts';
import type { Say, View } from './examine.ts';

/** A usual window. */
export const WIDE = { width: 1400, height: 860 };
/** The popup, whose width the browser takes as it is. */
export const POPUP = { width: 400, height: 600 };
const DIALOG = { width: 740, height: 680 };
const FILM = 'Film';
const HASH = '08ada5a7a6183aae1e09d831df6748d566095a10';
const TABS = ['general', 'files', 'peers', 'trackers', 'rates', 'log'];

/** Pages of a session without torrents; setup goes through its steps. */
export function emptyViews(say: Say): readonly View[] {
  return [
    {
      name: 'manager, empty',
      page: 'manager.html',
      size: WIDE,
      prepare: (page) => page.getByRole('heading', { name: say('empty_title') }).waitFor(),
    },
    {
      name: 'popup, empty',
      page: 'popup.html',
      size: POPUP,
      isWideOnly: true,
      prepare: (page) => page.getByText(say('popup_empty'), { exact: true }).waitFor(),
    },
    {
      name: 'setup, connected',
      page: 'setup.html',
      size: WIDE,
      prepare: (page) => page.getByRole('button', { name: say('setup_not_now') }).waitFor(),
    },
    {
      name: 'setup, done',
      page: 'setup.html',
      size: WIDE,
      prepare: async (page) => {
        await page.getByRole('button', { name: say('setup_not_now') }).click();
        await page.getByRole('link', { name: say('setup_manager') }).waitFor();
      },
    },
  ];
}

const row = (page: Page, name: string) => page.getByRole('row', { name }).first();

/** The manager. */
export function managerViews(say: Say): readonly View[] {
  const view = (name: string, prepare: (page: Page) => Promise<void>, isWideOnly = true): View => ({
    name: `manager, ${name}`,
    page: 'manager.html',
    size: WIDE,
    isWideOnly,
    prepare: async (page) => {
      await row(page, FILM).waitFor();
      await prepare(page);
    },
  });
  const menu = (page: Page): Promise<void> => page.getByRole('menu').first().waitFor();
  const dialog = (page: Page): Promise<void> => page.getByRole('dialog').first().waitFor();
  const byKey = (name: string, key: string): View =>
    view(
      name,
      async (page) => {
        await row(page, FILM).click();
        await page.keyboard.press(key);
        await dialog(page);
      },
      false,
    );
  return [
    view('list', async () => {}, false),
    ...TABS.map((tab) =>
      view(`details, ${tab}`, async (page) => {
        await row(page, FILM).click();
        await page.keyboard.press('Enter');
        await page.getByRole('tab', { name: say(tab) }).click();
        await page.getByRole('tabpanel').waitFor();
      }),
    ),
    view('menu of a torrent', async (page) => {
      await row(page, FILM).click({ button: 'right' });
      await menu(page);
      await page.getByRole('menuitem', { name: say('command_queue'), exact: true }).hover();
      await page.getByRole('menuitem', { name: say('queue_top') }).waitFor();
    }),
    view('menu of a column', async (page) => {
      await page.getByRole('columnheader', { name: say('column_size') }).click({ button: 'right' });
      await menu(page);
    }),
    view('menu of adding', async (page) => {
      await page.getByRole('button', { name: say('manager_add_more') }).click();
      await menu(page);
    }),
    view('menu of a label', async (page) => {
      await page.getByRole('navigation').getByText('Archive').click({ button: 'right' });
      await menu(page);
    }),
    view('several selected', async (page) => {
      await row(page, FILM).click();
      await page.keyboard.press('Control+a');
      await page
        .getByRole('button', { name: say('bulk_clear') })
        .first()
        .waitFor();
    }),
    view('all rates', async (page) => {
      await page.getByTitle(say('rates_global_show')).click();
      await page.getByText(say('rates_global')).waitFor();
    }),
    view(
      'nothing found',
      async (page) => {
        await page.getByRole('searchbox').fill('nobody has this');
        await page.getByRole('button', { name: say('clear_search') }).waitFor();
      },
      false,
    ),
    byKey('renaming', 'F2'),
    byKey('moving', 'm'),
    byKey('labels', 'l'),
    byKey('keys', '?'),
    view('new label', async (page) => {
      await page.getByRole('button', { name: say('label_new') }).click();
      await dialog(page);
    }),
    view('limits', async (page) => {
      await row(page, FILM).click({ button: 'right' });
      await page.getByRole('menuitem', { name: say('command_limits') }).click();
      await dialog(page);
    }),
    ...narrowViews(say),
  ];
}

function narrowViews(say: Say): readonly View[] {
  const size = { width: 400, height: 700 };
  const view = (name: string, prepare: (page: Page) => Promise<void>): View => ({
    name: `narrow manager, ${name}`,
    page: 'manager.html',
    size,
    prepare: async (page) => {
      await row(page, FILM).waitFor();
      await prepare(page);
    },
  });
  return [
    view('other filters', async (page) => {
      await page.getByRole('button', { name: say('filter_more') }).click();
      await page.getByRole('menu').waitFor();
    }),
    ...TABS.map((tab) =>
      view(`details, ${tab}`, async (page) => {
        await row(page, FILM).click();
        await page.getByRole('tab', { name: say(tab) }).click();
        await page.getByRole('tabpanel').waitFor();
      }),
    ),
  ];
}

/** The other pages. */
export function otherViews(say: Say, { fresh }: Filled): readonly View[] {
  const add = (name: string, text: string, isThere: (page: Page) => Promise<void>): View => ({
    name: `add, ${name}`,
    page: 'add.html',
    size: DIALOG,
    prepare: async (page) => {
      await page.getByRole('textbox').fill(text);
      await page.getByRole('button', { name: say('add_continue') }).click();
      await isThere(page);
    },
  });
  return [
    {
      name: 'popup',
      page: 'popup.html',
      size: POPUP,
      isWideOnly: true,
      prepare: (page) => page.getByText(FILM, { exact: true }).waitFor(),
    },
    {
      name: 'popup, menu',
      page: 'popup.html',
      size: POPUP,
      isWideOnly: true,
      prepare: async (page) => {
        await page.getByText(FILM, { exact: true }).click({ button: 'right' });
        await page.getByRole('menu').waitFor();
      },
    },
    {
      name: 'add, blank',
      page: 'add.html',
      size: DIALOG,
      prepare: (page) => page.getByRole('textbox').waitFor(),
    },
    add('fetching', `magnet:?xt=urn:btih:${HASH}&dn=Somewhere`, (page) =>
      page.getByText(say('add_fetching')).waitFor(),
    ),
    add('files', fresh, (page) => page.getByRole('treegrid').waitFor()),
    add('several', `magnet:?xt=urn:btih:${HASH}\n${fresh}`, (page) =>
      page.getByRole('list', { name: say('add_list') }).waitFor(),
    ),
    add('impossible', 'http://127.0.0.1:9/nothing.torrent', (page) =>
      page.getByText(say('add_cannot')).waitFor(),
    ),
    {
      name: 'settings',
      page: 'settings.html',
      size: WIDE,
      prepare: (page) => page.getByRole('heading', { name: say('settings_about') }).waitFor(),
    },
    {
      name: 'settings, searched',
      page: 'settings.html',
      size: WIDE,
      prepare: (page) => page.getByRole('searchbox').fill(say('settings_place')),
    },
  ];
}

/** What `fill` made beside the list. */
interface Filled {
  /** Address of a .torrent file that is not in the list. */
  readonly fresh: string;
}

/** Give a session torrents that download from a real seed, wait, seed, rest, were refused, and failed. */
export async function fill(world: World, browser: Browser): Promise<Filled> {
  browser.cli('set', 'global', 'net.port=0');
  const folder = world.newFolder('data');
  const make = (name: string, trackers: readonly string[] = []): Promise<Torrent> => {
    const path = join(folder, name);
    for (const [file, length] of [
      ['part 1/film.mkv', 6_000_000],
      ['extra.mkv', 300_000],
      ['film.srt', 321],
    ] as const)
      writeFile(path, file, length);
    return create(world, path, { trackers });
  };
  const tracker = await bittorrentTracker.start(world, '');
  const fresh = await make('Fresh');
  const site = await openAnswers(world, fresh.file);
  const film = await make(FILM, [tracker.httpUrl, `${site}announce`]);
  await seed(world, film, folder);
  const refused = await make('Refused album', [`${site}announce`]);
  const archive = await make('أرشيف الإنترنت');
  const lost = await make('Lost');
  browser.cli('add', film.file, '-d', browser.downloads, '--max-down', '10k', '--label', 'Archive');
  browser.cli('add', refused.file, '-d', browser.downloads);
  browser.cli('add', `magnet:?xt=urn:btih:${HASH.replace('0', 'f')}&dn=Magnet`, '-d', browser.downloads);
  browser.cli('add', (await make('Resting')).file, '-d', browser.downloads, '--stopped');
  browser.cli('add', archive.file, '-d', folder, '--skip-check', '--label', 'Archive', '--label', 'Films');
  browser.cli('add', lost.file, '-d', folder, '--skip-check');
  rmSync(join(folder, 'Lost'), { recursive: true });
  browser.cli('recheck', 'Lost');
  return { fresh: `${site}fresh.torrent` };
}

/** A web site that gives a .torrent file, and as a tracker refuses everything; its address. */
async function openAnswers(world: World, file: string): Promise<string> {
  return answerWeb(world, (request, response) => {
    const isTorrent = request.url === '/fresh.torrent';
    response.end(isTorrent ? readFileSync(file) : 'd14:failure reason22:torrent not registerede');
  });
}
