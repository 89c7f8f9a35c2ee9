/** `jstorrent show`: everything about one torrent. Decides which facts people see and in which order. */
import type { Panes, TorrentRow } from '@jstorrent/control';
import { EXIT, type ExitCode } from '../errors.ts';
import type { Output } from '../output.ts';
import { withService, type ServiceLink } from '../service/link.ts';
import { readPane } from '../service/pane.ts';
import { doneText, etaText, ratioText, stateWords } from '../service/row-text.ts';
import { namedTorrent, readList } from '../service/torrents.ts';
import { factLines } from '../table.ts';
import { count, formatBytes, formatDuration, formatRate, formatTime, plain } from '../text.ts';

type General = Panes['general'];

/** Print the facts of the torrent that a word names. */
export function runShow(word: string, output: Output): Promise<ExitCode> {
  return withService(async (link) => {
    const row = namedTorrent((await readList(link)).rows, word);
    return showTorrent(link, row, output);
  });
}

/** Print the facts of a torrent. */
export async function showTorrent(link: ServiceLink, row: TorrentRow, output: Output): Promise<ExitCode> {
  const general = await readPane(link, row, 'general');
  output.event({ ...row, general });
  for (const line of factLines([...standing(row, general), ...facts(row, general)])) output.line(line);
  return EXIT.done;
}

type Fact = readonly [label: string, value: string | null];

function standing(row: TorrentRow, general: General): Fact[] {
  return [
    ['Name', plain(row.name)],
    ['Info-hash', row.id],
    ['State', `${stateWords(row)}${row.forced ? ', outside of the queue' : ''}`],
    ['Problem', general.problem === null ? null : plain(general.problem)],
    ['Trackers', general.trackerProblem === null ? null : plain(general.trackerProblem)],
    ['Queue', `place ${row.queuePosition + 1}`],
    ['Done', row.hasMetadata ? `${doneText(row)} of ${formatBytes(row.wantedLength)}` : null],
    ['Time left', etaText(row)],
    ['Rates', `${formatRate(row.downRate)} down, ${formatRate(row.upRate)} up`],
    ['Transferred', `${formatBytes(row.downloaded)} down, ${formatBytes(row.uploaded)} up`],
    ['Ratio', ratioText(row.ratio)],
    ['Wasted', general.wasted === 0 ? null : formatBytes(general.wasted)],
    ['Peers', `${count(row.peers, 'peer')} connected (${count(row.seeds, 'seed')}), ${row.knownPeers} known`],
  ];
}

function facts(row: TorrentRow, general: General): Fact[] {
  const { options } = general;
  const { fileCount, wantedFiles, pieceCount, pieceLength } = general;
  const chosen = wantedFiles === fileCount ? '' : `, ${wantedFiles} of them wanted`;
  const content = `${formatBytes(row.totalLength)} in ${count(fileCount, 'file')}${chosen}, ${count(pieceCount, 'piece')} of ${formatBytes(pieceLength)}`;
  return [
    ['Content', row.hasMetadata ? content : 'known only once a peer has sent the metadata'],
    ['Folder', plain(general.folderText)],
    ['Labels', row.labels.map(plain).join(', ')],
    ['Limits', limits(options.downLimit, options.upLimit)],
    ...general.webSeedStates.map((seed, index): Fact => [index === 0 ? 'Web seeds' : '', webSeedText(seed)]),
    ['Seeds until', goalWords(options.goalsInForce)],
    ['Order', orderWords(options)],
    ['Private', row.private ? 'yes: peers come from its trackers only' : null],
    ['Comment', plain(general.comment)],
    ['Created by', plain(general.createdBy)],
    ['Created', general.createdAt === null ? null : formatTime(general.createdAt)],
    ['Added', formatTime(row.addedAt)],
    ['Completed', row.completedAt === null ? null : formatTime(row.completedAt)],
    ['Active', general.activeMs === 0 ? null : formatDuration(general.activeMs)],
  ];
}

function webSeedText({ url, message }: General['webSeedStates'][number]): string {
  return plain(message === '' ? url : `${url}: ${message}`);
}

function limits(down: number, up: number): string | null {
  const parts = [down === 0 ? null : `${formatRate(down)} down`, up === 0 ? null : `${formatRate(up)} up`];
  return parts.filter((part) => part !== null).join(', ');
}

/** When seeding ends, in words; empty = never. */
function goalWords({ ratio, seedMinutes, idleMinutes }: General['options']['goalsInForce']): string {
  const goals = [
    ratio === null ? null : `a ratio of ${ratioText(ratio)}`,
    seedMinutes === null ? null : `${formatDuration(seedMinutes * 60_000)} of seeding`,
    idleMinutes === null ? null : `${formatDuration(idleMinutes * 60_000)} without a taker`,
  ];
  return goals.filter((goal) => goal !== null).join(' or ');
}

function orderWords({ sequential, endsFirst }: General['options']): string {
  const words = [
    sequential ? 'from the beginning to the end' : null,
    endsFirst ? 'ends of files first' : null,
  ];
  return words.filter((word) => word !== null).join(', ');
}
