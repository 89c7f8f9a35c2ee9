/** One torrent that cannot be read must not keep the others back. Decides which errors are about the torrent. */
import { ImportError, type ImportedTorrent, type ImportOutcome } from './imported.ts';

/** The torrent that `read` gives, or why it gives none; other errors than ImportError are bugs and go on. */
export function attempt(what: string, read: () => ImportedTorrent): ImportOutcome {
  try {
    return { ok: true, torrent: read() };
  } catch (error) {
    if (!(error instanceof ImportError)) throw error;
    return { ok: false, about: 'torrent', what: what.slice(0, 100), reason: error.message };
  }
}
