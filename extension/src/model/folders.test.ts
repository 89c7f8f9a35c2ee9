/** Folders as text. */
import { describe, expect, it } from 'vitest';
import { isSamePlace, pathOfPlace, readPath, textOfPlace, type Root } from './folders.ts';

const root = (key: string, path: string): Root => ({
  key,
  path,
  name: key,
  freeBytes: null,
  totalBytes: null,
  available: true,
  torrents: 0,
});
const unix = [
  root('d', '/home/ann/Downloads'),
  root('f', '/home/ann/Downloads/films'),
  root('m', '/mnt/media'),
];
const windows = [root('c', 'C:\\Users\\Ann\\Downloads')];

describe('a typed path', () => {
  it('means a place in the innermost folder that holds it', () => {
    expect(readPath('/home/ann/Downloads/films/new', unix)).toEqual({
      kind: 'place',
      place: { root: 'f', folder: ['new'] },
    });
    expect(readPath(' ~/Downloads/iso/ ', unix)).toEqual({
      kind: 'place',
      place: { root: 'd', folder: ['iso'] },
    });
    expect(readPath('c:/users/ann/downloads/iso', windows)).toEqual({
      kind: 'place',
      place: { root: 'c', folder: ['iso'] },
    });
  });

  it('outside of all folders is a path to be added, and no part of a name holds it', () => {
    expect(readPath('/home/ann/Downloads2', unix)).toEqual({ kind: 'outside', path: '/home/ann/Downloads2' });
    expect(readPath('~/Music', unix)).toEqual({ kind: 'outside', path: '/home/ann/Music' });
  });

  it('is nothing when it is not whole or leads back', () => {
    for (const text of ['', 'Downloads', 'films/new', '/mnt/media/../etc', '~', 'C:'])
      expect([text, readPath(text, [])]).toEqual([text, { kind: 'invalid' }]);
  });
});

describe('a place', () => {
  it('is shown with ~ for the home of the user', () => {
    expect(textOfPlace({ root: 'd', folder: ['iso', 'new'] }, unix)).toBe('~/Downloads/iso/new');
    expect(textOfPlace({ root: 'm', folder: [] }, unix)).toBe('/mnt/media');
    expect(textOfPlace({ root: 'gone', folder: [] }, unix)).toBe('');
    expect(textOfPlace(null, unix)).toBe('');
  });

  it('has the path that reads back as itself', () => {
    for (const [roots, place] of [
      [unix, { root: 'f', folder: ['a', 'b'] }],
      [windows, { root: 'c', folder: ['x'] }],
      [[root('top', '/')], { root: 'top', folder: ['srv'] }],
    ] as const) {
      const read = readPath(pathOfPlace(place, roots) ?? '', roots);
      expect(read.kind === 'place' && isSamePlace(read.place, place)).toBe(true);
    }
  });
});
