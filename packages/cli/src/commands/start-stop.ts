/** `jstorrent start` and `stop`: what the user wants of torrents; the queue decides when they run. */
import { EXIT, usageError, type ExitCode } from '../errors.ts';
import type { Output } from '../output.ts';
import { forTorrents } from '../service/batch.ts';
import { withService } from '../service/link.ts';

/** Options of `start`. */
export interface StartOptions {
  readonly all: boolean;
  /** Outside of the queue and its limits. */
  readonly force: boolean;
}

/** Start torrents, or all that the user stopped. */
export function runStart(words: readonly string[], options: StartOptions, output: Output): Promise<ExitCode> {
  checkWords(words, options.all);
  if (options.all) return forAll('session.startAll', 'All torrents start as the queue lets them.', output);
  return forTorrents(
    { words, done: 'Started', run: (link, ids) => link.call('torrent.start', { ids, force: options.force }) },
    output,
  );
}

/** Stop torrents, or all. */
export function runStop(words: readonly string[], all: boolean, output: Output): Promise<ExitCode> {
  checkWords(words, all);
  if (all) return forAll('session.stopAll', 'All torrents stop.', output);
  return forTorrents(
    { words, done: 'Stopped', run: (link, ids) => link.call('torrent.stop', { ids }) },
    output,
  );
}

function checkWords(words: readonly string[], all: boolean): void {
  if (all === words.length > 0) throw usageError('name torrents, or say --all');
}

function forAll(
  command: 'session.startAll' | 'session.stopAll',
  sentence: string,
  output: Output,
): Promise<ExitCode> {
  return withService(async (link) => {
    await link.call(command, {});
    output.line(sentence);
    output.event({ all: true });
    return EXIT.done;
  });
}
