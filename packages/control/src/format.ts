/** Sizes and spans as people read them: 1000-based, three digits. Words beyond them are in sentences.ts. */

const UNITS = ['bytes', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB'] as const;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A size in bytes: `3.97 GB`, `212 MB`, `41 kB`. */
export function formatSize(bytes: number): string {
  let value = Math.max(0, bytes);
  let unit = 0;
  while (unit < UNITS.length - 1 && Number(shown(value, unit)) >= 1000) {
    value /= 1000;
    unit += 1;
  }
  return `${shown(value, unit)} ${unit === 0 && value === 1 ? 'byte' : (UNITS[unit] ?? '')}`;
}

/** Whole numbers below megabytes; three digits above. */
function shown(value: number, unit: number): string {
  if (unit < 2 || value >= 99.95) return value.toFixed(0);
  return value.toFixed(value >= 9.995 ? 1 : 2);
}

/** A span: `8 s`, `2 min`, `3 h 5 min`, `5 d 3 h`, `52 d`. */
export function formatSpan(ms: number): string {
  if (ms < MINUTE) return `${Math.max(0, Math.floor(ms / 1000))} s`;
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} min`;
  if (ms < DAY) return two(Math.floor(ms / HOUR), 'h', Math.floor((ms % HOUR) / MINUTE), 'min');
  const days = Math.floor(ms / DAY);
  return days < 10 ? two(days, 'd', Math.floor((ms % DAY) / HOUR), 'h') : `${days} d`;
}

function two(first: number, firstUnit: string, second: number, secondUnit: string): string {
  return second === 0 ? `${first} ${firstUnit}` : `${first} ${firstUnit} ${second} ${secondUnit}`;
}
