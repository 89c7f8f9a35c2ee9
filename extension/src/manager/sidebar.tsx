/** Filters with their counts: states, labels, trackers, folders. Labels take torrents that are dropped on them. */
import { useState, type DragEvent, type ReactNode } from 'react';
import { textOfPlace, type Root } from '../model/folders.ts';
import { formatCount } from '../model/format.ts';
import { t, type TextKey } from '../model/i18n.ts';
import { dotClass, labelLooks } from '../model/label-look.ts';
import type { IconName } from '../ui/icon-names.ts';
import { Icon, useObservable } from '../ui/react.tsx';
import { setLabels } from './commands/editing.ts';
import { useManager } from './context.tsx';
import { mostUsed, type FacetCounts } from './facets.ts';
import { isSameFilter, placeOfKey, STATE_FILTERS, type Filter, type StateFilter } from './filters.ts';
import { carried } from './row-drag.tsx';

/** How a filter by state looks. */
const STATE_LOOKS: Readonly<Record<StateFilter, { text: TextKey; icon: IconName; look?: string }>> = {
  all: { text: 'filter_all', icon: 'tray' },
  downloading: { text: 'filter_downloading', icon: 'down', look: 'downloading' },
  queued: { text: 'filter_queued', icon: 'queued', look: 'queued' },
  seeding: { text: 'filter_seeding', icon: 'up', look: 'seeding' },
  finished: { text: 'filter_finished', icon: 'done', look: 'done' },
  stopped: { text: 'filter_stopped', icon: 'pause', look: 'stopped' },
  checking: { text: 'filter_checking', icon: 'verify', look: 'checking' },
  attention: { text: 'filter_attention', icon: 'alert', look: 'error' },
};

/** A line of the sidebar. */
export interface FilterLine {
  readonly key: string;
  readonly filter: Filter;
  readonly text: string;
  readonly count: number;
  readonly icon?: IconName;
  /** Classes of a dot in place of an icon. */
  readonly dot?: string;
  readonly look?: string | undefined;
  readonly isPath?: boolean;
  readonly label?: string;
}

/** A group of the sidebar. */
export interface FilterGroup {
  readonly title: TextKey | null;
  readonly lines: readonly FilterLine[];
}

/** Trackers and folders of a group that are shown: what few torrents have is found by searching and sorting. */
const LINES_MAX = 100;

/** What there is to filter by; `now` is among it in any case. */
function filterGroups(
  counts: FacetCounts,
  known: readonly string[],
  roots: readonly Root[],
  now: Filter,
): readonly FilterGroup[] {
  const shownHost = now.by === 'tracker' ? now.host : null;
  const shownFolder = now.by === 'folder' ? now.folder : null;
  const states = STATE_FILTERS.map((state): FilterLine => {
    const { text, icon, look } = STATE_LOOKS[state];
    return {
      key: `state ${state}`,
      filter: { by: 'state', state },
      text: t(text),
      count: counts.states[state] ?? 0,
      icon,
      look,
    };
  });
  const names = [...new Set([...known, ...counts.labels.keys()])];
  const labels = names.map((label): FilterLine => ({
    key: `label ${label}`,
    filter: { by: 'label', label },
    text: label,
    count: counts.labels.get(label) ?? 0,
    dot: dotClass(label),
    label,
  }));
  if (labels.length > 0)
    labels.push({
      key: 'unlabelled',
      filter: { by: 'label', label: '' },
      text: t('filter_no_label'),
      count: counts.unlabelled,
      dot: 'dot ri',
    });
  const trackers = mostUsed(counts.trackers, LINES_MAX, shownHost).map(([host, count]): FilterLine => {
    const isRefusing = counts.refusing.has(host);
    return {
      key: `tracker ${host}`,
      filter: { by: 'tracker', host },
      text: host,
      count,
      icon: isRefusing ? 'alert' : 'globe',
      look: isRefusing ? 'warn' : undefined,
      isPath: true,
    };
  });
  const folders = mostUsed(counts.folders, LINES_MAX, shownFolder).map(([folder, count]): FilterLine => ({
    key: `folder ${folder}`,
    filter: { by: 'folder', folder },
    text: folderName(folder, roots),
    count,
    icon: 'folder',
    isPath: true,
  }));
  return [
    { title: null, lines: states },
    { title: 'filter_labels', lines: labels },
    { title: 'filter_trackers', lines: trackers },
    { title: 'filter_folders', lines: folders.toSorted((a, b) => a.text.localeCompare(b.text)) },
  ];
}

/** A longer path is told from others by its end. */
const PATH_LENGTH = 24;

function folderName(key: string, roots: readonly Root[]): string {
  const place = placeOfKey(key);
  return textOfPlace(place, roots) || (place.folder.at(-1) ?? place.root);
}

/** The end of a path that is too long for the sidebar. */
function endOf(path: string): string {
  if (path.length <= PATH_LENGTH) return path;
  const separator = path.includes('\\') ? '\\' : '/';
  const parts = path.split(separator);
  let end = parts.pop() ?? path;
  for (const part of parts.toReversed()) {
    if (end.length + part.length + 3 > PATH_LENGTH) break;
    end = `${part}${separator}${end}`;
  }
  return `…${separator}${end}`;
}

/** All groups, kept up to date. */
export function useFilterGroups(): readonly FilterGroup[] {
  const manager = useManager();
  const counts = useObservable(manager.counts);
  const known = useObservable(manager.labels);
  const roots = useObservable(manager.book.roots);
  const now = useObservable(manager.filter);
  useObservable(labelLooks);
  return filterGroups(counts, known, roots ?? [], now);
}

/** The sidebar. */
export function Sidebar(): ReactNode {
  const manager = useManager();
  const groups = useFilterGroups();
  const now = useObservable(manager.filter);
  return (
    <nav className="side" aria-label={t('manager_filters')} id="filters" tabIndex={-1}>
      {groups.map(({ title, lines }) =>
        title !== null && lines.length === 0 && title !== 'filter_labels' ? null : (
          <div key={title ?? 'states'} className={title === null ? undefined : 'c2'}>
            {title !== null && (
              <h2>
                {t(title)}
                {title === 'filter_labels' && <NewLabelButton />}
              </h2>
            )}
            {lines.map((line) => (
              <Line key={line.key} line={line} isCurrent={isSameFilter(line.filter, now)} />
            ))}
          </div>
        ),
      )}
    </nav>
  );
}

function NewLabelButton(): ReactNode {
  const manager = useManager();
  return (
    <button
      type="button"
      className="ib"
      aria-label={t('label_new')}
      title={t('label_new')}
      onClick={() => manager.dialog.set({ kind: 'newLabel', ids: [] })}
    >
      <Icon name="plus" className="s" />
    </button>
  );
}

function Line({ line, isCurrent }: { readonly line: FilterLine; readonly isCurrent: boolean }): ReactNode {
  const manager = useManager();
  const [isOver, setOver] = useState(false);
  const { label, filter } = line;
  const takes = filter.by === 'label';
  const onDrop = (event: DragEvent): void => {
    const ids = takes ? carried(event.dataTransfer) : null;
    setOver(false);
    if (ids === null || filter.by !== 'label') return;
    event.preventDefault();
    event.stopPropagation();
    const all = [...new Set(manager.rowsOf(ids).flatMap((row) => row.labels))];
    void setLabels(
      manager,
      ids,
      label === undefined ? { add: [], remove: all } : { add: [label], remove: [] },
    );
  };
  return (
    <button
      type="button"
      className={isOver ? 'sf over' : 'sf'}
      data-st={line.look}
      aria-current={isCurrent ? 'true' : undefined}
      onClick={() => manager.show(filter)}
      onContextMenu={(event) => {
        if (label === undefined) return;
        event.preventDefault();
        manager.menu.set({ kind: 'label', at: { x: event.clientX, y: event.clientY }, about: label });
      }}
      onKeyDown={(event) => {
        if (label === undefined || !(event.key === 'F10' && event.shiftKey)) return;
        event.preventDefault();
        event.stopPropagation();
        manager.menu.set({ kind: 'label', at: event.currentTarget, about: label });
      }}
      onDragOver={(event) => {
        if (!takes || carried(event.dataTransfer) === null) return;
        event.preventDefault();
        event.dataTransfer.dropEffect = 'copy';
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={onDrop}
    >
      {line.icon === undefined ? <span className={line.dot} aria-hidden="true" /> : <Icon name={line.icon} />}
      <span className="el" title={line.text}>
        {line.isPath === true ? (
          <bdi dir="ltr">{filter.by === 'folder' ? endOf(line.text) : line.text}</bdi>
        ) : (
          <bdi>{line.text}</bdi>
        )}
      </span>
      <span className="c num">{formatCount(line.count)}</span>
    </button>
  );
}
