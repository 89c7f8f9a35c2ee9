/** Where it goes, its labels, and what happens then: the same for one torrent and for several. */
import { useId, type ReactNode } from 'react';
import { t } from '../model/i18n.ts';
import type { FolderBook } from '../model/folders.ts';
import { FolderField } from '../ui/folder-field.tsx';
import { Check } from '../ui/check.tsx';
import { LabelField } from '../ui/label-field.tsx';
import type { Choice } from './choice.ts';

/** What the options are given. */
export interface OptionsProps {
  readonly book: FolderBook;
  readonly choice: Choice;
  readonly knownLabels: readonly string[];
  readonly onChange: (some: Partial<Choice>) => void;
  /** The kind that "don't ask again" is about, and whether it is chosen; null where it is not offered. */
  readonly atOnce: { readonly kind: 'magnet' | 'torrent'; readonly isOn: boolean } | null;
  readonly onAtOnce: (isOn: boolean) => void;
  /** Offer what makes sense for one torrent only. */
  readonly isSingle: boolean;
}

/** The options. */
export function Options(props: OptionsProps): ReactNode {
  const { book, choice, onChange } = props;
  const id = useId();
  return (
    <div className="opts">
      <label htmlFor={`${id}f`}>{t('add_save_to')}</label>
      <FolderField
        book={book}
        id={`${id}f`}
        title={t('add_save_to')}
        placeholder={t('add_save_to_none')}
        value={choice.place}
        onChange={(place) => onChange({ place })}
        offersRecent
      />
      <span className="l" id={`${id}l`}>
        {t('add_labels')}
      </span>
      <LabelField
        value={choice.labels}
        known={props.knownLabels}
        labelledBy={`${id}l`}
        onChange={(labels) => onChange({ labels })}
      />
      <span className="l" id={`${id}t`}>
        {t('add_then')}
      </span>
      <div className="ck" role="group" aria-labelledby={`${id}t`}>
        <Check text={t('add_start_now')} isOn={choice.start} onChange={(start) => onChange({ start })} />
        <Check
          text={t('add_queue_top')}
          isOn={choice.queueTop}
          onChange={(queueTop) => onChange({ queueTop })}
        />
        <Check
          text={t('add_sequential')}
          hint={t('add_sequential_hint')}
          isOn={choice.sequential}
          onChange={(sequential) => onChange({ sequential })}
        />
      </div>
      <MoreOptions {...props} />
    </div>
  );
}

function MoreOptions({ choice, onChange, atOnce, onAtOnce, isSingle }: OptionsProps): ReactNode {
  const id = useId();
  return (
    <details className="more">
      <summary>{t('add_more')}</summary>
      <div className="opts">
        {isSingle && (
          <>
            <label htmlFor={id}>{t('add_name')}</label>
            <div className="f">
              <input
                id={id}
                dir="auto"
                maxLength={255}
                value={choice.name}
                onChange={(event) => onChange({ name: event.target.value })}
              />
            </div>
          </>
        )}
        <span />
        <div className="ck column">
          <Check
            text={t('add_skip_check')}
            hint={t('add_skip_check_hint')}
            isOn={choice.skipCheck}
            onChange={(skipCheck) => onChange({ skipCheck })}
          />
          {atOnce !== null && (
            <>
              <Check
                text={t(atOnce.kind === 'magnet' ? 'add_at_once_magnet' : 'add_at_once_torrent')}
                isOn={atOnce.isOn}
                onChange={onAtOnce}
              />
              {atOnce.isOn && <p className="dim">{t('add_at_once_hint')}</p>}
            </>
          )}
        </div>
      </div>
    </details>
  );
}
