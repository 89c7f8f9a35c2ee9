/** The menu of a column: how to sort, which columns are shown, where this one is and how wide. */
import type { ReactNode } from 'react';
import { t, type TextKey } from '../model/i18n.ts';
import { PopupMenu, type MenuEntry } from '../ui/popup-menu.tsx';
import { useObservable } from '../ui/react.tsx';
import {
  isPinned,
  isShown,
  resized,
  shifted,
  USUAL_LAYOUT,
  widthOf,
  withShown,
  type Layout,
} from './column-layout.ts';
import { COLUMN_IDS, COLUMNS, type ColumnId } from './columns.ts';
import { useManager } from './context.tsx';
import type { OpenMenu } from './manager.ts';
import { usePageWidth } from './sizes.ts';

const STEP = 24;
const SORT_WORDS: Readonly<Record<string, readonly [ascending: TextKey, descending: TextKey]>> = {
  queue: ['sort_first', 'sort_last'],
  text: ['sort_a_z', 'sort_z_a'],
  size: ['sort_smallest', 'sort_largest'],
  speed: ['sort_slowest', 'sort_fastest'],
  part: ['sort_least_done', 'sort_most_done'],
  span: ['sort_soonest', 'sort_latest'],
  count: ['sort_fewest', 'sort_most'],
  date: ['sort_oldest', 'sort_newest'],
};

/** The menu. */
export function ColumnMenu({ menu }: { readonly menu: OpenMenu }): ReactNode {
  const manager = useManager();
  const layout = useObservable(manager.layout);
  const pageWidth = usePageWidth();
  const id = menu.about as ColumnId;
  return (
    <PopupMenu
      at={menu.at}
      label={t('column_menu', t(COLUMNS[id].title))}
      entries={entriesOf(layout, id, pageWidth)}
      onAction={(action) => manager.layout.set(changed(manager.layout.value, id, action, pageWidth))}
      onClose={() => manager.menu.set(null)}
    />
  );
}

function entriesOf(layout: Layout, id: ColumnId, pageWidth: number): readonly MenuEntry[] {
  const column = COLUMNS[id];
  const [up, down] = SORT_WORDS[column.order] ?? ['sort_a_z', 'sort_z_a'];
  const sortEntry = (direction: Layout['sort']['direction'], text: string): MenuEntry => {
    const isOn = layout.sort.column === id && layout.sort.direction === direction;
    const icon = direction === 'ascending' ? 'sortasc' : 'sortdesc';
    return { id: direction, text, ...(isOn ? { isOn } : { icon }) };
  };
  const ascending = sortEntry('ascending', t(up));
  const descending = sortEntry('descending', t(down));
  return [
    ...(column.first === 'ascending' ? [ascending, descending] : [descending, ascending]),
    'rule',
    { id: 'hide', text: t('column_hide'), icon: 'eyeoff', isDisabled: isPinned(id) },
    {
      id: 'place',
      text: t('column_place'),
      icon: 'cols',
      entries: [
        { id: 'earlier', text: t('column_earlier'), isDisabled: isPinned(id), staysOpen: true },
        { id: 'later', text: t('column_later'), isDisabled: isPinned(id), staysOpen: true },
        { id: 'wider', text: t('column_wider'), staysOpen: true },
        { id: 'narrower', text: t('column_narrower'), staysOpen: true },
      ],
    },
    'rule',
    {
      title: t('manager_columns'),
      entries: COLUMN_IDS.filter((other) => !isPinned(other)).map((other) => ({
        id: `show ${other}`,
        text: t(COLUMNS[other].title),
        isOn: isShown(layout, other, pageWidth),
        staysOpen: true,
      })),
    },
    'rule',
    { id: 'reset', text: t('columns_reset'), icon: 'refresh' },
  ];
}

function changed(layout: Layout, id: ColumnId, action: string, pageWidth: number): Layout {
  switch (action) {
    case 'ascending':
    case 'descending':
      return { ...layout, sort: { column: id, direction: action } };
    case 'hide':
      return withShown(layout, id, false);
    case 'earlier':
      return shifted(layout, id, -1, pageWidth);
    case 'later':
      return shifted(layout, id, 1, pageWidth);
    case 'wider':
      return resized(layout, id, widthOf(layout, id) + STEP);
    case 'narrower':
      return resized(layout, id, widthOf(layout, id) - STEP);
    case 'reset':
      return USUAL_LAYOUT;
    default: {
      const other = action.slice('show '.length) as ColumnId;
      return withShown(layout, other, !isShown(layout, other, pageWidth));
    }
  }
}
