/** The hours of slow mode as a week of hours to paint. Days from 0 = Monday, as in the protocol. */
import type { ScheduleSpan } from '@jstorrent/control';

/** Days and hours. */
export const DAYS = 7;
/** Hours of a day. */
export const HOURS = 24;

/** Hours that are chosen: `day * 24 + hour`. */
export type Week = ReadonlySet<number>;

/** The hours of spans; an hour of which only a part is meant counts as chosen. */
export function weekOf(spans: readonly ScheduleSpan[]): Week {
  const week = new Set<number>();
  for (const { day, fromMinute, toMinute } of spans) {
    const last = Math.ceil(toMinute / 60);
    for (let hour = Math.floor(fromMinute / 60); hour < last; hour += 1) week.add(day * HOURS + hour);
  }
  return week;
}

/** The fewest spans for the hours chosen, in order. */
export function spansOf(week: Week): readonly ScheduleSpan[] {
  const spans: ScheduleSpan[] = [];
  for (let day = 0; day < DAYS; day += 1) {
    for (let hour = 0; hour < HOURS;) {
      let end = hour;
      while (end < HOURS && week.has(day * HOURS + end)) end += 1;
      if (end > hour) spans.push({ day, fromMinute: hour * 60, toMinute: end * 60 });
      hour = end + 1;
    }
  }
  return spans;
}

/** Whether spans begin and end at whole hours, so that painting loses nothing of them. */
export function isWhole(spans: readonly ScheduleSpan[]): boolean {
  return spans.every(({ fromMinute, toMinute }) => fromMinute % 60 === 0 && toMinute % 60 === 0);
}

/** A week with all hours of a rectangle between two corners chosen or not. */
export function painted(week: Week, from: number, to: number, isOn: boolean): Week {
  const next = new Set(week);
  const [dayA, dayB] = [Math.floor(from / HOURS), Math.floor(to / HOURS)].toSorted((a, b) => a - b);
  const [hourA, hourB] = [from % HOURS, to % HOURS].toSorted((a, b) => a - b);
  for (let day = dayA ?? 0; day <= (dayB ?? 0); day += 1) {
    for (let hour = hourA ?? 0; hour <= (hourB ?? 0); hour += 1) {
      if (isOn) next.add(day * HOURS + hour);
      else next.delete(day * HOURS + hour);
    }
  }
  return next;
}

/** The cell that a key leads to; null for other keys. `isRtl`: hours run from right to left. */
export function cellOfKey(key: string, cell: number, isRtl: boolean): number | null {
  const day = Math.floor(cell / HOURS);
  const hour = cell % HOURS;
  const forward = isRtl ? 'ArrowLeft' : 'ArrowRight';
  const back = isRtl ? 'ArrowRight' : 'ArrowLeft';
  switch (key) {
    case forward:
      return day * HOURS + Math.min(HOURS - 1, hour + 1);
    case back:
      return day * HOURS + Math.max(0, hour - 1);
    case 'ArrowDown':
      return Math.min(DAYS - 1, day + 1) * HOURS + hour;
    case 'ArrowUp':
      return Math.max(0, day - 1) * HOURS + hour;
    case 'Home':
      return day * HOURS;
    case 'End':
      return day * HOURS + HOURS - 1;
    default:
      return null;
  }
}

/** Days with the same hours together, for words: `[{ days: [0, 1, 2], from: 8, to: 18 }]`. */
export function summaryOf(
  week: Week,
): readonly { readonly days: readonly number[]; readonly from: number; readonly to: number }[] {
  const byHours = new Map<string, { days: number[]; from: number; to: number }>();
  for (const { day, fromMinute, toMinute } of spansOf(week)) {
    const [from, to] = [fromMinute / 60, toMinute / 60];
    const known = byHours.get(`${from}-${to}`);
    if (known === undefined) byHours.set(`${from}-${to}`, { days: [day], from, to });
    else known.days.push(day);
  }
  return [...byHours.values()];
}
