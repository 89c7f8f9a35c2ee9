/** `jstorrent stats`: what was transferred, now, in this session of the service and ever. */
import type { Result } from '@jstorrent/control';
import { EXIT, type ExitCode } from '../errors.ts';
import type { Output } from '../output.ts';
import { withService } from '../service/link.ts';
import { factLines, tableLines, type Column } from '../table.ts';
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
    if (stats.disk !== null) for (const line of diskLines(stats.disk)) output.line(line);
    return EXIT.done;
  });
}

type Disk = NonNullable<Result<'stats.get'>['disk']>;

/** What the disk did since its process began, and what it is about. */
function diskLines(disk: Disk): string[] {
  const calls = (bytes: number, times: number, ms: number): string =>
    `${formatBytes(bytes)} in ${count(times, 'call')}${mean(ms, times)}`;
  const { bufferUsed, bufferBytes, connectionsWaiting } = disk;
  const held = connectionsWaiting === 0 ? '' : `; ${count(connectionsWaiting, 'connection')} wait for room`;
  const waiting = disk.jobsWaiting + disk.writesWaiting;
  return [
    '',
    ...factLines([
      ['Read', calls(disk.bytesRead, disk.reads, disk.readMs)],
      ['Written', calls(disk.bytesWritten, disk.writes, disk.writeMs)],
      ['Made durable', `${count(disk.syncs, 'time')}${mean(disk.syncMs, disk.syncs)}`],
      ['Buffer', `${formatBytes(bufferUsed)} of ${formatBytes(bufferBytes)}${held}`],
      ['At work', `${count(disk.jobsRunning, 'job')}, ${waiting} waiting, ${disk.checksRunning} checking`],
      ['Open', `${count(disk.openFiles, 'file')} of ${count(disk.openTorrents, 'torrent')}`],
    ]),
  ];
}

/** What one call took. */
function mean(ms: number, times: number): string {
  return times === 0 ? '' : `, ${(ms / times).toFixed(ms / times < 10 ? 1 : 0)} ms each`;
}
