/** A torrent of the service by a word that could also be a file. Decides that without a session nothing is started. */
import { showTorrent } from '../commands/show.ts';
import type { ExitCode } from '../errors.ts';
import type { Output } from '../output.ts';
import { hasSession, withService } from './link.ts';
import { namedTorrent, readList } from './torrents.ts';

/** Print the facts of the torrent that a word names; null when there is no session to look into. */
export async function findTorrent(word: string, output: Output): Promise<ExitCode | null> {
  if (!hasSession()) return null;
  return withService(async (link) => {
    const { rows } = await readList(link);
    return showTorrent(link, namedTorrent(rows, word), output);
  });
}
