/**
 * Figures as people read them, in the user's language: sizes, rates, times, dates. A value that is absent or nothing is
 * a dash. What figures mean is decided elsewhere.
 */
import { locale, t } from './i18n.ts';
import { prefs } from './prefs.ts';

/** Stands for what is unknown or nothing. */
export const DASH = '–';

const DECIMAL = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;
const BINARY = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;
const NO_BREAK = '\u00a0';
const YEAR_MS = 365 * 86_400_000;

const digits = [0, 1, 2].map(
  (fraction) =>
    new Intl.NumberFormat(locale, { minimumFractionDigits: fraction, maximumFractionDigits: fraction }),
);
const fixed = (value: number, fraction: 0 | 1 | 2): string => digits[fraction]?.format(value) ?? '';

/** A whole number with separators. */
export function formatCount(value: number): string {
  return fixed(value, 0);
}

/** From 1,000 on as 1.9k. */
export function formatShortCount(value: number): string {
  if (value < 1000) return fixed(value, 0);
  if (value < 9950) return `${fixed(value / 1000, 1)}k`;
  return value < 999_500 ? `${fixed(value / 1000, 0)}k` : `${fixed(value / 1e6, 1)}M`;
}

/** Bytes: `3.97 GB`, whole below MB. */
export function formatSize(bytes: number): string {
  const isBinary = prefs.value.units === 'binary';
  const base = isBinary ? 1024 : 1000;
  const units = isBinary ? BINARY : DECIMAL;
  let value = bytes;
  let unit = 0;
  // What would be rounded to the next unit is shown in it.
  while (value >= (unit < 1 ? base - 0.5 : 999.5) && unit < units.length - 1) {
    value /= base;
    unit += 1;
  }
  const fraction = unit < 2 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
  return `${fixed(value, fraction)}${NO_BREAK}${units[unit]}`;
}

/** As `formatSize`, and a dash for nothing. */
export function formatSizeOrDash(bytes: number | null): string {
  return bytes === null || bytes <= 0 ? DASH : formatSize(bytes);
}

/** Bytes per second; a dash for none. */
export function formatRate(bytesPerSecond: number): string {
  return bytesPerSecond < 1 ? DASH : `${formatSize(bytesPerSecond)}/s`;
}

/** As `formatRate`, with 0 as a figure: where a dash would say that nothing is known. */
export function formatRateOrZero(bytesPerSecond: number): string {
  return `${formatSize(Math.round(bytesPerSecond))}/s`;
}

/** A fraction with one decimal, floored, so that 100 % is only said when it is all. */
export function formatPercent(fraction: number): string {
  const tenths = Math.floor(fraction * 1000 + 1e-9) / 10;
  return `${fixed(tenths, Number.isInteger(tenths) && (tenths === 0 || tenths === 100) ? 0 : 1)}${NO_BREAK}%`;
}

/** A fraction in whole percent, floored. */
export function formatWholePercent(fraction: number): string {
  return `${fixed(Math.floor(fraction * 100 + 1e-9), 0)}${NO_BREAK}%`;
}

/** A span: `8 s`, `2 min`, `3 h 5 min`, `14 h`, `5 d 3 h`, `52 d`; a dash above a year or when unknown. */
export function formatSpan(ms: number | null): string {
  return spanOf(ms, 10);
}

/** As `formatSpan`, in its largest unit alone: for what is estimated. */
export function formatSpanRoughly(ms: number | null): string {
  return spanOf(ms, 1);
}

/** From `wholeFrom` hours or days on, these alone are told. */
function spanOf(ms: number | null, wholeFrom: number): string {
  if (ms === null || ms > YEAR_MS || ms < 0) return DASH;
  const seconds = Math.ceil(ms / 1000);
  if (seconds < 60) return t('span_s', fixed(seconds, 0));
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return t('span_min', fixed(minutes, 0));
  const hours = Math.floor(minutes / 60);
  const wholeHours = Math.round(minutes / 60);
  if (hours < wholeFrom) return joined(t('span_h', fixed(hours, 0)), minutes % 60, 'span_min');
  if (wholeHours < 24) return t('span_h', fixed(wholeHours, 0));
  const days = Math.floor(wholeHours / 24);
  return days >= wholeFrom
    ? t('span_d', fixed(Math.round(wholeHours / 24), 0))
    : joined(t('span_d', fixed(days, 0)), wholeHours % 24, 'span_h');
}

function joined(first: string, rest: number, unit: 'span_min' | 'span_h'): string {
  return rest === 0 ? first : `${first} ${t(unit, fixed(rest, 0))}`;
}

/** Uploaded by downloaded: two decimals, whole from 100 on. */
export function formatRatio(ratio: number | null): string {
  if (ratio === null) return DASH;
  return ratio >= 100 ? fixed(Math.floor(ratio), 0) : fixed(Math.floor(ratio * 100 + 1e-9) / 100, 2);
}

const timeOfDay = new Intl.DateTimeFormat(locale, { hour: 'numeric', minute: '2-digit' });
const timeWithSeconds = new Intl.DateTimeFormat(locale, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});
const dayOfYear = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short' });
const wholeDate = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', year: 'numeric' });
const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });

/** A moment: `Today 14:01`, `Yesterday`, `28 Oct`, `6 Sep 2025`. */
export function formatDate(at: number | null, now: number = Date.now()): string {
  if (at === null) return DASH;
  const date = new Date(at);
  const today = new Date(now);
  const days = Math.round((midnight(today) - midnight(date)) / 86_400_000);
  if (days === 0) return `${capital(relative.format(0, 'day'))} ${timeOfDay.format(date)}`;
  if (days === 1) return capital(relative.format(-1, 'day'));
  return (date.getFullYear() === today.getFullYear() ? dayOfYear : wholeDate).format(date);
}

/** The time of a day, to the minute. */
export function formatTime(at: number): string {
  return timeOfDay.format(at);
}

/** The time of a day, to the second. */
export function formatTimeExactly(at: number): string {
  return timeWithSeconds.format(at);
}

/** A moment in ISO 8601, for tooltips. */
export function formatExactly(at: number): string {
  return new Date(at).toISOString();
}

function midnight(date: Date): number {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}

function capital(text: string): string {
  return text.charAt(0).toLocaleUpperCase(locale) + text.slice(1);
}
