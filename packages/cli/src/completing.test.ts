import { Command } from 'commander';
import { expect, test } from 'vitest';
import { completionsOf } from './completing.ts';
import { defineServiceCommands } from './program-service.ts';
import { defineSystemCommands } from './program-system.ts';

const program = new Command('jstorrent');
defineServiceCommands(program, () => Promise.resolve());
defineSystemCommands(program, () => Promise.resolve());
const NAMES = [
  { word: 'Red book', about: '11112222' },
  { word: 'blue book', about: '33334444' },
];

async function offered(...words: readonly string[]): Promise<readonly string[]> {
  const found = await completionsOf(program, words, () => Promise.resolve(NAMES));
  return found.map(({ word }) => word);
}

test('commands are offered in the first place, and theirs in the second, but none that are hidden', async () => {
  expect(await offered('se')).toEqual(['set', 'service']);
  expect(await offered('service', 'st')).toEqual(['status', 'start', 'stop']);
  expect(await offered('')).not.toContain('__complete');
  expect(await offered('')).toContain('add');
});

test('options are offered once a dash is typed, and values of options that take them', async () => {
  expect(await offered('remove', 'Red book', '--')).toEqual(['--delete-files', '--json']);
  expect(await offered('add', '--dir', '')).toEqual([':folders']);
  expect(await offered('add', '--label', '')).toEqual([]);
  expect(await offered('add', '--label', 'x', '')).toEqual([':files']);
});

test('torrents are offered wherever one is named, also behind others', async () => {
  expect(await offered('show', 'r')).toEqual(['Red book']);
  expect(await offered('stop', 'Red book', '')).toEqual(['Red book', 'blue book']);
  expect(await offered('move', 'Red book', '')).toEqual([':folders']);
  expect(await offered('set', '')).toEqual(['global', 'Red book', 'blue book']);
  expect(await offered('completion', 'b')).toEqual(['bash']);
});
