/**
 * `jstorrent rename`: gives a file or a folder inside of a torrent another name or path. Decides what the user means by the two
 * paths; what may be done is decided by the service.
 */
import type { FileRow } from '@jstorrent/control';
import { EXIT, usageError, type ExitCode } from '../errors.ts';
import type { Output } from '../output.ts';
import { withService } from '../service/link.ts';
import { readFiles } from '../service/pane.ts';
import { namedTorrent, readList } from '../service/torrents.ts';
import { plain } from '../text.ts';

/** What gets another path: paths as `files` shows them. */
export interface Renaming {
  readonly from: string;
  /** A single name stays in its folder; several, or one behind a slash, are a path from the top of the torrent. */
  readonly to: string;
}

/** Rename a file, or a folder with everything in it. */
export function runRename(word: string, renaming: Renaming, output: Output): Promise<ExitCode> {
  return withService(async (link) => {
    const torrent = namedTorrent((await readList(link)).rows, word);
    const { from, to, file } = found(renaming, await readFiles(link, torrent));
    const { id } = torrent;
    if (file !== null) await link.call('torrent.renameFile', { id, file, path: to });
    else await link.call('torrent.renameFolder', { id, folder: from, path: to });
    output.event({ id, from: from.join('/'), to: to.join('/'), isFolder: file === null });
    output.line(`${plain(from.join('/'))} is now ${plain(to.join('/'))}.`);
    return EXIT.done;
  });
}

interface Found {
  readonly from: readonly string[];
  readonly to: readonly string[];
  /** Null for a folder. */
  readonly file: number | null;
}

function found({ from, to }: Renaming, files: readonly FileRow[]): Found {
  const old = partsOf(from);
  const name = old.join('/');
  const parts = partsOf(to);
  const path = parts.length === 1 && !to.startsWith('/') ? [...old.slice(0, -1), ...parts] : parts;
  const file = files.find((one) => one.path.join('/') === name);
  if (file !== undefined) return { from: old, to: path, file: file.index };
  const isFolder = files.some((one) => one.path.join('/').startsWith(`${name}/`));
  if (name !== '' && isFolder) return { from: old, to: path, file: null };
  const why = files.length === 0 ? 'its files are not known yet' : '"jstorrent files" shows what there is';
  throw usageError(`there is no ${plain(name)} in this torrent: ${why}`);
}

/** A slash at the end says that a folder is meant, as shells complete it. */
function partsOf(path: string): readonly string[] {
  return path.split('/').filter((part) => part !== '');
}
