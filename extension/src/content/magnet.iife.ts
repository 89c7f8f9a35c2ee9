/**
 * Takes links to torrents on web pages, in all frames, before the page and the browser do. Decides what is a click and when
 * nothing may be taken: on sites that are switched off, and when the extension that put it here is gone.
 */
import type { AddSource, Found } from '../model/link.ts';
import { isOff, kindOf, type Taking } from './links.ts';

/** Chromium's event for everything that leaves a page. */
interface NavigateEvent extends Event {
  readonly destination: { readonly url: string };
}

/** One follows from the other: a click and where it leads are the same. */
const SAME_MS = 1000;
/** Bytes of a .torrent file, as the service takes at most. */
const FILE_MAX = 5_242_880;
/** Links that a page may follow by itself, in this span. */
const PASSIVE_MAX = 10;
const PASSIVE_MS = 60_000;
const MARK = 'jstorrent';

const world = globalThis as unknown as Record<string, (() => boolean) | undefined>;
const isAlive = (): boolean => chrome.runtime?.id !== undefined;

const NOTHING: Taking = { magnets: false, torrents: false };

/** Null until the choices were read: magnet links wait for that, a page may follow them before. */
let taking: Taking | null = null;
let ready: Promise<unknown> = Promise.resolve();
let last = { link: '', at: 0 };
/** When a person did something that a link was taken for. */
let activeAt = 0;
/** Links that the page followed by itself, and since when they are counted. */
let passive = { count: 0, since: 0 };
/** A link that could not be handed over, on its way to the browser. */
let passing = '';

if (world[MARK]?.() !== true) {
  world[MARK] = isAlive;
  begin();
}

function begin(): void {
  addEventListener('click', onClick, true);
  addEventListener('auxclick', onClick, true);
  addEventListener('submit', onSubmit, true);
  (globalThis as { navigation?: EventTarget }).navigation?.addEventListener('navigate', onNavigate);
  // What changed while this was read is newer.
  ready = chrome.storage.local.get('prefs').then(({ prefs }) => taking === null && choose(prefs), letGo);
  chrome.storage.local.onChanged.addListener((changes) => {
    if (changes['prefs'] !== undefined) choose(changes['prefs'].newValue);
  });
}

/** The extension is gone or was updated: a new script is in the page, or none should be. */
function letGo(): void {
  taking = NOTHING;
  removeEventListener('click', onClick, true);
  removeEventListener('auxclick', onClick, true);
  removeEventListener('submit', onSubmit, true);
  (globalThis as { navigation?: EventTarget }).navigation?.removeEventListener('navigate', onNavigate);
}

function choose(prefs: unknown): void {
  const { captureMagnets, captureTorrents, sitesOff } = (prefs ?? {}) as {
    captureMagnets?: boolean;
    captureTorrents?: boolean;
    sitesOff?: readonly string[];
  };
  const off = isOff(sitesOff, hosts());
  taking = { magnets: captureMagnets === true && !off, torrents: captureTorrents === true && !off };
}

/** Of this frame and of those around it, where the browser tells. */
function hosts(): string[] {
  const origins = [location.origin, ...(location.ancestorOrigins ?? []), globalThis.origin];
  return origins.map((origin) => (URL.canParse(origin) ? new URL(origin).host : ''));
}

function onClick(event: Event): void {
  const { button, type } = event as MouseEvent;
  // The second button opens a menu.
  if (type === 'auxclick' && button !== 1) return;
  for (const target of event.composedPath()) {
    // Of windows, documents and forms it may be whatever the page calls so.
    const href = (target as { href?: unknown }).href;
    const link = href instanceof SVGAnimatedString ? href.baseVal : href;
    if (typeof link === 'string' && (target as Element).localName !== 'link') return take(event, link);
  }
}

function onSubmit(event: Event): void {
  const { submitter, target } = event as SubmitEvent;
  const action = submitter?.getAttribute('formaction') ?? (target as Element).getAttribute('action');
  if (action !== null) take(event, action);
}

function onNavigate(event: Event): void {
  take(event, (event as NavigateEvent).destination.url);
}

function take(event: Event, link: string): void {
  const kind = kindOf(link.trim(), taking ?? { magnets: true, torrents: false });
  if (kind === null || !event.cancelable || link === passing) return;
  if (!isAlive()) return letGo();
  event.preventDefault();
  const now = Date.now();
  const isSame = last.link === link && now - last.at < SAME_MS;
  last = { link, at: now };
  if (isSame) return;
  const active = isActive(event, now);
  if (active) activeAt = now;
  else if (floods(now)) return;
  tell(kind, link.trim(), active).catch(() => pass(link));
}

/** The browser gets a link after all. */
function pass(link: string): void {
  passing = link;
  location.href = link;
  setTimeout(() => (passing = ''));
}

/** Whether a person did this: the click itself, or something a moment ago, which counts for one link a second. */
function isActive(event: Event, now: number): boolean {
  if (event instanceof MouseEvent && event.isTrusted) return true;
  return navigator.userActivation?.isActive === true && now - activeAt > SAME_MS;
}

/** Whether the page by itself brings more than the worker takes of it anyway. It hears of the first of these. */
function floods(now: number): boolean {
  if (now - passive.since > PASSIVE_MS) passive = { count: 0, since: now };
  passive.count += 1;
  return passive.count > PASSIVE_MAX + 1;
}

/** Hand a link over. Fails where it is not taken after all, or nobody is there. */
async function tell(kind: 'magnet' | 'url', link: string, active: boolean): Promise<void> {
  await ready;
  if (kindOf(link, taking ?? NOTHING) === null) throw new Error('not wanted');
  const found: AddSource =
    kind === 'magnet' ? { kind, magnet: link } : ((await fileAt(link)) ?? { kind, url: link });
  const message: Found = { found, active };
  if ((await chrome.runtime.sendMessage(message)) !== true) throw new Error('not taken');
}

/** The file, where the page may read it itself: with the user's cookies, as a click would have. */
async function fileAt(url: string): Promise<AddSource | null> {
  if (new URL(url).origin !== location.origin) return null;
  try {
    const answer = await fetch(url, { credentials: 'include' });
    const blob = await answer.blob();
    // A dictionary in bencode begins with d; pages that ask for a password do not.
    const isTorrent = answer.ok && blob.size <= FILE_MAX && (await blob.slice(0, 1).text()) === 'd';
    return isTorrent ? { kind: 'file', name: nameOf(url), base64: await base64Of(blob) } : null;
  } catch {
    return null;
  }
}

function nameOf(url: string): string {
  return new URL(url).pathname.split('/').at(-1) ?? '';
}

function base64Of(blob: Blob): Promise<string> {
  return new Promise((resolve) => {
    const reader = new FileReader();
    reader.onload = () => resolve((reader.result as string).replace(/^[^,]*,/, ''));
    reader.readAsDataURL(blob);
  });
}
