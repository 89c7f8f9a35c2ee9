import { expect, it } from 'vitest';
import { rowOf } from '@jstorrent/control/testing';
import { problemNote } from './problem-notes.ts';

const general = { problem: 'The service says why.', trackerProblem: null, folderText: '/srv/a' };
const failed = (code: 'DISK_FULL' | 'NOT_FOUND' | 'FILE_CHANGED' | 'DISK_ERROR') =>
  rowOf(1, { state: 'failed', failure: { code, missing: 212_000_000, detail: 'raw' } });

it('a failure has a title, a sentence and what helps', () => {
  expect(problemNote(failed('DISK_FULL'), general)).toMatchObject({
    look: 'error',
    title: 'Disk is full',
    remedies: ['move', 'again'],
  });
  expect(problemNote(failed('NOT_FOUND'), general)?.remedies[0]).toBe('locate');
  expect(problemNote(failed('FILE_CHANGED'), general)?.remedies).toEqual(['check']);
  expect(problemNote(failed('DISK_ERROR'), general)?.remedies).toEqual(['again']);
  expect(problemNote(failed('DISK_ERROR'), null)?.text).not.toBe('');
});

it('a torrent that every tracker refuses is warned of in their words', () => {
  const refused = rowOf(1, { trackerHealth: 'refused' });
  const note = problemNote(refused, { ...general, trackerProblem: 'torrent not registered' });
  expect(note?.look).toBe('warn');
  expect(note?.text).toContain('torrent not registered');
  expect(problemNote(refused, null)?.text).not.toBe('');
});

it('nothing is said where nothing is wrong', () => {
  expect(problemNote(rowOf(1), general)).toBeNull();
  expect(problemNote(rowOf(1, { trackerHealth: 'noAnswer' }), general)).toBeNull();
});
