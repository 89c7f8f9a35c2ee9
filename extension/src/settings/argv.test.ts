/** A program as lines of text. */
import { COMMANDS } from '@jstorrent/control';
import { expect, it } from 'vitest';
import { readArgv } from './argv.ts';

it('is its path and one argument per line, spaces and empty arguments kept', () => {
  expect(readArgv('/usr/bin/notify-send\n--title\n\na b \n\n')).toEqual([
    '/usr/bin/notify-send',
    '--title',
    '',
    'a b ',
  ]);
  expect(readArgv('C:\\tools\\done.exe\r\nx')).toEqual(['C:\\tools\\done.exe', 'x']);
  expect(readArgv(' \n ')).toEqual([]);
});

it('is none without a whole path or beyond what the service takes', () => {
  expect(readArgv('notify-send')).toBe('notWhole');
  expect(readArgv('rm -rf /')).toBe('notWhole');
  expect(readArgv(`/x\n${'y'.repeat(1025)}`)).toBe('tooLong');
  const most = readArgv(`/x${'\ny'.repeat(31)}`);
  expect(COMMANDS['settings.set'].params.safeParse({ 'done.run': most }).success).toBe(true);
  expect(readArgv(`/x${'\ny'.repeat(32)}`)).toBe('tooLong');
});
