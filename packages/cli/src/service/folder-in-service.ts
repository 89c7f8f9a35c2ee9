/** Where the service has a torrent. Decides that a service which cannot be asked has none: it writes nothing either. */
import type { TorrentId } from '@jstorrent/engine';
import { findService, useLink } from './link.ts';
import { readPane } from './pane.ts';
import { readList } from './torrents.ts';

/** The folder (absolute path) of a torrent in the list of the service that runs; null when there is none. */
export async function folderInService(id: TorrentId): Promise<string | null> {
  const link = await findService({ launch: false, timeoutMs: 0 }).catch(() => null);
  if (link === null) return null;
  return useLink(link, async () => {
    const row = (await readList(link)).rows.find((torrent) => torrent.id === id);
    return row === undefined ? null : (await readPane(link, row, 'general')).folderText;
  });
}
