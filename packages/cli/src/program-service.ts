/** Commands about the torrents of the service: what can be typed. What each does is in commands/. */
import type { Command } from 'commander';
import { collect, examples, toPath, type JsonOption, type Report } from './define.ts';
import type { AddOptions } from './commands/add.ts';
import type { FilesOptions } from './commands/files.ts';
import type { LimitsOptions } from './commands/limits.ts';
import type { ListOptions } from './commands/list.ts';
import type { MoveOptions } from './commands/move.ts';
import type { PeersOptions } from './commands/peers.ts';
import type { StartOptions } from './commands/start-stop.ts';
import type { TrackersOptions } from './commands/trackers.ts';
import type { WebSeedsOptions } from './commands/web-seeds.ts';
import { parseFileNumbers, parsePeer, parseRate } from './option-values.ts';

const TORRENT = 'part of its name, or the first 4 or more digits of its hash';
const JSON_VALUE = 'print one JSON value';

/** Define them. */
export function defineServiceCommands(program: Command, report: Report): void {
  defineAdd(program, report);
  defineOpen(program, report);
  defineList(program, report);
  defineShow(program, report);
  defineFiles(program, report);
  defineRename(program, report);
  definePeers(program, report);
  defineTrackers(program, report);
  defineWebSeeds(program, report);
  defineStart(program, report);
  defineStop(program, report);
  defineRemove(program, report);
  defineMove(program, report);
  defineRecheck(program, report);
  defineQueue(program, report);
  defineSet(program, report);
  defineLimits(program, report);
}

function defineOpen(program: Command, report: Report): void {
  program
    .command('open')
    .description(
      'open a link or file as the system does: the browser asks what to do, or it is added at once',
    )
    .argument('<source>', 'magnet link, .torrent file, or http(s) address of one')
    .option('--json', JSON_VALUE, false)
    .addHelpText('after', examples(["jstorrent open 'magnet:?xt=urn:btih:…'"]))
    .action((source: string, { json }: JsonOption) =>
      report(json ? 'value' : 'people', async (output) => {
        const { runOpen } = await import('./commands/open.ts');
        return runOpen(source, output);
      }),
    );
}

function defineAdd(program: Command, report: Report): void {
  program
    .command('add')
    .description('give torrents to the service, which downloads and seeds them in the background')
    .argument('<sources...>', 'magnet links, .torrent files, or http(s) addresses of them')
    .option('-d, --dir <folder>', 'where to put them (default: downloads.place)', toPath)
    .option('--stopped', 'do not start', false)
    .option('--top', 'first in the queue', false)
    .option('--name <text>', 'what it is called in the list')
    .option('--label <text>', 'a word to find it by; may be repeated', collect(String), [])
    .option('--files <numbers>', 'only these, by their numbers in "info", such as 1,3-5', parseFileNumbers)
    .option('--sequential', 'fetch from the beginning to the end', false)
    .option('--first-last', 'first and last pieces of files first', false)
    .option('--skip-check', 'all data is there already', false)
    .option('--max-down <rate>', 'bytes per second, such as 500k or 2MiB', parseRate)
    .option('--max-up <rate>', 'bytes per second, such as 100k', parseRate)
    .option('--tracker <url>', 'ask this tracker too; may be repeated', collect(String), [])
    .option('--web-seed <url>', 'fetch from this web server too; may be repeated', collect(String), [])
    .option('--merge', 'when it is there already, take over its trackers and web seeds', false)
    .option('--json', JSON_VALUE, false)
    .addHelpText(
      'after',
      examples([
        "jstorrent add 'magnet:?xt=urn:btih:…' -d ~/Downloads",
        'jstorrent add *.torrent --label linux --stopped',
        'jstorrent add film.torrent --files 1,3-5 --sequential --top',
      ]),
    )
    .action((sources: string[], { json, ...options }: AddOptions & JsonOption) =>
      report(json ? 'value' : 'people', async (output) => {
        const { runAdd } = await import('./commands/add.ts');
        return runAdd(sources, options, output);
      }),
    );
}

function defineList(program: Command, report: Report): void {
  program
    .command('list')
    .description('show the torrents of the service')
    .option('-w, --watch', 'stay and follow what happens, until Ctrl-C', false)
    .option('--label <text>', 'only those with this label')
    .option('--json', 'print one JSON array; with --watch one JSON object per change', false)
    .action(({ json, ...options }: ListOptions & JsonOption) =>
      report(json ? (options.watch ? 'events' : 'value') : 'people', async (output) => {
        const { runList } = await import('./commands/list.ts');
        return runList(options, output);
      }),
    );
}

function defineShow(program: Command, report: Report): void {
  program
    .command('show')
    .description('show everything about one torrent')
    .argument('<torrent>', TORRENT)
    .option('--json', JSON_VALUE, false)
    .action((torrent: string, { json }: JsonOption) =>
      report(json ? 'value' : 'people', async (output) => {
        const { runShow } = await import('./commands/show.ts');
        return runShow(torrent, output);
      }),
    );
}

function defineFiles(program: Command, report: Report): void {
  program
    .command('files')
    .description('show the files of a torrent, or choose among them')
    .argument('<torrent>', TORRENT)
    .option('--only <numbers>', 'want these and no others, such as 1,3-5', parseFileNumbers)
    .option('--skip <numbers>', 'do not want these', parseFileNumbers)
    .option('--low <numbers>', 'want these last', parseFileNumbers)
    .option('--normal <numbers>', 'want these', parseFileNumbers)
    .option('--high <numbers>', 'want these first', parseFileNumbers)
    .option('--json', JSON_VALUE, false)
    .addHelpText('after', examples(['jstorrent files debian --only 1,3-5 --high 1']))
    .action((torrent: string, { json, ...options }: FilesOptions & JsonOption) =>
      report(json ? 'value' : 'people', async (output) => {
        const { runFiles } = await import('./commands/files.ts');
        return runFiles(torrent, options, output);
      }),
    );
}

function defineRename(program: Command, report: Report): void {
  program
    .command('rename')
    .description('give a file or a folder of a torrent another name, on disk too')
    .argument('<torrent>', TORRENT)
    .argument('<path>', 'a file or folder as "jstorrent files" shows it')
    .argument('<name>', 'its new name; with slashes, its new path from the top of the torrent')
    .option('--json', JSON_VALUE, false)
    .addHelpText('after', examples(['jstorrent rename show Show/s01 "Season 1"']))
    .action((torrent: string, from: string, to: string, { json }: JsonOption) =>
      report(json ? 'value' : 'people', async (output) => {
        const { runRename } = await import('./commands/rename.ts');
        return runRename(torrent, { from, to }, output);
      }),
    );
}

function definePeers(program: Command, report: Report): void {
  program
    .command('peers')
    .description('show whom a torrent is connected to')
    .argument('<torrent>', TORRENT)
    .option('-w, --watch', 'stay and follow what happens, until Ctrl-C', false)
    .option('--add <host:port>', 'connect to this peer too; may be repeated', collect(parsePeer), [])
    .option('--ban <address>', 'never connect to this address; may be repeated', collect(String), [])
    .option('--json', 'print one JSON array; with --watch one JSON object per change', false)
    .action((torrent: string, { json, ...options }: PeersOptions & JsonOption) =>
      report(json ? (options.watch ? 'events' : 'value') : 'people', async (output) => {
        const { runPeers } = await import('./commands/peers.ts');
        return runPeers(torrent, options, output);
      }),
    );
}

function defineTrackers(program: Command, report: Report): void {
  program
    .command('trackers')
    .description('show or change whom a torrent asks for peers')
    .argument('<torrent>', TORRENT)
    .option('--add <url>', 'ask this tracker too; may be repeated', collect(String), [])
    .option('--remove <url>', 'ask this tracker no more; may be repeated', collect(String), [])
    .option('--announce', 'ask all of them now', false)
    .option('--json', JSON_VALUE, false)
    .action((torrent: string, { json, ...options }: TrackersOptions & JsonOption) =>
      report(json ? 'value' : 'people', async (output) => {
        const { runTrackers } = await import('./commands/trackers.ts');
        return runTrackers(torrent, options, output);
      }),
    );
}

function defineWebSeeds(program: Command, report: Report): void {
  program
    .command('web-seeds')
    .description('show or change the web servers that a torrent is fetched from')
    .argument('<torrent>', TORRENT)
    .option('--add <url>', 'fetch from this web server too; may be repeated', collect(String), [])
    .option('--remove <url>', 'fetch from this web server no more; may be repeated', collect(String), [])
    .option('--json', JSON_VALUE, false)
    .action((torrent: string, { json, ...options }: WebSeedsOptions & JsonOption) =>
      report(json ? 'value' : 'people', async (output) => {
        const { runWebSeeds } = await import('./commands/web-seeds.ts');
        return runWebSeeds(torrent, options, output);
      }),
    );
}

function defineStart(program: Command, report: Report): void {
  program
    .command('start')
    .description('start torrents, or try again; the queue decides when')
    .argument('[torrents...]', TORRENT)
    .option('--all', 'all that were stopped by hand', false)
    .option('--force', 'at once, outside of the queue and its limits', false)
    .option('--json', JSON_VALUE, false)
    .action((torrents: string[], { json, ...options }: StartOptions & JsonOption) =>
      report(json ? 'value' : 'people', async (output) => {
        const { runStart } = await import('./commands/start-stop.ts');
        return runStart(torrents, options, output);
      }),
    );
}

function defineStop(program: Command, report: Report): void {
  program
    .command('stop')
    .description('stop torrents')
    .argument('[torrents...]', TORRENT)
    .option('--all', 'all of them', false)
    .option('--json', JSON_VALUE, false)
    .action((torrents: string[], { json, all }: { readonly all: boolean } & JsonOption) =>
      report(json ? 'value' : 'people', async (output) => {
        const { runStop } = await import('./commands/start-stop.ts');
        return runStop(torrents, all, output);
      }),
    );
}

function defineRemove(program: Command, report: Report): void {
  program
    .command('remove')
    .description('take torrents out of the list; their files stay')
    .argument('<torrents...>', TORRENT)
    .option('--delete-files', 'delete their files too', false)
    .option('--json', JSON_VALUE, false)
    .action((torrents: string[], { json, deleteFiles }: { readonly deleteFiles: boolean } & JsonOption) =>
      report(json ? 'value' : 'people', async (output) => {
        const { runRemove } = await import('./commands/remove.ts');
        return runRemove(torrents, deleteFiles, output);
      }),
    );
}

function defineMove(program: Command, report: Report): void {
  program
    .command('move')
    .description('move the data of a torrent, also to another disk')
    .argument('<torrent>', TORRENT)
    .argument('<folder>', 'where to')
    .option('--no-wait', 'do not wait until it is there')
    .option('--there', 'you moved it yourself: it is there already', false)
    .option('--json', JSON_VALUE, false)
    .action((torrent: string, folder: string, { json, ...options }: MoveOptions & JsonOption) =>
      report(json ? 'value' : 'people', async (output) => {
        const { runMove } = await import('./commands/move.ts');
        return runMove(torrent, folder, options, output);
      }),
    );
}

function defineRecheck(program: Command, report: Report): void {
  program
    .command('recheck')
    .description('compare what is on disk with the hashes again')
    .argument('<torrents...>', TORRENT)
    .option('--json', JSON_VALUE, false)
    .action((torrents: string[], { json }: JsonOption) =>
      report(json ? 'value' : 'people', async (output) => {
        const { runRecheck } = await import('./commands/recheck.ts');
        return runRecheck(torrents, output);
      }),
    );
}

function defineQueue(program: Command, report: Report): void {
  program
    .command('queue')
    .description('change the order in which torrents get their turn')
    .argument('<to>', 'up, down, top, bottom, or a place from 1')
    .argument('<torrents...>', TORRENT)
    .option('--json', JSON_VALUE, false)
    .addHelpText('after', examples(['jstorrent queue top debian', 'jstorrent queue 3 debian ubuntu']))
    .action((to: string, torrents: string[], { json }: JsonOption) =>
      report(json ? 'value' : 'people', async (output) => {
        const { runQueue } = await import('./commands/queue.ts');
        return runQueue(to, torrents, output);
      }),
    );
}

const TORRENT_SETTINGS = `
Settings of a torrent: name; labels=a,b; down and up (bytes per second, 0 = unlimited); connections (a number or inherit);
ratio, seed-minutes and idle-minutes (when seeding ends: a number or none; ratio=inherit: as for all), action (what happens
then: stop, remove or removeWithData); sequential and ends-first (on or off).`;

function defineSet(program: Command, report: Report): void {
  program
    .command('set')
    .description('show or change settings, of everything or of a torrent')
    .argument('<target>', '"global", or a torrent')
    .argument('[settings...]', 'key=value; without any they are shown')
    .option('--json', JSON_VALUE, false)
    .addHelpText('after', TORRENT_SETTINGS)
    .addHelpText(
      'after',
      examples([
        'jstorrent set global',
        'jstorrent set global downloads.place=~/Downloads queue.downloads=3 limits.up=1MiB',
        'jstorrent set debian ratio=1.5 labels=linux,iso up=200k',
      ]),
    )
    .action((target: string, settings: string[], { json }: JsonOption) =>
      report(json ? 'value' : 'people', async (output) => {
        const { runSet } = await import('./commands/set.ts');
        return runSet(target, settings, output);
      }),
    );
}

function defineLimits(program: Command, report: Report): void {
  program
    .command('limits')
    .description('show or change the rates that are not exceeded')
    .argument('[torrent]', `${TORRENT}; everything without`)
    .option('--down <rate>', 'bytes per second, such as 500k; 0 = unlimited', parseRate)
    .option('--up <rate>', 'bytes per second, such as 100k; 0 = unlimited', parseRate)
    .option('--slow <on|off>', 'slow mode: other limits while it is on')
    .option('--slow-down <rate>', 'its limit down', parseRate)
    .option('--slow-up <rate>', 'its limit up', parseRate)
    .option('--json', JSON_VALUE, false)
    .action((torrent: string | undefined, { json, ...options }: LimitsOptions & JsonOption) =>
      report(json ? 'value' : 'people', async (output) => {
        const { runLimits } = await import('./commands/limits.ts');
        return runLimits(torrent ?? null, options, output);
      }),
    );
}
