/** The menu of a label: name, shape, colour, end. */
import type { ReactNode } from 'react';
import { t, type TextKey } from '../model/i18n.ts';
import {
  LABEL_COLOURS,
  LABEL_SHAPES,
  labelLooks,
  lookOf,
  renameLabelLook,
  setLabelLook,
} from '../model/label-look.ts';
import { PopupMenu, type MenuEntry } from '../ui/popup-menu.tsx';
import { useObservable } from '../ui/react.tsx';
import { deleteLabel } from './commands/editing.ts';
import { attempt } from './commands/run.ts';
import { useManager } from './context.tsx';
import type { OpenMenu } from './manager.ts';

const SHAPE_WORDS: Readonly<Record<(typeof LABEL_SHAPES)[number], TextKey>> = {
  sq: 'shape_square',
  ci: 'shape_circle',
  di: 'shape_diamond',
  tr: 'shape_triangle',
};
const COLOUR_WORDS: Readonly<Record<(typeof LABEL_COLOURS)[number], TextKey>> = {
  'lc-1': 'colour_red',
  'lc-2': 'colour_orange',
  'lc-3': 'colour_yellow',
  'lc-4': 'colour_green',
  'lc-5': 'colour_teal',
  'lc-6': 'colour_blue',
  'lc-7': 'colour_purple',
  'lc-8': 'colour_pink',
};

/** The menu. */
export function LabelMenu({ menu }: { readonly menu: OpenMenu }): ReactNode {
  const manager = useManager();
  useObservable(labelLooks);
  const label = menu.about;
  const look = lookOf(label);
  const entries: readonly MenuEntry[] = [
    { id: 'rename', text: t('label_rename'), icon: 'tag' },
    {
      id: 'shape',
      text: t('label_shape'),
      entries: LABEL_SHAPES.map((shape) => ({
        id: `shape ${shape}`,
        text: t(SHAPE_WORDS[shape]),
        isOn: look.shape === shape,
        staysOpen: true,
      })),
    },
    {
      id: 'colour',
      text: t('label_colour'),
      entries: LABEL_COLOURS.map((colour) => ({
        id: `colour ${colour}`,
        text: t(COLOUR_WORDS[colour]),
        isOn: look.colour === colour,
        staysOpen: true,
      })),
    },
    'rule',
    { id: 'delete', text: t('label_delete'), icon: 'trash', isDanger: true },
  ];
  const onAction = (action: string): void => {
    const [kind, value] = action.split(' ');
    if (kind === 'rename') manager.dialog.set({ kind: 'newLabel', ids: [], label });
    if (kind === 'shape' && value !== undefined)
      void setLabelLook(label, { ...look, shape: value as (typeof LABEL_SHAPES)[number] });
    if (kind === 'colour' && value !== undefined)
      void setLabelLook(label, { ...look, colour: value as (typeof LABEL_COLOURS)[number] });
    if (kind === 'delete') {
      void attempt(deleteLabel(manager, label));
      void renameLabelLook(label, null);
    }
  };
  return (
    <PopupMenu
      at={menu.at}
      label={t('label_is', label)}
      entries={entries}
      onAction={onAction}
      onClose={() => manager.menu.set(null)}
    />
  );
}
