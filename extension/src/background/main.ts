/**
 * The background worker: every listener is registered here, at once, so that the browser can wake it for any of them. What it
 * knows lives in the helper or in the browser's storage; it may end at any moment.
 */
import type { Totals } from '@jstorrent/control';
import browser, { type Runtime } from 'webextension-polyfill';
import { PAGE_PORT } from '../model/link.ts';
import { prefs, prefsReady } from '../model/prefs.ts';
import { openSession } from '../model/session.ts';
import { t } from '../model/i18n.ts';
import { openAdd, tellDropped } from './add-window.ts';
import { Announcer } from './announcer.ts';
import { syncCapture, toggleSite } from './capture.ts';
import { clock } from './clock.ts';
import { finishedTorrent } from './downloads.ts';
import { drawFace } from './draw-face.ts';
import { FaceKeeper } from './face.ts';
import { Hub, type PageEnd } from './hub.ts';
import { Intake, openedSource } from './intake.ts';
import { dressMenus, makeMenus, sourcesOfClick } from './menus.ts';
import { hear, siteOf } from './messages.ts';
import { connectNative, NativeLink } from './native-link.ts';
import { notify, onNotificationClicked, seen } from './notifications.ts';
import { defaultSuggestion, matching, readTyped, suggestionsOf, TypedList } from './omnibox.ts';
import { ownPort } from './own-port.ts';
import { loadBlocked, openManager, openSettings, welcome } from './windows.ts';

const { runtime } = browser;
const own = { id: runtime.id, url: runtime.getURL('') };
const isChromium = __TARGET__ === 'chrome';
/** Wakes the worker while there are downloads, in case it ended and nobody else does. */
const WATCH_ALARM = 'watch';

const link = new NativeLink({
  connect: connectNative,
  version: runtime.getManifest().version,
  isWatched: () => hub.isWatched,
  ...clock,
});
const hub = new Hub(link);
const session = openSession('background', { connect: () => ownPort(hub), opens: true });
let totals: Totals | null = null;

const face = new FaceKeeper(
  clock,
  () => ({ link: link.state.value, totals, badge: prefs.value.badge }),
  drawFace,
);
const announcer = new Announcer({ clock, prefs: () => prefs.value, ...seen, show: notify });
const intake = new Intake({
  session,
  prefs: () => prefs.value,
  now: clock.now,
  ask: openAdd,
  dropped: tellDropped,
  added: ({ id, name }) => notify({ id: `torrent:${id}`, title: t('notify_added'), message: name }),
});
const typed = new TypedList(() => openSession('address bar', { connect: () => ownPort(hub) }));

/** Runs what a listener began; what fails there is told to whoever looks. */
function begin(work: Promise<unknown>): void {
  work.catch((error: unknown) => console.error(error));
}

session.onReady(() => {
  const { value } = session.link;
  session.call('list.subscribe', { totalsOnly: true }).catch(() => {});
  if (value.kind === 'ready') {
    announcer.onReady(value.instance, (after) => session.call('notices.get', { after }));
  }
});
session.onEvent((event) => {
  if (event.event === 'list') {
    totals = event.totals;
    face.look();
    watchDownloads(totals);
  }
  if (event.event === 'opened') begin(prefsReady.then(() => intake.fromPerson(openedSource(event))));
  if (event.event !== 'notice') return;
  announcer.onNotice(event);
  if (event.kind === 'completed') face.done();
});
link.state.subscribe(() => face.look());
prefs.subscribe(() => {
  face.look();
  begin(dressMenus(prefs.value));
  begin(syncCapture());
});

let isWatching: boolean | null = null;
function watchDownloads({ downloading, checking }: Totals): void {
  const wanted = downloading + checking > 0;
  if (wanted === isWatching) return;
  isWatching = wanted;
  const { alarms } = browser;
  begin(
    Promise.resolve(wanted ? alarms.create(WATCH_ALARM, { periodInMinutes: 1 }) : alarms.clear(WATCH_ALARM)),
  );
}

runtime.onConnect.addListener((port) => {
  const isOwn = port.sender?.id === own.id && port.sender.url?.startsWith(own.url);
  if (port.name !== PAGE_PORT || isOwn !== true) return port.disconnect();
  hub.join(port as unknown as PageEnd);
});
runtime.onMessage.addListener((message: unknown, sender: Runtime.MessageSender) => {
  const heard = hear(message, sender, own);
  if (heard === null) return undefined;
  return answer(heard);
});

/** Whether it was for us; what is not, whoever said it does otherwise. */
async function answer(heard: NonNullable<ReturnType<typeof hear>>): Promise<boolean> {
  await prefsReady;
  if (heard.from === 'web') return intake.fromWeb(heard.found, heard.tab, heard.site);
  const { ask } = heard;
  if (ask.ask === 'add') await openAdd(ask.source);
  else await (ask.ask === 'manager' ? openManager(ask.torrent) : openSettings(ask.section));
  return true;
}

runtime.onStartup.addListener(() => {
  begin(prefsReady.then(() => makeMenus(prefs.value)));
  begin(loadBlocked());
});
runtime.onInstalled.addListener(({ reason }) => {
  begin(prefsReady.then(() => makeMenus(prefs.value)));
  begin(reason === 'install' ? welcome() : loadBlocked());
});
browser.alarms.onAlarm.addListener(() => link.start());
browser.permissions.onAdded.addListener(() => {
  begin(syncCapture());
  listenToOptional();
});
browser.permissions.onRemoved.addListener(({ origins }) => {
  if (origins !== undefined && origins.length > 0) begin(syncCapture());
});

browser.contextMenus.onClicked.addListener((click, tab) => {
  if (click.menuItemId === 'site') return begin(switchSite(tab?.id, tab?.url));
  const sources = sourcesOfClick(click);
  if (sources.length === 0) return begin(openAdd(null));
  for (const source of sources) begin(prefsReady.then(() => intake.fromPerson(source)));
});

/** Shown for this long on the icon. */
const SWITCHED_MS = 2000;
async function switchSite(tabId: number | undefined, address = ''): Promise<void> {
  const site = siteOf(address);
  if (site === '' || tabId === undefined) return;
  const isOff = await toggleSite(site);
  await browser.action.setBadgeText({ tabId, text: isOff ? '×' : '✓' });
  clock.after(SWITCHED_MS, () => begin(browser.action.setBadgeText({ tabId, text: null })));
}

/** Somebody who pressed Enter waits no longer than this. */
const LIST_MS = 1500;
browser.omnibox.onInputStarted.addListener(() => void typed.watch());
browser.omnibox.onInputCancelled.addListener(() => typed.leave());
browser.omnibox.onInputChanged.addListener((text, suggest) => {
  const read = readTyped(text);
  browser.omnibox.setDefaultSuggestion({ description: defaultSuggestion(read, isChromium) });
  const words = read.kind === 'search' ? read.words : [];
  typed.whenLoaded((rows) => suggest(suggestionsOf(matching(rows, words), isChromium)));
});
browser.omnibox.onInputEntered.addListener((text) => begin(enter(text)));

/** The first torrent with these words in its name, if the list comes soon. */
function found(words: readonly string[]): Promise<string | undefined> {
  return new Promise<string | undefined>((resolve) => {
    typed.whenLoaded((rows) => resolve(matching(rows, words)[0]?.id));
    clock.after(LIST_MS, () => resolve(undefined));
  }).finally(() => typed.leave());
}

async function enter(text: string): Promise<void> {
  const read = readTyped(text);
  if (read.kind === 'search') return openManager(await found(read.words));
  typed.leave();
  await prefsReady;
  if (read.kind === 'hash') {
    const known = session.call('torrent.magnet', { id: read.id }, { now: true });
    const isKnown = await known.then(
      () => true,
      () => false,
    );
    if (isKnown) return openManager(read.id);
  }
  await intake.fromPerson(read.source);
}

/** Listeners of what the user may allow later. */
let hasNotifications = false;
let hasDownloads = false;
function listenToOptional(): void {
  if (!hasNotifications && browser.notifications !== undefined) {
    hasNotifications = true;
    browser.notifications.onClicked.addListener((id) => begin(onNotificationClicked(session, id)));
  }
  if (!hasDownloads && browser.downloads !== undefined) {
    hasDownloads = true;
    browser.downloads.onChanged.addListener((change) => begin(onDownload(change)));
  }
}
listenToOptional();

async function onDownload(change: Parameters<typeof finishedTorrent>[0]): Promise<void> {
  await prefsReady;
  const source = prefs.value.captureTorrents ? await finishedTorrent(change, session) : null;
  if (source !== null) await intake.fromDownload(source);
}

begin(syncCapture());
