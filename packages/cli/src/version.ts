/** What this program calls itself. */
import manifest from '../package.json' with { type: 'json' };

/** Semantic version of the program. */
export const VERSION: string = manifest.version;
/** Name and version as peers, trackers and torrents see them. */
export const CLIENT_VERSION = `JSTorrent ${VERSION}`;
