/** The tab of files: their tree with progress, which of them are wanted, and what is done with single ones. */
import type { FileRow, TorrentRow } from '@jstorrent/control';
import { useRef, useState, type ReactNode } from 'react';
import type { DetailStore } from '../../model/detail-store.ts';
import type { FileModel } from '../../model/file-model.ts';
import { withFolder, withPriority, type Priority, type TreeNode } from '../../model/file-tree.ts';
import { formatPercent, formatSize, formatCount } from '../../model/format.ts';
import { t, tn } from '../../model/i18n.ts';
import type { Session } from '../../model/session.ts';
import { priorityText } from '../../ui/file-tree-row.tsx';
import { FileTreeView } from '../../ui/file-tree-view.tsx';
import { FilterField } from '../../ui/filter-field.tsx';
import { PopupMenu } from '../../ui/popup-menu.tsx';
import { Icon } from '../../ui/react.tsx';
import { tell } from './actions.ts';
import { useLook } from './use-details.ts';

/** What the tab is given. */
export interface FilesTabProps {
  readonly session: Session;
  readonly store: DetailStore;
  readonly row: TorrentRow;
}

/** The tab. */
export function FilesTab({ session, store, row }: FilesTabProps): ReactNode {
  useLook(store, row.id, ['files']);
  const { files, fileModel } = store;
  if (!row.hasMetadata) return <p className="nothing">{t('files_unknown')}</p>;
  if (files === null || fileModel === null) {
    const part = store.filesLoaded;
    return (
      <p className="nothing">
        {part > 0 ? t('files_loading_part', formatPercent(part)) : t('files_loading')}
      </p>
    );
  }
  return <FileList session={session} store={store} id={row.id} files={files} model={fileModel} />;
}

interface FileListProps {
  readonly session: Session;
  readonly store: DetailStore;
  readonly id: string;
  readonly files: readonly FileRow[];
  readonly model: FileModel;
}

function FileList({ session, store, id, files, model }: FileListProps): ReactNode {
  const [filter, setFilter] = useState('');
  const [selected, setSelected] = useState<readonly number[]>([]);
  const [only, setOnly] = useState<TreeNode | null>(null);
  const [menuAt, setMenuAt] = useState<Element | null>(null);
  const startRename = useRef<(() => void) | null>(null);
  const { total } = model.sums;
  const isNoFile = only === null || only.file === null;

  const setPriority = (places: readonly number[], priority: Priority): void => {
    const some = places.map((place) => [files[place]?.index ?? place, priority] as const);
    if (some.length === 0) return;
    tell(
      store.assumeFiles(
        (rows) => withPriority(rows, places, priority),
        session.call('torrent.setFiles', { id, files: { some } }),
      ),
    );
  };
  const rename = (place: number, name: string): void => {
    const file = files[place];
    if (file === undefined) return;
    const path = [...file.path.slice(0, -1), name];
    tell(
      store.assumeFiles(
        (rows) => rows.map((row, at) => (at === place ? { ...row, path } : row)),
        session.call('torrent.renameFile', { id, file: file.index, path }),
      ),
    );
  };
  const renameFolder = (folder: readonly string[], name: string): void => {
    const path = [...folder.slice(0, -1), name];
    tell(
      store.assumeFiles(
        (rows) => withFolder(rows, folder, path),
        session.call('torrent.renameFolder', { id, folder, path }),
      ),
    );
  };
  const open = (place: number | null): void => {
    const file = place === null ? undefined : files[place]?.index;
    if (file !== undefined) tell(session.call('open.file', { id, file }));
  };
  const openFolder = (place: number): void =>
    tell(session.call('open.folder', { id, file: files[place]?.index ?? 0 }));

  return (
    <div className="filetab">
      <div className="ftools">
        <FilterField
          label={t('files_filter')}
          hint={t('files_filter_example')}
          value={filter}
          onChange={setFilter}
        />
        <span className="dim num el">
          {tn(
            'files_chosen',
            total.files,
            formatCount(total.wantedFiles),
            formatSize(total.wantedLength),
            formatSize(total.length),
          )}
        </span>
        <span className="grow" />
        <button
          type="button"
          className="b sm"
          aria-haspopup="menu"
          disabled={selected.length === 0}
          onClick={(event) => setMenuAt(event.currentTarget)}
        >
          {t('files_priority')}
          <Icon name="cd" className="s" />
        </button>
        <button
          type="button"
          className="b sm"
          disabled={only === null}
          onClick={() => startRename.current?.()}
        >
          {t('files_rename')}
        </button>
        <button type="button" className="b sm" disabled={isNoFile} onClick={() => open(only?.file ?? null)}>
          <Icon name="open" />
          {t('files_open')}
        </button>
      </div>
      <div className="fhead" aria-hidden="true">
        <span>{t('files_name')}</span>
        <span>{t('files_size')}</span>
        <span>{t('files_progress')}</span>
        <span>{t('files_priority')}</span>
      </div>
      <FileTreeView
        model={model}
        filter={filter}
        label={t('files')}
        hasProgress
        renameRef={startRename}
        onPriority={setPriority}
        onSelect={(places, one) => {
          setSelected(places);
          setOnly(one);
        }}
        onOpen={open}
        onOpenFolder={openFolder}
        onRename={rename}
        onRenameFolder={renameFolder}
      />
      {menuAt !== null && (
        <PopupMenu
          at={menuAt}
          label={t('files_priority')}
          entries={([3, 2, 1, 0] as const).map((priority) => ({
            id: String(priority),
            text: priorityText(priority),
          }))}
          onAction={(priority) => setPriority(selected, Number(priority) as Priority)}
          onClose={() => setMenuAt(null)}
        />
      )}
    </div>
  );
}
