/** What .torrent files say about themselves. */
import { expect, test } from 'vitest';
import { notesOf, NO_NOTES } from './torrent-notes.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1');
const INFO = `d6:lengthi5e4:name1:a12:piece lengthi16384e6:pieces20:${'y'.repeat(20)}e`;
const NOTES = { comment: 'read me', createdBy: 'someone', creationDate: 1_700_000_000 };
const FILE = `d7:comment7:read me10:created by7:someone13:creation datei1700000000e4:info${INFO}8:url-list0:e`;

test('are the same whether the info dictionary is known or not', () => {
  expect(notesOf(bytes(FILE), null)).toEqual(NOTES);
  expect(notesOf(bytes(FILE), bytes(INFO))).toEqual(NOTES);
  expect(notesOf(bytes(`d4:info${INFO}e`), bytes(INFO))).toEqual(NO_NOTES);
});

test('do not need the info dictionary where it is known', () => {
  const odd = 'd4:name1:ae';
  expect(notesOf(bytes(FILE.replace(INFO, odd)), bytes(odd))).toEqual(NOTES);
  expect(notesOf(bytes(FILE.replace(INFO, odd)), null)).toEqual(NO_NOTES);
});

test('are those beside the info dictionary, whatever else looks like it', () => {
  const file = `d7:comment12:4:info${INFO.slice(0, 6)}4:info${INFO}e`;
  expect(notesOf(bytes(file), bytes(INFO)).comment).toBe('4:infod6:len');
  expect(notesOf(bytes('no torrent'), bytes(INFO))).toEqual(NO_NOTES);
});
