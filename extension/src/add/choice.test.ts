/** What is chosen, as a command. */
import { COMMANDS } from '@jstorrent/control';
import { expect, it } from 'vitest';
import { addOptions, fileChoice, spaceFor, type Choice } from './choice.ts';

const file = (index: number, priority: 0 | 1 | 2 | 3) => ({
  index,
  path: [`f${index}`],
  length: 1,
  priority,
});
const choice: Choice = {
  place: { root: 'd', folder: [] },
  labels: [],
  start: true,
  queueTop: false,
  sequential: false,
  skipCheck: false,
  name: ' ',
};

it('says nothing of files when all are wanted as usual', () => {
  expect(fileChoice([file(0, 2), file(3, 2)])).toBe(null);
  expect(fileChoice([])).toBe(null);
});

it('names the fewer files and makes the others the rest', () => {
  expect(fileChoice([file(0, 2), file(2, 0), file(5, 0), file(7, 0)])).toEqual({ some: [[0, 2]], rest: 0 });
  expect(fileChoice([file(0, 2), file(2, 3), file(5, 2), file(7, 0)])).toEqual({
    some: [
      [2, 3],
      [7, 0],
    ],
    rest: 2,
  });
  expect(fileChoice([file(4, 0)])).toEqual({ some: [], rest: 0 });
});

it('is a command that the service accepts, with only what was chosen', () => {
  const options = addOptions(choice, fileChoice([file(0, 1), file(1, 2)]));
  expect(options).toEqual({
    place: { root: 'd', folder: [] },
    start: true,
    queueTop: false,
    sequential: false,
    files: { some: [[0, 1]], rest: 2 },
  });
  const all = addOptions({ ...choice, labels: ['a'], name: ' My film ', skipCheck: true }, null);
  expect(all).toMatchObject({ labels: ['a'], name: 'My film', skipCheck: true });
  for (const given of [options, all])
    expect(COMMANDS['torrent.add'].params.safeParse({ source: { preview: 1 }, ...given }).success).toBe(true);
});

it('tells how much room is missing or left', () => {
  expect(spaceFor(14, 9)).toEqual({ needed: 14, free: 9, missing: 5, left: 0 });
  expect(spaceFor(14, 214)).toMatchObject({ missing: 0, left: 200 });
  expect(spaceFor(14, null)).toMatchObject({ missing: 0, left: null });
});
