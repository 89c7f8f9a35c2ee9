/** Labels as chips that can be taken away, and a way to give another. Which labels there are is told by its owner. */
import { CONTROL_LIMITS } from '@jstorrent/control';
import { useId, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { t } from '../model/i18n.ts';
import { dotClass, labelLooks } from '../model/label-look.ts';
import { Icon, useObservable } from './react.tsx';
import './chips.css';

/** As the service allows, of one label and of the labels of a torrent. */
const { labelLength, labelsPerTorrent } = CONTROL_LIMITS;

/** What a label field is given. */
export interface LabelFieldProps {
  readonly value: readonly string[];
  /** Labels that are offered while one is typed. */
  readonly known: readonly string[];
  readonly onChange: (labels: readonly string[]) => void;
  readonly labelledBy: string;
  /** So many at most; absent = as many as a torrent may have. */
  readonly max?: number;
}

/** The field. */
export function LabelField({
  value,
  known,
  onChange,
  labelledBy,
  max = labelsPerTorrent,
}: LabelFieldProps): ReactNode {
  useObservable(labelLooks);
  const [text, setText] = useState<string | null>(null);
  const adder = useRef<HTMLButtonElement>(null);
  const listId = useId();
  const close = (): void => {
    setText(null);
    requestAnimationFrame(() => adder.current?.focus());
  };
  const take = (): void => {
    const label = (text ?? '').trim();
    if (label !== '' && !value.includes(label)) onChange([...value, label]);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey) return;
    if (event.key === 'Enter' || event.key === ',') {
      event.preventDefault();
      event.stopPropagation();
      take();
      close();
    } else if (event.key === 'Escape') {
      event.stopPropagation();
      close();
    }
  };
  return (
    <div className="row labels" role="group" aria-labelledby={labelledBy}>
      {value.map((label) => (
        <span key={label} className="chip on">
          <span className={dotClass(label)} aria-hidden="true" />
          <bdi>{label}</bdi>
          <button
            type="button"
            aria-label={t('add_label_remove', label)}
            onClick={() => onChange(value.filter((other) => other !== label))}
          >
            <Icon name="x" className="s" />
          </button>
        </span>
      ))}
      {text === null ? (
        <button
          disabled={value.length >= max}
          type="button"
          ref={adder}
          className="b sm"
          onClick={() => setText('')}
        >
          <Icon name="plus" />
          {t('add_label')}
        </button>
      ) : (
        <span className="f">
          <input
            // The button that was pressed is replaced by this field.
            autoFocus
            dir="auto"
            list={listId}
            maxLength={labelLength}
            aria-label={t('add_label_new')}
            placeholder={t('add_label_new')}
            value={text}
            onChange={(event) => setText(event.target.value)}
            onBlur={() => {
              take();
              setText(null);
            }}
            onKeyDown={onKeyDown}
          />
          <datalist id={listId}>
            {known
              .filter((label) => !value.includes(label))
              .map((label) => (
                <option key={label} value={label} />
              ))}
          </datalist>
        </span>
      )}
    </div>
  );
}
