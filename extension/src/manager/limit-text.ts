/** Limits of rates as people write them, in kilobytes per second. */

const MOST = 100_000_000_000;

/** A limit in bytes per second as text; empty = none. */
export function limitText(bytesPerSecond: number, isBinary: boolean): string {
  if (bytesPerSecond === 0) return '';
  const value = bytesPerSecond / (isBinary ? 1024 : 1000);
  return String(Math.round(value * 10) / 10);
}

/** A text as bytes per second, 0 = none; null when it is no number that can be a limit. Takes `1.5 MB` as well. */
export function readLimit(text: string, isBinary: boolean): number | null {
  const trimmed = text.trim().replace(',', '.');
  if (trimmed === '') return 0;
  const match = /^(\d+(?:\.\d+)?)\s*(?:([kmg])i?b?(?:\/s)?)?$/i.exec(trimmed);
  if (match === null) return null;
  const base = isBinary ? 1024 : 1000;
  const power = { k: 1, m: 2, g: 3 }[(match[2] ?? 'k').toLowerCase()] ?? 1;
  const bytes = Math.round(Number(match[1]) * base ** power);
  return bytes > MOST ? null : bytes;
}
