/** `jstorrent peers`: whom a torrent is connected to; peers named by hand, and banned ones. */
import type { Panes, TorrentRow } from '@jstorrent/control';
import { EXIT, type ExitCode } from '../errors.ts';
import type { PeerAddress } from '../option-values.ts';
import type { Output } from '../output.ts';
import { withService, type ServiceLink } from '../service/link.ts';
import { follow } from '../service/live.ts';
import { readPane, watchPane } from '../service/pane.ts';
import { namedTorrent, readList } from '../service/torrents.ts';
import { tableLines, type Column } from '../table.ts';
import { formatBytes, formatPercent, formatRate, plain } from '../text.ts';

/** Options of `peers`. */
export interface PeersOptions {
  readonly watch: boolean;
  readonly add: readonly PeerAddress[];
  /** Addresses. */
  readonly ban: readonly string[];
}

type Peer = Panes['peers']['peers'][number];

/** Print the peers of a torrent. */
export function runPeers(word: string, options: PeersOptions, output: Output): Promise<ExitCode> {
  const find = async (link: ServiceLink): Promise<TorrentRow> => {
    const torrent = namedTorrent((await readList(link)).rows, word);
    const { id } = torrent;
    if (options.add.length > 0) await link.call('torrent.addPeers', { id, peers: options.add });
    for (const host of options.ban) await link.call('torrent.banPeer', { id, host });
    return torrent;
  };
  const show = ({ peers }: Panes['peers']): void => {
    output.event({ event: 'peers', peers });
    output.frame(linesOf(peers, output));
  };
  if (options.watch) {
    return follow(
      async (link) => watchPane(link, (await find(link)).id, { name: 'peers', onPane: show }),
      output,
    );
  }
  return withService(async (link) => {
    const { peers } = await readPane(link, await find(link), 'peers');
    output.event(peers);
    for (const line of linesOf(peers, output)) output.line(line);
    return EXIT.done;
  });
}

function linesOf(peers: readonly Peer[], output: Output): string[] {
  return peers.length === 0 ? ['No peers.'] : tableLines(COLUMNS, peers, output);
}

const ACTIVITIES: Readonly<Record<Peer['activity'], string>> = {
  connecting: 'connecting',
  handshake: 'greeting',
  both: 'gives and takes',
  sendsToUs: 'gives',
  weSend: 'takes',
  chokesUs: 'makes us wait',
  nothingWanted: 'idle',
  snubbed: 'is too slow',
  blocked: 'banned',
};

const rate = (bytesPerSecond: number): string => (bytesPerSecond < 1 ? '' : formatRate(bytesPerSecond));

const COLUMNS: readonly Column<Peer>[] = [
  {
    title: 'Address',
    cell: ({ address, port }) => plain(address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`),
  },
  { title: 'Client', least: 8, giveWay: 3, cell: ({ client }) => plain(client) },
  { title: 'Has', isNumber: true, cell: ({ progress }) => formatPercent(progress, 1) },
  { title: 'Down', isNumber: true, cell: ({ downRate }) => rate(downRate) },
  { title: 'Up', isNumber: true, cell: ({ upRate }) => rate(upRate) },
  { title: 'Received', isNumber: true, giveWay: 4, cell: ({ downloaded }) => formatBytes(downloaded) },
  { title: 'Given', isNumber: true, giveWay: 5, cell: ({ uploaded }) => formatBytes(uploaded) },
  { title: 'Does', giveWay: 1, cell: ({ activity }) => ACTIVITIES[activity] },
  { title: 'From', giveWay: 2, cell: ({ foundBy }) => foundBy },
];
