/**
 * Torrents whose files move, get other names, or were moved by somebody else, while everything else goes on.
 */
import type { AddOptions, EngineEvent, PlaceFailure } from '@jstorrent/engine';
import type { Place } from '@jstorrent/engine/ports';
import { describe, expect, it } from 'vitest';
import type { Client } from '../client.ts';
import { createMemorySwarm, type MemorySwarm } from '../swarm.ts';

const KIB = 1024;
const NAMES = ['torrent/a.bin', 'torrent/sub/b.bin'];
const HOME: Place = { root: 'downloads', folder: [] };
/** Of 1,000 KiB. */
const PIECES = 63;
const AWAY: Place = { root: 'other', folder: ['tv', 'new'] };

interface Stage {
  readonly swarm: MemorySwarm;
  readonly leecher: Client;
}

/** A leecher that has some of two files; each root of its disk is a file system of its own if wished. */
function stage({ isFar = true, havePieces = 20 } = {}): Stage {
  const files = [
    { path: ['a.bin'], length: 700 * KIB },
    { path: ['sub', 'b.bin'], length: 300 * KIB },
  ];
  const swarm = createMemorySwarm({
    seeders: 1,
    leechers: 1,
    files,
    pieceLength: 16 * KIB,
    network: { bytesPerSecond: 200_000, latencyMs: 5 },
    hosts: { disk: { latencyMs: 2 } },
  });
  const leecher = swarm.leechers[0]!;
  swarm.world.disk(leecher.host).hasManyFileSystems = isFar;
  swarm.world.settle(() => leecher.engine.view(swarm.id).havePieces >= havePieces, { maxMs: 60_000 });
  return { swarm, leecher };
}

const kind = ({ swarm, leecher }: Stage): string => leecher.engine.view(swarm.id).state.kind;

const eventsOf = <T extends EngineEvent['type']>(
  { leecher }: Stage,
  type: T,
): Extract<EngineEvent, { type: T }>[] =>
  leecher.events.filter((event): event is Extract<EngineEvent, { type: T }> => event.type === type);

/** What the owner would have kept of place and paths. */
function kept(on: Stage): Pick<AddOptions, 'root' | 'folder' | 'paths'> {
  const last = eventsOf(on, 'placesChanged').at(-1);
  return last === undefined ? HOME : { ...last.place, paths: last.paths };
}

/** Start a change and give what it ends with, once it ends. */
function change(
  { leecher }: Stage,
  begin: (onEnd: (failure: PlaceFailure | null) => void) => void,
): { readonly ends: (PlaceFailure | null)[] } {
  const ends: (PlaceFailure | null)[] = [];
  begin((failure) => ends.push(failure));
  expect(leecher.engine.ids).toHaveLength(1);
  return { ends };
}

const settle = ({ swarm }: Stage, until: () => boolean): void => swarm.world.settle(until, { maxMs: 60_000 });

/** Move and wait for the end. */
function move(on: Stage, place: Place = AWAY): PlaceFailure | null {
  const { ends } = change(on, (onEnd) => on.leecher.engine.disk.move(on.swarm.id, place, onEnd));
  settle(on, () => ends.length > 0);
  return ends[0] ?? null;
}

/** Whether the files at a place are the torrent's, byte for byte. */
function isWhole({ swarm, leecher }: Stage, { root, folder }: Place, names = NAMES): boolean {
  const disk = swarm.world.disk(leecher.host);
  return names.every((name, index) => {
    const bytes = disk.readFile(root, [...folder, name].join('/'));
    return Buffer.compare(bytes, swarm.torrent.file(index)) === 0;
  });
}

const plain = ({ swarm, leecher }: Stage, root: string): string[] =>
  swarm.world
    .disk(leecher.host)
    .volume(root)
    .paths()
    .filter((path) => !path.includes('.jstorrent-parts'));

/** Bits that are set. */
const countOf = (bits: Uint8Array): number =>
  [...bits].reduce((sum, byte) => sum + byte.toString(2).replaceAll('0', '').length, 0);

/** Let the download end, and say how much more than the torrent it took. */
function finish(on: Stage, place: Place = AWAY, names = NAMES): number {
  const { swarm, leecher } = on;
  settle(on, () => kind(on) === 'seeding');
  expect(isWhole(on, place, names)).toBe(true);
  const { downloaded, totalLength } = leecher.engine.view(swarm.id);
  return downloaded - totalLength;
}

describe('a torrent that moves while it downloads', () => {
  it.each([
    ['by renaming', false],
    ['by copying', true],
  ])('%s goes on from its new place, in the same state, and fetches nothing again', (_name, isFar) => {
    const on = stage({ isFar });
    const before = on.leecher.states(on.swarm.id).length;
    expect(move(on)).toBeNull();
    expect(eventsOf(on, 'placesChanged').at(-1)).toMatchObject({ place: AWAY, paths: [] });
    expect(plain(on, 'downloads')).toEqual([]);
    expect(finish(on)).toBeLessThan(6 * 16 * KIB);
    expect(on.leecher.states(on.swarm.id).slice(before)).toEqual(['endgame', 'seeding']);
    expect(on.swarm.world.disk(on.leecher.host).count('hash')).toBe(0);
  });

  it('tells how far it is, at most four times a second', () => {
    const on = stage();
    on.swarm.world.disk(on.leecher.host).setLatency(200);
    const sinceMs = on.swarm.world.clock.now();
    expect(move(on)).toBeNull();
    const told = eventsOf(on, 'moveProgress');
    expect(told.length).toBeGreaterThan(2);
    expect(told.length).toBeLessThanOrEqual(((on.swarm.world.clock.now() - sinceMs) / 1000) * 4 + 1);
    expect(told.every(({ done, total }) => done <= total)).toBe(true);
  });

  it('says what the new place lacks, and goes on at the old one', () => {
    const on = stage();
    const disk = on.swarm.world.disk(on.leecher.host);
    disk.setCapacity(disk.usedBytes + 100 * KIB);
    const failure = move(on);
    expect(failure?.code).toBe('DISK_FULL');
    expect(failure?.missing).toBeGreaterThan(100 * KIB);
    disk.setCapacity(Number.MAX_SAFE_INTEGER);
    finish(on, HOME);
    expect(on.leecher.states(on.swarm.id)).not.toContain('failed');
  });

  it('that is called off is where it was, and a second move ends it', () => {
    const on = stage();
    on.swarm.world.disk(on.leecher.host).setLatency(100);
    const { ends } = change(on, (onEnd) => on.leecher.engine.disk.move(on.swarm.id, AWAY, onEnd));
    settle(on, () => eventsOf(on, 'moveProgress').length > 0);
    on.leecher.engine.disk.cancelMove(on.swarm.id);
    settle(on, () => ends.length > 0);
    expect(ends[0]?.code).toBe('CANCELLED');
    expect(eventsOf(on, 'placesChanged')).toEqual([]);
    on.swarm.world.disk(on.leecher.host).setLatency(1);
    expect(move(on)).toBeNull();
    finish(on);
  });

  it('refuses another change meanwhile, and a place that is none', () => {
    const on = stage();
    const first = change(on, (onEnd) => on.leecher.engine.disk.move(on.swarm.id, AWAY, onEnd));
    const second = change(on, (onEnd) =>
      on.leecher.engine.disk.renameFolder(on.swarm.id, { from: ['torrent'], to: ['x'] }, onEnd),
    );
    const third = change(on, (onEnd) =>
      on.leecher.engine.disk.move(on.swarm.id, { root: 'other', folder: ['..'] }, onEnd),
    );
    expect([second.ends[0]?.code, third.ends[0]?.code]).toEqual(['BUSY', 'PATH_ESCAPES']);
    settle(on, () => first.ends.length > 0);
    expect(first.ends).toEqual([null]);
    expect(move(on, { root: 'nowhere', folder: [] })?.code).toBe('UNKNOWN_ROOT');
    const here = change(on, (onEnd) => on.leecher.engine.disk.move(on.swarm.id, AWAY, onEnd));
    expect(here.ends).toEqual([null]);
    finish(on);
  });

  it('may be stopped, started and checked meanwhile', () => {
    for (const wishes of [['stop'], ['stop', 'start'], ['recheck'], ['stop', 'recheck', 'start']] as const) {
      const on = stage();
      on.swarm.world.disk(on.leecher.host).setLatency(20);
      const { ends } = change(on, (onEnd) => on.leecher.engine.disk.move(on.swarm.id, AWAY, onEnd));
      for (const wish of wishes) {
        on.swarm.world.advance(40);
        on.leecher.engine[wish](on.swarm.id);
      }
      settle(on, () => ends.length > 0);
      expect([wishes, ends]).toEqual([wishes, [null]]);
      on.leecher.engine.start(on.swarm.id);
      finish(on);
    }
  });

  it('may be removed at any moment, with all its files and no others', () => {
    for (let afterMs = 0; afterMs < 400; afterMs += 23) {
      const on = stage();
      const disk = on.swarm.world.disk(on.leecher.host);
      disk.putFile('downloads', 'torrent/mine', Uint8Array.of(1));
      disk.setLatency(20);
      on.leecher.engine.disk.move(on.swarm.id, AWAY, () => {});
      on.swarm.world.advance(afterMs);
      on.leecher.engine.remove(on.swarm.id, true);
      settle(on, () => on.leecher.engine.ids.length === 0);
      expect([afterMs, disk.volume('downloads').paths(), disk.volume('other').paths()]).toEqual([
        afterMs,
        ['torrent/mine'],
        [],
      ]);
    }
  });

  it('loses nothing when its daemon dies at any moment, and can be moved again', () => {
    for (let afterMs = 0; afterMs < 400; afterMs += 31) {
      const on = stage();
      on.swarm.world.disk(on.leecher.host).setLatency(20);
      const { ends } = change(on, (onEnd) => on.leecher.engine.disk.move(on.swarm.id, AWAY, onEnd));
      on.swarm.world.advance(afterMs);
      const hasMoved = eventsOf(on, 'placesChanged').length > 0;
      on.leecher.losePlane(500);
      on.swarm.world.advance(600);
      expect([afterMs, ends.map((end) => end?.code)]).toEqual([
        afterMs,
        [hasMoved ? undefined : 'DISK_ERROR'],
      ]);
      settle(on, () => on.leecher.engine.view(on.swarm.id).peers > 0);
      expect([afterMs, move(on)]).toEqual([afterMs, null]);
      expect([afterMs, finish(on) < 30 * 16 * KIB]).toEqual([afterMs, true]);
    }
  });

  it('loses nothing when everything is killed at any moment, and is found where it is', () => {
    const ends = new Set<string>();
    for (let afterMs = 0; afterMs < 400; afterMs += 31) {
      const on = stage();
      const { swarm, leecher } = on;
      swarm.world.disk(leecher.host).setLatency(20);
      leecher.engine.disk.move(swarm.id, AWAY, () => {});
      swarm.world.advance(afterMs);
      const saved = countOf(leecher.saved.get(swarm.id)?.pieces ?? new Uint8Array());
      const where = kept(on);
      leecher.kill();
      swarm.world.disk(leecher.host).crash();
      leecher.restart();
      swarm.add(leecher, where);
      settle(on, () => ['downloading', 'seeding'].includes(kind(on)));
      swarm.introduce(leecher);
      expect([afterMs, leecher.engine.view(swarm.id).havePieces >= saved]).toEqual([afterMs, true]);
      expect(saved).toBeGreaterThan(afterMs > 100 ? 10 : -1);
      const place = leecher.engine.disk.placeOf(swarm.id);
      ends.add(place.root);
      finish(on, place);
    }
    expect([...ends].toSorted()).toEqual(['downloads', 'other']);
  });
});

describe('a torrent that does not run', () => {
  function stopped(): Stage {
    const on = stage();
    on.leecher.engine.stop(on.swarm.id);
    settle(on, () => kind(on) === 'stopped');
    return on;
  }

  it('moves as well, and stays stopped', () => {
    const on = stopped();
    expect(move(on)).toBeNull();
    expect(kind(on)).toBe('stopped');
    expect(plain(on, 'downloads')).toEqual([]);
    on.leecher.engine.start(on.swarm.id);
    expect(finish(on)).toBeLessThan(6 * 16 * KIB);
    expect(on.swarm.world.disk(on.leecher.host).count('hash')).toBe(0);
  });

  it('leaves nothing of ours at the old place once its owner has saved the new one', () => {
    const on = stopped();
    expect(move(on)).toBeNull();
    const { revision } = eventsOf(on, 'placesChanged').at(-1)!;
    on.leecher.engine.start(on.swarm.id);
    finish(on);
    const disk = on.swarm.world.disk(on.leecher.host);
    expect(disk.volume('downloads').paths()).toHaveLength(1);
    on.leecher.engine.disk.placesSaved(on.swarm.id, revision);
    settle(on, () => disk.volume('downloads').paths().length === 0);
    expect(disk.volume('other').paths()).toEqual(plain(on, 'other'));
  });

  it('moves before anything of it is there, and before its metadata is known', () => {
    const swarm = createMemorySwarm({ seeders: 1, leechers: 1, magnet: true, strangers: true });
    const leecher = swarm.leechers[0]!;
    const on = { swarm, leecher };
    expect(move(on, { root: 'other', folder: [] })).toBeNull();
    swarm.introduce();
    settle(on, () => kind(on) === 'seeding');
    expect(plain(on, 'other')).toHaveLength(1);
    expect(plain(on, 'downloads')).toEqual([]);
  });
});

describe('a torrent in a folder of its own', () => {
  it('keeps all that is its there', () => {
    const swarm = createMemorySwarm({ seeders: 1, leechers: 1, strangers: true });
    const leecher = swarm.leechers[0]!;
    leecher.engine.remove(swarm.id, false);
    swarm.world.advance(1000);
    expect(() => swarm.add(leecher, { folder: ['..'] })).toThrow(
      expect.objectContaining({ code: 'BAD_PATH' }),
    );
    expect(() => swarm.add(leecher, { paths: [{ file: 0, path: ['a/b'] }] })).toThrow(
      expect.objectContaining({ code: 'BAD_PATH' }),
    );
    swarm.add(leecher, { folder: ['a', 'b'] });
    swarm.introduce();
    const on = { swarm, leecher };
    settle(on, () => kind(on) === 'seeding');
    expect(plain(on, 'downloads')).toEqual(['a/b/torrent']);
  });
});

describe('renaming', () => {
  const rename = (on: Stage, file: number, ...path: string[]): PlaceFailure | null => {
    const { ends } = change(on, (onEnd) => on.leecher.engine.disk.renameFile(on.swarm.id, file, path, onEnd));
    settle(on, () => ends.length > 0);
    return ends[0] ?? null;
  };

  it('of a file and of the folder goes on under the new names, now and after a restart', () => {
    const on = stage();
    const { swarm, leecher } = on;
    expect(rename(on, 1, 'torrent', 'new', 'c.bin')).toBeNull();
    const { ends } = change(on, (onEnd) =>
      leecher.engine.disk.renameFolder(swarm.id, { from: ['torrent'], to: ['Show'] }, onEnd),
    );
    settle(on, () => ends.length > 0);
    expect(ends).toEqual([null]);
    const names = ['Show/a.bin', 'Show/new/c.bin'];
    expect(leecher.engine.files(swarm.id).map(({ path }) => path.join('/'))).toEqual(names);
    expect(leecher.engine.view(swarm.id).peers).toBeGreaterThan(0);
    settle(on, () => leecher.engine.view(swarm.id).havePieces > 40);
    const where = kept(on);
    leecher.kill();
    leecher.restart();
    swarm.add(leecher, where);
    swarm.introduce(leecher);
    expect(finish(on, HOME, names)).toBeLessThan(12 * 16 * KIB);
    expect(plain(on, 'downloads')).toEqual(names);
    leecher.engine.recheck(swarm.id);
    settle(on, () => kind(on) === 'checking');
    settle(on, () => kind(on) === 'seeding');
  });

  it('of a folder takes back what nobody saved, keeps what is unwanted in mind, and mixes no folders', () => {
    const on = stage({ havePieces: 4 });
    const { swarm, leecher } = on;
    const { disk } = leecher.engine;
    const renameFolder = (from: string, to: string): string | undefined => {
      const wish = { from: from.split('/'), to: to.split('/') };
      const { ends } = change(on, (onEnd) => disk.renameFolder(swarm.id, wish, onEnd));
      settle(on, () => ends.length > 0);
      return ends[0]?.code;
    };
    leecher.engine.choose(swarm.id, [2, 0], { sequential: false, endsFirst: false });
    swarm.world.disk(leecher.host).putFile('downloads', 'torrent/mine/b.bin', Uint8Array.of(1));
    const codes = [
      renameFolder('torrent/sub', 'torrent/mine'),
      renameFolder('torrent/sub', 'torrent/a.bin'),
      renameFolder('torrent/sub', 'torrent'),
      renameFolder('torrent/sub', '../sub'),
      renameFolder('torrent/sub', 'torrent/nul'),
      renameFolder('torrent/none', 'torrent/x'),
      renameFolder('torrent/a.bin', 'torrent/x'),
    ];
    const escapes = 'PATH_ESCAPES';
    expect(codes).toEqual(['EXISTS', 'EXISTS', 'EXISTS', escapes, escapes, 'NOT_FOUND', 'NOT_FOUND']);
    expect(renameFolder('torrent/sub', 'torrent/Season 1')).toBeUndefined();
    settle(on, () => leecher.engine.view(swarm.id).bytesLeft === 0);
    leecher.engine.choose(swarm.id, [2, 2], { sequential: false, endsFirst: false });
    expect(finish(on, HOME, ['torrent/a.bin', 'torrent/Season 1/b.bin'])).toBeLessThan(6 * 16 * KIB);
    expect(renameFolder('torrent', 'lost')).toBeUndefined();
    expect(plain(on, 'downloads')).toEqual(['lost/Season 1/b.bin', 'lost/a.bin', 'torrent/mine/b.bin']);
    const where = eventsOf(on, 'placesChanged').at(-2);
    leecher.kill();
    leecher.restart();
    swarm.add(leecher, { ...HOME, paths: where?.paths ?? [] });
    swarm.introduce(leecher);
    expect(finish(on, HOME, ['torrent/a.bin', 'torrent/Season 1/b.bin'])).toBe(0);
    expect(plain(on, 'downloads')).toEqual(['torrent/Season 1/b.bin', 'torrent/a.bin', 'torrent/mine/b.bin']);
  });

  it('back to the name of the metainfo needs nothing to be kept', () => {
    const on = stage();
    expect(rename(on, 0, 'torrent', 'x')).toBeNull();
    expect(eventsOf(on, 'placesChanged').at(-1)?.paths).toEqual([{ file: 0, path: ['torrent', 'x'] }]);
    expect(rename(on, 0, 'torrent', 'a.bin')).toBeNull();
    expect(eventsOf(on, 'placesChanged').at(-1)?.paths).toEqual([]);
    finish(on, HOME);
  });

  it('is taken back when nobody saved it, and fails with a reason', () => {
    const on = stage();
    const { swarm, leecher } = on;
    swarm.world.disk(leecher.host).putFile('downloads', 'torrent/mine', Uint8Array.of(1));
    const codes = [
      rename(on, 0, 'torrent', 'mine'),
      rename(on, 0, 'torrent', 'sub', 'b.bin'),
      rename(on, 0, '..', 'a'),
      rename(on, 9, 'torrent', 'x'),
    ].map((failure) => failure?.code);
    expect(codes).toEqual(['EXISTS', 'EXISTS', 'PATH_ESCAPES', 'BAD_LAYOUT']);
    expect(rename(on, 0, 'torrent', 'lost.bin')).toBeNull();
    leecher.kill();
    leecher.restart();
    swarm.add(leecher);
    swarm.introduce(leecher);
    expect(finish(on, HOME)).toBeLessThan(40 * 16 * KIB);
    expect(plain(on, 'downloads')).toEqual([NAMES[0], 'torrent/mine', NAMES[1]]);
  });

  it('of a stopped torrent works, and its files are deleted under their new names', () => {
    const on = stage();
    on.leecher.engine.stop(on.swarm.id);
    settle(on, () => kind(on) === 'stopped');
    expect(rename(on, 0, 'torrent', 'x.bin')).toBeNull();
    expect(kind(on)).toBe('stopped');
    expect(plain(on, 'downloads')).toEqual(['torrent/sub/b.bin', 'torrent/x.bin']);
    on.leecher.engine.remove(on.swarm.id, true);
    settle(on, () => on.leecher.engine.ids.length === 0);
    expect(on.swarm.world.disk(on.leecher.host).volume('downloads').paths()).toEqual([]);
  });
});

describe('a complete torrent whose files are opened again', () => {
  function complete(): Stage & { readonly watch: (until: () => boolean) => ReadonlySet<number> } {
    const on = stage();
    const { swarm, leecher } = on;
    finish(on, HOME);
    swarm.world.disk(leecher.host).setLatency(50);
    const watch = (until: () => boolean): ReadonlySet<number> => {
      const shown = new Set<number>();
      settle(on, () => {
        const { bytesLeft, havePieces } = leecher.engine.view(swarm.id);
        expect(bytesLeft === 0).toBe(havePieces === PIECES);
        shown.add(havePieces);
        return until();
      });
      return shown;
    };
    return { ...on, watch };
  }
  it('is shown complete all the time', () => {
    const on = complete();
    const { swarm, leecher, watch } = on;
    const isOpened = (): boolean => eventsOf(on, 'checked').length > opened;
    let opened = eventsOf(on, 'checked').length;
    change(on, (onEnd) => leecher.engine.disk.move(swarm.id, AWAY, onEnd));
    expect([...watch(isOpened)]).toEqual([PIECES]);
    opened += 1;
    leecher.losePlane(500);
    expect([...watch(isOpened)]).toEqual([PIECES]);
    opened += 1;
    leecher.engine.stop(swarm.id);
    expect([...watch(() => kind(on) === 'stopped')]).toEqual([PIECES]);
    leecher.engine.start(swarm.id);
    expect([...watch(isOpened)]).toEqual([PIECES]);
  });

  it('offers nothing to anybody before it is known which of them went meanwhile', () => {
    const on = complete();
    const { swarm, leecher, watch } = on;
    leecher.losePlane(500);
    swarm.world.disk(leecher.host).volume('downloads').remove(NAMES[1]!);
    const shown = watch(() => {
      const { havePieces, peers } = leecher.engine.view(swarm.id);
      if (havePieces === PIECES) expect(peers).toBe(0);
      return kind(on) === 'downloading';
    });
    expect([...shown]).toHaveLength(2);
    expect(Math.min(...shown)).toBeGreaterThan(PIECES / 2);
    finish(on, HOME);
  });
});

describe('a torrent whose files somebody else moved', () => {
  function byHand({ swarm, leecher }: Stage, change: (bytes: Uint8Array) => void = () => {}): void {
    const disk = swarm.world.disk(leecher.host);
    for (const name of NAMES) {
      disk.volume('downloads').move(name, disk.volume('other'), `tv/new/${name}`);
    }
    change(disk.readFile('other', `tv/new/${NAMES[0]!}`));
  }

  function finished(): Stage {
    const on = stage();
    finish(on, HOME);
    on.leecher.engine.stop(on.swarm.id);
    settle(on, () => kind(on) === 'stopped');
    return on;
  }

  const relocate = (on: Stage): PlaceFailure | null => {
    const { ends } = change(on, (onEnd) => on.leecher.engine.disk.relocate(on.swarm.id, AWAY, onEnd));
    settle(on, () => ends.length > 0);
    return ends[0] ?? null;
  };

  it('believes what looks as saved, and hashes the rest', () => {
    const on = finished();
    const { swarm, leecher } = on;
    byHand(on);
    expect(relocate(on)).toBeNull();
    leecher.engine.start(swarm.id);
    settle(on, () => kind(on) === 'seeding');
    expect(swarm.world.disk(leecher.host).count('hash')).toBe(0);
    leecher.engine.stop(swarm.id);
    settle(on, () => kind(on) === 'stopped');
    // The other way, and one of the files comes back with another time.
    const disk = swarm.world.disk(leecher.host);
    const bytes = disk.readFile('other', `tv/new/${NAMES[1]!}`);
    swarm.world.advance(5000);
    disk.putFile('other', `tv/new/${NAMES[1]!}`, bytes);
    expect(relocate(on)).toBeNull();
    leecher.engine.start(swarm.id);
    settle(on, () => kind(on) === 'seeding');
    expect(disk.count('hash')).toBeGreaterThan(0);
    expect(eventsOf(on, 'placesChanged').at(-1)?.place).toEqual(AWAY);
  });

  it('stays where it was when nothing of it is there', () => {
    const on = finished();
    expect(relocate(on)?.code).toBe('NOT_FOUND');
    expect(eventsOf(on, 'placesChanged')).toEqual([]);
    on.leecher.engine.start(on.swarm.id);
    settle(on, () => kind(on) === 'seeding');
  });
});

describe('roots', () => {
  it('come and go while torrents run, and are told to the next daemon', () => {
    const on = stage({ isFar: false });
    const { swarm, leecher } = on;
    leecher.engine.disk.setRoot('usb', '/media/usb');
    expect(move(on, { root: 'usb', folder: [] })).toBeNull();
    settle(on, () => leecher.engine.view(swarm.id).peers > 0);
    leecher.engine.disk.dropRoot('usb');
    settle(on, () => leecher.engine.view(swarm.id).havePieces > 40);
    expect(kind(on)).toBe('downloading');
    leecher.engine.disk.setRoot('usb', '/media/usb');
    leecher.losePlane(200);
    swarm.world.advance(1000);
    finish(on, { root: 'usb', folder: [] });
    leecher.engine.stop(swarm.id);
    settle(on, () => kind(on) === 'stopped');
    leecher.engine.disk.dropRoot('usb');
    leecher.engine.start(swarm.id);
    settle(on, () => kind(on) === 'failed');
    expect(leecher.engine.view(swarm.id).state).toMatchObject({ code: 'UNKNOWN_ROOT' });
  });
});
