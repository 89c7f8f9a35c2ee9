/**
 * Links and files that the user opened with JSTorrent outside of any front end. Decides which front end shows one, how long a
 * file is kept for it, and that the service adds what nobody shows.
 */
import {
  CONTROL_LIMITS,
  ControlError,
  type ControlEvent,
  type Params,
  type Result,
} from '@jstorrent/control';
import type { Clients } from './clients.ts';
import { readMagnet, readMetainfo, type ReadTorrent } from './sources.ts';

/** Files kept at once, of which each may have 5 MiB; the oldest goes first. */
const KEPT_MAX = 8;
/** A dialog that nobody answered by then is forgotten. */
const KEPT_MS = 10 * 60_000;

interface Kept {
  readonly torrent: ReadTorrent;
  readonly sinceMs: number;
}

type Opened = Extract<ControlEvent, { event: 'opened' }>;
/** Adds a source as the settings say. */
type Adder = (source: Params<'open.request'>['source']) => Promise<Result<'torrent.add'>>;

/** What was opened and is not added yet. */
export class Openings {
  readonly #clients: Clients;
  readonly #kept = new Map<number, Kept>();
  #next = 1;

  constructor(clients: Clients) {
    this.#clients = clients;
  }

  /** Give it to a front end, or else add it. Rejects with ControlError, also for what is no torrent. */
  async request({ source }: Params<'open.request'>, add: Adder): Promise<Result<'open.request'>> {
    const front = this.#clients.lastThat(({ peer, isWritable }) => peer?.opens === true && isWritable);
    if (front === null) return { by: 'service', ...(await add(source)) };
    const opened = this.#eventOf(source);
    front.emit(opened);
    return { by: 'frontEnd', id: null, name: opened.name };
  }

  /** A file that was opened. Throws ControlError NOT_FOUND when it is not kept any more. */
  torrent(number: number): ReadTorrent {
    this.#forgetOld();
    const kept = this.#kept.get(number);
    if (kept === undefined) throw new ControlError('NOT_FOUND', { folder: 'This file' });
    return kept.torrent;
  }

  /** It is in the list now. */
  close(number: number): void {
    this.#kept.delete(number);
  }

  #eventOf(source: Params<'open.request'>['source']): Opened {
    if ('url' in source) return openedEvent(source, source.url);
    if ('magnet' in source) return openedEvent(source, readMagnet(source.magnet).name);
    const torrent = readMetainfo(new Uint8Array(Buffer.from(source.metainfo, 'base64')));
    return openedEvent({ opened: this.#keep(torrent) }, torrent.name);
  }

  #keep(torrent: ReadTorrent): number {
    this.#forgetOld();
    const [oldest] = this.#kept.keys();
    if (this.#kept.size >= KEPT_MAX && oldest !== undefined) this.#kept.delete(oldest);
    const number = this.#next;
    this.#next += 1;
    this.#kept.set(number, { torrent, sinceMs: performance.now() });
    return number;
  }

  #forgetOld(): void {
    const beforeMs = performance.now() - KEPT_MS;
    for (const [number, { sinceMs }] of this.#kept) if (sinceMs < beforeMs) this.#kept.delete(number);
  }
}

function openedEvent(source: Opened['source'], name: string): Opened {
  return { event: 'opened', source, name: name.slice(0, CONTROL_LIMITS.nameLength) };
}
