/** `jstorrent stats`: what was transferred, now, in this session of the service and ever. */
import { EXIT, type ExitCode } from '../errors.ts';
import type { Output } from '../output.ts';
import { withService } from '../service/link.ts';
import { tableLines, type Column } from '../table.ts';
import { count, formatBytes, formatDuration, formatRate, formatTime } from '../text.ts';

interface Sum {
  readonly title: string;
  readonly downloaded: number;
  readonly uploaded: number;
  readonly wasted: number;
  readonly activeMs: number;
}

const COLUMNS: readonly Column<Sum>[] = [
  { title: '', cell: ({ title }) => title },
  { title: 'Downloaded', isNumber: true, cell: ({ downloaded }) => formatBytes(downloaded) },
  { title: 'Uploaded', isNumber: true, cell: ({ uploaded }) => formatBytes(uploaded) },
  { title: 'Wasted', isNumber: true, giveWay: 1, cell: ({ wasted }) => formatBytes(wasted) },
  { title: 'Active', isNumber: true, giveWay: 2, cell: ({ activeMs }) => formatDuration(activeMs) },
];

/** Print the statistics. */
export function runStats(output: Output): Promise<ExitCode> {
  return withService(async (link) => {
    const stats = await link.call('stats.get', {});
    output.event(stats);
    const sums: Sum[] = [
      { title: 'This session', ...stats.session },
      { title: 'All time', ...stats.allTime },
    ];
    for (const line of tableLines(COLUMNS, sums, output)) output.line(line);
    output.line('');
    output.line(`${formatRate(stats.downRate)} down, ${formatRate(stats.upRate)} up now.`);
    const since = `since ${formatTime(stats.startedAt)}, ${count(stats.sessions, 'session')} in all`;
    output.line(`${count(stats.torrents, 'torrent')}, ${stats.torrentsEver} ever; ${since}.`);
    return EXIT.done;
  });
}
