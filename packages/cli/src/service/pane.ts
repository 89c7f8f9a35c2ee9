/** What the service knows of one torrent beyond its line: asked once, or followed. Decides nothing. */
import type { DetailEvent, FileRow, PaneName, Panes, TorrentRow } from '@jstorrent/control';
import { CONTROL_LIMITS } from '@jstorrent/control';
import type { ServiceLink } from './link.ts';

/** The panes that come whole. */
type WholePane = Exclude<PaneName, 'files'>;

/** One pane as it stands now. */
export async function readPane<N extends WholePane>(
  link: ServiceLink,
  { id }: Pick<TorrentRow, 'id'>,
  name: N,
): Promise<Panes[N]> {
  const seen = Promise.withResolvers<Panes[N]>();
  const stop = await watchPane(link, id, { name, onPane: seen.resolve });
  try {
    return await Promise.race([seen.promise, link.lost]);
  } finally {
    stop();
    await link.call('detail.unsubscribe', { id });
  }
}

/** A pane that is followed. */
export interface PaneWatch<N extends WholePane> {
  readonly name: N;
  readonly onPane: (pane: Panes[N]) => void;
}

/** Be told a pane now and whenever it changes; call what it gives back to end that. */
export async function watchPane<N extends WholePane>(
  link: ServiceLink,
  id: string,
  { name, onPane }: PaneWatch<N>,
): Promise<() => void> {
  const stop = link.hear((event) => {
    if (event.event !== 'detail' || event.id !== id || event.pane !== name) return;
    onPane((event as DetailEvent).data as Panes[N]);
  });
  await link.call('detail.subscribe', { id, panes: [name] });
  return stop;
}

/** All files, in the order of the torrent; none while the list is not known. */
export async function readFiles(link: ServiceLink, { id }: Pick<TorrentRow, 'id'>): Promise<FileRow[]> {
  const files: FileRow[] = [];
  for (;;) {
    const page = await link.call('torrent.files', {
      id,
      from: files.length,
      count: CONTROL_LIMITS.filesPerPage,
    });
    files.push(...page.files);
    if (page.files.length === 0 || files.length >= page.total) return files;
  }
}
