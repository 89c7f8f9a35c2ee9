/**
 * What the service has to say about itself: to a file that rotates, and the last lines to front ends. Decides what of a
 * line is secret; when there is something to say is decided by others.
 */
import type { ControlSettings, LogEntry } from '@jstorrent/control';
import type { TorrentId } from '@jstorrent/engine';
import type { RotatingLog } from '../log/rotating-log.ts';

/** How much a line matters. */
export type LogLevel = LogEntry['level'];

const RANK: Readonly<Record<LogLevel, number>> = { info: 0, notable: 1, problem: 2 };
/** Lines kept in memory for front ends. */
const KEPT = 1000;
const TEXT_MAX = 500;

interface Line extends LogEntry {
  readonly id: TorrentId | null;
}

/** The log of the service. */
export class ServiceLog {
  readonly #file: RotatingLog;
  readonly #now: () => number;
  #lines: Line[] = [];
  /** Least level that goes to the file. */
  level: ControlSettings['log.level'] = 'notable';

  constructor(file: RotatingLog, now: () => number) {
    this.#file = file;
    this.#now = now;
  }

  /** Say something; `code` is a word for programs, `id` the torrent it is about. */
  say(level: LogLevel, code: string, text: string, id: TorrentId | null = null): void {
    const line = withoutSecrets(text).slice(0, TEXT_MAX);
    this.#lines.push({ at: this.#now(), level, code, text: line, id });
    if (this.#lines.length >= 2 * KEPT) this.#lines = this.#lines.slice(-KEPT);
    if (RANK[level] < RANK[this.level]) return;
    this.#file.write(`${level} ${code} ${id === null ? '' : `${id.slice(0, 8)} `}${line}`);
  }

  /** The last lines of at least a level, oldest first; of one torrent, or of all. */
  last(count: number, level: LogLevel, id: TorrentId | null): LogEntry[] {
    const fitting = this.#lines.filter(
      (line) => RANK[line.level] >= RANK[level] && (id === null || line.id === id),
    );
    return fitting.slice(-count).map(({ at, level: of, code, text }) => ({ at, level: of, code, text }));
  }
}

/**
 * A text without what opens doors: passkeys in paths and queries of trackers, names and passwords in addresses. Hosts and
 * the first characters stay, so that a person recognises what is meant.
 */
export function withoutSecrets(text: string): string {
  return text
    .replaceAll(/([a-z][a-z0-9+.-]*:\/\/)[^/@\s]*@/gi, '$1…@')
    .replaceAll(
      /\b([\w.-]*(?:key|token|auth|pass|secret|sid|uid|pid)[\w.-]*=)([^&\s"']{0,3})[^&\s"']*/gi,
      '$1$2…',
    )
    .replaceAll(/(\/)([0-9a-z]{3})[0-9a-z]{13,}(?=[/?\s"']|$)/gi, '$1$2…');
}
