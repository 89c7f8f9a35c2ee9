/** Which torrents a filter and a search show. Decides what belongs to a filter; counts are made by facets.ts. */
import type { Place, TorrentRow } from '@jstorrent/control';
import { isComplete, needsAttention } from '../model/row-state.ts';

/** Filters by state, as the sidebar shows them. */
export const STATE_FILTERS = [
  'all',
  'downloading',
  'queued',
  'seeding',
  'finished',
  'stopped',
  'checking',
  'attention',
] as const;
/** A filter by state. */
export type StateFilter = (typeof STATE_FILTERS)[number];

/** What is shown. `label` empty = those without one; `folder`: key of `folderKey`. */
export type Filter =
  | { readonly by: 'state'; readonly state: StateFilter }
  | { readonly by: 'label'; readonly label: string }
  | { readonly by: 'tracker'; readonly host: string }
  | { readonly by: 'folder'; readonly folder: string };

/** Everything. */
export const ALL: Filter = { by: 'state', state: 'all' };

/** Names a folder. */
export function folderKey(place: Place): string {
  return JSON.stringify([place.root, ...place.folder]);
}

/** The folder that a key names. */
export function placeOfKey(key: string): Place {
  const [root = '', ...folder] = JSON.parse(key) as string[];
  return { root, folder };
}

/** Whether two filters show the same. */
export function isSameFilter(a: Filter, b: Filter): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** The filters by state that a torrent belongs to, besides `all`. */
export function statesOf(row: TorrentRow): readonly StateFilter[] {
  const states: StateFilter[] = [];
  switch (row.state) {
    case 'metadata':
    case 'downloading':
    case 'endgame':
      states.push('downloading');
      break;
    case 'queued':
    case 'seeding':
    case 'checking':
      states.push(row.state);
      break;
    case 'stopped':
    case 'stopping':
      states.push(isComplete(row) ? 'finished' : 'stopped');
      break;
    case 'failed':
      break;
  }
  if (needsAttention(row)) states.push('attention');
  return states;
}

/** Whether a filter shows a torrent. */
export function isInFilter(filter: Filter, row: TorrentRow): boolean {
  switch (filter.by) {
    case 'state':
      return filter.state === 'all' || statesOf(row).includes(filter.state);
    case 'label':
      return filter.label === '' ? row.labels.length === 0 : row.labels.includes(filter.label);
    case 'tracker':
      return row.trackerHosts.includes(filter.host);
    case 'folder':
      return folderKey(row.place) === filter.folder;
  }
}

/** A text as it is searched for: case, marks and the difference of separators do not matter. */
export function searchable(text: string): string {
  return text
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[._\-+[\](){}]/g, ' ');
}

/** The words of a search. */
export function wordsOf(search: string): readonly string[] {
  return searchable(search)
    .split(/\s+/)
    .filter((word) => word !== '');
}

/** What a torrent is searched in. */
export function searchTextOf(row: TorrentRow): string {
  return searchable([row.name, ...row.labels, ...row.trackerHosts].join('\n'));
}
