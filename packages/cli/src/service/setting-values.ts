/**
 * Settings as a user types them: `limits.down=2MiB`, `seeding.goals={…}`. Decides the forms of each kind; ranges are the
 * service's.
 */
import { SETTINGS, type ControlSettings, type Params, type SettingKey } from '@jstorrent/control';
import { usageError } from '../errors.ts';
import { parseRate } from '../option-values.ts';
import type { ServiceLink } from './link.ts';
import { placeOfFolder } from './places.ts';

/** A setting and its text. */
export interface Assignment {
  readonly key: string;
  readonly text: string;
}

/** `key=value`. */
export function parseAssignment(pair: string): Assignment {
  const at = pair.indexOf('=');
  if (at < 1) throw usageError(`a setting is written key=value, not "${pair}"`);
  return { key: pair.slice(0, at).trim(), text: pair.slice(at + 1).trim() };
}

/** Settings of everything; folders are made. */
export async function readSettings(
  link: ServiceLink,
  assignments: readonly Assignment[],
): Promise<Partial<ControlSettings>> {
  const patch: Record<string, unknown> = {};
  for (const { key, text } of assignments) {
    if (!isSettingKey(key)) throw usageError(`there is no setting "${key}"; see "jstorrent set global"`);
    patch[key] = await readSetting(link, key, text);
  }
  return patch;
}

function isSettingKey(key: string): key is SettingKey {
  return Object.hasOwn(SETTINGS, key);
}

async function readSetting(link: ServiceLink, key: SettingKey, text: string): Promise<unknown> {
  const spec = SETTINGS[key];
  switch (spec.kind) {
    case 'whole':
      if (spec.unit === 'B/s') return readRate(text);
      if (spec.zero !== undefined && text === spec.zero) return 0;
      return readWhole(key, text);
    case 'choice':
      return text;
    case 'flag':
      return readFlag(key, text);
    case 'place':
      return text === '' || text === 'none' ? null : placeOfFolder(link, text);
    case 'labels':
      return readWords(text);
    case 'goals':
    case 'schedule':
    case 'watchFolders':
    case 'argv':
      return readJson(key, text);
  }
}

type TorrentOptions = Omit<Params<'torrent.setOptions'>, 'ids'>;
type Goals = Exclude<TorrentOptions['goals'], 'inherit' | undefined>;

/** Keys of one torrent, as the help names them too. */
const TORRENT_KEYS = [
  'name',
  'labels',
  'down',
  'up',
  'connections',
  'ratio',
  'seed-minutes',
  'idle-minutes',
  'action',
  'sequential',
  'ends-first',
] as const;

/** Options of one torrent; `goals` are those in force. */
export function readTorrentOptions(assignments: readonly Assignment[], goals: Goals): TorrentOptions {
  let options: TorrentOptions = {};
  for (const { key, text } of assignments)
    options = { ...options, ...readOption(key, text, goalsSoFar(options, goals)) };
  return options;
}

function goalsSoFar({ goals }: TorrentOptions, inForce: Goals): Goals {
  return goals === undefined || goals === 'inherit' ? inForce : goals;
}

function readOption(key: string, text: string, goals: Goals): TorrentOptions {
  switch (key) {
    case 'name':
      return { name: text };
    case 'labels':
      return { labels: readWords(text) };
    case 'down':
      return { downLimit: readRate(text) };
    case 'up':
      return { upLimit: readRate(text) };
    case 'connections':
      return { connections: text === 'inherit' ? null : readWhole(key, text) };
    case 'ratio':
      if (text === 'inherit') return { goals: 'inherit' };
      return { goals: { ...goals, ratio: text === 'none' ? null : readNumber(key, text) } };
    case 'seed-minutes':
      return { goals: { ...goals, seedMinutes: text === 'none' ? null : readWhole(key, text) } };
    case 'idle-minutes':
      return { goals: { ...goals, idleMinutes: text === 'none' ? null : readWhole(key, text) } };
    case 'action':
      return { goals: { ...goals, action: readAction(text) } };
    case 'sequential':
      return { sequential: readFlag(key, text) };
    case 'ends-first':
      return { endsFirst: readFlag(key, text) };
    default:
      throw usageError(`a torrent has no setting "${key}"; it has ${TORRENT_KEYS.join(', ')}`);
  }
}

function readAction(text: string): Goals['action'] {
  if (text === 'stop' || text === 'remove' || text === 'removeWithData') return text;
  throw usageError(`action is stop, remove or removeWithData, not "${text}"`);
}

/** Bytes per second; `unlimited` is 0. */
function readRate(text: string): number {
  return text === 'unlimited' || text === 'none' ? 0 : parseRate(text);
}

function readNumber(key: string, text: string): number {
  const number = /^[0-9]+(\.[0-9]+)?$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isFinite(number)) throw usageError(`${key} is a number, not "${text}"`);
  return number;
}

function readWhole(key: string, text: string): number {
  const number = readNumber(key, text);
  if (!Number.isSafeInteger(number)) throw usageError(`${key} is a whole number, not "${text}"`);
  return number;
}

function readFlag(key: string, text: string): boolean {
  const word = text.toLowerCase();
  if (['on', 'true', 'yes', '1'].includes(word)) return true;
  if (['off', 'false', 'no', '0'].includes(word)) return false;
  throw usageError(`${key} is on or off, not "${text}"`);
}

function readWords(text: string): string[] {
  return text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
}

function readJson(key: string, text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw usageError(`${key} is written as JSON, as "jstorrent set global" shows it`);
  }
}
