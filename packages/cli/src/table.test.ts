import { expect, test } from 'vitest';
import { factLines, tableLines, type Column } from './table.ts';

interface Row {
  readonly name: string;
  readonly size: number;
  readonly note: string;
}
const COLUMNS: readonly Column<Row>[] = [
  { title: 'Name', least: 6, cell: ({ name }) => name },
  { title: 'Size', isNumber: true, cell: ({ size }) => String(size) },
  { title: 'Note', giveWay: 1, cell: ({ note }) => ({ text: note, style: 'red' }) },
];
const ROWS: readonly Row[] = [
  { name: 'a long name of a torrent', size: 5, note: 'x' },
  { name: '短い', size: 12_345, note: 'yy' },
];
const lines = (columns: number | null, hasColors = false): string[] =>
  tableLines(COLUMNS, ROWS, { columns, hasColors });

test('numbers stand to the right, and wide characters count twice', () => {
  expect(lines(null)).toEqual([
    'Name                       Size  Note',
    'a long name of a torrent      5  x',
    '短い                      12345  yy',
  ]);
});

test('a narrow terminal cuts what may be cut, then loses columns, and never more than it has to', () => {
  expect(lines(25)).toEqual(['Name          Size  Note', 'a long nam…      5  x', '短い         12345  yy']);
  expect(lines(18)).toEqual(['Name         Size', 'a long na…      5', '短い        12345']);
  expect(lines(5)).toEqual(['Name     Size', 'a lon…      5', '短い    12345']);
});

test('colours are put around the text alone, and only where they are wanted', () => {
  expect(lines(80, true)[1]).toBe('a long name of a torrent      5  \u001b[31mx\u001b[39m');
  expect(lines(80)[1]).not.toContain('\u001b');
});

test('a table without rows is its titles', () => {
  expect(tableLines(COLUMNS, [], { columns: null, hasColors: false })).toEqual(['Name  Size  Note']);
});

test('facts that are not known take no line', () => {
  const facts = factLines([
    ['Name', 'a'],
    ['Comment', null],
    ['Created by', ''],
    ['Ratio', '1.00'],
  ]);
  expect(facts).toEqual(['Name:  a', 'Ratio: 1.00']);
});
