/** Stands for the details while several torrents are selected: what they are together, and what can be done with all. */
import type { ReactNode } from 'react';
import { bulkSums, countedWords, type BulkSums } from '../../model/bulk-sums.ts';
import { formatCount, formatRate, formatSize, formatWholePercent } from '../../model/format.ts';
import { t, tn } from '../../model/i18n.ts';
import { dotClass } from '../../model/label-look.ts';
import type { IconName } from '../../ui/icon-names.ts';
import { Icon, useObservable } from '../../ui/react.tsx';
import { deleteLabel, isArmed, remove, removeWithFiles } from '../commands/removing.ts';
import { recheck, start, stop } from '../commands/running.ts';
import { useManager } from '../context.tsx';
import type { OpenDialog } from '../manager.ts';
import { useVersion } from './use-details.ts';

/** What the panel is given. */
export interface BulkPanelProps {
  readonly selected: readonly string[];
  readonly onClose: () => void;
}

/** The panel. */
export function BulkPanel({ selected, onClose }: BulkPanelProps): ReactNode {
  const manager = useManager();
  useVersion(manager.list);
  const sums = bulkSums(manager.rowsOf(selected));
  const title = tn('bulk_selected', selected.length);
  return (
    <div className="detbox bulkbox" role="group" aria-label={title}>
      <div className="dh">
        <strong className="num">{title}</strong>
        <span className="dim num el">
          {t('bulk_size_done', formatSize(sums.wanted), formatWholePercent(sums.progress))}
        </span>
        <span className="grow" />
        <button
          type="button"
          className="ib sm"
          aria-label={t('bulk_clear')}
          title={t('bulk_clear')}
          onClick={onClose}
        >
          <Icon name="x" />
        </button>
      </div>
      <div className="dp">
        <BulkActions ids={selected} />
        <BulkFacts sums={sums} count={selected.length} />
      </div>
    </div>
  );
}

function BulkActions({ ids }: { readonly ids: readonly string[] }): ReactNode {
  const manager = useManager();
  useObservable(manager.armed);
  const open = (kind: OpenDialog['kind']) => () => manager.dialog.set({ kind, ids });
  return (
    <div className="bk">
      <BulkButton icon="play" text={t('bulk_start')} onPress={() => start(manager, ids)} />
      <BulkButton icon="pause" text={t('bulk_stop')} onPress={() => stop(manager, ids)} />
      <BulkButton icon="tag" text={t('bulk_labels')} onPress={open('labels')} />
      <BulkButton icon="arrowto" text={t('bulk_move')} onPress={open('move')} />
      <BulkButton icon="gauge" text={t('bulk_limits')} onPress={open('limits')} isWide />
      <BulkButton icon="verify" text={t('bulk_check')} onPress={() => recheck(manager, ids)} isWide />
      <span className="grow" />
      <button type="button" className="b dan" onClick={() => void remove(manager, ids)}>
        <Icon name="trash" />
        {t('bulk_remove')}
      </button>
      <button
        type="button"
        className={isArmed(manager, ids) ? 'b dan' : 'b dan hide-n'}
        onClick={() => void removeWithFiles(manager, ids)}
      >
        <Icon name="trash" />
        {deleteLabel(manager, ids)}
      </button>
    </div>
  );
}

interface BulkButtonProps {
  readonly icon: IconName;
  readonly text: string;
  readonly onPress: () => unknown;
  /** Not on narrow pages. */
  readonly isWide?: boolean;
}

function BulkButton({ icon, text, onPress, isWide = false }: BulkButtonProps): ReactNode {
  return (
    <button type="button" className={isWide ? 'b out hide-n' : 'b out'} onClick={() => void onPress()}>
      <Icon name={icon} />
      {text}
    </button>
  );
}

function BulkFacts({ sums, count }: { readonly sums: BulkSums; readonly count: number }): ReactNode {
  const { progress, labels, looks } = sums;
  const percent = Math.floor(progress * 100);
  return (
    <dl className="bkf hide-n">
      <dt>{t('bulk_together')}</dt>
      <dd data-st={progress === 1 ? 'done' : 'downloading'}>
        <span
          className="bar"
          role="progressbar"
          aria-label={t('bulk_progress')}
          aria-valuenow={percent}
          aria-valuemin={0}
          aria-valuemax={100}
        >
          <i style={{ '--p': percent } as React.CSSProperties} />
        </span>
        <span className="num mut">{t('general_of', formatSize(sums.have), formatSize(sums.wanted))}</span>
      </dd>
      <dt>{t('bulk_rates')}</dt>
      <dd>
        <span className="num mut">
          {t('bulk_rates_both', formatRate(sums.downRate), formatRate(sums.upRate))}
        </span>
      </dd>
      {labels.length > 0 && (
        <>
          <dt>{t('bulk_labels')}</dt>
          <dd className="labels">
            {labels.map(([label, having]) => (
              <span key={label} className="chip">
                <span className={dotClass(label)} />
                <bdi>{label}</bdi>
                <span className="dim num">{t('bulk_some_of', formatCount(having), formatCount(count))}</span>
              </span>
            ))}
          </dd>
        </>
      )}
      <dt>{t('bulk_states')}</dt>
      <dd className="mut">{countedWords(looks.map(([look, having]) => [t(`look_${look}`), having]))}</dd>
    </dl>
  );
}
