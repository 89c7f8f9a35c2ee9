/**
 * The last known state of the popup, kept so that the next one opens with it. Decides its form and its age; what is done
 * with it is decided by the model.
 */
import type { TorrentRow, Totals } from '@jstorrent/control';
import type { LinkState } from '../model/link.ts';
import type { Chosen } from './choose.ts';

/** Samples of the sparkline: a minute, a sample a second. */
export const SPARK_SAMPLES = 60;
/** State of an older form is of no use. */
const FORM = 1;
const KEY = 'popup';
const CLEARED_KEY = 'popup-cleared';
const SAVE_MS = 1000;

/** What is kept. */
export interface Snapshot {
  readonly form: typeof FORM;
  /** When it was true, ms since 1970. */
  readonly at: number;
  readonly active: readonly TorrentRow[];
  readonly activeCount: number;
  readonly finished: readonly TorrentRow[];
  readonly finishedCount: number;
  readonly totals: Totals | null;
  readonly down: readonly number[];
  readonly up: readonly number[];
  /** The helper was in trouble. */
  readonly trouble: (LinkState & { readonly kind: 'trouble' }) | null;
}

/** The part of the browser's storage that is used; a test gives its own. */
export type Store = Pick<Storage, 'getItem' | 'setItem'>;

/** What was kept; null when nothing was, or nothing that can be read. */
export function loadSnapshot(store: Store): Snapshot | null {
  const found = parse(store.getItem(KEY)) as Snapshot | null;
  return found?.form === FORM && Array.isArray(found.active) && Array.isArray(found.finished) ? found : null;
}

/** Put together what is kept. */
export function snapshotOf(
  chosen: Chosen,
  rest: Pick<Snapshot, 'at' | 'totals' | 'down' | 'up' | 'trouble'>,
): Snapshot {
  const { active, activeCount, finished, finishedCount } = chosen;
  return { form: FORM, active, activeCount, finished, finishedCount, ...rest };
}

/** Writes at most once a second. */
export class SnapshotSaver {
  readonly #store: Store;
  readonly #now: () => number;
  #savedAt = 0;

  constructor(store: Store, now: () => number) {
    this.#store = store;
    this.#now = now;
  }

  /** Keep it, unless something was kept within the last second; `make` is called only when it is. */
  save(make: () => Snapshot): void {
    const now = this.#now();
    if (now - this.#savedAt < SAVE_MS) return;
    this.#savedAt = now;
    try {
      this.#store.setItem(KEY, JSON.stringify(make()));
    } catch {
      // A store that is full costs the next popup a moment.
    }
  }
}

/** Keys of finished torrents that were cleared away. */
export function loadCleared(store: Store): ReadonlySet<string> {
  const found = parse(store.getItem(CLEARED_KEY));
  return new Set(Array.isArray(found) ? found.map(String) : []);
}

/** Keep them; those of other days are not needed. */
export function saveCleared(store: Store, keys: ReadonlySet<string>): void {
  try {
    store.setItem(CLEARED_KEY, JSON.stringify([...keys].slice(-500)));
  } catch {
    // They are shown again.
  }
}

function parse(text: string | null): unknown {
  try {
    return JSON.parse(text ?? 'null') as unknown;
  } catch {
    return null;
  }
}
