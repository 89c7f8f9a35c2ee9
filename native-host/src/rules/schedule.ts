/**
 * Whether the hours of the other rate limits hold. Decides by the clock on the wall: a span that the change to summer time
 * leaves out does not happen, one that the change back repeats lasts longer. Who asks how often is decided elsewhere.
 */
import type { ScheduleSpan } from '@jstorrent/control';

/** The clock on the wall: 0 = Monday, and minutes since midnight. */
export interface WallTime {
  readonly day: number;
  readonly minute: number;
}

/** What the wall shows at a moment, in the time zone of this process. */
export function wallTime(moment: Date): WallTime {
  return { day: (moment.getDay() + 6) % 7, minute: moment.getHours() * 60 + moment.getMinutes() };
}

/** Whether one of the spans holds: from its first minute up to, not including, its last. */
export function isWithin(spans: readonly ScheduleSpan[], { day, minute }: WallTime): boolean {
  return spans.some((span) => span.day === day && span.fromMinute <= minute && minute < span.toMinute);
}
