/** `jstorrent queue`: the order in which torrents get their turn. */
import { usageError, type ExitCode } from '../errors.ts';
import type { Output } from '../output.ts';
import { forTorrents } from '../service/batch.ts';

const WAYS = ['up', 'down', 'top', 'bottom'] as const;
type Way = (typeof WAYS)[number];

/** Move torrents; `to` is a way or a place from 1. */
export function runQueue(to: string, words: readonly string[], output: Output): Promise<ExitCode> {
  const target = toTarget(to);
  return forTorrents(
    { words, done: 'Moved in the queue:', run: (link, ids) => link.call('queue.move', { ids, to: target }) },
    output,
  );
}

function toTarget(text: string): Way | number {
  const way = WAYS.find((name) => name === text);
  if (way !== undefined) return way;
  const position = /^[0-9]{1,7}$/.test(text) ? Number(text) : 0;
  if (position < 1)
    throw usageError(`a place in the queue is up, down, top, bottom or a number from 1, not "${text}"`);
  return position - 1;
}
