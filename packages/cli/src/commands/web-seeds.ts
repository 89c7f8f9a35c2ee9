/** `jstorrent web-seeds`: the web servers a torrent is fetched from (BEP 19), and changes to that. */
import type { Panes } from '@jstorrent/control';
import { EXIT, usageError, type ExitCode } from '../errors.ts';
import type { Output } from '../output.ts';
import { withService } from '../service/link.ts';
import { readPane } from '../service/pane.ts';
import { namedTorrent, readList } from '../service/torrents.ts';
import { tableLines, type Column } from '../table.ts';
import { formatBytes, formatDuration, formatRate, plain } from '../text.ts';

/** Options of `web-seeds`. */
export interface WebSeedsOptions {
  readonly add: readonly string[];
  readonly remove: readonly string[];
}

type WebSeed = Panes['general']['webSeedStates'][number];

/** Print the web seeds of a torrent, after changing them. */
export function runWebSeeds(
  word: string,
  { add, remove }: WebSeedsOptions,
  output: Output,
): Promise<ExitCode> {
  return withService(async (link) => {
    const torrent = namedTorrent((await readList(link)).rows, word);
    const { id } = torrent;
    if (add.length + remove.length > 0) {
      const { webSeeds } = await readPane(link, torrent, 'general');
      const unknown = remove.find((url) => !webSeeds.includes(url));
      if (unknown !== undefined)
        throw usageError(`${unknown} is no web seed of this torrent; see "jstorrent web-seeds"`);
      const urls = [...webSeeds.filter((url) => !remove.includes(url)), ...add];
      await link.call('torrent.setWebSeeds', { id, urls: [...new Set(urls)] });
    }
    const { webSeedStates } = await readPane(link, torrent, 'general');
    output.event(webSeedStates);
    if (webSeedStates.length === 0) output.line('No web seeds.');
    else for (const line of tableLines(COLUMNS, webSeedStates, output)) output.line(line);
    return EXIT.done;
  });
}

function statusWords({ status, message, retryMs }: WebSeed): string {
  const words = { idle: 'not asked', working: 'working', waiting: 'waiting', dropped: 'dropped' }[status];
  const again = retryMs === null ? '' : `, again in ${formatDuration(retryMs)}`;
  return message === '' ? words : `${words}: ${message}${again}`;
}

const COLUMNS: readonly Column<WebSeed>[] = [
  { title: 'Web seed', least: 16, cell: ({ url }) => plain(url) },
  { title: 'Named by', giveWay: 1, cell: ({ byUser }) => (byUser ? 'you' : 'the torrent') },
  { title: 'Down', isNumber: true, giveWay: 3, cell: ({ downRate }) => formatRate(downRate) },
  { title: 'Got', isNumber: true, giveWay: 2, cell: ({ downloaded }) => formatBytes(downloaded) },
  { title: 'Status', least: 10, cell: (seed) => plain(statusWords(seed)) },
];
