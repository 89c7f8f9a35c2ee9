/**
 * `jstorrent download`: fetches a torrent into a folder, from where it left off. Decides how the source becomes a torrent
 * of the engine; the run itself is in transfer.ts.
 */
import type { AddOptions, Engine } from '@jstorrent/engine';
import { classifyIp, toHex, WEB_SEED_SCHEMES, type Magnet } from '@jstorrent/protocol';
import { resolve } from 'node:path';
import { checkUrl } from '../check-url.ts';
import { claim } from '../claim.ts';
import { ROOT } from '../early-daemon.ts';
import { CliError, EXIT, type ExitCode } from '../errors.ts';
import { makeFolder } from '../folder.ts';
import type { NumberRange, PeerAddress } from '../option-values.ts';
import type { Output } from '../output.ts';
import { toPriorities, type Selection } from '../selection.ts';
import { parseTorrent, readSource, type Source, type TorrentFile } from '../source.ts';
import { plain } from '../text.ts';
import { runTransfer, type Transfer, type TransferTools } from '../transfer.ts';

/** Options of `download`, already checked. Rates in bytes per second. */
export interface DownloadOptions {
  /** Absolute path. */
  readonly dir: string;
  readonly peer: readonly PeerAddress[];
  /** Web servers that have the data, beside those that the torrent names. */
  readonly webSeed: readonly string[];
  readonly port: number;
  readonly files?: readonly NumberRange[];
  readonly sequential: boolean;
  readonly seed: boolean;
  readonly maxDown: number;
  readonly maxUp: number;
  /** False for `--no-trackers`. */
  readonly trackers: boolean;
  /** Seconds. */
  readonly timeout?: number;
}

/** Download `text`, a magnet link, a path or a web address; the daemon has `options.dir` as `ROOT`. */
export async function runDownload(
  text: string,
  options: DownloadOptions,
  { output, daemon }: TransferTools,
): Promise<ExitCode> {
  for (const url of options.webSeed) checkUrl(url, WEB_SEED_SCHEMES, '--web-seed');
  const source = readSource(text);
  const folder = makeFolder(options.dir);
  const selection = chooseFiles(source, options);
  return runTransfer({
    folder,
    daemon,
    output,
    settings: { downloadLimit: options.maxDown, uploadLimit: options.maxUp },
    port: options.port,
    timeoutMs: options.timeout === undefined ? null : options.timeout * 1000,
    mode: options.seed ? 'downloadAndSeed' : 'download',
    begin: (transfer) => begin(source, selection, { options, output, transfer }),
    onMetadata: (info, { session }) => {
      const priorities = toPriorities(selection, info);
      if (priorities.length === 0 || info.infoHash === null) return;
      const picking = { sequential: options.sequential, endsFirst: false };
      session.engine.choose(toHex(info.infoHash), priorities, picking);
    },
  });
}

interface Circumstances {
  readonly options: DownloadOptions;
  readonly output: Output;
  readonly transfer: Transfer;
}

async function begin(source: Source, selection: Selection, around: Circumstances): Promise<void> {
  const { options, output, transfer } = around;
  const { engine } = transfer.session;
  const add: AddOptions = {
    root: ROOT,
    sequential: options.sequential,
    noTrackers: !options.trackers,
    extraWebSeeds: options.webSeed,
  };
  const adding = { add, ...around };
  const torrent = source.kind === 'url' ? await fetchTorrent(engine, source.url, output) : source;
  const { infoHash } = 'magnet' in torrent ? torrent.magnet : torrent.metainfo.info;
  if (infoHash !== null) await claim(toHex(infoHash), resolve(options.dir));
  const id =
    'magnet' in torrent ? addMagnet(torrent, selection, adding) : addMetainfo(torrent, selection, adding);
  transfer.follow(id);
  engine.addPeers(id, options.peer);
  const hasSources = engine.trackers(id).length + engine.webSeeds(id).length > 0;
  const namesPeers = options.peer.length > 0 || (source.kind === 'magnet' && source.magnet.peers.length > 0);
  if (!hasSources && !namesPeers) {
    output.notice('No tracker and no peer is named: only peers that connect to us can help. See --peer.');
  }
}

interface Adding extends Circumstances {
  readonly add: AddOptions;
}

function addMetainfo(torrent: TorrentFile, selection: Selection, { add, transfer }: Adding): string {
  const { bytes, metainfo } = torrent;
  const { info } = metainfo;
  const id = info.infoHash === null ? '' : toHex(info.infoHash);
  const priorities = toPriorities(selection, info);
  const resume = transfer.store.load(id);
  return transfer.session.engine.add({ metainfo: bytes }, { ...add, priorities, resume });
}

/** A magnet link, or what it led to in an earlier run. */
function addMagnet(
  { uri, magnet }: { readonly uri: string; readonly magnet: Magnet },
  selection: Selection,
  adding: Adding,
): string {
  const { add, options, transfer } = adding;
  const { engine } = transfer.session;
  const known = magnet.infoHash === null ? null : transfer.store.loadMetainfo(toHex(magnet.infoHash));
  if (known === null) return engine.add({ magnet: uri }, add);
  const extraTrackers = options.trackers ? magnet.trackers : [];
  const torrent = { bytes: known, metainfo: parseTorrent(known, 'the saved torrent') };
  const id = addMetainfo(torrent, selection, { ...adding, add: { ...add, extraTrackers } });
  const ofLink = magnet.webSeeds.map((url) => ({ url, byUser: false }));
  engine.setWebSeeds(id, [...engine.webSeeds(id), ...ofLink]);
  // The engine lets only the user name peers on this machine, so those of a link are sifted here.
  const isFar = ({ host }: PeerAddress): boolean =>
    !['loopback', 'linkLocal', null].includes(classifyIp(host));
  engine.addPeers(id, magnet.peers.filter(isFar));
  return id;
}

async function fetchTorrent(engine: Engine, url: string, output: Output): Promise<TorrentFile> {
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
  output.status(`getting ${plain(url)}`);
  engine.fetchTorrent(url, resolve, (code, detail) => {
    const exitCode = code === 'HTTP_STATUS' || code === 'TOO_LARGE' ? EXIT.source : EXIT.network;
    const isAddress = code === 'BAD_URL' || code === 'FORBIDDEN_ADDRESS';
    const text = `${url} cannot be fetched: ${detail}; check the address`;
    reject(new CliError(isAddress ? EXIT.source : exitCode, code, text));
  });
  const bytes = await promise;
  return { bytes, metainfo: parseTorrent(bytes, url) };
}

function chooseFiles(source: Source, options: DownloadOptions): Selection {
  if (options.files !== undefined) return { kind: 'numbers', ranges: options.files };
  const ranges = source.kind === 'magnet' ? source.magnet.selectOnly : null;
  return ranges === null ? { kind: 'all' } : { kind: 'indices', ranges };
}
