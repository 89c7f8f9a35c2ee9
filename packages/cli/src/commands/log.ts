/** `jstorrent log`: what happened lately, in the service or with one torrent. */
import type { LogEntry } from '@jstorrent/control';
import { EXIT, usageError, type ExitCode } from '../errors.ts';
import type { Output } from '../output.ts';
import { withService } from '../service/link.ts';
import { namedTorrent, readList } from '../service/torrents.ts';
import { formatTime, plain } from '../text.ts';

const LEVELS = ['info', 'notable', 'problem'] as const satisfies readonly LogEntry['level'][];

/** Print the log of the service, or of the torrent that a word names; entries below `level` are left out. */
export function runLog(word: string | null, level: string, output: Output): Promise<ExitCode> {
  const lowest = LEVELS.find((name) => name === level);
  if (lowest === undefined) throw usageError(`a level is ${LEVELS.join(', ')}, not "${level}"`);
  return withService(async (link) => {
    const about = word === null ? {} : { id: namedTorrent((await readList(link)).rows, word).id };
    const { entries } = await link.call('log.get', { level: lowest, ...about });
    for (const entry of entries) {
      output.event(entry);
      output.line(`${formatTime(entry.at)}  ${entry.level.padEnd(7)}  ${plain(entry.text)}`);
    }
    if (entries.length === 0) output.line('Nothing was noted.');
    return EXIT.done;
  });
}
