/** `jstorrent remove`: takes torrents out of the list; their files stay unless the user says otherwise. */
import type { ExitCode } from '../errors.ts';
import type { Output } from '../output.ts';
import { forTorrents } from '../service/batch.ts';

/** Remove torrents. */
export function runRemove(words: readonly string[], deleteFiles: boolean, output: Output): Promise<ExitCode> {
  return forTorrents(
    {
      words,
      done: deleteFiles ? 'Removed with its files:' : 'Removed',
      run: (link, ids) => link.call('torrent.remove', { ids, deleteFiles }),
    },
    output,
  );
}
