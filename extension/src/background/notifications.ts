/** Notifications of the system, where the user allowed them. What is said in them is decided by announcer.ts. */
import browser from 'webextension-polyfill';
import type { Session } from '../model/session.ts';
import type { Announcement, Seen } from './announcer.ts';
import { openManager } from './windows.ts';

const SEEN_KEY = 'noticesSeen';

/** Where it is kept how far notices were shown. */
export const seen = {
  load: async (): Promise<Seen | null> =>
    ((await browser.storage.local.get(SEEN_KEY))[SEEN_KEY] as Seen | undefined) ?? null,
  save: (value: Seen): Promise<void> => browser.storage.local.set({ [SEEN_KEY]: value }),
};

/** Show a notification; nothing happens where they are not allowed. */
export function notify({ id, title, message }: Announcement): void {
  const made = browser.notifications?.create(id, {
    type: 'basic',
    iconUrl: browser.runtime.getURL('icons/store-128.png'),
    title,
    message,
  });
  made?.catch((error: unknown) => console.error(error));
}

/** What a click does: opens the folder of what is complete, or shows the torrent. */
export async function onNotificationClicked(session: Session, id: string): Promise<void> {
  await browser.notifications.clear(id).catch(() => {});
  const [kind, torrent = ''] = id.split(':');
  if (kind !== 'folder') return openManager(kind === 'torrent' && torrent !== '' ? torrent : undefined);
  try {
    await session.call('open.folder', { id: torrent });
  } catch {
    await openManager(torrent);
  }
}
