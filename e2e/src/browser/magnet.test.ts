/** Links to torrents on web pages, in a real browser: what is taken, what is left alone, what a hostile page can do. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { EXTENSION_ID, startBrowser, type Browser } from './chromium.ts';
import { buildAllowed, type TestBuild } from './test-build.ts';

const HASH = '08ada5a7a6183aae1e09d831df6748d566095a10';
const ALL = { captureMagnets: true, captureTorrents: true };
/** A page behind the dialog is drawn rarely: nobody waits until it stands still. */
const AT_ONCE = { force: true };
/** What the dialog says of links that were not taken. */
const CUT = /more links than JSTorrent takes by itself/;
const SOON = { timeout: 20_000 };
const magnet = (name: string): string => `magnet:?xt=urn:btih:${HASH}&dn=${name}`;

const PAGE = `<!doctype html>
<a id="link" href="${magnet('link')}">link</a>
<a id="blank" target="_blank" href="${magnet('blank')}">blank</a>
<a id="inside" href="${magnet('inside')}"><b>inside</b></a>
<svg width="60" height="20"><a id="svg" href="${magnet('svg')}"><text y="15">svg</text></a></svg>
<button id="script" onclick="location.href='${magnet('script')}'">script</button>
<form action="${magnet('form')}"><button id="form">form</button></form>
<iframe srcdoc='<a id="framed" href="${magnet('framed')}">framed</a>'></iframe>
<iframe name="href" sandbox="allow-scripts" srcdoc='<a id="boxed" href="${magnet('boxed')}">boxed</a>'></iframe>
<div id="host"></div>
<a id="torrent" href="/a.torrent?x=1">torrent</a>
<a id="locked" href="/locked.torrent">locked</a>
<a id="probe" href="${magnet('probe')}">probe</a>
<a id="page" href="/?other">page</a>
<script>
  host.attachShadow({ mode: 'open' }).innerHTML = '<a id="shadow" href="${magnet('shadow')}">shadow</a>';
  addEventListener('click', (event) => { 
    globalThis.prevented = event.defaultPrevented;
    if (event.target.closest('a') !== null) event.preventDefault();
  });
</script>`;

/** A page that follows links as fast as it can, as soon as it is there. */
const FLOOD = `<!doctype html><a id="link" href="${magnet('link')}">link</a><script>
  let n = 0;
  const flood = setInterval(() => {
    const a = document.createElement('a');
    a.href = '${magnet('')}' + n++;
    document.body.append(a);
    a.click();
    if (n < 200) return;
    clearInterval(flood);
    document.title = 'over';
  }, 5);
</script>`;

let build: TestBuild;
let browser: Browser;
let server: Server;
let site: string;
/** A page of the extension, to ask the browser from. */
let own: Page;
let page: Page;

beforeAll(async () => {
  build = buildAllowed();
  server = createServer((request, response) => {
    const { url = '', headers } = request;
    if (url.startsWith('/a.torrent')) {
      const isUser = headers.cookie?.includes('user=ann') === true;
      response.writeHead(isUser ? 200 : 403).end(isUser ? 'd4:infodee' : 'who are you?');
    } else if (url.startsWith('/locked')) response.writeHead(200).end('<p>Please log in');
    else {
      const head = { 'content-type': 'text/html', 'set-cookie': 'user=ann' };
      response.writeHead(200, head).end(url === '/flood' ? FLOOD : PAGE);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  site = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  browser = await startBrowser({ extension: build.folder, viewport: { width: 900, height: 700 } });
  page = await browser.context.newPage();
  await page.goto(`http://${site}/`);
  own = await browser.open('settings.html');
});

afterAll(async () => {
  await browser?.clear();
  server?.closeAllConnections();
  server?.close();
  build?.remove();
});

afterEach(async () => {
  for (const dialog of dialogs()) await dialog.close();
  await own.evaluate('chrome.storage.session.clear()').catch(() => {});
});

/** What waits for the add dialog. */
interface Waiting {
  readonly kind: string;
  readonly magnet?: string;
  readonly url?: string;
  readonly name?: string;
  readonly base64?: string;
}

const waiting = async (): Promise<Waiting[]> => {
  const stored = (await own.evaluate('chrome.storage.session.get(null)')) as Record<string, Waiting>;
  return Object.keys(stored)
    .filter((key) => key.startsWith('add:'))
    .toSorted()
    .flatMap((key) => stored[key] ?? [])
    .filter(({ magnet: link }) => link !== magnet('probe'));
};
const names = async (): Promise<string[]> =>
  (await waiting()).map(({ magnet: link = '' }) => new URLSearchParams(link).get('dn') ?? '');
const dialogs = (): Page[] => browser.context.pages().filter((one) => one.url().includes('/add.html'));
const registered = (): Promise<number> =>
  own.evaluate('chrome.scripting.getRegisteredContentScripts().then((all) => all.length)');

/** Set choices of the user, and wait until they are in force on the page, which stays open. */
async function choose(prefs: Record<string, unknown>): Promise<void> {
  await own.evaluate(`chrome.storage.local.set(${JSON.stringify({ prefs })})`);
  const { captureMagnets, sitesOff } = prefs;
  await expect.poll(() => prevented('#probe'), SOON).toBe(captureMagnets === true && sitesOff === undefined);
}

/** Click something, and say whether the browser follows it no more. */
async function prevented(selector: string): Promise<unknown> {
  await page.click(selector, AT_ONCE);
  return page.evaluate('prevented');
}

test('a link is taken however it is followed, also on a page that was open before', async () => {
  await choose(ALL);
  const boxed = page.frameLocator('iframe').nth(1);
  const steps: [string, () => Promise<void>][] = [
    ['link', () => page.click('#link', AT_ONCE)],
    ['blank', () => page.click('#blank', AT_ONCE)],
    ['inside', () => page.click('#inside', AT_ONCE)],
    ['svg', () => page.click('#svg', AT_ONCE)],
    ['script', () => page.click('#script', AT_ONCE)],
    ['form', () => page.click('#form', AT_ONCE)],
    ['shadow', () => page.click('#shadow', AT_ONCE)],
    ['framed', () => page.frameLocator('iframe').first().locator('#framed').click()],
    ['boxed', () => boxed.locator('#boxed').click()],
  ];
  for (const [name, follow] of steps) {
    await follow();
    await expect.poll(names, { ...SOON, message: name }).toContain(name);
  }
  expect(await names()).toEqual(steps.map(([name]) => name));
  expect(dialogs()).toHaveLength(1);
  expect(page.url()).toBe(`http://${site}/`);
});

test('a link is taken with the middle button and with the keyboard', async () => {
  await page.click('#link', { button: 'middle' });
  await page.focus('#inside');
  await page.keyboard.press('Enter');
  await expect.poll(names, SOON).toEqual(['link', 'inside']);
});

test('a .torrent is fetched by the page, as the user who is logged in there, or else by its address', async () => {
  await page.click('#torrent');
  await expect.poll(waiting, SOON).toHaveLength(1);
  await page.click('#locked');
  await expect.poll(waiting, SOON).toHaveLength(2);
  const [file, address] = await waiting();
  expect(file).toMatchObject({ kind: 'file', name: 'a.torrent' });
  expect(Buffer.from(file?.base64 ?? '', 'base64').toString()).toBe('d4:infodee');
  expect(address).toEqual({ kind: 'url', url: `http://${site}/locked.torrent` });
});

test('other links are left alone, and all of them on a site that is switched off', async () => {
  expect(await prevented('#page')).toBe(false);
  expect(await prevented('#link')).toBe(true);
  await expect.poll(names, SOON).toEqual(['link']);
  await choose({ ...ALL, sitesOff: [site] });
  expect(await prevented('#link')).toBe(false);
  expect(await prevented('#torrent')).toBe(false);
  await choose({ captureMagnets: true });
  expect(await prevented('#torrent')).toBe(false);
  expect(await prevented('#link')).toBe(true);
  await choose({});
  expect(await registered()).toBe(0);
  await page.reload();
  expect(await prevented('#link')).toBe(false);
  await choose(ALL);
  expect(await registered()).toBe(1);
});

test('a page that follows links by itself opens one dialog with few of them', async () => {
  await choose(ALL);
  const other = await browser.context.newPage();
  await other.goto(`http://${site}/flood`);
  await expect.poll(() => other.title(), SOON).toBe('over');
  await other.click('#link');
  await expect.poll(names, SOON).toContain('link');
  const flood = (await names()).filter((name) => name !== 'link');
  // None of them went to the browser, which would ask the user, and take clicks from the page for as long.
  expect(flood.slice(0, 10)).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
  // Ten, and one for each second in which a person did something.
  expect(flood.length).toBeLessThan(20);
  expect(dialogs()).toHaveLength(1);
  // Whoever looks at the dialog learns that there were more, and how to get them.
  await expect.poll(() => dialogs()[0]?.getByText(CUT).isVisible(), SOON).toBe(true);
  await other.close();
});

test('nobody is told of more links where all were taken', async () => {
  await page.click('#link');
  await expect.poll(names, SOON).toEqual(['link']);
  await expect.poll(() => dialogs()[0]?.getByRole('dialog').isVisible(), SOON).toBe(true);
  expect(await dialogs()[0]?.getByText(CUT).count()).toBe(0);
});

test('the page that browsers open for magnet links hands them over and goes back', async () => {
  const other = await browser.context.newPage();
  await other.goto(`http://${site}/?handled`);
  const link = encodeURIComponent(magnet('handled'));
  await other.goto(`chrome-extension://${EXTENSION_ID}/magnet.html?u=${link}`).catch(() => {});
  await expect.poll(names, SOON).toEqual(['handled']);
  await expect.poll(() => other.url(), SOON).toBe(`http://${site}/?handled`);
  await other.close();
});

test('a link wakes a worker that was stopped', async () => {
  const cdp = await browser.context.newCDPSession(own);
  const states: string[] = [];
  cdp.on('ServiceWorker.workerVersionUpdated', ({ versions }) =>
    states.push(...versions.map(({ runningStatus }) => runningStatus)),
  );
  await cdp.send('ServiceWorker.enable');
  await cdp.send('ServiceWorker.stopAllWorkers');
  await expect.poll(() => states.at(-1), SOON).toBe('stopped');
  await page.click('#link');
  await expect.poll(names, SOON).toEqual(['link']);
});

test('the badge counts downloads', async () => {
  browser.cli('add', '--dir', browser.downloads, magnet('counted'));
  const badge = (): Promise<string> => own.evaluate('chrome.action.getBadgeText({})');
  await expect.poll(badge, SOON).toBe('1');
  expect(await own.evaluate('chrome.action.getTitle({})')).toBe('JSTorrent\n1 downloading');
});

test('nothing is taken for an extension that is gone', async () => {
  await page.evaluate('prevented = null');
  await own.evaluate('chrome.runtime.reload()').catch(() => {});
  await expect
    .poll(async () => {
      await page.click('#link');
      return page.evaluate('prevented');
    }, SOON)
    .toBe(false);
});
