/**
 * Numbers, times and foreign texts as people read them on a terminal. Decides units and rounding; never rounds up to
 * what is not reached yet.
 */
import { stripVTControlCharacters } from 'node:util';

/** Characters kept of a text from outside. */
const MAX_PLAIN_LENGTH = 1000;

/**
 * A text from outside as one line without control, direction and invisible characters, so that it cannot steer the
 * terminal (THREATS 38).
 */
export function plain(text: string): string {
  const cleaned = stripVTControlCharacters(text)
    // oxlint-disable-next-line no-control-regex
    .replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/gu, ' ')
    .replace(/\p{Bidi_Control}|\p{Default_Ignorable_Code_Point}/gu, '')
    .trim();
  return cleaned.length <= MAX_PLAIN_LENGTH
    ? cleaned
    : `${cleaned.slice(0, MAX_PLAIN_LENGTH - 1).toWellFormed()}…`;
}

const UNITS = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;

/** `1.4 GiB`; rounded down. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  if (unit === 0) return `${Math.floor(value)} ${Math.floor(value) === 1 ? 'byte' : 'bytes'}`;
  const digits = value < 100 ? 1 : 0;
  return `${roundDown(value, digits)} ${UNITS[unit]}`;
}

/** `1.4 MiB/s`. */
export function formatRate(bytesPerSecond: number): string {
  return `${formatBytes(bytesPerSecond).replace(/ bytes?$/, ' B')}/s`;
}

/** `42.1%`; 100 only when all is done. */
export function formatPercent(done: number, all: number): string {
  return `${roundDown(all === 0 ? 100 : (done / all) * 100, 1)}%`;
}

/** `1.2 s` below ten seconds, else as `formatDuration`. */
export function formatElapsed(milliseconds: number): string {
  return milliseconds < 10_000 ? `${roundDown(milliseconds / 1000, 1)} s` : formatDuration(milliseconds);
}

/** `12 s`, `4 min 05 s`, `3 h 20 min`, `2 days 4 h`; rounded up to a second. */
export function formatDuration(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${String(seconds % 60).padStart(2, '0')} s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h ${String(minutes % 60).padStart(2, '0')} min`;
  return `${Math.floor(hours / 24)} days ${hours % 24} h`;
}

/** `1 peer`, `2 peers`. */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}

/** The instant in the terminal's time zone: `2026-03-01 14:05:09`. */
export function formatTime(msSince1970: number): string {
  const date = new Date(msSince1970);
  if (Number.isNaN(date.getTime())) return '?';
  const two = (number: number): string => String(number).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** The start of a line that fits `columns` of a terminal, wide characters counted twice. */
export function fitColumns(line: string, columns: number): string {
  let width = 0;
  let end = 0;
  for (const { segment, index } of new Intl.Segmenter().segment(line)) {
    width += isWide(segment) ? 2 : 1;
    if (width > columns) return line.slice(0, end);
    end = index + segment.length;
  }
  return line;
}

/** Columns that a text takes on a terminal, wide characters counted twice. */
export function columnsOf(text: string): number {
  // What is ASCII, and most is, needs no segments.
  if (/^[\u0020-\u007e]*$/.test(text)) return text.length;
  let width = 0;
  for (const { segment } of new Intl.Segmenter().segment(text)) width += isWide(segment) ? 2 : 1;
  return width;
}

/** Characters that may take two columns; rather one too many than a line that wraps. */
function isWide(segment: string): boolean {
  return (segment.codePointAt(0) ?? 0) >= 0x1100;
}

function roundDown(value: number, digits: number): string {
  const factor = 10 ** digits;
  return (Math.floor(value * factor) / factor).toFixed(digits);
}
