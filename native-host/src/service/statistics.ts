/**
 * What was moved and how long, in this session and in all. Decides when sums are kept; what is counted comes from the
 * engine's torrents.
 */
import type { Result } from '@jstorrent/control';
import type { TorrentId } from '@jstorrent/engine';
import type { Host } from './host.ts';

type Amounts = Result<'stats.get'>['session'];
type AmountName = keyof Amounts;

const NAMES: readonly AmountName[] = ['downloaded', 'uploaded', 'wasted', 'activeMs'];

interface Seen {
  readonly downloaded: number;
  readonly uploaded: number;
  readonly wasted: number;
}

/** The sums. */
export class Statistics {
  readonly #host: Host;
  readonly #startedAt: number;
  readonly #before: Readonly<Record<string, number>>;
  readonly #session: Record<AmountName, number> = { downloaded: 0, uploaded: 0, wasted: 0, activeMs: 0 };
  /** Of the session, what the store has. */
  #kept: Readonly<Record<AmountName, number>> = { ...this.#session };
  /** What each torrent had moved when it was looked at last. */
  readonly #seen = new Map<TorrentId, Seen>();
  #added = 0;

  constructor(host: Host) {
    this.#host = host;
    this.#startedAt = host.now();
    host.store.addToCounters({ sessions: 1 });
    this.#before = host.store.counters();
  }

  /** Payload of this session. */
  get session(): Readonly<Amounts> {
    return this.#session;
  }

  /** A torrent was added. */
  countAdded(): void {
    this.#added += 1;
    this.#host.store.addToCounters({ torrentsEver: 1 });
  }

  /** Look at a torrent that moves something; what it moved before it was first seen belongs to other sessions. */
  look(id: TorrentId): void {
    const { downloaded, uploaded, wasted } = this.#host.engine.view(id);
    const before = this.#seen.get(id);
    this.#seen.set(id, { downloaded, uploaded, wasted });
    if (before === undefined) return;
    this.#session.downloaded += Math.max(0, downloaded - before.downloaded);
    this.#session.uploaded += Math.max(0, uploaded - before.uploaded);
    this.#session.wasted += Math.max(0, wasted - before.wasted);
  }

  /** A torrent is gone; what it moved stays counted. */
  forget(id: TorrentId): void {
    this.#seen.delete(id);
  }

  /** Something was active for so long. */
  addActive(ms: number): void {
    this.#session.activeMs += ms;
  }

  /** Keep the sums. Throws StoreError. */
  keep(): void {
    const amounts = Object.fromEntries(NAMES.map((name) => [name, this.#session[name] - this.#kept[name]]));
    if (Object.values(amounts).every((amount) => amount === 0)) return;
    this.#host.store.addToCounters(amounts);
    this.#kept = { ...this.#session };
  }

  view(): Result<'stats.get'> {
    const before = this.#before;
    const rounded = (amounts: Amounts): Amounts => ({ ...amounts, activeMs: Math.round(amounts.activeMs) });
    const allTime = Object.fromEntries(
      NAMES.map((name) => [name, (before[name] ?? 0) + this.#session[name]]),
    ) as unknown as Amounts;
    const rates = { down: 0, up: 0 };
    for (const id of this.#seen.keys()) {
      const { downloadRate, uploadRate } = this.#host.engine.view(id);
      rates.down += downloadRate;
      rates.up += uploadRate;
    }
    return {
      session: rounded(this.#session),
      allTime: rounded(allTime),
      startedAt: this.#startedAt,
      sessions: before['sessions'] ?? 1,
      torrents: this.#host.catalog.size,
      torrentsEver: (before['torrentsEver'] ?? 0) + this.#added,
      disk: { cacheUsed: 0, cacheTotal: 0, pending: 0, bytesRead: 0, bytesWritten: 0 },
      downRate: rates.down,
      upRate: rates.up,
    };
  }
}
