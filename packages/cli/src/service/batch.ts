/** Commands about several torrents. Decides how is told which of them it was done for, and with which exit code it ends. */
import type { Result, TorrentRow } from '@jstorrent/control';
import { EXIT, type ExitCode } from '../errors.ts';
import type { Output } from '../output.ts';
import { plain } from '../text.ts';
import { exitCodeOf, withService, type ServiceLink } from './link.ts';
import { namedTorrents, readList } from './torrents.ts';

/** What the service says of several torrents. */
type BatchResult = Result<'torrent.start'>;

/** One wish for several torrents. */
export interface Wish {
  /** As the user typed them. */
  readonly words: readonly string[];
  /** What was done, in front of a name: `Stopped`. */
  readonly done: string;
  readonly run: (link: ServiceLink, ids: readonly string[]) => Promise<BatchResult>;
}

/** Carry out a wish and tell of it. */
export function forTorrents(wish: Wish, output: Output): Promise<ExitCode> {
  return withService(async (link) => {
    const torrents = namedTorrents((await readList(link)).rows, wish.words);
    const result = await wish.run(
      link,
      torrents.map(({ id }) => id),
    );
    return tellBatch(result, { torrents, done: wish.done }, output);
  });
}

interface Told {
  readonly torrents: readonly TorrentRow[];
  readonly done: string;
}

/** Tell what was done for which torrents: done ones as lines, failures as notices, all as one value. */
export function tellBatch({ failed }: BatchResult, { torrents, done }: Told, output: Output): ExitCode {
  const errors = new Map(failed.map(({ id, error }) => [id, error]));
  const good = torrents.filter(({ id }) => !errors.has(id));
  for (const { name } of good) output.line(`${done} ${plain(name)}.`);
  const bad = torrents.flatMap(({ id, name }) => {
    const error = errors.get(id);
    return error === undefined ? [] : [{ id, name, code: error.code, message: error.message }];
  });
  for (const { name, code, message } of bad)
    output.notice(`error: ${code}: ${plain(name)}: ${plain(message)}`);
  output.event({ done: good.map(({ id, name }) => ({ id, name })), failed: bad });
  const [first] = bad;
  return first === undefined ? EXIT.done : exitCodeOf(first.code);
}
