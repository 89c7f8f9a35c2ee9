/** `jstorrent import`: takes over the torrents of another client; that client is not changed. */
import { CliError, EXIT, usageError, type ExitCode } from '../errors.ts';
import type { Output } from '../output.ts';
import { withService } from '../service/link.ts';
import { tableLines, type Column } from '../table.ts';
import { count, plain } from '../text.ts';
import type { Result } from '@jstorrent/control';

type Found = Result<'import.scan'>['found'][number];

/** Options of `import`. */
export interface ImportOptions {
  /** Where its session lies; where clients keep it when absent. */
  readonly from?: string;
  /** All begin stopped. */
  readonly stopped: boolean;
}

const CLIENTS = ['qbittorrent', 'transmission', 'deluge'] as const satisfies readonly Found['client'][];

const COLUMNS: readonly Column<Found>[] = [
  { title: 'Client', cell: ({ client }) => client },
  { title: 'Torrents', isNumber: true, cell: ({ torrents }) => String(torrents) },
  { title: 'Here already', isNumber: true, cell: ({ duplicates }) => String(duplicates) },
  { title: 'Session', cell: ({ where }) => plain(where) },
];

/** Say which sessions of other clients are on this machine. */
export function runImportScan(output: Output): Promise<ExitCode> {
  return withService(async (link) => {
    const { found } = await link.call('import.scan', {});
    output.event(found);
    if (found.length === 0) output.line('No session of another client was found.');
    else for (const line of tableLines(COLUMNS, found, output)) output.line(line);
    for (const { problem } of found) if (problem !== null) output.notice(plain(problem));
    return EXIT.done;
  });
}

/** Take over the session of a client. */
export function runImport(name: string, options: ImportOptions, output: Output): Promise<ExitCode> {
  const client = CLIENTS.find((known) => known === name.toLowerCase());
  if (client === undefined) throw usageError(`a client is ${CLIENTS.join(', ')}, not "${name}"`);
  return withService(async (link) => {
    let where = options.from;
    if (where === undefined) {
      const { found } = await link.call('import.scan', {});
      const sessions = found.filter((session) => session.client === client);
      const [first] = sessions;
      if (first === undefined) {
        const text = `no session of ${client} was found; name its folder with --from`;
        throw new CliError(EXIT.disk, 'NOT_FOUND', text);
      }
      if (sessions.length > 1) {
        const places = sessions.map((session) => plain(session.where)).join(', ');
        throw new CliError(
          EXIT.usage,
          'AMBIGUOUS',
          `there are several sessions: ${places}; name one with --from`,
        );
      }
      where = first.where;
    }
    output.status(`taking over the torrents of ${client}`);
    const result = await link.call('import.run', {
      client,
      where,
      ...(options.stopped ? { start: false } : {}),
    });
    output.event(result);
    for (const problem of result.problems) output.notice(`${plain(problem.name)}: ${plain(problem.message)}`);
    const { added, duplicates } = result;
    output.line(`${count(added, 'torrent')} added, ${duplicates} were here already.`);
    return result.problems.length === 0 ? EXIT.done : EXIT.refused;
  });
}
