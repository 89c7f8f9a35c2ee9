/** Commands about several torrents: done for all that can be, told for those that cannot. */
import { CONTROL_LIMITS, ControlError, type ErrorShape, type Result } from '@jstorrent/control';
import type { TorrentId } from '@jstorrent/engine';
import { controlError } from '../errors.ts';
import type { Host } from '../host.ts';

/** What of several torrents could not be done. */
export type BatchResult = Result<'torrent.start'>;

/** Torrents of a call that are there, each once, and what to tell about the others. */
export interface KnownIds {
  readonly known: readonly TorrentId[];
  readonly failures: Failures;
}

/** Collects what failed; of very many only the first are named. */
class Failures {
  readonly #failed: { readonly id: TorrentId; readonly error: ErrorShape }[] = [];
  #count = 0;

  /** Note a failure. An error that is a bug is thrown. */
  add(id: TorrentId, error: unknown): void {
    const shown = controlError(error);
    if (!(shown instanceof ControlError)) throw shown;
    this.#count += 1;
    if (this.#failed.length < CONTROL_LIMITS.batchErrors) this.#failed.push({ id, error: shown.toShape() });
  }

  get result(): BatchResult {
    return { failed: this.#failed, failedCount: this.#count };
  }
}

/** Sort the ids of a call. */
export function knownIds({ catalog }: Pick<Host, 'catalog'>, ids: readonly TorrentId[]): KnownIds {
  const failures = new Failures();
  const known: TorrentId[] = [];
  for (const id of new Set(ids)) {
    if (catalog.has(id)) known.push(id);
    else failures.add(id, new ControlError('UNKNOWN_TORRENT'));
  }
  return { known, failures };
}

/** Do something with every torrent of a call by itself. */
export function eachOf(host: Host, ids: readonly TorrentId[], act: (id: TorrentId) => void): BatchResult {
  const { known, failures } = knownIds(host, ids);
  for (const id of known) {
    try {
      act(id);
    } catch (error) {
      failures.add(id, error);
    }
  }
  return failures.result;
}
