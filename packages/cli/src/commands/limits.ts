/** `jstorrent limits`: rates that are not exceeded, of everything or of one torrent. */
import type { ControlSettings } from '@jstorrent/control';
import { EXIT, usageError, type ExitCode } from '../errors.ts';
import type { Output } from '../output.ts';
import { tellBatch } from '../service/batch.ts';
import { withService, type ServiceLink } from '../service/link.ts';
import { readPane } from '../service/pane.ts';
import { namedTorrent, readList } from '../service/torrents.ts';
import { factLines } from '../table.ts';
import { formatRate } from '../text.ts';

/** Options of `limits`; rates in bytes per second, 0 = unlimited. */
export interface LimitsOptions {
  readonly down?: number;
  readonly up?: number;
  readonly slow?: string;
  readonly slowDown?: number;
  readonly slowUp?: number;
}

/** Show limits after changing them; `word` names a torrent, null = everything. */
export function runLimits(word: string | null, options: LimitsOptions, output: Output): Promise<ExitCode> {
  const { slow, slowDown, slowUp } = options;
  if (slow !== undefined && slow !== 'on' && slow !== 'off') throw usageError('--slow is on or off');
  if (word !== null && (slow ?? slowDown ?? slowUp) !== undefined) {
    throw usageError('slow mode is for everything, not for one torrent');
  }
  return withService((link) =>
    word === null ? limitAll(link, options, output) : limitOne(link, { word, options }, output),
  );
}

const rate = (limit: number): string => (limit === 0 ? 'unlimited' : formatRate(limit));

async function limitAll(link: ServiceLink, options: LimitsOptions, output: Output): Promise<ExitCode> {
  const { down, up, slow, slowDown, slowUp } = options;
  const patch: Partial<ControlSettings> = {
    ...(down === undefined ? {} : { 'limits.down': down }),
    ...(up === undefined ? {} : { 'limits.up': up }),
    ...(slow === undefined ? {} : { 'slowMode.on': slow === 'on' }),
    ...(slowDown === undefined ? {} : { 'slowMode.down': slowDown }),
    ...(slowUp === undefined ? {} : { 'slowMode.up': slowUp }),
  };
  const isChange = Object.keys(patch).length > 0;
  const settings = isChange ? await link.call('settings.set', patch) : await link.call('settings.get', {});
  const slowMode = {
    on: settings['slowMode.on'],
    down: settings['slowMode.down'],
    up: settings['slowMode.up'],
    scheduleOn: settings['slowMode.scheduleOn'],
  };
  output.event({ down: settings['limits.down'], up: settings['limits.up'], slowMode });
  const schedule = slowMode.scheduleOn ? ', also by schedule' : '';
  const facts = factLines([
    ['Down', rate(settings['limits.down'])],
    ['Up', rate(settings['limits.up'])],
    ['Slow mode', `${slowMode.on ? 'on' : 'off'}${schedule}`],
    ['Slow down', rate(slowMode.down)],
    ['Slow up', rate(slowMode.up)],
  ]);
  for (const line of facts) output.line(line);
  return EXIT.done;
}

interface OneLimit {
  readonly word: string;
  readonly options: LimitsOptions;
}

async function limitOne(link: ServiceLink, { word, options }: OneLimit, output: Output): Promise<ExitCode> {
  const torrent = namedTorrent((await readList(link)).rows, word);
  const { down, up } = options;
  if (down !== undefined || up !== undefined) {
    const result = await link.call('torrent.setOptions', {
      ids: [torrent.id],
      ...(down === undefined ? {} : { downLimit: down }),
      ...(up === undefined ? {} : { upLimit: up }),
    });
    return tellBatch(result, { torrents: [torrent], done: 'Limited' }, output);
  }
  const { downLimit, upLimit } = (await readPane(link, torrent, 'general')).options;
  output.event({ down: downLimit, up: upLimit });
  for (const line of factLines([
    ['Down', rate(downLimit)],
    ['Up', rate(upLimit)],
  ]))
    output.line(line);
  return EXIT.done;
}
