/** Folders for tests of the store, and what a store holds as one value. */
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeResume } from '@jstorrent/engine';
import type { NewTorrent } from '../record.ts';
import type { SessionStore } from '../session-store.ts';

/** In memory where there is such a place: nothing here depends on a sync that takes time. */
const MEMORY = '/dev/shm';

/** A private folder that is deleted when the test ends, and the path of a session in it; `isLarge` beyond some MB. */
export function newSession(
  onEnd: (clean: () => void) => void,
  isLarge = false,
): { folder: string; file: string } {
  const folder = mkdtempSync(join(!isLarge && existsSync(MEMORY) ? MEMORY : tmpdir(), 'jstorrent-store-'));
  onEnd(() => rmSync(folder, { recursive: true, force: true }));
  return { folder, file: join(folder, 'session.db') };
}

/** The nth torrent id. */
export const idOf = (index: number): string => index.toString(16).padStart(40, '0');

/** A torrent below the root `r`. */
export function newTorrent(index: number, members: Partial<NewTorrent> = {}): NewTorrent {
  return {
    id: idOf(index),
    source: 'metainfo',
    name: `torrent ${index}`,
    place: { root: 'r', folder: ['films'] },
    intent: 'run',
    addedAt: 1_700_000_000_000 + index,
    ...members,
  };
}

const digest = (bytes: Uint8Array | null): string | null =>
  bytes === null ? null : createHash('sha256').update(bytes).digest('hex');

function savedResume(store: SessionStore, id: string): Uint8Array | null {
  const resume = store.resume(id);
  return resume === null ? null : encodeResume(resume);
}

/** All that can be asked of a store. */
export function stateOf(store: SessionStore): Record<string, unknown> {
  return {
    torrents: store.load().map((torrent) => ({
      torrent,
      metainfo: digest(store.metainfo(torrent.id)),
      resume: digest(savedResume(store, torrent.id)),
      files: store.files(torrent.id),
      peers: store.peers(torrent.id),
    })),
    settings: store.settings(),
    roots: store.roots(),
    counters: store.counters(),
    value: digest(store.value('nodes')),
  };
}

/** A short name of a state. */
export function fingerprint(store: SessionStore): string {
  return createHash('sha256')
    .update(JSON.stringify(stateOf(store)))
    .digest('hex')
    .slice(0, 16);
}
