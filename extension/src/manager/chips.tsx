/** The filters of narrow pages: the frequent ones as chips, the others in a menu. */
import type { ReactNode } from 'react';
import { formatCount } from '../model/format.ts';
import { t } from '../model/i18n.ts';
import { PopupMenu, type MenuEntry } from '../ui/popup-menu.tsx';
import { Icon, useObservable } from '../ui/react.tsx';
import { useManager } from './context.tsx';
import { isSameFilter, type StateFilter } from './filters.ts';
import type { OpenMenu } from './manager.ts';
import { useFilterGroups, type FilterLine } from './sidebar.tsx';

const FREQUENT: readonly StateFilter[] = ['all', 'downloading', 'attention', 'seeding', 'finished'];

/** The chips. */
export function Chips(): ReactNode {
  const manager = useManager();
  const groups = useFilterGroups();
  const now = useObservable(manager.filter);
  const lines = groups.flatMap((group) => group.lines);
  const frequent = FREQUENT.flatMap(
    (state) => lines.find(({ filter }) => isSameFilter(filter, { by: 'state', state })) ?? [],
  );
  const other = frequent.some(({ filter }) => isSameFilter(filter, now))
    ? undefined
    : lines.find(({ filter }) => isSameFilter(filter, now));
  return (
    <div className="chips" role="group" aria-label={t('manager_filters')}>
      {[...frequent, ...(other === undefined ? [] : [other])].map((line) => (
        <Chip key={line.key} line={line} isOn={isSameFilter(line.filter, now)} />
      ))}
      <button
        type="button"
        className="fc"
        aria-haspopup="menu"
        onClick={(event) => manager.menu.set({ kind: 'filters', at: event.currentTarget, about: '' })}
      >
        <Icon name="filter" />
        {t('filter_more')}
      </button>
    </div>
  );
}

function Chip({ line, isOn }: { readonly line: FilterLine; readonly isOn: boolean }): ReactNode {
  const manager = useManager();
  return (
    <button
      type="button"
      className="fc"
      data-st={line.look}
      aria-pressed={isOn}
      onClick={() => manager.show(line.filter)}
    >
      {line.filter.by === 'state' && line.filter.state === 'all' ? null : line.icon === undefined ? (
        <span className={line.dot} aria-hidden="true" />
      ) : (
        <Icon name={line.icon} />
      )}
      <bdi>{line.text}</bdi> <span className="num">{formatCount(line.count)}</span>
    </button>
  );
}

/** The menu of the other filters. */
export function FiltersMenu({ menu }: { readonly menu: OpenMenu }): ReactNode {
  const manager = useManager();
  const groups = useFilterGroups();
  const now = useObservable(manager.filter);
  const lines = groups.flatMap((group) => group.lines);
  const entries = groups
    .filter((group) => group.lines.length > 0)
    .map((group): MenuEntry => ({
      title: group.title === null ? t('filter_states') : t(group.title),
      entries: group.lines.map((line) => ({
        id: line.key,
        text: `${line.text} · ${formatCount(line.count)}`,
        isOn: isSameFilter(line.filter, now),
      })),
    }));
  return (
    <PopupMenu
      at={menu.at}
      label={t('manager_filters')}
      entries={entries}
      onAction={(key) => {
        const line = lines.find((other) => other.key === key);
        if (line !== undefined) manager.show(line.filter);
      }}
      onClose={() => manager.menu.set(null)}
    />
  );
}
