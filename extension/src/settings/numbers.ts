/**
 * Numbers of settings as text and back. Decides units and what is wrong with a text; ranges are those of the service, and
 * what is out of range never reaches it.
 */
import { SETTINGS, type SettingKey } from '@jstorrent/control';
import { formatCount } from '../model/format.ts';
import { locale, t, type TextKey } from '../model/i18n.ts';

/** The specification of a setting that is a number. */
export type NumberSpec = Extract<(typeof SETTINGS)[SettingKey], { readonly kind: 'whole' }>;
/** Settings that are numbers. */
export type NumberKey = {
  [K in SettingKey]: (typeof SETTINGS)[K] extends { readonly kind: 'whole' } ? K : never;
}[SettingKey];

/** A number in a field: its digits and its unit. */
export interface NumberText {
  readonly digits: string;
  readonly unit: string;
}

/** What a typed number means, or a sentence that says what is wrong. */
export type NumberRead =
  | { readonly ok: true; readonly value: number }
  | { readonly ok: false; readonly problem: string };

/** Units of rates, and what a letter behind a number means. */
export type Units = 'decimal' | 'binary';

const RATE_UNITS = {
  decimal: ['B/s', 'kB/s', 'MB/s', 'GB/s'],
  binary: ['B/s', 'KiB/s', 'MiB/s', 'GiB/s'],
} as const;

const UNIT_WORDS: Readonly<Record<Exclude<NumberSpec['unit'], 'B/s'>, TextKey | null>> = {
  torrents: 'settings_unit_torrents',
  connections: 'settings_unit_peers',
  'per second': 'settings_unit_per_second',
  seconds: 'settings_unit_seconds',
  port: null,
};

/** Rates are shown to the thousandth of MiB/s. */
const SHOWN_B = 1100;

const separators = new Intl.NumberFormat(locale).formatToParts(1234.5);
const decimalSign = separators.find(({ type }) => type === 'decimal')?.value ?? '.';
const groupSign = separators.find(({ type }) => type === 'group')?.value ?? ',';
const digitsOf = new Intl.NumberFormat(locale, { maximumFractionDigits: 3, useGrouping: false });

/** Specification of a number. */
export function numberSpec(key: NumberKey): NumberSpec {
  return SETTINGS[key];
}

/** A value as it stands in its field; empty where 0 means none. */
export function numberText(value: number, spec: NumberSpec, units: Units): NumberText {
  if (spec.unit !== 'B/s') {
    const words = UNIT_WORDS[spec.unit];
    const isNone = value === 0 && spec.zero !== undefined;
    return { digits: isNone ? '' : digitsOf.format(value), unit: words === null ? '' : t(words) };
  }
  const base = units === 'binary' ? 1024 : 1000;
  const power = value === 0 || value >= base * base ? 2 : 1;
  return {
    digits: value === 0 ? '' : digitsOf.format(value / base ** power),
    unit: RATE_UNITS[units][power],
  };
}

/** What stands in an empty field. */
export function emptyText(spec: NumberSpec): string {
  if (spec.zero === 'unlimited') return t('settings_no_limit');
  return spec.zero === 'any' ? t('settings_any') : '';
}

/**
 * Reads what was typed into a field whose unit is `shown`; `500 kB` and `1.5 M` say their own. `current` stays in force
 * when it means nothing.
 */
export function readNumber(
  typed: string,
  spec: NumberSpec,
  { shown, current, units }: { readonly shown: string; readonly current: number; readonly units: Units },
): NumberRead {
  const text = typed.trim();
  if (text === '' && spec.zero !== undefined) return { ok: true, value: 0 };
  const match = /^([\d.,'’\s\u00a0\u202f]+?)\s*([kKMGmg]?)(i?)[Bb]?(?:\/s|ps)?$/u.exec(text);
  const bare = match === null ? Number.NaN : plainNumber(match[1] ?? '');
  const exact = Math.round(bare * factorOf(spec, match?.[2] ?? '', (match?.[3] ?? '') !== '', shown, units));
  // The largest one may be a little larger as it is shown.
  const isShownMost = spec.unit === 'B/s' && exact > spec.max && exact - spec.max < SHOWN_B;
  const value = isShownMost ? spec.max : exact;
  const isInRange = value >= spec.min && value <= spec.max;
  const isWhole = spec.unit === 'B/s' || Number.isInteger(bare);
  const isNone = value === 0 && spec.zero !== undefined;
  if (
    Number.isFinite(value) &&
    isWhole &&
    (isInRange || isNone) &&
    (spec.unit === 'B/s' || match?.[2] === '')
  )
    return { ok: true, value };
  return { ok: false, problem: problemOf(value, spec, currentText(current, spec, units)) };
}

/** A value with its unit, for sentences. */
export function currentText(value: number, spec: NumberSpec, units: Units): string {
  const { digits, unit } = numberText(value, spec, units);
  if (digits === '') return emptyText(spec);
  return unit === '' ? digits : `${digits}\u00a0${unit}`;
}

function problemOf(value: number, spec: NumberSpec, current: string): string {
  if (spec.unit === 'port') {
    const isLow = Number.isFinite(value) && value > 0 && value < spec.min;
    return t(isLow ? 'settings_port_low' : 'settings_port_bad', current, String(spec.min), String(spec.max));
  }
  if (spec.unit === 'B/s') return t('settings_rate_bad', current);
  return t('settings_range_bad', current, formatCount(spec.min), formatCount(spec.max));
}

function factorOf(spec: NumberSpec, letter: string, isBinary: boolean, shown: string, units: Units): number {
  if (spec.unit !== 'B/s') return 1;
  const base = isBinary || units === 'binary' ? 1024 : 1000;
  if (letter === '') return base ** Math.max(0, (RATE_UNITS[units] as readonly string[]).indexOf(shown));
  return base ** ('kmg'.indexOf(letter.toLowerCase()) + 1);
}

/** A number as people of this language write it, and as programs do. */
function plainNumber(text: string): number {
  const bare = text.replaceAll(/['’\s\u00a0\u202f]/gu, '');
  const signs = bare.match(/[.,]/g) ?? [];
  if (signs.length === 0) return Number(bare);
  const last = signs.at(-1);
  // One sign is the decimal one of either writing, unless it groups thousands in this language.
  const isGroup =
    signs.length > 1 ? new Set(signs).size === 1 : last === groupSign && /^\d{1,3}[.,]\d{3}$/.test(bare);
  if (isGroup) return Number(bare.replaceAll(/[.,]/g, ''));
  const decimal = signs.length === 1 ? last : decimalSign;
  return Number(bare.replaceAll(/[.,]/g, (sign) => (sign === decimal ? '.' : '')));
}
