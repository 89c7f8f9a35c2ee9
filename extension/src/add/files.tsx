/** The files of a torrent to choose from, with a filter and ways to want all or none of what it leaves. */
import { useDeferredValue, useMemo, useState, type ReactNode } from 'react';
import { filesIn, filterNodes, type Priority } from '../model/file-tree.ts';
import { formatCount } from '../model/format.ts';
import { t } from '../model/i18n.ts';
import { FileTreeView } from '../ui/file-tree-view.tsx';
import { FilterField } from '../ui/filter-field.tsx';
import type { PreviewFiles } from './preview-store.ts';

/** What the files are given. */
export interface FilesProps {
  readonly chosen: PreviewFiles;
  readonly onPriority: (files: readonly number[], priority: Priority) => void;
}

/** The files. */
export function Files({ chosen, onPriority }: FilesProps): ReactNode {
  const [typed, setFilter] = useState('');
  const filter = useDeferredValue(typed.trim());
  const { files, tree, sums } = chosen;
  const seen = useMemo(() => filterNodes(tree, filter), [tree, filter]);
  const want = (priority: Priority): void => {
    const shown = filesIn(
      tree,
      seen.filter((place) => tree.nodes[place]?.file !== null),
    );
    onPriority(
      shown.filter((file) => (files[file]?.priority ?? 0) > 0 !== priority > 0),
      priority,
    );
  };
  return (
    <>
      <div className="sec tools">
        <span className="n num">
          {t('add_files_chosen', formatCount(sums.total.wantedFiles), formatCount(sums.total.files))}
        </span>
        <button type="button" className="b sm" title={t('add_all_files')} onClick={() => want(2)}>
          {t('add_all')}
        </button>
        <button type="button" className="b sm" title={t('add_no_files')} onClick={() => want(0)}>
          {t('add_none')}
        </button>
        <span className="grow" />
        <FilterField label={t('add_filter')} hint={t('add_filter_hint')} value={typed} onChange={setFilter} />
      </div>
      <div className="treebox">
        {seen.length === 0 ? (
          <p className="nofiles dim">{t('add_no_match', filter)}</p>
        ) : (
          <FileTreeView
            model={{ tree, sums }}
            filter={filter}
            label={t('add_files_label')}
            rowHeight={32}
            onPriority={onPriority}
          />
        )}
      </div>
    </>
  );
}
