import process from 'node:process';
import { expect, test } from 'vitest';
import { isOver, type LifetimeFacts } from './lifetime.ts';
import { isWithin, wallTime } from './schedule.ts';
import { lookAt, markOf, type ListedFile } from './watch.ts';

const NIGHT = [
  { day: 6, fromMinute: 60, toMinute: 180 },
  { day: 0, fromMinute: 1380, toMinute: 1440 },
];

test('a span holds from its first minute up to its last', () => {
  expect(isWithin(NIGHT, { day: 6, minute: 59 })).toBe(false);
  expect(isWithin(NIGHT, { day: 6, minute: 60 })).toBe(true);
  expect(isWithin(NIGHT, { day: 6, minute: 179 })).toBe(true);
  expect(isWithin(NIGHT, { day: 6, minute: 180 })).toBe(false);
  expect(isWithin(NIGHT, { day: 0, minute: 1439 })).toBe(true);
  expect(isWithin(NIGHT, { day: 1, minute: 0 })).toBe(false);
  expect(isWithin([], { day: 1, minute: 0 })).toBe(false);
});

test('when clocks change the schedule follows the clock on the wall', () => {
  const before = process.env['TZ'];
  process.env['TZ'] = 'Europe/Berlin';
  try {
    // 2026-03-29, a Sunday: 02:00 becomes 03:00. 2026-10-25: 03:00 becomes 02:00.
    const minutes = (from: string, hours: number): number => {
      const start = Date.parse(from);
      let held = 0;
      for (let minute = 0; minute < hours * 60; minute += 1) {
        if (isWithin(NIGHT, wallTime(new Date(start + minute * 60_000)))) held += 1;
      }
      return held;
    };
    expect(minutes('2026-03-28T23:00:00Z', 23)).toBe(60);
    expect(minutes('2026-10-24T22:00:00Z', 25)).toBe(180);
    expect(minutes('2026-07-04T22:00:00Z', 24)).toBe(120);
  } finally {
    if (before === undefined) delete process.env['TZ'];
    else process.env['TZ'] = before;
  }
});

const ALONE: LifetimeFacts = {
  keepRunning: 'whileActive',
  graceMs: 60_000,
  clients: 0,
  isActive: false,
  aloneMs: 60_000,
};

test('the service leaves when nobody is there, nothing is active and the grace is over', () => {
  expect(isOver(ALONE)).toBe(true);
  expect(isOver({ ...ALONE, aloneMs: 59_999 })).toBe(false);
  expect(isOver({ ...ALONE, clients: 1 })).toBe(false);
  expect(isOver({ ...ALONE, isActive: true })).toBe(false);
  expect(isOver({ ...ALONE, isActive: true, keepRunning: 'never' })).toBe(true);
  expect(isOver({ ...ALONE, keepRunning: 'always', aloneMs: 1e12 })).toBe(false);
});

const file = (name: string, size = 100, mtimeMs = 1): ListedFile => ({
  name,
  isFolder: false,
  size,
  mtimeMs,
});
const NONE = new Map<string, string>();

test('a watched file is read when two looks find it unchanged', () => {
  const first = lookAt([file('a.torrent')], NONE, NONE, 1000);
  expect(first.ready).toEqual([]);
  expect(lookAt([file('a.torrent')], first.memory, NONE, 1000).ready).toEqual(['a.torrent']);
  const grown = lookAt([file('a.torrent', 200)], first.memory, NONE, 1000);
  expect(grown.ready).toEqual([]);
  expect(lookAt([file('a.torrent', 200)], grown.memory, NONE, 1000).ready).toEqual(['a.torrent']);
});

test('what is no torrent, empty, too large or was refused is not read, until it changes', () => {
  const listed = [
    file('notes.txt'),
    file('empty.torrent', 0),
    file('huge.torrent', 1001),
    { ...file('folder.torrent'), isFolder: true },
    file('bad.torrent'),
    file('GOOD.TORRENT'),
  ];
  const refused = new Map([['bad.torrent', markOf(file('bad.torrent'))]]);
  const { memory } = lookAt(listed, NONE, refused, 1000);
  expect(lookAt(listed, memory, refused, 1000).ready).toEqual(['GOOD.TORRENT']);
  const mended = [file('bad.torrent', 99)];
  const seen = lookAt(mended, memory, refused, 1000).memory;
  expect(lookAt(mended, seen, refused, 1000).ready).toEqual(['bad.torrent']);
});

test('a folder with thousands of files is taken up over a while', () => {
  const listed = Array.from({ length: 5000 }, (_, index) => file(`${index}.torrent`));
  const { memory } = lookAt(listed, NONE, NONE, 1000);
  expect(lookAt(listed, memory, NONE, 1000).ready.length).toBe(20);
});
