/**
 * A life of a session by seed: which call comes as the nth is the same in every process. The state after n calls is what
 * an undisturbed store has then; another one that was killed must have it too.
 */
import type { ResumeData } from '@jstorrent/engine';
import type { TorrentChanges } from '../record.ts';
import type { SessionStore } from '../session-store.ts';
import { idOf, newTorrent } from './folder.ts';

type Chance = (below: number) => number;

/** Deterministic whole numbers below a bound (mulberry32). */
export function chance(seed: number): Chance {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d_2b_79_f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** Bytes that differ by seed. */
export function someBytes(seed: number, length: number): Uint8Array {
  return new Uint8Array(length).fill(seed & 255, 0, length >> 1).fill((seed >> 8) & 255, length >> 1);
}

/** A torrent's metadata: mostly small, now and then large enough to spread over many pages. */
const metadataBytes = (next: Chance): number => (next(12) === 0 ? 400_000 : next(20_000));

/** The nth call of a story. It asks the store what there is, and nothing else than that and the seed decides it. */
export function act(store: SessionStore, seed: number, index: number): void {
  const next = chance(seed * 100_003 + index);
  if (index === 0) {
    store.setRoot({ key: 'r', path: '/downloads', label: 'Downloads' });
    return;
  }
  const kind = next(10);
  if (kind === 0) {
    store.batch(() => {
      for (let part = 0; part < 4; part += 1) single(store, next, index * 10 + part);
    });
  } else {
    single(store, next, index * 10);
  }
}

function single(store: SessionStore, next: Chance, mark: number): void {
  const ids = store.load().map(({ id }) => id);
  const one = ids[next(Math.max(1, ids.length))];
  if (one === undefined || (ids.length < 40 && next(3) === 0)) {
    const isMagnet = next(3) === 0;
    store.add(newTorrent(mark, { source: isMagnet ? 'magnet' : 'metainfo' }), {
      queueTop: next(2) === 0,
      ...(isMagnet ? {} : { metainfo: someBytes(mark, metadataBytes(next)) }),
    });
    return;
  }
  const calls = [
    () => store.remove(one),
    () => store.update(one, changes(next)),
    () => store.setMetadata(one, someBytes(mark, metadataBytes(next))),
    () => store.saveResume(one, progress(one, next)),
    () =>
      store.place(
        [one],
        placeAmong(
          ids.filter((id) => id !== one),
          next,
        ),
      ),
    () =>
      store.setFiles(one, {
        priorities: [0, 1, 2, 3],
        renamed: [{ file: next(4), path: ['a', `b${mark}`] }],
      }),
    () => store.savePeers(one, [{ host: `10.0.0.${next(256)}`, port: 1 + next(65_535) }]),
    () => store.setSettings({ [`key${next(5)}`]: next(3) === 0 ? undefined : { mark } }),
    () => store.addToCounters({ downloaded: next(1_000_000), sessions: 1 }),
    () => store.setValue('nodes', someBytes(mark, next(3000))),
    () => store.setRoot({ key: idOf(next(5)), path: `/${mark}`, label: '' }),
  ];
  calls[next(calls.length)]?.();
}

function changes(next: Chance): TorrentChanges {
  const all: TorrentChanges[] = [
    { intent: 'stop', stoppedBy: 'user' },
    { intent: 'force', stoppedBy: null },
    { displayName: `mine ${next(100)}`, labels: ['a', 'b'] },
    { havePieces: next(1000), bytesLeft: next(1_000_000), lastActiveAt: next(1_000_000) },
    { goals: { ratio: 2, seedMinutes: null, idleMinutes: next(100), action: 'stop' } },
    { movingTo: { root: 'r', folder: [`to${next(9)}`] } },
  ];
  return all[next(all.length)] ?? {};
}

function progress(id: string, next: Chance): ResumeData {
  return {
    infoHash: Uint8Array.from(Buffer.from(id, 'hex')),
    pieces: someBytes(next(65_536), 1 + next(4000)),
    partials: [{ piece: next(100), blocks: Uint8Array.of(next(256)) }],
    files: [{ size: next(1_000_000), mtimeMs: next(1_000_000) }],
    clean: next(2) === 0,
    downloaded: next(1_000_000),
    uploaded: next(1_000_000),
    activeMs: next(1_000_000),
    seededMs: next(1_000_000),
  };
}

/** Any place among some torrents in their order. */
function placeAmong(
  ids: readonly string[],
  next: Chance,
): { readonly after: string | null; readonly before: string | null } {
  const at = next(ids.length + 1);
  return { after: ids[at - 1] ?? null, before: ids[at] ?? null };
}
