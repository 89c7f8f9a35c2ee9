/**
 * Finished downloads of .torrent files. Decides which of the browser's downloads are one, and whether the helper reads the file
 * or fetches it again: it reads only inside of folders that the user gave to it.
 */
import browser, { type Downloads } from 'webextension-polyfill';
import type { AddSource } from '../model/link.ts';
import type { Session } from '../model/session.ts';

/** A .torrent file that was just downloaded, as it can be added; null for everything else. */
export async function finishedTorrent(
  { id, state }: Downloads.OnChangedDownloadDeltaType,
  session: Pick<Session, 'call' | 'link'>,
): Promise<AddSource | null> {
  if (state?.current !== 'complete') return null;
  const [item] = await browser.downloads.search({ id });
  if (item === undefined || !isTorrent(item)) return null;
  return sourceOfDownload(item, await readableFolders(session));
}

/** None without the helper: the dialog opens all the same, and says what is wrong. */
async function readableFolders(session: Pick<Session, 'call' | 'link'>): Promise<readonly string[]> {
  try {
    const { roots } = await session.call('folders.roots', {}, { now: session.link.value.kind === 'trouble' });
    return roots.map(({ path }) => path);
  } catch {
    return [];
  }
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

/** Its path where the helper may read it, or else its address. */
export function sourceOfDownload(
  { filename, url }: Pick<Downloads.DownloadItem, 'filename' | 'url'>,
  roots: readonly string[],
): AddSource {
  const isReadable = roots.some((root) => {
    const folder = /[/\\]$/.test(root) ? root.slice(0, -1) : root;
    return filename.startsWith(folder) && /^[/\\]/.test(filename.slice(folder.length));
  });
  return isReadable || !/^https?:/i.test(url) ? { kind: 'path', path: filename } : { kind: 'url', url };
}
