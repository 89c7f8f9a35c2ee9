/** @jsxImportSource preact */
/** A torrent that finished today. */
import type { TorrentRow } from '@jstorrent/control';
import type { JSX } from 'preact';
import { ltrPart, ownPart, withoutMarks } from '../model/bidi.ts';
import { formatRatio, formatSize, formatTime } from '../model/format.ts';
import { t } from '../model/i18n.ts';
import { SmallIcon } from '../ui/preact.tsx';
import type { Actions } from './actions.ts';

/** The row. */
export function FinishedRow({
  row,
  isFirst,
  actions,
}: {
  readonly row: TorrentRow;
  /** The one that the Tab key reaches. */
  readonly isFirst: boolean;
  readonly actions: Actions;
}): JSX.Element {
  const detail = t(
    'popup_finished_at',
    ownPart(formatTime(row.completedAt ?? 0)),
    ltrPart(formatSize(row.wantedLength)),
    ltrPart(`${formatRatio(row.ratio)}×`),
  );
  return (
    <div
      class="t fin"
      data-st="done"
      data-id={row.id}
      role="row"
      tabIndex={isFirst ? 0 : -1}
      aria-label={`${row.name}, ${t('state_finished')}, ${withoutMarks(detail)}`}
    >
      <span class="tile" role="presentation">
        <SmallIcon name="check" />
      </span>
      <div role="gridcell">
        <div class="nm el" dir="auto" title={row.name}>
          {row.name}
        </div>
        <div class="sub">{detail}</div>
      </div>
      <div role="gridcell">
        <button type="button" class="b sm" onClick={() => actions.openFolder(row)}>
          <SmallIcon name="folder" />
          {t('popup_open_folder')}
        </button>
      </div>
    </div>
  );
}
