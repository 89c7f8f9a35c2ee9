/** `jstorrent log`: what happened lately, in the service or with one torrent, once or for as long as somebody looks. */
import type { LogEntry } from '@jstorrent/control';
import { setInterval } from 'node:timers/promises';
import { EXIT, usageError, type ExitCode } from '../errors.ts';
import type { Output } from '../output.ts';
import { withService, type ServiceLink } from '../service/link.ts';
import { follow } from '../service/live.ts';
import { namedTorrent, readList } from '../service/torrents.ts';
import { formatTime, plain } from '../text.ts';

const LEVELS = ['info', 'notable', 'problem'] as const satisfies readonly LogEntry['level'][];
/** Between two looks while somebody follows. */
const LOOK_MS = 500;

/** Options of `log`. */
export interface LogOptions {
  readonly level: string;
  readonly follow: boolean;
}

/** Print the log of the service, or of the torrent that a word names; entries below `level` are left out. */
export function runLog(word: string | null, options: LogOptions, output: Output): Promise<ExitCode> {
  const level = LEVELS.find((name) => name === options.level);
  if (level === undefined) throw usageError(`a level is ${LEVELS.join(', ')}, not "${options.level}"`);
  const reader = async (link: ServiceLink): Promise<() => Promise<readonly LogEntry[]>> => {
    const about = word === null ? {} : { id: namedTorrent((await readList(link)).rows, word).id };
    return async () => (await link.call('log.get', { level, ...about })).entries;
  };
  const tell = (entries: readonly LogEntry[]): void => {
    for (const entry of entries) {
      output.event(entry);
      output.line(`${formatTime(entry.at)}  ${entry.level.padEnd(7)}  ${plain(entry.text)}`);
    }
  };
  if (options.follow) {
    let last: LogEntry | null = null;
    return follow(async (link) => {
      const read = await reader(link);
      const look = async (): Promise<void> => {
        const entries = entriesAfter(last, await read());
        tell(entries);
        last = entries.at(-1) ?? last;
      };
      await look();
      void lookOn(look);
    }, output);
  }
  return withService(async (link) => {
    const entries = await (await reader(link))();
    tell(entries);
    if (entries.length === 0) output.line('Nothing was noted.');
    return EXIT.done;
  });
}

/** Until the connection ends, which whoever stays notices. */
async function lookOn(look: () => Promise<void>): Promise<void> {
  for await (const _ of setInterval(LOOK_MS, undefined, { ref: false })) {
    try {
      await look();
    } catch {
      return;
    }
  }
}

/** What was noted after an entry; of another service, what is not older. */
function entriesAfter(last: LogEntry | null, entries: readonly LogEntry[]): readonly LogEntry[] {
  if (last === null) return entries;
  const { at, text, code } = last;
  const seen = entries.findLastIndex(
    (entry) => entry.at === at && entry.text === text && entry.code === code,
  );
  return seen >= 0 ? entries.slice(seen + 1) : entries.filter((entry) => entry.at >= at);
}
