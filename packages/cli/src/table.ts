/**
 * Tables for people: numbers to the right, as wide as the terminal allows. Decides which columns give way when it is narrow;
 * what stands in them comes from the commands.
 */
import { styleText } from 'node:util';
import { columnsOf, fitColumns } from './text.ts';

/** Colours of a cell. */
export type Style = 'green' | 'cyan' | 'yellow' | 'red' | 'dim';

/** One cell: foreign texts must have gone through `plain`. */
export type Cell = string | { readonly text: string; readonly style: Style };

/** One column. */
export interface Column<T> {
  readonly title: string;
  readonly cell: (row: T) => Cell;
  readonly isNumber?: boolean;
  /** Columns with the highest number give way first; 0 = never. */
  readonly giveWay?: number;
  /** May be cut to this width. */
  readonly least?: number;
}

/** Where a table is shown. */
export interface TableSpace {
  /** Null = as wide as it is. */
  readonly columns: number | null;
  readonly hasColors: boolean;
}

const GAP = '  ';
/** Widths are taken from so many rows: the table of a large list begins at once. */
const MEASURED_ROWS = 10_000;

/** The lines of a table, titles first. */
export function tableLines<T>(
  columns: readonly Column<T>[],
  rows: readonly T[],
  space: TableSpace,
): string[] {
  const cells = new Map(columns.map((column) => [column, rows.map((row) => column.cell(row))]));
  const widths = new Map(
    [...cells].map(([column, texts]) => {
      const measured = texts.slice(0, MEASURED_ROWS).map((cell) => columnsOf(textOf(cell)));
      return [column, measured.reduce((a, b) => Math.max(a, b), column.title.length)];
    }),
  );
  const shown = space.columns === null ? columns : fitting(columns, widths, space.columns - 1);
  const lineOf = (cellOf: (column: Column<T>) => Cell, isTitle: boolean): string => {
    const parts = shown.map((column, index) => {
      const isLast = index === shown.length - 1;
      return padded(cellOf(column), {
        width: widths.get(column) ?? 0,
        isRight: column.isNumber === true,
        isOpen: isLast,
        isCut: space.columns !== null && column.least !== undefined,
        hasColors: space.hasColors && !isTitle,
      });
    });
    return parts.join(GAP).trimEnd();
  };
  const lines = rows.map((_, index) => lineOf((column) => cells.get(column)?.[index] ?? '', false));
  const title = lineOf((column) => column.title, true);
  return [space.hasColors ? styleText('bold', title, { validateStream: false }) : title, ...lines];
}

/** The columns that have room; widths of those that may be cut are made smaller. */
function fitting<T>(
  columns: readonly Column<T>[],
  widths: Map<Column<T>, number>,
  room: number,
): readonly Column<T>[] {
  let shown = [...columns];
  const excess = (): number => {
    const sum = shown.reduce((total, column) => total + (widths.get(column) ?? 0) + GAP.length, -GAP.length);
    return sum - room;
  };
  const spare = (column: Column<T>): number => {
    const width = widths.get(column) ?? 0;
    return column.least === undefined ? 0 : Math.max(0, width - Math.max(column.least, column.title.length));
  };
  while (excess() > shown.reduce((total, column) => total + spare(column), 0)) {
    const weakest = shown.reduce((a, b) => ((b.giveWay ?? 0) > (a.giveWay ?? 0) ? b : a));
    if ((weakest.giveWay ?? 0) === 0) break;
    shown = shown.filter((column) => column !== weakest);
  }
  for (const column of shown) {
    const cut = Math.min(Math.max(0, excess()), spare(column));
    widths.set(column, (widths.get(column) ?? 0) - cut);
  }
  return shown;
}

interface Padding {
  readonly width: number;
  readonly isRight: boolean;
  /** Nothing follows: no spaces are needed. */
  readonly isOpen: boolean;
  readonly isCut: boolean;
  readonly hasColors: boolean;
}

function padded(cell: Cell, { width, isRight, isOpen, isCut, hasColors }: Padding): string {
  const whole = textOf(cell);
  const text = isCut && columnsOf(whole) > width ? `${fitColumns(whole, width - 1)}…` : whole;
  const space = ' '.repeat(Math.max(0, width - columnsOf(text)));
  const coloured =
    hasColors && typeof cell !== 'string' ? styleText(cell.style, text, { validateStream: false }) : text;
  if (isRight) return `${space}${coloured}`;
  return isOpen ? coloured : `${coloured}${space}`;
}

function textOf(cell: Cell): string {
  return typeof cell === 'string' ? cell : cell.text;
}

/** Labels and values below each other; absent values are left out. */
export function factLines(facts: readonly (readonly [label: string, value: string | null])[]): string[] {
  const shown = facts.filter(([, value]) => value !== null && value !== '');
  const width = shown.reduce((longest, [label]) => Math.max(longest, label.length), 0) + 2;
  return shown.map(([label, value]) => `${(label === '' ? '' : `${label}:`).padEnd(width)}${value ?? ''}`);
}
