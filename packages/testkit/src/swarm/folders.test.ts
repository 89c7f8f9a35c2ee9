import type { FolderAnswer } from '@jstorrent/engine';
import { describe, expect, it } from 'vitest';
import { lonelyLeecher } from './meet.ts';

/** What a question ended with. */
function note<T>(): { readonly answer: FolderAnswer<T>; readonly ends: unknown[] } {
  const ends: unknown[] = [];
  return {
    ends,
    answer: { onDone: (value) => ends.push(value), onFailed: (code) => ends.push(code) },
  };
}

describe('the owner of an engine', () => {
  function begin() {
    const { swarm, leecher } = lonelyLeecher();
    const disk = swarm.world.disk(leecher.host);
    const settle = ({ ends }: { readonly ends: unknown[] }): unknown => {
      swarm.world.settle(() => ends.length > 0, { maxMs: 10_000 });
      return ends[0];
    };
    return { swarm, leecher, disk, settle, api: leecher.engine.disk };
  }

  it('reads files of any length in parts', () => {
    const { disk, settle, api } = begin();
    const bytes = Uint8Array.from({ length: 9_000_000 }, (_, index) => index % 251);
    disk.putFile('downloads', 'watch/a.torrent', bytes);
    disk.putFile('downloads', 'empty', new Uint8Array());
    const read = (path: string[], maxBytes: number): unknown => {
      const end = note<Uint8Array>();
      api.readFile({ root: 'downloads', path, maxBytes }, end.answer);
      return settle(end);
    };
    expect(Buffer.compare(read(['watch', 'a.torrent'], 9_000_000) as Uint8Array, bytes)).toBe(0);
    expect(read(['empty'], 0)).toEqual(new Uint8Array());
    expect(read(['watch', 'a.torrent'], 8_999_999)).toBe('FILE_TOO_LARGE');
    expect(read(['none'], 1)).toBe('NOT_FOUND');
  });

  it('is not given a file that changed while it was read', () => {
    const { swarm, disk, settle, api } = begin();
    disk.putFile('downloads', 'a', new Uint8Array(9_000_000));
    const before = disk.count('folder');
    const end = note<Uint8Array>();
    api.readFile({ root: 'downloads', path: ['a'], maxBytes: 10_000_000 }, end.answer);
    swarm.world.settle(() => disk.count('folder') > before);
    swarm.world.advance(0.1);
    disk.volume('downloads').write('a', 0, Uint8Array.of(1), disk.wallMs() + 5000);
    expect(settle(end)).toBe('FILE_CHANGED');
  });

  it('lists, makes and renames, and is told when the daemon dies', () => {
    const { leecher, settle, api } = begin();
    const made = note<void>();
    api.makeFolder({ root: 'downloads', folder: ['new'] }, made.answer);
    expect(settle(made)).toBeUndefined();
    const renamed = note<void>();
    api.renameEntry('downloads', ['new'], ['newer'], renamed.answer);
    settle(renamed);
    const listed = note<unknown>();
    api.listFolder({ root: 'downloads', folder: [] }, listed.answer);
    expect(settle(listed)).toMatchObject({ isCut: false, entries: [{ name: 'newer', isFolder: true }] });
    const space = note<unknown>();
    api.freeSpace({ root: 'downloads', folder: [] }, space.answer);
    expect(settle(space)).toHaveProperty('free');
    const lost = [note<unknown>(), note<Uint8Array>()] as const;
    api.listFolder({ root: 'downloads', folder: [] }, lost[0].answer);
    api.readFile({ root: 'downloads', path: ['x'], maxBytes: 1 }, lost[1].answer);
    leecher.losePlane(100);
    expect([lost[0].ends, lost[1].ends]).toEqual([['DISK_ERROR'], ['DISK_ERROR']]);
  });
});
