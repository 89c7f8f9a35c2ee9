/** A row of the list: cells on wide pages, three lines on narrow ones. Rendered again only when what it shows changed. */
import type { TorrentRow } from '@jstorrent/control';
import { memo, type ReactNode } from 'react';
import { DASH, formatPercent, formatRate, formatSizeOrDash } from '../model/format.ts';
import { t, tn } from '../model/i18n.ts';
import { LOOK_ICON, progressOf, stateOf } from '../model/row-state.ts';
import { Icon } from '../ui/react.tsx';
import {
  Cell,
  LabelDots,
  leftText,
  NameCell,
  NumberCell,
  ProgressBar,
  SelectBox,
  type CellFacts,
} from './cells.tsx';
import type { ColumnId } from './columns.ts';

/** What a row is given; plain values and stable objects, so that equal ones need no new row. */
export interface RowProps {
  readonly row: TorrentRow;
  readonly columns: readonly ColumnId[];
  readonly isNarrow: boolean;
  readonly isSelected: boolean;
  readonly isFocused: boolean;
  /** From 0. */
  readonly index: number;
  /** Offset from the top of the rows, in pixels. */
  readonly top: number;
  readonly number: number | undefined;
  readonly ahead: number | null;
  /** Time left in ms, to the second. */
  readonly leftMs: number | null;
  readonly folder: string;
  /** Changes when figures or labels look otherwise. */
  readonly dress: unknown;
}

/** Name of the element of a torrent's row. */
export function rowElementId(id: string): string {
  return `row-${id}`;
}

/** The row. */
export const Row = memo(function Row(props: RowProps): ReactNode {
  const { row, columns, isNarrow, isSelected, isFocused, index, top } = props;
  const state = stateOf(row, props.ahead);
  const facts: CellFacts = { row, state, number: props.number, leftMs: props.leftMs, folder: props.folder };
  return (
    <div
      id={rowElementId(row.id)}
      className={isFocused ? 'gr foc' : 'gr'}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={isSelected}
      aria-label={labelOf(facts)}
      data-st={state.look}
      data-id={row.id}
      draggable={!isNarrow}
      style={{ transform: `translateY(${top}px)` }}
    >
      {isNarrow ? (
        <Card facts={facts} isSelected={isSelected} />
      ) : (
        columns.map((column) =>
          column === 'number' ? (
            <NumberCell key={column} facts={facts} isSelected={isSelected} />
          ) : column === 'name' ? (
            <NameCell key={column} row={row} />
          ) : (
            <Cell key={column} column={column} facts={facts} />
          ),
        )
      )}
    </div>
  );
});

function Card({ facts, isSelected }: { readonly facts: CellFacts; readonly isSelected: boolean }): ReactNode {
  const { row, state } = facts;
  return (
    <>
      <div className="q" role="gridcell">
        <span className="tile tl">
          <Icon name={LOOK_ICON[state.look]} />
        </span>
        <SelectBox name={row.name} isSelected={isSelected} />
      </div>
      <div className="n" role="gridcell">
        <span className="nm el" dir="auto" title={row.name}>
          {row.name}
        </span>
        <LabelDots labels={row.labels} />
      </div>
      <div className="p" role="gridcell">
        <ProgressBar row={row} />
        <span className="num">{row.hasMetadata ? formatPercent(progressOf(row)) : ''}</span>
      </div>
      <div className="s" role="gridcell">
        <span className="st">
          <span className="el">{state.text}</span>
        </span>
      </div>
      <div className="sub2 num" role="gridcell">
        {summary(facts)}
      </div>
      <div className="bt" role="gridcell">
        <button type="button" className="ib" aria-label={t('more_of', row.name)} data-more tabIndex={-1}>
          <Icon name="more" />
        </button>
      </div>
    </>
  );
}

function labelOf({ row, state, leftMs }: CellFacts): string {
  const left = leftText(row, leftMs);
  const parts = [row.name, state.text, formatPercent(progressOf(row))];
  if (left !== DASH) parts.push(t('time_left', left));
  return parts.join(', ');
}

/** Rates and what is left; the size where nothing moves. */
function summary({ row, leftMs }: CellFacts): string {
  if (!row.hasMetadata) return tn('peers_found', row.knownPeers);
  const rate = (arrow: string, value: number): string => (value < 1 ? '' : `${arrow} ${formatRate(value)}`);
  const left = leftText(row, leftMs);
  const parts = [rate('↓', row.downRate), rate('↑', row.upRate), left === DASH ? '' : left];
  if (row.downRate < 1 && row.upRate < 1) parts.push(formatSizeOrDash(row.totalLength));
  return parts.filter((part) => part !== '').join(' · ');
}
