import { expect, test } from 'vitest';
import { CliError, EXIT } from './errors.ts';
import { createOutput, type OutputMode } from './output.ts';

function record(mode: OutputMode, isTTY = false) {
  let nowMs = 0;
  const written = { stdout: '', stderr: '' };
  const output = createOutput({
    mode,
    stdout: { isTTY, columns: 20, write: (text) => (written.stdout += text) },
    stderr: { write: (text) => (written.stderr += text) },
    now: () => nowMs,
  });
  const wait = (ms: number): void => {
    nowMs += ms;
  };
  return { output, written, wait };
}

const ERROR = new CliError(EXIT.disk, 'DENIED', 'no\u001b[31m entry');

test('programs read nothing but JSON on standard output', () => {
  const { output, written } = record('events', true);
  output.line('a line');
  output.status('a status');
  output.notice('a notice');
  output.event({ event: 'progress', name: 'two\nlines' });
  output.error(ERROR);
  const events = written.stdout.trimEnd().split('\n');
  expect(events.map((line) => JSON.parse(line) as unknown)).toEqual([
    { event: 'progress', name: 'two\nlines' },
    { event: 'error', code: 'DENIED', message: 'no entry' },
  ]);
  expect(written.stderr).toBe('a notice\nerror: DENIED: no entry\n');
});

test('an error is the one value of a command that prints one', () => {
  const { output, written } = record('value');
  output.error(ERROR);
  expect(JSON.parse(written.stdout)).toEqual({ error: { code: 'DENIED', message: 'no entry' } });
});

test('a terminal shows one status line in place, and takes it away for other lines', () => {
  const { output, written } = record('people', true);
  output.status('first');
  output.status('a line that is much too long for it');
  output.line('done');
  output.event({ event: 'progress' });
  expect(written.stdout).toBe('\rfirst\u001b[K\ra line that is much\u001b[K\r\u001b[Kdone\n');
});

test('anything but a terminal gets a whole status line every few seconds', () => {
  const { output, written, wait } = record('people');
  for (let i = 0; i < 22; i += 1) {
    output.status(`at ${i * 500}`);
    wait(500);
  }
  expect(written.stdout).toBe('at 0\nat 5000\nat 10000\n');
});

test('a frame stands in place of the one before it, and no higher than the terminal', () => {
  let shown = '';
  const stdout = { isTTY: true, columns: 20, rows: 3, write: (text: string) => (shown += text) };
  const output = createOutput({ mode: 'people', stdout, env: {} });
  output.frame(['one']);
  output.frame(['one', 'two', 'three', 'four']);
  output.frame(['last']);
  const frames = ['\r\u001b[Jone\n', '\u001b[1A\r\u001b[Jone\ntwo\n', '\u001b[2A\r\u001b[Jlast\n'];
  expect(shown).toBe(frames.map((frame) => `\u001b[?7l${frame}\u001b[?7h`).join(''));
});

test('colours are for terminals whose user wants them', () => {
  const hasColors = (
    isTTY: boolean,
    env: Readonly<Record<string, string>>,
    mode: OutputMode = 'people',
  ): boolean => createOutput({ mode, stdout: { isTTY, write: () => {} }, env }).hasColors;
  expect(hasColors(true, {})).toBe(true);
  expect(hasColors(false, {})).toBe(false);
  expect(hasColors(true, { NO_COLOR: '1' })).toBe(false);
  expect(hasColors(true, { NO_COLOR: '' })).toBe(true);
  expect(hasColors(true, { TERM: 'dumb' })).toBe(false);
  expect(hasColors(true, {}, 'value')).toBe(false);
});
