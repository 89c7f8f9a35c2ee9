/** Taking something of torrents out of the page: links, hashes, names, .torrent files. */
import { t, tn } from '../../model/i18n.ts';
import type { Manager } from '../manager.ts';
import { toasts } from '../toasts.ts';
import { attempt, sayFailure } from './run.ts';

/** More links at once is a mistake. */
const LINKS = 200;

async function copy(lines: readonly string[]): Promise<void> {
  await navigator.clipboard.writeText(lines.join('\n'));
  toasts.show({ text: tn('done_copied', lines.length) });
}

/** Magnet links, one a line. */
export async function copyMagnets(manager: Manager, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  const links = ids.slice(0, LINKS).map(async (id) => {
    const { magnet } = await manager.session.call('torrent.magnet', { id });
    return magnet;
  });
  await attempt(Promise.all(links).then(copy));
}

/** Hashes, one a line. */
export async function copyHashes(ids: readonly string[]): Promise<void> {
  if (ids.length > 0) await attempt(copy(ids));
}

/** Names, one a line. */
export async function copyNames(manager: Manager, ids: readonly string[]): Promise<void> {
  if (ids.length > 0) await attempt(copy(manager.rowsOf(ids).map(({ name }) => name)));
}

/** Save .torrent files. */
export async function exportTorrents(manager: Manager, ids: readonly string[]): Promise<void> {
  try {
    for (const id of ids) save(await torrentFile(manager, id));
    if (ids.length > 0) toasts.show({ text: t('done_exported') });
  } catch (error) {
    sayFailure(error);
  }
}

async function torrentFile(manager: Manager, id: string): Promise<File> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let name = `${id}.torrent`;
  for (let from = 0, total = 1; from < total;) {
    const part = await manager.session.call('torrent.export', { id, from });
    const bytes = Uint8Array.from(atob(part.bytes), (letter) => letter.codePointAt(0) ?? 0);
    if (bytes.length === 0) break;
    parts.push(bytes);
    from += bytes.length;
    ({ total, fileName: name } = part);
  }
  return new File(parts, name, { type: 'application/x-bittorrent' });
}

function save(file: File): void {
  const url = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = url;
  link.download = file.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
