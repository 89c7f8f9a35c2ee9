/** `jstorrent move`: puts the data of a torrent elsewhere. Decides that the command ends when the data is there. */
import type { ControlEvent, TorrentRow } from '@jstorrent/control';
import { CliError, EXIT, type ExitCode } from '../errors.ts';
import { hearInterrupts } from '../interrupt.ts';
import type { Output } from '../output.ts';
import { tellBatch } from '../service/batch.ts';
import { exitCodeOf, withService, type ServiceLink } from '../service/link.ts';
import { placeOfFolder } from '../service/places.ts';
import { namedTorrent, readList, watchList } from '../service/torrents.ts';
import { formatPercent, plain } from '../text.ts';

/** Options of `move`. */
export interface MoveOptions {
  /** False: do not wait for the end. */
  readonly wait: boolean;
  /** The data was moved by hand and is there already. */
  readonly there: boolean;
}

/** Move a torrent to a folder, which is made when it is missing. */
export function runMove(word: string, dir: string, options: MoveOptions, output: Output): Promise<ExitCode> {
  return withService(async (link) => {
    const torrent = namedTorrent((await readList(link)).rows, word);
    const place = await placeOfFolder(link, dir);
    if (options.there) {
      await link.call('torrent.relocate', { id: torrent.id, place });
      return tellMoved(torrent, output);
    }
    const end = heardEnd(link, torrent);
    const result = await link.call('torrent.move', { ids: [torrent.id], place });
    if (result.failedCount > 0 || !options.wait) {
      return tellBatch(result, { torrents: [torrent], done: 'Moving' }, output);
    }
    return waitFor(link, { torrent, end, output });
  });
}

interface Waiting {
  readonly torrent: TorrentRow;
  readonly end: Promise<ControlEvent & { readonly event: 'notice' }>;
  readonly output: Output;
}

async function waitFor(link: ServiceLink, { torrent, end, output }: Waiting): Promise<ExitCode> {
  const interrupt = hearInterrupts(() => {});
  try {
    await watchList(link, ({ rows }) => {
      const { moveProgress } = rows.find(({ id }) => id === torrent.id) ?? torrent;
      if (moveProgress !== null) {
        output.status(`${plain(torrent.name)}  moving: ${formatPercent(moveProgress, 1)}`);
      }
    });
    const outcome = await Promise.race([end, link.lost, interrupt.raised]);
    if (outcome === undefined) {
      output.notice('The service goes on moving.');
      return EXIT.interrupted;
    }
    if (outcome.kind === 'moved') return tellMoved(torrent, output);
    throw notMoved(outcome);
  } finally {
    interrupt.close();
  }
}

/** By the code of what went wrong, as for every other command. */
function notMoved({ sentence, data }: Awaited<Waiting['end']>): CliError {
  const code = data?.['code'];
  if (typeof code !== 'string') return new CliError(EXIT.disk, 'NOT_MOVED', plain(sentence));
  return new CliError(exitCodeOf(code), code, plain(sentence));
}

function heardEnd(link: ServiceLink, { id }: TorrentRow): Waiting['end'] {
  const { promise, resolve } = Promise.withResolvers<ControlEvent & { readonly event: 'notice' }>();
  link.hear((event) => {
    if (event.event !== 'notice' || event.id !== id) return;
    if (event.kind === 'moved' || event.kind === 'moveFailed') resolve(event);
  });
  return promise;
}

function tellMoved(torrent: TorrentRow, output: Output): ExitCode {
  return tellBatch({ failed: [], failedCount: 0 }, { torrents: [torrent], done: 'Moved' }, output);
}
