/** Finished downloads of .torrent files. Decides which of the browser's downloads are one. */
import browser, { type Downloads } from 'webextension-polyfill';

/** The absolute path of a .torrent file that was just downloaded by the user; null for everything else. */
export async function finishedTorrent({
  id,
  state,
}: Downloads.OnChangedDownloadDeltaType): Promise<string | null> {
  if (state?.current !== 'complete') return null;
  const [item] = await browser.downloads.search({ id });
  return item !== undefined && isTorrent(item) ? item.filename : null;
}

/** Whether a download is a .torrent file. */
export function isTorrent({
  filename,
  mime,
  byExtensionId,
}: Pick<Downloads.DownloadItem, 'filename' | 'mime' | 'byExtensionId'>): boolean {
  if (byExtensionId === browser.runtime.id) return false;
  return /\.torrent$/i.test(filename) || mime === 'application/x-bittorrent';
}
