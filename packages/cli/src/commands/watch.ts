/** `jstorrent watch`: folders whose .torrent files are added by themselves. */
import type { ControlSettings, WatchFolder } from '@jstorrent/control';
import { CliError, EXIT, type ExitCode } from '../errors.ts';
import { resolve } from 'node:path';
import type { Output } from '../output.ts';
import { withService, type ServiceLink } from '../service/link.ts';
import { folderTexts, placeOfFolder } from '../service/places.ts';
import { tableLines, type Column } from '../table.ts';
import { plain } from '../text.ts';

/** Options of `watch add`. */
export interface WatchOptions {
  /** Folder for their data. */
  readonly saveTo?: string;
  readonly stopped: boolean;
  readonly label: readonly string[];
}

/** Show the watched folders. */
export function runWatchList(output: Output): Promise<ExitCode> {
  return withService(async (link) => tell(link, await link.call('settings.get', {}), output));
}

/** Watch a folder, which is made when it is missing; one that is watched gets the new options. */
export function runWatchAdd(dir: string, options: WatchOptions, output: Output): Promise<ExitCode> {
  return withService(async (link) => {
    const folder: WatchFolder = {
      place: await placeOfFolder(link, dir),
      saveTo: options.saveTo === undefined ? null : await placeOfFolder(link, options.saveTo),
      start: !options.stopped,
      labels: options.label,
    };
    const folders = (await link.call('settings.get', {}))['watch.folders'];
    const texts = await folderTexts(link);
    const others = folders.filter(({ place }) => texts(place) !== texts(folder.place));
    const settings = await link.call('settings.set', { 'watch.folders': [...others, folder] });
    return tell(link, settings, output);
  });
}

/** Do not watch a folder any more. */
export function runWatchRemove(dir: string, output: Output): Promise<ExitCode> {
  return withService(async (link) => {
    const path = resolve(dir);
    const folders = (await link.call('settings.get', {}))['watch.folders'];
    const texts = await folderTexts(link);
    const others = folders.filter(({ place }) => texts(place) !== path);
    if (others.length === folders.length) {
      throw new CliError(EXIT.usage, 'NOT_WATCHED', `${path} is not watched; see "jstorrent watch list"`);
    }
    return tell(link, await link.call('settings.set', { 'watch.folders': others }), output);
  });
}

interface Watched {
  readonly folder: string;
  /** Null = the default place. */
  readonly saveTo: string | null;
  readonly start: boolean;
  readonly labels: readonly string[];
}

const COLUMNS: readonly Column<Watched>[] = [
  { title: 'Folder', cell: ({ folder }) => plain(folder) },
  { title: 'Data goes to', cell: ({ saveTo }) => (saveTo === null ? '(as always)' : plain(saveTo)) },
  { title: 'Starts', cell: ({ start }) => (start ? 'yes' : 'no') },
  { title: 'Labels', giveWay: 1, cell: ({ labels }) => labels.map(plain).join(', ') },
];

async function tell(link: ServiceLink, settings: ControlSettings, output: Output): Promise<ExitCode> {
  const texts = await folderTexts(link);
  const watched = settings['watch.folders'].map(({ place, saveTo, start, labels }) => ({
    folder: texts(place),
    saveTo: saveTo === null ? null : texts(saveTo),
    start,
    labels,
  }));
  output.event(watched);
  if (watched.length === 0) output.line('No folder is watched.');
  else for (const line of tableLines(COLUMNS, watched, output)) output.line(line);
  return EXIT.done;
}
