/** `jstorrent recheck`: compares what is on disk with the hashes again. */
import type { ExitCode } from '../errors.ts';
import type { Output } from '../output.ts';
import { forTorrents } from '../service/batch.ts';

/** Check torrents. */
export function runRecheck(words: readonly string[], output: Output): Promise<ExitCode> {
  return forTorrents(
    { words, done: 'Checking', run: (link, ids) => link.call('torrent.recheck', { ids }) },
    output,
  );
}
