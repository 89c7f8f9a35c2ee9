/** `jstorrent trackers`: whom a torrent asks for peers, and changes to that. */
import { trackerSentence, type Panes } from '@jstorrent/control';
import { EXIT, usageError, type ExitCode } from '../errors.ts';
import type { Output } from '../output.ts';
import { withService, type ServiceLink } from '../service/link.ts';
import { readPane } from '../service/pane.ts';
import { namedTorrent, readList } from '../service/torrents.ts';
import { tableLines, type Column } from '../table.ts';
import { formatDuration, plain } from '../text.ts';

/** Options of `trackers`. */
export interface TrackersOptions {
  readonly add: readonly string[];
  readonly remove: readonly string[];
  /** Ask all of them now. */
  readonly announce: boolean;
}

type Tracker = Panes['trackers']['trackers'][number];

/** Print the trackers of a torrent, after changing them. */
export function runTrackers(word: string, options: TrackersOptions, output: Output): Promise<ExitCode> {
  return withService(async (link) => {
    const torrent = namedTorrent((await readList(link)).rows, word);
    const { id } = torrent;
    if (options.add.length > 0) {
      await link.call('torrent.addTrackers', { ids: [id], tiers: options.add.map((url) => [url]) });
    }
    if (options.remove.length > 0) await removeTrackers(link, id, options.remove);
    if (options.announce) {
      const { failed } = await link.call('torrent.reannounce', { ids: [id] });
      for (const { error } of failed) output.notice(`error: ${error.code}: ${plain(error.message)}`);
    }
    const { trackers } = await readPane(link, torrent, 'trackers');
    output.event(trackers);
    if (trackers.length === 0) output.line('No trackers.');
    else for (const line of tableLines(COLUMNS, trackers, output)) output.line(line);
    return EXIT.done;
  });
}

async function removeTrackers(link: ServiceLink, id: string, urls: readonly string[]): Promise<void> {
  const { trackers } = await readPane(link, { id }, 'trackers');
  const unknown = urls.find((url) => !trackers.some((tracker) => tracker.url === url));
  if (unknown !== undefined)
    throw usageError(`${unknown} is no tracker of this torrent; see "jstorrent trackers"`);
  const tiers: string[][] = [];
  for (const { tier, url } of trackers) {
    if (tier !== null && !urls.includes(url)) (tiers[tier] ??= []).push(url);
  }
  await link.call('torrent.setTrackers', { id, tiers: tiers.filter((tier) => tier.length > 0) });
}

function statusWords({ status, message, failingSince }: Tracker): string {
  switch (status) {
    case 'idle':
      return 'not asked';
    case 'updating':
      return 'asking';
    case 'working':
      return message === '' ? 'working' : `working: ${message}`;
    case 'off':
      return 'off';
    case 'noAnswer':
    case 'refused':
      return trackerSentence(status, message, failingSince === null ? 0 : Date.now() - failingSince);
  }
}

const figure = (number: number | null): string => (number === null ? '' : String(number));

const COLUMNS: readonly Column<Tracker>[] = [
  { title: 'Tier', isNumber: true, giveWay: 1, cell: ({ tier }) => (tier === null ? '' : String(tier + 1)) },
  { title: 'Tracker', least: 16, cell: ({ kind, url }) => plain(kind === 'tracker' ? url : kind) },
  { title: 'Seeds', isNumber: true, giveWay: 3, cell: ({ seeds }) => figure(seeds) },
  { title: 'Others', isNumber: true, giveWay: 4, cell: ({ leeches }) => figure(leeches) },
  { title: 'Peers', isNumber: true, giveWay: 5, cell: ({ peers }) => figure(peers) },
  {
    title: 'Again in',
    isNumber: true,
    giveWay: 2,
    cell: ({ nextMs }) => (nextMs === null ? '' : formatDuration(nextMs)),
  },
  { title: 'Status', least: 10, cell: (tracker) => plain(statusWords(tracker)) },
];
