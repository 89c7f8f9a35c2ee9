import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Layout, LayoutFile } from '@jstorrent/engine/ports';
import { geometryOf, partsFolder } from './geometry.ts';
import { linkTarget } from './links.ts';

function layoutOf(files: readonly LayoutFile[], pieceLength = 16_384): Layout {
  return { pieceLength, files, hashes: new Uint8Array(), algorithm: 'sha1' };
}

function file(path: string, length = 1): LayoutFile {
  return { path: path.split('/'), length, kind: 'file' };
}

function codeOf(layout: Layout): string {
  try {
    geometryOf(layout);
    return 'fine';
  } catch (error) {
    return (error as { code: string }).code;
  }
}

describe('the geometry of a layout', () => {
  it('places every byte of every piece exactly once, in order', () => {
    const lengths = fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(lengths, fc.integer({ min: 1, max: 17 }), (sizes, pieceLength) => {
        const files = sizes.map((length, index) => file(`f${index}`, length));
        const geometry = geometryOf(layoutOf(files, pieceLength));
        const placed: string[] = [];
        for (let piece = 0; piece < geometry.pieceCount; piece++) {
          let offset = 0;
          for (const run of geometry.runs(piece, 0, geometry.lengthOf(piece))) {
            expect(run.offset).toBe(offset);
            offset += run.length;
            for (let at = run.at; at < run.at + run.length; at++) placed.push(`${run.file}:${at}`);
          }
          expect(offset).toBe(geometry.lengthOf(piece));
        }
        const bytes = sizes.flatMap((length, index) => Array.from({ length }, (_, at) => `${index}:${at}`));
        expect(placed).toEqual(bytes);
      }),
    );
  });

  it('finds a range inside a piece', () => {
    const geometry = geometryOf(layoutOf([file('a', 10), file('b', 0), file('c', 100)], 32));
    expect(geometry.runs(0, 5, 20)).toEqual([
      { file: 0, at: 5, offset: 5, length: 5 },
      { file: 2, at: 0, offset: 10, length: 15 },
    ]);
    expect(geometry.runs(3, 13, 1)).toEqual([{ file: 2, at: 99, offset: 13, length: 1 }]);
  });

  it.each<[string, Layout]>([
    ['a piece length of zero', layoutOf([file('a')], 0)],
    ['a broken piece length', layoutOf([file('a')], 1.5)],
    ['a negative length', layoutOf([file('a', -1)])],
    ['a length beyond 2^53', layoutOf([file('a', 2 ** 53)])],
    ['a total beyond 2^53', layoutOf([file('a', 2 ** 52), file('b', 2 ** 52)])],
    ['too few hashes', { ...layoutOf([file('a', 40_000)]), hashes: new Uint8Array(40) }],
    ['SHA-1 for SHA-256', { ...layoutOf([file('a', 1)]), hashes: new Uint8Array(20), algorithm: 'sha256' }],
    ['two files at one path', layoutOf([file('t/a'), file('t/a')])],
    ['a file that is a folder', layoutOf([file('t/a'), file('t/a/b/c')])],
    ['a folder that is a file', layoutOf([file('t/a/b'), file('t')])],
    ['an empty path', layoutOf([{ path: [], length: 1, kind: 'file' }])],
    ['the folder of part files', layoutOf([file('.JStorrent-parts/x')])],
    ['a note for another torrent', layoutOf([file('tv/.jstorrent-parts/1/move.json')])],
    ['a link with bytes', layoutOf([{ path: ['a'], length: 1, kind: 'symlink' }])],
  ])('refuses %s', (_name, layout) => expect(codeOf(layout)).toBe('BAD_LAYOUT'));

  it.each(['..', '.', '', 'a/b', 'a\\b', 'a\0b'])('refuses the component %j', (component) => {
    expect(codeOf(layoutOf([{ path: ['t', component], length: 1, kind: 'file' }]))).toBe('PATH_ESCAPES');
  });

  it('minds no two pads at one path', () => {
    const pad: LayoutFile = { path: ['.pad', '1'], length: 1, kind: 'pad' };
    expect(codeOf(layoutOf([pad, pad]))).toBe('fine');
  });

  it('names the folder of parts by content, not by paths', () => {
    const hashes = new Uint8Array(20).fill(1);
    const name = (path: string, change: Partial<Layout> = {}): string =>
      partsFolder({ ...layoutOf([file(path)]), hashes, ...change });
    expect(name('a')).toBe(name('b'));
    expect(name('a')).not.toBe(name('a', { hashes: new Uint8Array(20) }));
    expect(name('a')).not.toBe(name('a', { pieceLength: 32_768 }));
  });
});

describe('a link of a torrent', () => {
  it.each<[string, string, string | null]>([
    ['t/link', 't/file', 'file'],
    ['t/a/b/link', 't/c/file', '../../c/file'],
    ['t/a/link', 't/a', '.'],
    ['t/a/link', 't', '..'],
    ['t/link', 'other/file', null],
    ['link', 'link2', null],
    ['t/link', 't/../../etc', null],
    ['t/link', '', null],
  ])('%s to %s points to %j', (path, target, expected) => {
    const link = { path: path.split('/'), length: 0, kind: 'symlink', target: target.split('/') } as const;
    expect(linkTarget(link)).toBe(expected);
  });
});
