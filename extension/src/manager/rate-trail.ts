/** The rates of the last minute, for the small chart of the top bar. */
import type { ListStore } from '../model/list-store.ts';
import { Cell, type Observable } from '../model/observable.ts';
import type { Session } from '../model/session.ts';

const SAMPLES = 60;
const STEP_MS = 1000;

/** Rates in bytes per second, oldest first; as many of each. */
export interface Trail {
  readonly down: readonly number[];
  readonly up: readonly number[];
}

/** Follow the rates. The service tells once what was before. */
export function followRates(session: Session, list: ListStore): Observable<Trail> {
  const cell = new Cell<Trail>({ down: [], up: [] });
  let takenAt = 0;
  list.subscribe(() => {
    const { totals } = list;
    const now = Date.now();
    if (totals === null || now - takenAt < STEP_MS - 100) return;
    takenAt = now;
    cell.set({
      down: [...cell.value.down, totals.downRate].slice(-SAMPLES),
      up: [...cell.value.up, totals.upRate].slice(-SAMPLES),
    });
  });
  const leaveEvents = session.onEvent((event) => {
    if (event.event !== 'history' || event.history.period !== '10min') return;
    leaveEvents();
    cell.set({
      down: [...event.history.down, ...cell.value.down].slice(-SAMPLES),
      up: [...event.history.up, ...cell.value.up].slice(-SAMPLES),
    });
    session.call('history.unsubscribe', {}).catch(() => {});
  });
  let isAsked = false;
  session.onReady(() => {
    if (isAsked) return;
    isAsked = true;
    session.call('history.subscribe', { period: '10min' }).catch(() => {});
  });
  return cell;
}

/** The path of a curve in a box, ends at its right side; `most` is the rate at the top. */
export function curve(
  samples: readonly number[],
  most: number,
  box: { readonly width: number; readonly height: number },
): string {
  const step = box.width / (SAMPLES - 1);
  const start = box.width - (samples.length - 1) * step;
  return samples
    .map((rate, at) => {
      const x = (start + at * step).toFixed(1);
      const y = (box.height - 1 - (most === 0 ? 0 : rate / most) * (box.height - 3)).toFixed(1);
      return `${at === 0 ? 'M' : 'L'}${x} ${y}`;
    })
    .join('');
}
