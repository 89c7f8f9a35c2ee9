/** `jstorrent seed`: gives a complete torrent to others. Decides that nothing is written: what is missing ends the run. */
import { toHex } from '@jstorrent/protocol';
import { ROOT } from '../early-daemon.ts';
import { CliError, EXIT, type ExitCode } from '../errors.ts';
import { existingFolder } from '../folder.ts';
import { readTorrentFile } from '../source.ts';
import { count } from '../text.ts';
import { runTransfer, type Transfer, type TransferTools } from '../transfer.ts';

/** Options of `seed`, already checked. Rates in bytes per second. */
export interface SeedOptions {
  /** Absolute path. */
  readonly dir: string;
  readonly port: number;
  readonly maxUp: number;
  /** False for `--no-trackers`. */
  readonly trackers: boolean;
}

/** Seed the .torrent file at `path` until the user ends it; `daemon` has `options.dir` as `ROOT`. */
export function runSeed(
  path: string,
  options: SeedOptions,
  { output, daemon }: TransferTools,
): Promise<ExitCode> {
  const { bytes, metainfo } = readTorrentFile(path);
  const id = metainfo.info.infoHash === null ? '' : toHex(metainfo.info.infoHash);
  const begin = async (transfer: Transfer): Promise<void> => {
    const { session, store } = transfer;
    const { engine } = session;
    const resume = store.load(id);
    const noTrackers = !options.trackers;
    engine.add({ metainfo: bytes }, { root: ROOT, resume, start: false, noTrackers });
    transfer.follow(id);
    // A stopped torrent that is checked stays offline and writes nothing.
    engine.recheck(id);
    await session.until(() => ['stopped', 'failed'].includes(engine.view(id).state.kind));
    const { state, havePieces, pieceCount } = engine.view(id);
    if (state.kind === 'failed') return;
    if (havePieces < pieceCount) {
      const text = `${count(pieceCount - havePieces, 'piece')} of ${pieceCount} in ${options.dir} are missing or damaged; "jstorrent download" fetches them`;
      throw new CliError(EXIT.disk, 'INCOMPLETE', text);
    }
    engine.start(id);
    output.line(`Seeding at port ${engine.listenPort}; press Ctrl-C to end.`);
  };
  return runTransfer({
    folder: existingFolder(options.dir),
    daemon,
    output,
    settings: { uploadLimit: options.maxUp },
    port: options.port,
    timeoutMs: null,
    mode: 'seed',
    begin,
  });
}
