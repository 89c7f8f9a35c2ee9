/**
 * What was moved and how long, in this session and in all. Decides when sums are kept; what is counted comes from the
 * engine's torrents.
 */
import type { Result } from '@jstorrent/control';
import type { PlaneFigures } from '@jstorrent/engine';
import type { Host } from './host.ts';

type Amounts = Result<'stats.get'>['session'];
type AmountName = keyof Amounts;

const NAMES: readonly AmountName[] = ['downloaded', 'uploaded', 'wasted', 'activeMs'];

/** The sums. */
export class Statistics {
  readonly #host: Host;
  readonly #startedAt: number;
  readonly #before: Readonly<Record<string, number>>;
  #activeMs = 0;
  #wasted = 0;
  /** Of the session, what the store has. */
  #kept: Amounts = { downloaded: 0, uploaded: 0, wasted: 0, activeMs: 0 };

  constructor(host: Host) {
    this.#host = host;
    this.#startedAt = host.now();
    host.store.addToCounters({ sessions: 1 });
    this.#before = host.store.counters();
  }

  /** Of this session. */
  get session(): Amounts {
    const { downloaded, uploaded } = this.#host.engine.totals;
    return { downloaded, uploaded, wasted: this.#wasted, activeMs: Math.round(this.#activeMs) };
  }

  /** Payload was received in vain. */
  addWasted(bytes: number): void {
    this.#wasted += Math.max(0, bytes);
  }

  /** Time passed; it counts while somebody is connected to us. */
  addTime(ms: number): void {
    if (this.#host.engine.totals.connections > 0) this.#activeMs += ms;
  }

  /** Keep the sums. Throws StoreError. */
  keep(): void {
    const { session } = this;
    const amounts = Object.fromEntries(NAMES.map((name) => [name, session[name] - this.#kept[name]]));
    if (Object.values(amounts).every((amount) => amount === 0)) return;
    this.#host.store.addToCounters(amounts);
    this.#kept = session;
  }

  /** `figures` of the disk; null while there is none. */
  view(figures: PlaneFigures | null): Result<'stats.get'> {
    const { session } = this;
    const before = this.#before;
    const inAll = (name: AmountName): number => (before[name] ?? 0) + session[name];
    const { downloadRate, uploadRate } = this.#host.engine.totals;
    return {
      session,
      allTime: {
        downloaded: inAll('downloaded'),
        uploaded: inAll('uploaded'),
        wasted: inAll('wasted'),
        activeMs: inAll('activeMs'),
      },
      startedAt: this.#startedAt,
      sessions: before['sessions'] ?? 1,
      torrents: this.#host.catalog.size,
      torrentsEver: this.#host.store.counters()['torrentsEver'] ?? 0,
      downRate: downloadRate,
      upRate: uploadRate,
      disk: figures === null ? null : diskFigures(figures),
    };
  }
}

function diskFigures(figures: PlaneFigures): NonNullable<Result<'stats.get'>['disk']> {
  const { bytesRead, reads, bytesWritten, writes, syncs, openFiles, jobsWaiting, jobsRunning } = figures;
  const { bufferBytes, bufferUsed, writesWaiting, writesRunning, checksRunning } = figures;
  const toMs = (us: number): number => Math.round(us / 1000);
  return {
    bytesRead,
    reads,
    readMs: toMs(figures.readUs),
    bytesWritten,
    writes,
    writeMs: toMs(figures.writeUs),
    syncs,
    syncMs: toMs(figures.syncUs),
    openFiles,
    openTorrents: figures.stores,
    jobsWaiting,
    jobsRunning,
    bufferBytes,
    bufferUsed,
    writesWaiting,
    writesRunning,
    connectionsWaiting: figures.linksWaiting,
    checksRunning,
  };
}
