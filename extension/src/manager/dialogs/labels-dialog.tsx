/** Gives and takes labels of torrents: boxes, with a third state where some have one and others do not. */
import { useState, type FormEvent, type KeyboardEvent, type ReactNode } from 'react';
import { t } from '../../model/i18n.ts';
import { dotClass } from '../../model/label-look.ts';
import { Icon } from '../../ui/react.tsx';
import { setLabels } from '../commands/editing.ts';
import { nameOf } from '../commands/run.ts';
import { useManager } from '../context.tsx';
import { labelChange, labelStates, type LabelState } from '../label-choice.ts';
import { Frame } from './frame.tsx';

/** The dialog. */
export function LabelsDialog({
  ids,
  onClose,
}: {
  readonly ids: readonly string[];
  readonly onClose: () => void;
}): ReactNode {
  const manager = useManager();
  const [before] = useState(() =>
    labelStates(
      manager.rowsOf(ids).map(({ labels }) => labels),
      [...manager.labels.value, ...manager.counts.value.labels.keys()],
    ),
  );
  const [now, setNow] = useState(before);
  const [name, setName] = useState('');
  const create = (): void => {
    const label = name.trim();
    if (label !== '') setNow(new Map(now).set(label, 'all'));
    setName('');
  };
  const submit = (): void => {
    const typed = name.trim();
    onClose();
    const wanted = typed === '' ? now : new Map(now).set(typed, 'all');
    void setLabels(manager, ids, labelChange(before, wanted));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || name.trim() === '') return;
    event.preventDefault();
    create();
  };
  return (
    <Frame
      title={t('labels_title', nameOf(manager, ids))}
      action={t('labels_do')}
      onSubmit={submit}
      onClose={onClose}
    >
      <div className="lbls" role="group" aria-label={t('manager_labels')}>
        {[...now].map(([label, state], at) => (
          <LabelBox
            key={label}
            label={label}
            state={state}
            isFirst={at === 0}
            onChange={(next) => setNow(new Map(now).set(label, next))}
          />
        ))}
        {now.size === 0 && <p className="mut">{t('labels_none')}</p>}
      </div>
      <div className="f">
        <Icon name="plus" />
        <input
          autoFocus={now.size === 0}
          dir="auto"
          maxLength={64}
          aria-label={t('label_new')}
          placeholder={t('label_new')}
          value={name}
          onChange={(event) => setName(event.target.value)}
          onKeyDown={onKeyDown}
        />
      </div>
    </Frame>
  );
}

interface BoxProps {
  readonly label: string;
  readonly state: LabelState;
  readonly isFirst: boolean;
  readonly onChange: (state: LabelState) => void;
}

function LabelBox({ label, state, isFirst, onChange }: BoxProps): ReactNode {
  return (
    <label className="lblrow">
      <input
        type="checkbox"
        className={state === 'some' ? 'cb mix' : 'cb'}
        autoFocus={isFirst}
        checked={state === 'all'}
        ref={(input) => {
          if (input !== null) input.indeterminate = state === 'some';
        }}
        onChange={(event: FormEvent<HTMLInputElement>) =>
          onChange(event.currentTarget.checked ? 'all' : 'none')
        }
      />
      <span className={dotClass(label)} aria-hidden="true" />
      <bdi>{label}</bdi>
    </label>
  );
}
