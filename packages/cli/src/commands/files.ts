/** `jstorrent files`: the files of a torrent, and which of them are wanted. */
import type { FileRow } from '@jstorrent/control';
import { EXIT, usageError, type ExitCode } from '../errors.ts';
import type { NumberRange } from '../option-values.ts';
import type { Output } from '../output.ts';
import { withService } from '../service/link.ts';
import { readFiles } from '../service/pane.ts';
import { namedTorrent, readList } from '../service/torrents.ts';
import { tableLines, type Column } from '../table.ts';
import { formatBytes, formatPercent, plain } from '../text.ts';

/** Options of `files`: numbers as the table shows them. */
export interface FilesOptions {
  /** These and no others. */
  readonly only?: readonly NumberRange[];
  readonly skip?: readonly NumberRange[];
  readonly low?: readonly NumberRange[];
  readonly normal?: readonly NumberRange[];
  readonly high?: readonly NumberRange[];
}

type Priority = FileRow['priority'];
const PRIORITIES = ['skip', 'low', 'normal', 'high'] as const;

/** Print the files of a torrent, after changing what is wanted of it. */
export function runFiles(word: string, options: FilesOptions, output: Output): Promise<ExitCode> {
  return withService(async (link) => {
    const torrent = namedTorrent((await readList(link)).rows, word);
    let files = await readFiles(link, torrent);
    const choices = choicesOf(options, files);
    if (choices.size > 0) {
      const rest = options.only === undefined ? {} : { rest: 0 as const };
      await link.call('torrent.setFiles', { id: torrent.id, files: { some: [...choices], ...rest } });
      files = await readFiles(link, torrent);
    }
    output.event(files.map((file, position) => ({ number: position + 1, ...file })));
    if (files.length === 0) output.line('Files are known only once a peer has sent the metadata.');
    else for (const line of tableLines(COLUMNS, files.map(numbered), output)) output.line(line);
    return EXIT.done;
  });
}

/** Priorities by index; later options win over earlier ones in the order low, normal, high, skip. */
function choicesOf(options: FilesOptions, files: readonly FileRow[]): Map<number, Priority> {
  const choices = new Map<number, Priority>();
  const choose = (ranges: readonly NumberRange[] | undefined, priority: Priority): void => {
    for (const { first, last } of ranges ?? []) {
      if (last > files.length) throw usageError(`there is no file ${last}: the torrent has ${files.length}`);
      for (const { index } of files.slice(first - 1, last)) choices.set(index, priority);
    }
  };
  choose(options.only, 2);
  choose(options.low, 1);
  choose(options.normal, 2);
  choose(options.high, 3);
  choose(options.skip, 0);
  return choices;
}

interface Numbered extends FileRow {
  readonly number: number;
}

const numbered = (file: FileRow, position: number): Numbered => ({ ...file, number: position + 1 });

const COLUMNS: readonly Column<Numbered>[] = [
  { title: '#', isNumber: true, cell: ({ number }) => String(number) },
  { title: 'Size', isNumber: true, giveWay: 2, cell: ({ length }) => formatBytes(length) },
  { title: 'Done', isNumber: true, cell: ({ have, length }) => formatPercent(have, length) },
  {
    title: 'Wanted',
    giveWay: 1,
    cell: ({ priority }) => ({ text: PRIORITIES[priority], style: priority === 0 ? 'dim' : 'green' }),
  },
  { title: 'Path', least: 12, cell: ({ path }) => plain(path.join('/')) },
];
