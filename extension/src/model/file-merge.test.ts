import { runsOf, type FileRow, type Panes } from '@jstorrent/control';
import { describe, expect, it } from 'vitest';
import { FileMerge } from './file-merge.ts';

const row = (index: number): FileRow => ({ index, path: [`${index}`], length: 10, have: 0, priority: 2 });
const update = (more: Partial<Panes['files']>): Panes['files'] => ({
  total: 3,
  revision: 1,
  reset: true,
  part: 0,
  parts: 1,
  runs: [],
  files: [],
  ...more,
});

describe('files that come in parts', () => {
  it('are whole after the last part', () => {
    const merge = new FileMerge();
    expect(merge.apply(update({ parts: 2, runs: runsOf([row(0), row(1)]) }))).toBe('more');
    expect(merge.rows).toBeNull();
    expect(merge.loaded).toBeCloseTo(2 / 3);
    expect(merge.apply(update({ part: 1, parts: 2, runs: runsOf([row(2)]) }))).toBe('changed');
    expect(merge.rows).toEqual([row(0), row(1), row(2)]);
  });

  it('change by what is told, and stay the same objects elsewhere', () => {
    const merge = new FileMerge();
    merge.apply(update({ runs: runsOf([row(0), row(1), row(2)]) }));
    const before = merge.rows;
    const patch = update({ reset: false, revision: 2, files: [{ index: 1, have: 10 }] });
    expect(merge.apply(patch)).toBe('changed');
    expect(merge.rows?.[1]).toEqual({ ...row(1), have: 10 });
    expect(merge.rows?.[0]).toBe(before?.[0]);
    expect(merge.rows?.[1]?.path).toBe(before?.[1]?.path);
  });

  it('stay the same objects when all of them come again', () => {
    const merge = new FileMerge();
    merge.apply(update({ runs: runsOf([row(0), row(1), row(2)]) }));
    const before = merge.rows;
    const now = [row(0), { ...row(1), have: 10 }, { ...row(2), path: ['other'] }];
    merge.apply(update({ runs: runsOf(now), revision: 7 }));
    expect(merge.rows).toEqual(now);
    expect(merge.rows?.[0]).toBe(before?.[0]);
    expect(merge.rows?.[1]?.path).toBe(before?.[1]?.path);
  });

  it('were missed when a number is left out, a part is, or a patch is of an unknown file', () => {
    const merge = new FileMerge();
    expect(merge.apply(update({ reset: false }))).toBe('missed');
    merge.apply(update({ runs: runsOf([row(0)]) }));
    expect(merge.apply(update({ reset: false, revision: 3 }))).toBe('missed');
    expect(merge.apply(update({ revision: 4, parts: 3 }))).toBe('more');
    expect(merge.apply(update({ revision: 4, part: 2, parts: 3 }))).toBe('missed');
    merge.apply(update({ revision: 5, runs: runsOf([row(0)]) }));
    expect(merge.apply(update({ reset: false, revision: 6, files: [{ index: 9, have: 1 }] }))).toBe('missed');
    expect(merge.rows).toEqual([row(0)]);
  });

  it('are shown as the user wishes until something newer is told', () => {
    const merge = new FileMerge();
    merge.apply(update({ runs: runsOf([row(0)]) }));
    merge.assume((rows) => rows.map((one) => ({ ...one, priority: 0 })));
    expect(merge.rows?.[0]?.priority).toBe(0);
    merge.apply(update({ reset: false, revision: 2, files: [{ index: 0, priority: 3 }] }));
    expect(merge.rows?.[0]?.priority).toBe(3);
  });

  it('find their place where padding between them was left out', () => {
    const merge = new FileMerge();
    merge.apply(update({ total: 2, runs: runsOf([row(0), row(2)]) }));
    expect(merge.rows).toEqual([row(0), row(2)]);
    merge.apply(update({ reset: false, revision: 2, files: [{ index: 2, have: 10 }] }));
    expect(merge.rows).toEqual([row(0), { ...row(2), have: 10 }]);
    expect(merge.apply(update({ reset: false, revision: 3, files: [{ index: 1, have: 1 }] }))).toBe('missed');
  });
});
