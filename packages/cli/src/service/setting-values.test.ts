import { expect, test } from 'vitest';
import type { ServiceLink } from './link.ts';
import { parseAssignment, readSettings, readTorrentOptions } from './setting-values.ts';

const GOALS = { ratio: 2, seedMinutes: 60, idleMinutes: null, action: 'stop' } as const;
const options = (...pairs: readonly string[]): object =>
  readTorrentOptions(pairs.map(parseAssignment), GOALS);
/** Settings that are no folders ask nothing of the service. */
const settings = (...pairs: readonly string[]): Promise<object> =>
  readSettings({} as ServiceLink, pairs.map(parseAssignment));

test('options of a torrent are read by their kind, and goals keep what is not named', () => {
  expect(
    options('up=200k', 'down=unlimited', 'labels=a, b,', 'sequential=on', 'connections=inherit'),
  ).toEqual({
    upLimit: 204_800,
    downLimit: 0,
    labels: ['a', 'b'],
    sequential: true,
    connections: null,
  });
  expect(options('ratio=none', 'action=remove', 'idle-minutes=30')).toEqual({
    goals: { ratio: null, seedMinutes: 60, idleMinutes: 30, action: 'remove' },
  });
  expect(options('ratio=inherit')).toEqual({ goals: 'inherit' });
});

test('settings are read by their kind', async () => {
  expect(
    await settings(
      'limits.up=1MiB',
      'net.port=any',
      'queue.ignoreSlow=no',
      'done.run=["x","a=b"]',
      'log.level=info',
    ),
  ).toEqual({
    'limits.up': 1_048_576,
    'net.port': 0,
    'queue.ignoreSlow': false,
    'done.run': ['x', 'a=b'],
    'log.level': 'info',
  });
});

test.each(['up', '=1', 'ratio=many', 'sequential=perhaps', 'colour=red', 'action=run', 'seed-minutes=1.5'])(
  '%s is refused',
  (pair) => {
    expect(() => options(pair)).toThrow(expect.objectContaining({ code: 'USAGE' }));
  },
);

test.each(['no.such=1', 'done.run=x', 'queue.downloads=two', 'toString=1'])('%s is refused', async (pair) => {
  await expect(settings(pair)).rejects.toMatchObject({ code: 'USAGE' });
});
