/** One row of a tree of files: its name and check box, figures, priority. Decides how a node looks. */
import { memo, useEffect, useRef, type ReactNode } from 'react';
import { fractionOf, type NodeSum } from '../model/file-sums.ts';
import { iconOfFile, type TreeNode } from '../model/file-tree.ts';
import { formatPercent, formatSize } from '../model/format.ts';
import { t } from '../model/i18n.ts';
import { Icon } from './react.tsx';

/** What rows call back with: the place of their node in the tree. */
export interface RowActions {
  readonly toggleCheck: (place: number) => void;
  /** Named by its row. */
  readonly toggleFolder: (row: number) => void;
  readonly openPriority: (place: number, button: Element) => void;
  /** Null: the name stays. */
  readonly rename: (place: number, name: string | null) => void;
}

/** What a row is given. */
export interface FileTreeRowProps {
  readonly node: TreeNode;
  /** Of the node in its tree. */
  readonly place: number;
  /** Of the row among those seen, from 0. */
  readonly row: number;
  readonly top: number;
  readonly height: number;
  readonly sum: NodeSum;
  readonly isOpen: boolean;
  readonly isSelected: boolean;
  readonly isFocused: boolean;
  readonly hasProgress: boolean;
  readonly isRenamed: boolean;
  readonly idPrefix: string;
  readonly actions: RowActions;
}

/** Words for a priority; `mixed` for several. */
export function priorityText(priority: NodeSum['priority']): string {
  switch (priority) {
    case 0:
      return t('files_skip');
    case 1:
      return t('files_low');
    case 2:
      return t('files_normal');
    case 3:
      return t('files_high');
    case 'mixed':
      return t('files_mixed');
  }
}

const LEVEL = { 0: '0%', 1: '25%', 2: '60%', 3: '100%', mixed: '60%' } as const;

/** The row. */
export const FileTreeRow = memo(function FileTreeRow(props: FileTreeRowProps): ReactNode {
  const { node, place, row, top, height, sum, isOpen, isSelected, isFocused, actions } = props;
  const isFolder = node.file === null;
  const fraction = fractionOf(sum);
  const look =
    sum.check === 'none' ? 'stopped' : fraction === 1 && props.hasProgress ? 'done' : 'downloading';
  return (
    <div
      role="row"
      id={`${props.idPrefix}${place}`}
      className={`tr${isFocused ? ' foc' : ''}${sum.check === 'none' ? ' off' : ''}`}
      aria-level={node.depth + 1}
      aria-rowindex={row + 1}
      aria-selected={isSelected}
      {...(isFolder ? { 'aria-expanded': isOpen } : {})}
      data-st={look}
      data-place={place}
      data-row={row}
      style={{ transform: `translateY(${top}px)`, blockSize: height }}
    >
      <span role="gridcell" className="nm">
        <span className="ind" style={{ '--d': node.depth } as React.CSSProperties} />
        <span
          className="tw"
          onClick={(event) => {
            if (!isFolder) return;
            event.stopPropagation();
            actions.toggleFolder(row);
          }}
        >
          {isFolder && <Icon name={isOpen ? 'cd' : 'cr'} className={isOpen ? 's' : 's flip'} />}
        </span>
        <CheckBox
          check={sum.check}
          label={t('files_download', node.name)}
          onToggle={() => actions.toggleCheck(place)}
        />
        <Icon name={isFolder ? 'folder' : iconOfFile(node.name)} />
        {props.isRenamed ? (
          <NameField name={node.name} isFolder={isFolder} onDone={(name) => actions.rename(place, name)} />
        ) : (
          <span className="el" dir="auto" title={node.name}>
            {node.name}
          </span>
        )}
      </span>
      <span role="gridcell" className="sz num">
        {formatSize(sum.length)}
      </span>
      {props.hasProgress && (
        <span role="gridcell" className="pg row">
          <span className="bar" aria-hidden="true">
            <i style={{ '--p': Math.floor(fraction * 1000) / 10 } as React.CSSProperties} />
          </span>
          <span className="num">{formatPercent(fraction)}</span>
        </span>
      )}
      <span role="gridcell" className="pr">
        <button
          type="button"
          tabIndex={-1}
          className="b sm"
          aria-haspopup="menu"
          aria-label={t('files_priority_of', node.name, priorityText(sum.priority))}
          onClick={(event) => {
            event.stopPropagation();
            actions.openPriority(place, event.currentTarget);
          }}
        >
          <span className="prio" style={{ '--lv': LEVEL[sum.priority] } as React.CSSProperties}>
            {priorityText(sum.priority)}
          </span>
          <Icon name="cd" className="s" />
        </button>
      </span>
    </div>
  );
}, isSame);

/** Sums are new objects with every figure: a row is drawn again only when what it shows is another. */
function isSame(a: FileTreeRowProps, b: FileTreeRowProps): boolean {
  for (const key of Object.keys(b) as (keyof FileTreeRowProps)[]) {
    if (key !== 'sum' && a[key] !== b[key]) return false;
  }
  return (
    a.sum.length === b.sum.length &&
    a.sum.check === b.sum.check &&
    a.sum.priority === b.sum.priority &&
    fractionOf(a.sum) === fractionOf(b.sum)
  );
}

interface CheckBoxProps {
  readonly check: NodeSum['check'];
  readonly label: string;
  readonly onToggle: () => void;
}

function CheckBox({ check, label, onToggle }: CheckBoxProps): ReactNode {
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (box.current !== null) box.current.indeterminate = check === 'some';
  }, [check]);
  return (
    <input
      ref={box}
      type="checkbox"
      tabIndex={-1}
      className={check === 'some' ? 'cb mix' : 'cb'}
      checked={check === 'all'}
      aria-label={label}
      onChange={onToggle}
      onClick={(event) => event.stopPropagation()}
    />
  );
}

interface NameFieldProps {
  readonly name: string;
  readonly isFolder: boolean;
  readonly onDone: (name: string | null) => void;
}

function NameField({ name, isFolder, onDone }: NameFieldProps): ReactNode {
  const field = useRef<HTMLInputElement>(null);
  const isDone = useRef(false);
  useEffect(() => {
    // What is behind the last dot of a file says what it is.
    const dot = isFolder ? 0 : name.lastIndexOf('.');
    field.current?.focus();
    field.current?.setSelectionRange(0, dot > 0 ? dot : name.length);
  }, [name, isFolder]);
  const finish = (value: string | null): void => {
    if (isDone.current) return;
    isDone.current = true;
    onDone(value === null || value.trim() === '' || value === name ? null : value);
  };
  return (
    <span className="f rename">
      <input
        ref={field}
        dir="auto"
        defaultValue={name}
        maxLength={255}
        aria-label={t('files_new_name', name)}
        onClick={(event) => event.stopPropagation()}
        onBlur={(event) => finish(event.currentTarget.value)}
        onKeyDown={(event) => {
          event.stopPropagation();
          if (event.key === 'Enter') finish(event.currentTarget.value);
          else if (event.key === 'Escape') finish(null);
        }}
      />
    </span>
  );
}
