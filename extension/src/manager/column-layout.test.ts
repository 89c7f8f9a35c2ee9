/** What is kept of the columns a user wants. */
import { expect, it } from 'vitest';
import {
  readLayout,
  reordered,
  resized,
  shifted,
  shownColumns,
  sortedBy,
  templateOf,
  totalWidth,
  USUAL_LAYOUT,
  withShown,
} from './column-layout.ts';

it('shows when a torrent was added on wide pages only, unless the user decided', () => {
  expect(shownColumns(USUAL_LAYOUT, 1499)).not.toContain('added');
  expect(shownColumns(USUAL_LAYOUT, 1500)).toContain('added');
  expect(shownColumns(withShown(USUAL_LAYOUT, 'added', true), 900)).toContain('added');
  expect(shownColumns(withShown(USUAL_LAYOUT, 'added', false), 2000)).not.toContain('added');
});

it('lets the name take what is left until it has a width of its own', () => {
  const columns = ['number', 'name', 'size'] as const;
  expect(templateOf(USUAL_LAYOUT, columns)).toBe('54px minmax(200px, 1fr) 78px');
  expect(templateOf(resized(USUAL_LAYOUT, 'name', 300), columns)).toBe('54px 300px 78px minmax(0, 1fr)');
  expect(totalWidth(USUAL_LAYOUT, columns)).toBe(332);
});

it('never makes a column narrower than it needs, and forgets a width', () => {
  expect(resized(USUAL_LAYOUT, 'name', 10).widths.name).toBe(200);
  expect(resized(resized(USUAL_LAYOUT, 'size', 90), 'size', null).widths).toEqual({});
});

it('puts a column before another or at the end, but number and name stay first', () => {
  expect(reordered(USUAL_LAYOUT, 'ratio', 'size').order.slice(0, 4)).toEqual([
    'number',
    'name',
    'ratio',
    'size',
  ]);
  expect(reordered(USUAL_LAYOUT, 'ratio', 'number').order.slice(0, 3)).toEqual(['number', 'name', 'ratio']);
  expect(reordered(USUAL_LAYOUT, 'size', null).order.at(-1)).toBe('size');
  expect(reordered(USUAL_LAYOUT, 'name', 'ratio')).toBe(USUAL_LAYOUT);
});

it('changes places with the neighbour that is shown', () => {
  const shown = (layout: typeof USUAL_LAYOUT) => shownColumns(layout, 1000);
  const usual = shown(USUAL_LAYOUT);
  expect(shown(shifted(USUAL_LAYOUT, 'up', -1, 1000)).slice(4, 7)).toEqual(['state', 'up', 'down']);
  expect(shown(shifted(USUAL_LAYOUT, 'down', 1, 1000)).slice(4, 7)).toEqual(['state', 'up', 'down']);
  expect(shown(shifted(USUAL_LAYOUT, 'ratio', 1, 1000)).slice(-2)).toEqual(['peers', 'ratio']);
  expect(shown(shifted(USUAL_LAYOUT, 'size', -1, 1000))).toEqual(usual);
  expect(shown(shifted(USUAL_LAYOUT, 'peers', 1, 1000))).toEqual(usual);
});

it('sorts by what was clicked, figures with the largest first, and turns it round', () => {
  const once = sortedBy(USUAL_LAYOUT, 'down');
  expect(once.sort).toEqual({ column: 'down', direction: 'descending' });
  expect(sortedBy(once, 'down').sort.direction).toBe('ascending');
  expect(sortedBy(once, 'name').sort).toEqual({ column: 'name', direction: 'ascending' });
});

it('is not sorted by a column that was hidden', () => {
  expect(withShown(sortedBy(USUAL_LAYOUT, 'down'), 'down', false).sort).toEqual(USUAL_LAYOUT.sort);
});

it('reads what it kept, and makes the best of what it did not write', () => {
  const layout = sortedBy(
    withShown(resized(reordered(USUAL_LAYOUT, 'up', 'size'), 'up', 99), 'seeds', true),
    'up',
  );
  expect(readLayout(JSON.parse(JSON.stringify(layout)))).toEqual(layout);
  for (const odd of [null, 7, 'x', [], { order: 'no', widths: 3, shown: { size: 'x' }, sort: [] }])
    expect(readLayout(odd)).toEqual(USUAL_LAYOUT);
  const partly = readLayout({ order: ['ratio', 'nonsense', 'ratio'], widths: { size: -5, x: 3 } });
  expect(partly.order.slice(0, 4)).toEqual(['number', 'name', 'ratio', 'size']);
  expect(partly.widths).toEqual({ size: 52 });
});
