/**
 * The command line: commands, options and help. Decides what can be typed; each command is loaded only when it is asked
 * for, so that short ones start fast.
 */
import { fileURLToPath } from 'node:url';
import { Command, CommanderError } from 'commander';
import type { OwnableDaemon } from '@jstorrent/native-host/engine-session';
import { collect, examples, toPath, type JsonOption, type Report, type Run } from './define.ts';
import { CliError, EXIT, usageError, type ExitCode } from './errors.ts';
import {
  parseFileNumbers,
  parsePeer,
  parsePieceLength,
  parsePort,
  parseRate,
  parseSeconds,
  type PeerAddress,
} from './option-values.ts';
import { createOutput, type OutputMode } from './output.ts';
import { defineServiceCommands } from './program-service.ts';
import { defineSystemCommands } from './program-system.ts';
import { VERSION } from './version.ts';

const EXIT_CODES = `
Exit codes: 0 done, 2 wrong call, 3 bad torrent or magnet link, 4 disk, 5 nobody to download from,
6 the service does not do it, 130 interrupted, 1 broken.`;

/** Carry out a command line (without the program's name). Resolved with the exit code; only bugs reject. */
export async function runProgram(words: readonly string[]): Promise<ExitCode> {
  const modes: OutputMode[] = words.includes('--json') ? ['value'] : ['people'];
  let exitCode: ExitCode = EXIT.done;
  const report = async (mode: OutputMode, run: Run): Promise<void> => {
    modes[0] = mode;
    exitCode = await run(createOutput({ mode }));
  };
  try {
    await defineProgram(report).parseAsync(fromDesktop(words), { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return EXIT.done;
    if (error instanceof CommanderError && error.code === 'commander.help') return EXIT.usage;
    const failure = error instanceof CommanderError ? fromCommander(error) : error;
    if (!(failure instanceof CliError)) throw failure;
    createOutput({ mode: modes[0] ?? 'people' }).error(failure);
    return failure.exitCode;
  }
}

/** Desktops open magnet links and .torrent files with `--open LINK`; files may come as addresses. */
function fromDesktop(words: readonly string[]): string[] {
  const [first, link] = words;
  if (first !== '--open' || link === undefined) return [...words];
  return ['open', '--', /^file:/i.test(link) ? fileURLToPath(link) : link];
}

function fromCommander(error: CommanderError): CliError {
  return usageError(`${error.message.replace(/^error: /, '')}; see "jstorrent --help"`);
}

function defineProgram(report: Report): Command {
  const program = new Command('jstorrent')
    .description(
      'Downloads, seeds, makes and checks torrents: by itself, or through a service that goes on in the background.',
    )
    .version(VERSION)
    .configureHelp({ optionDescription: ({ description }) => description })
    .configureOutput({ outputError: () => {} })
    .exitOverride()
    .showSuggestionAfterError()
    .addHelpText('after', EXIT_CODES);
  defineInfo(program, report);
  defineCreate(program, report);
  defineDownload(program, report);
  defineSeed(program, report);
  defineVerify(program, report);
  defineServiceCommands(program, report);
  defineSystemCommands(program, report);
  return program;
}

function defineInfo(program: Command, report: Report): void {
  program
    .command('info')
    .description('show what a .torrent file or a magnet link says, or a torrent of the service')
    .argument('<source>', '.torrent file, magnet link, or a torrent as in "list"')
    .option('--json', 'print one JSON object', false)
    .addHelpText(
      'after',
      examples(['jstorrent info ubuntu.torrent', "jstorrent info --json 'magnet:?xt=urn:btih:…'"]),
    )
    .action((source: string, { json }: JsonOption) =>
      report(json ? 'value' : 'people', async (output) => {
        const { runInfo } = await import('./commands/info.ts');
        return runInfo(source, output);
      }),
    );
}

interface CreateFlags extends JsonOption {
  readonly output?: string;
  readonly tracker: string[];
  readonly webSeed: string[];
  readonly pieceLength?: number;
  readonly private: boolean;
  readonly comment?: string;
  readonly force: boolean;
}

function defineCreate(program: Command, report: Report): void {
  program
    .command('create')
    .description('make a .torrent of a file or folder')
    .argument('<path>', 'file or folder to share')
    .option('-o, --output <file>', 'where to write it (default: <name>.torrent here)')
    .option('--tracker <url>', 'announce to this tracker; may be repeated', collect(String), [])
    .option('--web-seed <url>', 'name a web server that has the data; may be repeated', collect(String), [])
    .option('--piece-length <size>', 'such as 256k or 1MiB (default: by the size)', parsePieceLength)
    .option('--private', 'peers come from its trackers only', false)
    .option('--comment <text>', 'a comment for people')
    .option('--force', 'replace a file that is there', false)
    .option('--json', 'print one JSON object', false)
    .addHelpText(
      'after',
      examples([
        'jstorrent create holiday/ --tracker https://tracker.example/announce',
        'jstorrent create film.mkv -o /tmp/film.torrent --piece-length 1MiB --private',
      ]),
    )
    .action((path: string, { json, ...options }: CreateFlags) =>
      report(json ? 'value' : 'people', async (output) => {
        const { runCreate } = await import('./commands/create.ts');
        return runCreate(path, options, output);
      }),
    );
}

interface DownloadFlags extends JsonOption {
  readonly dir: string;
  readonly peer: PeerAddress[];
  readonly webSeed: string[];
  readonly port: number;
  readonly files?: ReturnType<typeof parseFileNumbers>;
  readonly sequential: boolean;
  readonly seed: boolean;
  readonly maxDown: number;
  readonly maxUp: number;
  readonly trackers: boolean;
  readonly timeout?: number;
}

function defineDownload(program: Command, report: Report): void {
  program
    .command('download')
    .description('fetch a torrent; goes on where an earlier run ended')
    .argument('<source>', 'magnet link, .torrent file, or http(s) address of one')
    .option('-d, --dir <folder>', 'where to put it (default: here)', toPath, toPath('.'))
    .option('--peer <host:port>', 'connect to this peer too; may be repeated', collect(parsePeer), [])
    .option('--web-seed <url>', 'fetch from this web server too; may be repeated', collect(String), [])
    .option('--port <number>', 'accept connections here (default: any free port)', parsePort, 0)
    .option(
      '--files <numbers>',
      'only these files, by their numbers in "info", such as 1,3-5',
      parseFileNumbers,
    )
    .option('--sequential', 'fetch from the beginning to the end', false)
    .option('--seed', 'go on giving when all is there, until Ctrl-C', false)
    .option('--max-down <rate>', 'bytes per second, such as 500k or 2MiB', parseRate, 0)
    .option('--max-up <rate>', 'bytes per second, such as 100k', parseRate, 0)
    .option('--no-trackers', 'do not ask the trackers of the torrent')
    .option('--timeout <seconds>', 'give up when nothing has come for so long (default: never)', parseSeconds)
    .option('--json', 'print one JSON object per line', false)
    .addHelpText(
      'after',
      examples([
        "jstorrent download 'magnet:?xt=urn:btih:…' -d ~/Downloads",
        'jstorrent download ubuntu.torrent --files 1,3-5 --max-down 2MiB',
        'jstorrent download https://example.org/a.torrent --peer 192.0.2.7:6881 --timeout 60',
      ]),
    )
    .action((source: string, { json, ...options }: DownloadFlags) =>
      report(json ? 'events' : 'people', async (output) => {
        return withDaemon(options.dir, async (daemon) => {
          const { runDownload } = await import('./commands/download.ts');
          return runDownload(source, options, { output, daemon });
        });
      }),
    );
}

interface SeedFlags extends JsonOption {
  readonly dir: string;
  readonly port: number;
  readonly maxUp: number;
  readonly trackers: boolean;
}

function defineSeed(program: Command, report: Report): void {
  program
    .command('seed')
    .description('give a complete torrent to others, until Ctrl-C')
    .argument('<file>', '.torrent file')
    .option('-d, --dir <folder>', 'folder that holds the data (default: here)', toPath, toPath('.'))
    .option('--port <number>', 'accept connections here (default: any free port)', parsePort, 0)
    .option('--max-up <rate>', 'bytes per second, such as 100k', parseRate, 0)
    .option('--no-trackers', 'do not tell the trackers of the torrent')
    .option('--json', 'print one JSON object per line', false)
    .addHelpText('after', examples(['jstorrent seed holiday.torrent -d ~/Pictures --port 6881']))
    .action((torrent: string, { json, ...options }: SeedFlags) =>
      report(json ? 'events' : 'people', async (output) => {
        return withDaemon(options.dir, async (daemon) => {
          const { runSeed } = await import('./commands/seed.ts');
          return runSeed(torrent, options, { output, daemon });
        });
      }),
    );
}

interface VerifyFlags extends JsonOption {
  readonly dir: string;
}

function defineVerify(program: Command, report: Report): void {
  program
    .command('verify')
    .description('compare a torrent with what is on disk; writes nothing')
    .argument('<file>', '.torrent file')
    .option('-d, --dir <folder>', 'folder that holds the data (default: here)', toPath, toPath('.'))
    .option('--json', 'print one JSON object', false)
    .addHelpText('after', examples(['jstorrent verify holiday.torrent -d ~/Pictures']))
    .action((torrent: string, { json, dir }: VerifyFlags) =>
      report(json ? 'value' : 'people', async (output) => {
        const { runVerify } = await import('./commands/verify.ts');
        return runVerify(torrent, dir, output);
      }),
    );
}

/** Begin a daemon for the folder `dir`, load and run a command in the meantime, and see the daemon out. */
async function withDaemon(dir: string, run: (daemon: OwnableDaemon) => Promise<ExitCode>): Promise<ExitCode> {
  const { beginDaemon, ROOT } = await import('./early-daemon.ts');
  const daemon = beginDaemon({ [ROOT]: dir });
  try {
    return await run(daemon);
  } finally {
    await daemon.stop();
  }
}
