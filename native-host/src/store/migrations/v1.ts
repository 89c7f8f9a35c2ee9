/** Version 1 of the schema: the whole session. Tables are STRICT, so that a damaged value shows as one. */

/** The largest integer that JavaScript counts with. */
const SAFE = Number.MAX_SAFE_INTEGER;
const count = (column: string): string =>
  `${column} INTEGER NOT NULL CHECK (${column} BETWEEN 0 AND ${SAFE})`;
const maybe = (column: string): string => `${column} INTEGER CHECK (${column} BETWEEN 0 AND ${SAFE})`;
const flag = (column: string): string => `${column} INTEGER NOT NULL CHECK (${column} IN (0, 1))`;
const json = (column: string): string => `${column} TEXT NOT NULL CHECK (json_valid(${column}))`;
const ofTorrent = 'torrent INTEGER PRIMARY KEY REFERENCES torrents (key) ON DELETE CASCADE';

/** `torrents` has what a list needs; what may be large is in tables of its own, with the same key. */
export const V1 = `
CREATE TABLE roots (
  key TEXT NOT NULL PRIMARY KEY,
  path TEXT NOT NULL,
  label TEXT NOT NULL
) STRICT;

CREATE TABLE torrents (
  key INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE CHECK (length(id) = 40 AND id NOT GLOB '*[^0-9a-f]*'),
  rank INTEGER NOT NULL CHECK (rank BETWEEN -${SAFE} AND ${SAFE}),
  source TEXT NOT NULL CHECK (source IN ('metainfo', 'magnet')),
  magnet TEXT,
  name TEXT NOT NULL,
  display_name TEXT,
  root TEXT NOT NULL REFERENCES roots (key),
  ${json('folder')},
  moving_to TEXT CHECK (json_valid(moving_to)),
  intent TEXT NOT NULL CHECK (intent IN ('run', 'stop', 'force')),
  stopped_by TEXT CHECK (stopped_by IN ('user', 'ratio', 'time', 'idle', 'schedule')),
  ${flag('sequential')},
  ${flag('ends_first')},
  ${count('down_limit')},
  ${count('up_limit')},
  ${maybe('connections')},
  goals TEXT CHECK (json_valid(goals)),
  ${json('labels')},
  ${json('trackers')},
  ${json('web_seeds')},
  ${count('added_at')},
  ${maybe('completed_at')},
  ${maybe('last_active_at')},
  ${count('downloaded')},
  ${count('uploaded')},
  ${count('wasted')},
  ${count('seeded_ms')},
  ${count('active_ms')},
  ${flag('has_metadata')},
  ${flag('private')},
  ${count('total_length')},
  ${count('piece_count')},
  ${count('have_pieces')},
  ${count('wanted_length')},
  ${count('bytes_left')}
) STRICT;

CREATE TABLE metainfo (${ofTorrent}, bytes BLOB NOT NULL) STRICT;
CREATE TABLE resume (${ofTorrent}, data BLOB NOT NULL, sum BLOB NOT NULL CHECK (length(sum) = 32)) STRICT;
CREATE TABLE files (${ofTorrent}, priorities BLOB, ${json('renamed')}) STRICT;
CREATE TABLE peers (${ofTorrent}, ${json('list')}) STRICT;

CREATE TABLE settings (key TEXT NOT NULL PRIMARY KEY, ${json('value')}) STRICT;
CREATE TABLE counters (name TEXT NOT NULL PRIMARY KEY, ${count('value')}) STRICT;
CREATE TABLE kept (name TEXT NOT NULL PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
`;
