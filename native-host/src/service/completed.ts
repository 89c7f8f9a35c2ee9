/**
 * What is done when a torrent is complete: its data moved, a program run. Decides the order and what the program is told;
 * moving is the engine's.
 */
import { join } from 'node:path';
import { ControlError, type Place } from '@jstorrent/control';
import type { TorrentId } from '@jstorrent/engine';
import { runProgram } from '../actions/run.ts';
import type { TorrentRecord } from '../store/session-store.ts';
import type { Host } from './host.ts';

/** A program that sorts or unpacks what was downloaded may take long; one that hangs is ended. */
const PROGRAM_MS = 60 * 60_000;
/** Programs at once; further torrents wait for theirs. */
const PROGRAMS_MAX = 2;

/** Moves the data of a torrent; resolved when it is there. Rejects with ControlError. */
export type Mover = (id: TorrentId, place: Place) => Promise<void>;

/** Does what the settings want for completed torrents. */
export class CompletedActions {
  readonly #host: Host;
  readonly #move: Mover;
  readonly #waiting: TorrentId[] = [];
  #running = 0;

  constructor(host: Host, move: Mover) {
    this.#host = host;
    this.#move = move;
  }

  /** A torrent is complete and its data is written. */
  onCompleted(id: TorrentId): void {
    const record = this.#host.catalog.find(id);
    if (record === null) return;
    this.#host.catalog.update([id], () => ({ completedAt: record.completedAt ?? this.#host.now() }));
    this.#host.log.say('notable', 'COMPLETED', record.displayName ?? record.name, id);
    this.#host.clients.notice('completed', id, { name: record.displayName ?? record.name });
    void this.#moveThenRun(id);
  }

  async #moveThenRun(id: TorrentId): Promise<void> {
    const target = this.#host.settings.values['done.moveTo'];
    const record = this.#host.catalog.find(id);
    if (target !== null && record !== null && !isSamePlace(target, record.place)) {
      try {
        await this.#move(id, target);
      } catch (error) {
        if (!(error instanceof ControlError)) throw error;
        // The program still runs: where the data is, it is told.
      }
    }
    if (this.#host.settings.values['done.run'].length === 0) return;
    this.#waiting.push(id);
    this.#runNext();
  }

  #runNext(): void {
    while (this.#running < PROGRAMS_MAX) {
      const id = this.#waiting.shift();
      if (id === undefined) return;
      const record = this.#host.catalog.find(id);
      if (record === null) continue;
      this.#running += 1;
      void this.#run(record).finally(() => {
        this.#running -= 1;
        this.#runNext();
      });
    }
  }

  async #run(record: TorrentRecord): Promise<void> {
    const argv = this.#host.settings.values['done.run'];
    if (argv.length === 0) return;
    const folder = pathOf(this.#host, record.place);
    const outcome = await runProgram({
      argv,
      env: environmentOf(record, folder, this.#host.now()),
      timeoutMs: PROGRAM_MS,
    });
    const why = complaintOf(outcome);
    if (why === null)
      return this.#host.log.say('info', 'HOOK', 'the program for completed torrents ended', record.id);
    this.#host.log.say('problem', 'HOOK', why, record.id);
    this.#host.clients.notice('hookFailed', record.id, { name: record.displayName ?? record.name, why });
  }
}

/** Absolute path of a place, for other programs. */
export function pathOf({ store }: Pick<Host, 'store'>, { root, folder }: Place): string {
  const path = store.roots().find(({ key }) => key === root)?.path ?? '';
  return join(path, ...folder);
}

/**
 * What the program is told, in the variables that scripts for Transmission read too. Names come from strangers: what a
 * script does with them is its own affair, so no zero byte and no line break is among them.
 */
function environmentOf(record: TorrentRecord, folder: string, now: number): Record<string, string> {
  const plain = (text: string): string => text.replaceAll(/\p{Cc}/gu, ' ');
  return {
    TR_TORRENT_HASH: record.id,
    TR_TORRENT_NAME: plain(record.name),
    TR_TORRENT_DIR: folder,
    TR_TORRENT_LABELS: record.labels.map(plain).join(','),
    TR_TORRENT_BYTES_DOWNLOADED: String(record.downloaded),
    TR_TIME_LOCALTIME: new Date(now).toString().slice(0, 24),
    JSTORRENT_NAME: plain(record.displayName ?? record.name),
    JSTORRENT_SIZE: String(record.totalLength),
  };
}

function complaintOf(outcome: Awaited<ReturnType<typeof runProgram>>): string | null {
  switch (outcome.kind) {
    case 'exited': {
      if (outcome.status === 0) return null;
      const last = outcome.errors.trim().split('\n').at(-1) ?? '';
      return `it ended with status ${outcome.status}${last === '' ? '' : ` (${last.slice(0, 200)})`}`;
    }
    case 'killed':
      return `it was ended by ${outcome.signal}`;
    case 'timedOut':
      return 'it took more than an hour';
    case 'absent':
      return `it cannot be started (${outcome.reason.slice(0, 200)})`;
  }
}

/** Whether two places are one. */
export function isSamePlace(a: Place, b: Place): boolean {
  return a.root === b.root && a.folder.join('/') === b.folder.join('/');
}
