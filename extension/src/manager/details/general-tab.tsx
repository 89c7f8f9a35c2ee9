/** The first tab: pieces, what was transferred, where it lies, what it is, and what can be set for it. */
import type { Panes, TorrentRow } from '@jstorrent/control';
import type { ReactNode } from 'react';
import type { DetailStore } from '../../model/detail-store.ts';
import { shortPath } from '../../model/folders.ts';
import {
  DASH,
  formatCount,
  formatDate,
  formatExactly,
  formatRateOrZero,
  formatRatio,
  formatSize,
  formatSpan,
} from '../../model/format.ts';
import { t, tn } from '../../model/i18n.ts';
import { dotClass } from '../../model/label-look.ts';
import { isComplete } from '../../model/row-state.ts';
import type { Session } from '../../model/session.ts';
import { Icon } from '../../ui/react.tsx';
import { copyText, tell } from './actions.ts';
import { OwnOptions } from './own-options.tsx';
import { PieceBars } from './piece-bar.tsx';
import { useLook } from './use-details.ts';

/** What the tab is given. */
export interface GeneralTabProps {
  readonly session: Session;
  readonly store: DetailStore;
  readonly row: TorrentRow;
}

/** The tab. */
export function GeneralTab({ session, store, row }: GeneralTabProps): ReactNode {
  useLook(store, row.id, ['general', 'pieces']);
  const general = store.pane('general');
  return (
    <>
      <PieceBars pieces={store.pane('pieces')} general={general} isComplete={isComplete(row)} />
      <div className="facts">
        <TransferFacts row={row} general={general} />
        <StorageFacts session={session} row={row} general={general} />
        <TorrentFacts row={row} general={general} />
      </div>
      {general !== null && (
        <section className="ownopts">
          <h2>{t('general_options')}</h2>
          <OwnOptions session={session} store={store} id={row.id} options={general.options} />
        </section>
      )}
    </>
  );
}

interface FactProps {
  readonly name: string;
  readonly children: ReactNode;
}

function Fact({ name, children }: FactProps): ReactNode {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

function Num({ children }: { readonly children: ReactNode }): ReactNode {
  return <span className="num">{children}</span>;
}

function Dim({ children }: { readonly children: ReactNode }): ReactNode {
  return <span className="dim num">{children}</span>;
}

interface FactsProps {
  readonly row: TorrentRow;
  readonly general: Panes['general'] | null;
}

function TransferFacts({ row, general }: FactsProps): ReactNode {
  const had = row.wantedLength - row.bytesLeft;
  const limits = general?.options;
  return (
    <section>
      <h2>{t('general_transfer')}</h2>
      <dl>
        <Fact name={t('general_have')}>
          <Num>
            {row.hasMetadata
              ? t('general_of', formatSize(had), formatSize(row.wantedLength))
              : metadataText(general)}
          </Num>
        </Fact>
        <Fact name={t('general_downloaded')}>
          <Num>{formatSize(row.downloaded)}</Num>
        </Fact>
        <Fact name={t('general_uploaded')}>
          <Num>{formatSize(row.uploaded)}</Num>
          <Dim>{t('general_ratio', formatRatio(row.ratio))}</Dim>
        </Fact>
        <Fact name={t('general_down_rate')}>
          <Num>{formatRateOrZero(row.downRate)}</Num>
          <Dim>{limitText(limits?.downLimit)}</Dim>
        </Fact>
        <Fact name={t('general_up_rate')}>
          <Num>{formatRateOrZero(row.upRate)}</Num>
          <Dim>{limitText(limits?.upLimit)}</Dim>
        </Fact>
        <Fact name={t('general_wasted')}>
          <Num>{general === null ? '' : formatSize(general.wasted)}</Num>
          {general !== null && general.failedPieces > 0 && (
            <Dim>{tn('general_failed_pieces', general.failedPieces)}</Dim>
          )}
        </Fact>
        <Fact name={t('general_time')}>
          <Num>{general === null ? '' : timeText(general)}</Num>
        </Fact>
      </dl>
    </section>
  );
}

/** How much of the file list has come. */
function metadataText(general: Panes['general'] | null): string {
  if (general === null || general.metadataParts === 0) return DASH;
  const { metadataHave, metadataParts } = general;
  return t('general_metadata', formatCount(metadataHave), formatCount(metadataParts));
}

function limitText(limit: number | undefined): string {
  if (limit === undefined) return '';
  return limit === 0 ? t('general_no_limit') : t('general_limit', formatSize(limit));
}

function timeText({ activeMs, seededMs }: Panes['general']): string {
  const active = t('general_active', formatSpan(activeMs));
  return seededMs < 1000 ? active : t('general_seeded', active, formatSpan(seededMs));
}

interface StorageFactsProps extends FactsProps {
  readonly session: Session;
}

function StorageFacts({ session, row, general }: StorageFactsProps): ReactNode {
  const files = general?.fileCount ?? 0;
  return (
    <section>
      <h2>{t('general_storage')}</h2>
      <dl>
        <Fact name={t('general_folder')}>
          <button
            type="button"
            className="link el"
            title={general?.folderText ?? ''}
            onClick={() => tell(session.call('open.folder', { id: row.id }))}
          >
            <bdi dir="ltr">{shortPath(general?.folderText ?? '')}</bdi>
          </button>
        </Fact>
        {general !== null && general.freeBytes !== null && (
          <Fact name={t('general_free')}>
            <Num>{formatSize(general.freeBytes)}</Num>
          </Fact>
        )}
        <Fact name={t('general_size')}>
          <Num>{row.hasMetadata ? tn('general_size_in', files, formatSize(row.totalLength)) : DASH}</Num>
        </Fact>
        {general !== null && general.wantedFiles < files && (
          <Fact name={t('general_wanted')}>
            <Num>{tn('general_size_in', general.wantedFiles, formatSize(row.wantedLength))}</Num>
          </Fact>
        )}
        <Fact name={t('general_pieces')}>
          <Num>{general === null || general.pieceCount === 0 ? DASH : pieceText(general)}</Num>
        </Fact>
      </dl>
    </section>
  );
}

/** Pieces are powers of two: named in the units that makes them whole. */
function pieceText({ pieceCount, pieceLength }: Panes['general']): string {
  const kib = pieceLength / 1024;
  const size = kib >= 1024 ? `${formatCount(kib / 1024)} MiB` : `${formatCount(kib)} KiB`;
  return t('general_pieces_of', formatCount(pieceCount), size);
}

function TorrentFacts({ row, general }: FactsProps): ReactNode {
  return (
    <section>
      <h2>{t('general_torrent')}</h2>
      <dl>
        <Fact name={t('general_added')}>
          <span className="num" title={formatExactly(row.addedAt)}>
            {formatDate(row.addedAt)}
          </span>
          {general !== null && <span className="dim el">{addedText(general)}</span>}
        </Fact>
        {row.completedAt !== null && (
          <Fact name={t('general_finished')}>
            <span className="num" title={formatExactly(row.completedAt)}>
              {formatDate(row.completedAt)}
            </span>
          </Fact>
        )}
        {general !== null && (general.createdAt !== null || general.createdBy !== '') && (
          <Fact name={t('general_created')}>
            {general.createdAt !== null && <Num>{formatDate(general.createdAt)}</Num>}
            <span className="dim el" dir="auto">
              {general.createdBy}
            </span>
          </Fact>
        )}
        {general !== null && general.originalName !== row.name && general.originalName !== '' && (
          <Fact name={t('general_original')}>
            <span className="el" dir="auto" title={general.originalName}>
              {general.originalName}
            </span>
          </Fact>
        )}
        <Fact name={t('general_hash')}>
          <bdi dir="ltr" className="mono el" title={row.id}>
            {`${row.id.slice(0, 8)}…${row.id.slice(-4)}`}
          </bdi>
          <button
            type="button"
            className="ib copy"
            aria-label={t('general_copy_hash')}
            onClick={() => copyText(row.id, t('general_hash_copied'))}
          >
            <Icon name="copy" className="s" />
          </button>
        </Fact>
        <Fact name={t('general_privacy')}>{row.private ? t('general_private') : t('general_public')}</Fact>
        {row.labels.length > 0 && (
          <Fact name={tn('general_labels', row.labels.length)}>
            <span className="labels">
              {row.labels.map((label) => (
                <span key={label} className="chip">
                  <span className={dotClass(label)} />
                  <bdi>{label}</bdi>
                </span>
              ))}
            </span>
          </Fact>
        )}
        {general !== null && general.comment !== '' && (
          <Fact name={t('general_comment')}>
            <span className="comment" dir="auto">
              {general.comment}
            </span>
          </Fact>
        )}
      </dl>
    </section>
  );
}

function addedText({ addedBy, source }: Panes['general']): string {
  if (addedBy === 'watch') return t('general_by_watch');
  if (addedBy === 'import') return t('general_by_import');
  if (source === 'magnet') return t('general_by_magnet');
  return source === 'file' ? t('general_by_file') : source;
}
