/** All commands together. Decides nothing. */
import type { Handlers } from '@jstorrent/control';
import type { Host } from '../host.ts';
import { sourceReader } from '../source-reader.ts';
import { sessionCommands, type SessionParts } from './session.ts';
import { torrentCommands } from './torrents.ts';

/** The handlers of every command. */
export function allCommands(host: Host, parts: SessionParts): Handlers {
  const sources = sourceReader(
    host.engine,
    {
      torrent: () => {
        throw new Error('x');
      },
      close: () => {},
    },
    () => Promise.reject(new Error('x')),
  );
  return { ...torrentCommands(host, sources), ...sessionCommands(host, parts) } as unknown as Handlers;
}
