/** `jstorrent set`: settings of the service or of torrents, shown and changed. */
import { SETTINGS, type ControlSettings } from '@jstorrent/control';
import { EXIT, type ExitCode } from '../errors.ts';
import type { Output } from '../output.ts';
import { tellBatch } from '../service/batch.ts';
import { withService, type ServiceLink } from '../service/link.ts';
import { readPane } from '../service/pane.ts';
import { folderTexts } from '../service/places.ts';
import {
  parseAssignment,
  readSettings,
  readTorrentOptions,
  type Assignment,
} from '../service/setting-values.ts';
import { namedTorrent, readList } from '../service/torrents.ts';
import { factLines } from '../table.ts';
import { formatBytes, plain } from '../text.ts';

/** Change what the pairs `key=value` say; without any, show what there is. */
export function runSet(target: string, pairs: readonly string[], output: Output): Promise<ExitCode> {
  const assignments = pairs.map(parseAssignment);
  return withService((link) =>
    target === 'global'
      ? setGlobal(link, assignments, output)
      : setTorrent(link, { target, assignments }, output),
  );
}

async function setGlobal(
  link: ServiceLink,
  assignments: readonly Assignment[],
  output: Output,
): Promise<ExitCode> {
  const settings =
    assignments.length === 0
      ? await link.call('settings.get', {})
      : await link.call('settings.set', await readSettings(link, assignments));
  output.event(settings);
  const keys = new Set(assignments.map(({ key }) => key));
  const texts = await folderTexts(link);
  const facts = (Object.keys(SETTINGS) as (keyof ControlSettings)[])
    .filter((key) => keys.size === 0 || keys.has(key))
    .map((key) => [key, valueText(key, settings, texts)] as const);
  for (const line of factLines(facts)) output.line(line);
  return EXIT.done;
}

function valueText(
  key: keyof ControlSettings,
  settings: ControlSettings,
  folderText: Awaited<ReturnType<typeof folderTexts>>,
): string {
  const spec = SETTINGS[key];
  const value = settings[key];
  if (spec.kind === 'whole') {
    const zero = spec.zero !== undefined && value === 0 ? spec.zero : null;
    return zero ?? (spec.unit === 'B/s' ? `${formatBytes(Number(value))}/s` : JSON.stringify(value));
  }
  if (spec.kind === 'flag') return value === true ? 'on' : 'off';
  if (spec.kind === 'choice' && typeof value === 'string') return value;
  if (spec.kind === 'place') {
    const place = key === 'done.moveTo' ? settings['done.moveTo'] : settings['downloads.place'];
    return place === null ? 'none' : plain(folderText(place));
  }
  return plain(JSON.stringify(value));
}

interface TorrentWish {
  readonly target: string;
  readonly assignments: readonly Assignment[];
}

async function setTorrent(
  link: ServiceLink,
  { target, assignments }: TorrentWish,
  output: Output,
): Promise<ExitCode> {
  const torrent = namedTorrent((await readList(link)).rows, target);
  const { options } = await readPane(link, torrent, 'general');
  if (assignments.length > 0) {
    const changes = readTorrentOptions(assignments, options.goalsInForce);
    const result = await link.call('torrent.setOptions', { ids: [torrent.id], ...changes });
    return tellBatch(result, { torrents: [torrent], done: 'Changed' }, output);
  }
  output.event({ name: torrent.name, labels: torrent.labels, ...options });
  const { goalsInForce: goals } = options;
  const none = (value: number | null): string => (value === null ? 'none' : String(value));
  const facts: [string, string][] = [
    ['name', plain(torrent.name)],
    ['labels', torrent.labels.map(plain).join(',') || '(none)'],
    ['down', options.downLimit === 0 ? 'unlimited' : `${formatBytes(options.downLimit)}/s`],
    ['up', options.upLimit === 0 ? 'unlimited' : `${formatBytes(options.upLimit)}/s`],
    ['connections', options.connections === null ? 'inherit' : String(options.connections)],
    ['ratio', none(goals.ratio)],
    ['seed-minutes', none(goals.seedMinutes)],
    ['idle-minutes', none(goals.idleMinutes)],
    ['action', goals.action],
    ['sequential', options.sequential ? 'on' : 'off'],
    ['ends-first', options.endsFirst ? 'on' : 'off'],
  ];
  for (const line of factLines(facts)) output.line(line);
  return EXIT.done;
}
