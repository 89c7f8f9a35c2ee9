/** Commands about the service itself and its surroundings: what can be typed. What each does is in commands/. */
import { Argument, type Command } from 'commander';
import { collect, examples, toPath, type JsonOption, type Report } from './define.ts';
import type { ImportOptions } from './commands/import.ts';
import type { InstallOptions } from './commands/install.ts';
import type { LogOptions } from './commands/log.ts';
import type { WatchOptions } from './commands/watch.ts';

const JSON_VALUE = 'print one JSON value';

/** Define them. */
export function defineSystemCommands(program: Command, report: Report): void {
  defineWatch(program, report);
  defineStats(program, report);
  defineLog(program, report);
  defineService(program, report);
  defineImport(program, report);
  defineInstall(program, report);
  defineCompletion(program, report);
}

function defineWatch(program: Command, report: Report): void {
  const watch = program.command('watch').description('folders whose .torrent files are added by themselves');
  watch
    .command('list', { isDefault: true })
    .description('show them')
    .option('--json', JSON_VALUE, false)
    .action(({ json }: JsonOption) =>
      report(json ? 'value' : 'people', async (output) => {
        const { runWatchList } = await import('./commands/watch.ts');
        return runWatchList(output);
      }),
    );
  watch
    .command('add')
    .description('watch a folder, or change how')
    .argument('<folder>', 'where .torrent files appear')
    .option('--save-to <folder>', 'where their data goes (default: downloads.place)', toPath)
    .option('--stopped', 'do not start them', false)
    .option('--label <text>', 'a word to find them by; may be repeated', collect(String), [])
    .option('--json', JSON_VALUE, false)
    .action((folder: string, { json, ...options }: WatchOptions & JsonOption) =>
      report(json ? 'value' : 'people', async (output) => {
        const { runWatchAdd } = await import('./commands/watch.ts');
        return runWatchAdd(folder, options, output);
      }),
    );
  watch
    .command('remove')
    .description('watch a folder no more')
    .argument('<folder>', 'as "watch list" shows it')
    .option('--json', JSON_VALUE, false)
    .action((folder: string, { json }: JsonOption) =>
      report(json ? 'value' : 'people', async (output) => {
        const { runWatchRemove } = await import('./commands/watch.ts');
        return runWatchRemove(folder, output);
      }),
    );
}

function defineStats(program: Command, report: Report): void {
  program
    .command('stats')
    .description('show what was transferred')
    .option('--json', JSON_VALUE, false)
    .action(({ json }: JsonOption) =>
      report(json ? 'value' : 'people', async (output) => {
        const { runStats } = await import('./commands/stats.ts');
        return runStats(output);
      }),
    );
}

function defineLog(program: Command, report: Report): void {
  program
    .command('log')
    .description('show what happened lately')
    .argument('[torrent]', 'only about this torrent')
    .option('--level <level>', 'info, notable or problem, and what weighs more', 'info')
    .option('-f, --follow', 'go on with what happens from now on', false)
    .option('--json', 'print one JSON object per line', false)
    .action((torrent: string | undefined, { json, ...options }: LogOptions & JsonOption) =>
      report(json ? 'events' : 'people', async (output) => {
        const { runLog } = await import('./commands/log.ts');
        return runLog(torrent ?? null, options, output);
      }),
    );
}

function defineService(program: Command, report: Report): void {
  const service = program
    .command('service')
    .description('the program in the background that keeps the torrents; starts when it is needed');
  service
    .command('status', { isDefault: true })
    .description('say whether it runs, and how')
    .option('--json', JSON_VALUE, false)
    .action(({ json }: JsonOption) =>
      report(json ? 'value' : 'people', async (output) => {
        const { runServiceStatus } = await import('./commands/service.ts');
        return runServiceStatus(output);
      }),
    );
  service
    .command('start')
    .description('start it')
    .option('--json', JSON_VALUE, false)
    .action(({ json }: JsonOption) =>
      report(json ? 'value' : 'people', async (output) => {
        const { runServiceStart } = await import('./commands/service.ts');
        return runServiceStart(output);
      }),
    );
  service
    .command('stop')
    .description('save everything and end it')
    .option('--json', JSON_VALUE, false)
    .action(({ json }: JsonOption) =>
      report(json ? 'value' : 'people', async (output) => {
        const { runServiceStop } = await import('./commands/service.ts');
        return runServiceStop(output);
      }),
    );
}

function defineImport(program: Command, report: Report): void {
  program
    .command('import')
    .description('take over the torrents of another client; without a client, show what there is')
    .addArgument(
      new Argument('[client]', 'qbittorrent, transmission or deluge').choices([
        'qbittorrent',
        'transmission',
        'deluge',
      ]),
    )
    .option('--from <folder>', 'where its session lies (default: where clients keep it)', toPath)
    .option('--stopped', 'start none of them', false)
    .option('--json', JSON_VALUE, false)
    .action((client: string | undefined, { json, ...options }: ImportOptions & JsonOption) =>
      report(json ? 'value' : 'people', async (output) => {
        const { runImport, runImportScan } = await import('./commands/import.ts');
        return client === undefined ? runImportScan(output) : runImport(client, options, output);
      }),
    );
}

function defineInstall(program: Command, report: Report): void {
  program
    .command('install')
    .description('make JSTorrent known to the browsers of this user')
    .option('--browser <name>', 'this one, used or not; may be repeated', collect(String), [])
    .option(
      '--extension-id <id>',
      'an extension of your own that may talk to JSTorrent too; may be repeated',
      collect(String),
      [],
    )
    .option('--handler', 'open magnet links and .torrent files with JSTorrent', false)
    .option('--json', JSON_VALUE, false)
    .addHelpText('after', examples(['jstorrent install', 'jstorrent install --browser firefox --handler']))
    .action(({ json, ...options }: InstallOptions & JsonOption) =>
      report(json ? 'value' : 'people', async (output) => {
        const { runInstall } = await import('./commands/install.ts');
        return runInstall(options, output);
      }),
    );
  program
    .command('uninstall')
    .description('undo "install"; torrents and data stay')
    .option('--json', JSON_VALUE, false)
    .action(({ json }: JsonOption) =>
      report(json ? 'value' : 'people', async (output) => {
        const { runUninstall } = await import('./commands/install.ts');
        return runUninstall(output);
      }),
    );
  program
    .command('doctor')
    .description('look whether everything works, and say what to do')
    .option('--json', JSON_VALUE, false)
    .action(({ json }: JsonOption) =>
      report(json ? 'value' : 'people', async (output) => {
        const { runDoctor } = await import('./commands/install.ts');
        return runDoctor(output);
      }),
    );
}

function defineCompletion(program: Command, report: Report): void {
  program
    .command('completion')
    .description('make a shell offer words on TAB')
    .addArgument(new Argument('<shell>', 'bash, zsh or fish').choices(['bash', 'zsh', 'fish']))
    .option('--json', JSON_VALUE, false)
    .addHelpText(
      'after',
      examples(['source <(jstorrent completion bash)', 'jstorrent completion fish | source']),
    )
    .action((shell: string, { json }: JsonOption) =>
      report(json ? 'value' : 'people', async (output) => {
        const { runCompletion } = await import('./commands/completion.ts');
        return runCompletion(shell, output);
      }),
    );
  program
    .command('__complete', { hidden: true })
    .argument('[words...]')
    .action((words: string[]) =>
      report('people', async (output) => {
        const { runCompleteWords } = await import('./commands/complete-words.ts');
        return runCompleteWords(program, words, output);
      }),
    );
}
