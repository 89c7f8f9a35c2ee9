import { describe, expect, it } from 'vitest';
import { digests, makeTorrent, shapes } from './torrents.ts';

describe('makeTorrent', () => {
  it.each(Object.keys(shapes) as (keyof typeof shapes)[])(
    'makes a torrent that parses and matches itself: %s',
    (shape) => {
      const torrent = makeTorrent({ shape });
      const { info, layout } = torrent;
      expect(info.totalLength).toBe(torrent.content.length);
      expect(layout.files.map(({ length }) => length)).toEqual(
        shapes[shape].files.map(({ length }) => length),
      );
      const last = info.pieceCount - 1;
      for (const piece of [0, last]) {
        expect(digests.sha1(torrent.piece(piece))).toEqual(
          info.pieceHashes.slice(piece * 20, piece * 20 + 20),
        );
      }
      const joined = Buffer.concat(layout.files.map((_, index) => torrent.file(index)));
      expect(joined.equals(torrent.content)).toBe(true);
    },
  );

  it('repeats itself for a seed and differs between seeds and names', () => {
    const hash = (seed: number, name: string): string => makeTorrent({ seed, name }).infoHashHex;
    expect(hash(1, 'a')).toBe(hash(1, 'a'));
    expect(hash(1, 'a')).not.toBe(hash(2, 'a'));
    expect(hash(1, 'a')).not.toBe(hash(1, 'b'));
  });

  it('marks padding, which is zeros', () => {
    const torrent = makeTorrent({ shape: 'paddedFiles' });
    expect(torrent.layout.files.map(({ kind }) => kind)).toEqual(['file', 'pad', 'file', 'file']);
    expect(torrent.file(1).every((byte) => byte === 0)).toBe(true);
    expect(torrent.file(0).some((byte) => byte !== 0)).toBe(true);
  });
});
