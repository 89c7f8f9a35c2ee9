/**
 * The add dialog's window: there is one at a time, and everything that is found meanwhile goes into it. Decides when it is
 * opened; what is found is in line for it at once, whatever the browser's windows do.
 */
import browser from 'webextension-polyfill';
import { dropQueued, noteDropped, oldestQueued, queueSource } from '../model/add-queue.ts';
import type { AddSource } from '../model/link.ts';
import { focus } from './windows.ts';

/** Size of the window, with the frame of a window around 720. */
const DIALOG = { width: 740, height: 680 } as const;
/** Kept for the session: the tab of the dialog. */
const DIALOG_KEY = 'dialog';
/** A dialog whose last torrent was just added closes within this. */
const CLOSING_MS = 300;
/** A browser that does not answer within this is asked again for what comes next. */
const PATIENCE_MS = 10_000;

/** Calls that are on their way: until they end, nothing in line was left behind. */
let calls = 0;
/** What is put in line, one after the other. */
let line: Promise<unknown> = Promise.resolve();
/** The window is being shown; and once more after that, for everything that was brought meanwhile. */
let showing: Promise<void> | null = null;
let next: { readonly first: string | null; readonly done: Promise<void> } | null = null;

/** Show the add dialog for something, or for whatever the user brings. */
export async function openAdd(source: AddSource | null): Promise<void> {
  calls += 1;
  try {
    await show(source === null ? null : await putInLine(source));
  } finally {
    calls -= 1;
  }
}

/** Pages brought more than is taken: the dialog says so that everything before is shown in. */
export function tellDropped(): Promise<void> {
  const noted = line.then(noteDropped);
  line = noted.catch(() => {});
  return noted;
}

function putInLine(source: AddSource): Promise<string> {
  const put = line.then(async () => {
    if (calls === 1 && (await dialogTab()) === null) await dropQueued();
    return queueSource(source);
  });
  line = put.catch(() => {});
  return put;
}

/** `id`: what was put in line. Ends when the window shows it. */
function show(id: string | null): Promise<void> {
  if (showing === null) {
    showing = within(showNow(id)).finally(() => (showing = null));
    return showing;
  }
  const done = next?.done ?? showing.then(showNext, showNext);
  next = { first: next?.first ?? id, done };
  return done;
}

function showNext(): Promise<void> {
  const first = next?.first ?? null;
  next = null;
  return show(first);
}

/** `first`: what was put in line for it; what follows in the line is shown, too. */
async function showNow(first: string | null): Promise<void> {
  const tab = await dialogTab();
  let id = first;
  if (tab !== null && (await focus(tab))) {
    await new Promise((resolve) => setTimeout(resolve, CLOSING_MS));
    if (await isThere(tab)) return;
    // A dialog that went while it was handed something has not shown that.
    id = first === null ? null : await oldestQueued(first);
    if (first !== null && id === null) return;
  }
  const address = browser.runtime.getURL(id === null ? 'add.html' : `add.html?source=${id}`);
  const made = (await openWindow(address)) ?? (await browser.tabs.create({ url: address })).id;
  await browser.storage.session.set({ [DIALOG_KEY]: made });
}

/** The tab of the dialog that is open, if there is one. */
async function dialogTab(): Promise<number | null> {
  const stored = (await browser.storage.session.get(DIALOG_KEY))[DIALOG_KEY];
  return typeof stored === 'number' && (await isThere(stored)) ? stored : null;
}

function isThere(tab: number): Promise<boolean> {
  return browser.tabs.get(tab).then(
    () => true,
    () => false,
  );
}

/** A small window in the middle of the user's own; null where there are none. Gives its tab. */
async function openWindow(url: string): Promise<number | null> {
  if (typeof browser.windows?.create !== 'function') return null;
  const around = await browser.windows.getLastFocused().catch(() => null);
  const { left, top, width, height } = around ?? {};
  const place =
    left === undefined || top === undefined || width === undefined || height === undefined
      ? {}
      : {
          left: Math.max(0, Math.round(left + (width - DIALOG.width) / 2)),
          top: Math.max(0, Math.round(top + (height - DIALOG.height) / 3)),
        };
  const open = (at: object) => browser.windows.create({ url, type: 'popup', ...DIALOG, ...at });
  // A place outside of all screens is refused.
  const made = await open(place).catch(() => open({}).catch(() => null));
  return made?.tabs?.[0]?.id ?? null;
}

/** Ends when the work does, or when patience ends: the work goes on, and nobody waits for it. */
function within(work: Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, PATIENCE_MS);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
