/** Where torrents stand in the queue after a move that the service has not confirmed yet. */
import type { Params, TorrentRow } from '@jstorrent/control';

type Line = Pick<TorrentRow, 'id' | 'queuePosition'>;
/** Where to: as the command takes it. */
export type QueueTarget = Params<'queue.move'>['to'];

/**
 * Positions to assume for those that move, as fractions between those that stay: so nobody else has to be renumbered.
 * `rows` are all torrents, in any order.
 */
export function positionsAfter(
  rows: readonly Line[],
  ids: ReadonlySet<string>,
  to: QueueTarget,
): ReadonlyMap<string, number> {
  const order = rows.toSorted((a, b) => a.queuePosition - b.queuePosition);
  const positions = new Map<string, number>();
  let base = -1;
  let steps = 0;
  for (const { id, queuePosition } of orderAfter(order, ids, to)) {
    if (ids.has(id)) {
      steps += 1;
      positions.set(id, base + steps / (ids.size + 2));
    } else {
      base = queuePosition;
      steps = 0;
    }
  }
  return positions;
}

function orderAfter(order: readonly Line[], ids: ReadonlySet<string>, to: QueueTarget): readonly Line[] {
  const mine = order.filter(({ id }) => ids.has(id));
  const others = order.filter(({ id }) => !ids.has(id));
  if (to === 'top') return [...mine, ...others];
  if (to === 'bottom') return [...others, ...mine];
  if (typeof to === 'number') return [...others.slice(0, to), ...mine, ...others.slice(to)];
  // Each goes one place, but not over others that move.
  const next = [...order];
  for (const line of to === 'up' ? mine : mine.toReversed()) {
    const at = next.indexOf(line);
    const other = next[to === 'up' ? at - 1 : at + 1];
    if (other === undefined || ids.has(other.id)) continue;
    next[to === 'up' ? at - 1 : at + 1] = line;
    next[at] = other;
  }
  return next;
}
