/** `jstorrent list`: the torrents of the service, once or for as long as somebody looks. */
import { EXIT, type ExitCode } from '../errors.ts';
import type { Output } from '../output.ts';
import { withService } from '../service/link.ts';
import { follow } from '../service/live.ts';
import { LIST_COLUMNS, totalsLine } from '../service/row-text.ts';
import { readList, watchList, type Listed } from '../service/torrents.ts';
import { tableLines } from '../table.ts';

/** Options of `list`. */
export interface ListOptions {
  readonly watch: boolean;
  /** Only torrents with this label. */
  readonly label?: string;
}

/** Print the list. */
export function runList({ watch, label }: ListOptions, output: Output): Promise<ExitCode> {
  const chosen = ({ rows, totals }: Listed): Listed => ({
    rows: label === undefined ? rows : rows.filter(({ labels }) => labels.includes(label)),
    totals,
  });
  const show = (all: Listed): void => {
    const listed = chosen(all);
    output.event({ event: 'list', torrents: listed.rows, totals: listed.totals });
    // On top it is seen however long the list is.
    output.frame([totalsLine(listed.totals), '', ...tableLines(LIST_COLUMNS, listed.rows, output)]);
  };
  if (watch) return follow((link) => watchList(link, show), output);
  return withService(async (link) => {
    const listed = chosen(await readList(link));
    output.event(listed.rows);
    for (const line of linesOf(listed, output)) output.line(line);
    return EXIT.done;
  });
}

function linesOf({ rows, totals }: Listed, output: Output): string[] {
  if (rows.length === 0) return ['No torrents. Add one: jstorrent add <magnet link, file or address>'];
  return [...tableLines(LIST_COLUMNS, rows, output), '', totalsLine(totals)];
}
