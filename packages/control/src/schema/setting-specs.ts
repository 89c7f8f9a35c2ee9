/**
 * The settings of the service as plain data: kind, default, range and unit of each. A front end may import it without
 * the schemas. What a setting does is decided by the service.
 */
import type { Goals, Place } from './base.ts';

/** Other rate limits at certain hours: from a minute of a day to another (1440 = midnight); days 0 = Monday. */
export interface ScheduleSpan {
  readonly day: number;
  readonly fromMinute: number;
  readonly toMinute: number;
}

/** A folder whose .torrent files are added. */
export interface WatchFolder {
  readonly place: Place;
  /** Where their data goes; null = the default place. */
  readonly saveTo: Place | null;
  readonly start: boolean;
  readonly labels: readonly string[];
}

interface NumberSpec {
  readonly kind: 'whole';
  readonly default: number;
  readonly min: number;
  readonly max: number;
  readonly unit: 'B/s' | 'torrents' | 'connections' | 'per second' | 'seconds' | 'port';
  /** What 0 means, where it lies outside of the meaning of the range. */
  readonly zero?: 'unlimited' | 'any';
}
interface ChoiceSpec<T extends string> {
  readonly kind: 'choice';
  readonly default: T;
  readonly choices: readonly T[];
}
interface PlainSpec<K extends string, T> {
  readonly kind: K;
  readonly default: T;
}

const whole = (spec: Omit<NumberSpec, 'kind'>): NumberSpec => ({ kind: 'whole', ...spec });
const bytesPerSecond = (bytes: number): NumberSpec =>
  whole({ default: bytes, min: 0, max: 100_000_000_000, unit: 'B/s', zero: 'unlimited' });
const flag = (value: boolean): PlainSpec<'flag', boolean> => ({ kind: 'flag', default: value });
const choice = <T extends string>(value: T, choices: readonly T[]): ChoiceSpec<T> => ({
  kind: 'choice',
  default: value,
  choices,
});
const plain = <K extends string, T>(kind: K, value: T): PlainSpec<K, T> => ({ kind, default: value });

/** Every setting. Keys are append-only. */
export const SETTINGS = {
  /** Where new torrents go; null until the user chose a folder. */
  'downloads.place': plain<'place', Place | null>('place', null),
  'downloads.startNew': flag(true),
  /** `full` reserves the space at the start, `sparse` takes it as data comes. */
  'downloads.preallocate': choice('sparse', ['sparse', 'full'] as const),
  /** Words offered as labels, also those no torrent has. */
  'downloads.labels': plain<'labels', readonly string[]>('labels', []),

  'limits.down': bytesPerSecond(0),
  'limits.up': bytesPerSecond(0),
  /** "Slow mode". */
  'slowMode.on': flag(false),
  'slowMode.down': bytesPerSecond(1_000_000),
  'slowMode.up': bytesPerSecond(100_000),
  'slowMode.scheduleOn': flag(false),
  'slowMode.schedule': plain<'schedule', readonly ScheduleSpan[]>('schedule', []),

  'queue.downloads': whole({ default: 4, min: 1, max: 1000, unit: 'torrents' }),
  'queue.seeds': whole({ default: 5, min: 0, max: 1000, unit: 'torrents' }),
  'queue.checks': whole({ default: 1, min: 1, max: 16, unit: 'torrents' }),
  'queue.active': whole({ default: 20, min: 1, max: 2000, unit: 'torrents' }),
  'queue.ignoreSlow': flag(true),
  'seeding.goals': plain<'goals', Goals>('goals', {
    ratio: 2,
    seedMinutes: 14 * 24 * 60,
    idleMinutes: null,
    action: 'stop',
  }),

  /** 0 = the system chooses. Ports below 1024 need administrator rights. */
  'net.port': whole({ default: 6881, min: 1024, max: 65_535, unit: 'port', zero: 'any' }),
  'net.connections': whole({ default: 500, min: 10, max: 5000, unit: 'connections' }),
  'net.connectionsPerTorrent': whole({ default: 100, min: 5, max: 1000, unit: 'connections' }),
  'net.halfOpen': whole({ default: 100, min: 5, max: 500, unit: 'connections' }),
  'net.dialsPerSecond': whole({ default: 30, min: 1, max: 200, unit: 'per second' }),

  'watch.folders': plain<'watchFolders', readonly WatchFolder[]>('watchFolders', []),
  /** Where completed torrents are moved; null = they stay. */
  'done.moveTo': plain<'place', Place | null>('place', null),
  /** Program and arguments run for every completed torrent, never through a shell; empty = none. */
  'done.run': plain<'argv', readonly string[]>('argv', []),

  /** What the service does when no front end is left. */
  'service.keepRunning': choice('whileActive', ['always', 'whileActive', 'never'] as const),
  /** It leaves this long after the last front end: an update of the extension looks like a farewell. */
  'service.graceSeconds': whole({ default: 60, min: 5, max: 86_400, unit: 'seconds' }),
  'log.level': choice('notable', ['problem', 'notable', 'info'] as const),
} as const satisfies Record<string, NumberSpec | ChoiceSpec<string> | PlainSpec<string, unknown>>;

type Specs = typeof SETTINGS;
type ValueOf<S> = S extends NumberSpec
  ? number
  : S extends ChoiceSpec<infer T>
    ? T
    : S extends PlainSpec<string, infer T>
      ? T
      : never;

/** Name of a setting. */
export type SettingKey = keyof Specs;
/** The value of every setting. */
export type ControlSettings = { readonly [K in SettingKey]: ValueOf<Specs[K]> };

/** What holds until the user changes it. */
export function defaultSettings(): ControlSettings {
  const values: Record<string, unknown> = {};
  for (const [key, spec] of Object.entries(SETTINGS)) values[key] = spec.default;
  return values as ControlSettings;
}
