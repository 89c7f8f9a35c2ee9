/** The folder that new torrents go to before the user chose one. Decides when the user's own for downloads is taken. */
import { randomBytes } from 'node:crypto';
import { basename, isAbsolute } from 'node:path';
import type { SessionStore } from '../store/session-store.ts';
import type { SettingsBook } from './settings-book.ts';

/** Take a folder (absolute path), which was there just now, when nothing was chosen and no folder is known. Throws StoreError. */
export function takeFirstFolder(store: SessionStore, settings: SettingsBook, path: string | undefined): void {
  if (path === undefined || !isAbsolute(path) || store.roots().length > 0) return;
  if (settings.values['downloads.place'] !== null) return;
  const key = randomBytes(6).toString('hex');
  store.setRoot({ key, path, label: basename(path) || path });
  settings.set({ 'downloads.place': { root: key, folder: [] } });
}
