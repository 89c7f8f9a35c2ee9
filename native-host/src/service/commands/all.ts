/** All commands together. Decides nothing. */
import type { Handlers } from '@jstorrent/control';
import type { Disk } from '../disk.ts';
import type { Host } from '../host.ts';
import type { Importer } from '../importer.ts';
import type { Moves } from '../moves.ts';
import type { Openings } from '../openings.ts';
import type { Places } from '../places.ts';
import type { Previews } from '../previews.ts';
import type { SourceReader } from '../source-reader.ts';
import { addCommand } from './add.ts';
import { fileCommands } from './files.ts';
import { folderCommands } from './folders.ts';
import { previewCommands } from './previews.ts';
import { sessionCommands, type SessionParts } from './session.ts';
import { torrentCommands } from './torrents.ts';
import { trackerCommands } from './trackers.ts';

/** What commands reach beside the host. */
export interface CommandParts extends SessionParts {
  readonly disk: Disk;
  readonly moves: Moves;
  readonly previews: Previews;
  readonly sources: SourceReader;
  readonly openings: Openings;
  readonly importer: Importer;
  readonly places: Places;
}

/** The handlers of every command. */
export function allCommands(host: Host, parts: CommandParts): Handlers {
  const adding = addCommand(host, parts.sources, parts.moves);
  return {
    ...adding,
    'open.request': (params, context) =>
      parts.openings.request(params, async (source) =>
        adding['torrent.add']({ source, mergeTrackers: true }, context),
      ),
    ...torrentCommands(host),
    ...trackerCommands(host),
    ...fileCommands(host, parts.moves),
    ...folderCommands(host, parts),
    ...previewCommands(parts.previews, parts.sources),
    ...sessionCommands(host, parts),
    'import.scan': () => parts.importer.scan(),
    'import.run': (params) => parts.importer.run(params),
  };
}
