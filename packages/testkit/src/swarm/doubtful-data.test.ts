import { describe, expect, it } from 'vitest';
import { answersNothing } from '../peers/abuse.ts';
import { listenFakePeer } from '../peers/fake-peer.ts';
import { createMemorySwarm, type MemorySwarm } from '../swarm.ts';

const TWO_FILES = [
  { path: ['a.bin'], length: 400_000 },
  { path: ['b.bin'], length: 400_000 },
];

function leecherOf(swarm: MemorySwarm): MemorySwarm['leechers'][number] {
  const [leecher] = swarm.leechers;
  if (leecher === undefined) throw new Error('a swarm with a leecher');
  return leecher;
}

function firstFile(swarm: MemorySwarm): string {
  return swarm.torrent.layout.files[0]?.path.join('/') ?? '';
}

describe('data that may have changed', () => {
  it('is hashed by a recheck of a stopped torrent, whatever was saved of it', () => {
    const swarm = createMemorySwarm({ seeders: 1, leechers: 1, pieceLength: 65_536, files: TWO_FILES });
    swarm.finish();
    const leecher = leecherOf(swarm);
    leecher.engine.stop(swarm.id);
    swarm.world.advance(20_000);
    swarm.world.disk(leecher.host).rot('downloads', firstFile(swarm), 8);
    leecher.engine.recheck(swarm.id);
    swarm.world.advance(30_000);
    expect(leecher.engine.view(swarm.id).havePieces).toBeLessThan(swarm.torrent.info.pieceCount);
  });

  it('is missed and fetched again when it went while the io-daemon was away', () => {
    const swarm = createMemorySwarm({ seeders: 1, leechers: 1, pieceLength: 65_536, files: TWO_FILES });
    swarm.finish();
    const leecher = leecherOf(swarm);
    leecher.losePlane(2000);
    swarm.world.disk(leecher.host).volume('downloads').remove(firstFile(swarm));
    swarm.world.advance(4000);
    swarm.introduce();
    swarm.finish();
    expect(swarm.hasContent(leecher)).toBe(true);
  });

  it('is looked at again after a check met an error of the disk', () => {
    const swarm = createMemorySwarm({ seeders: 1, leechers: 1, pieceLength: 65_536, files: TWO_FILES });
    swarm.finish();
    const leecher = leecherOf(swarm);
    const disk = swarm.world.disk(leecher.host);
    disk.fail('hash', { code: 'DISK_ERROR', times: 1 });
    leecher.engine.recheck(swarm.id);
    swarm.world.advance(60_000);
    expect(leecher.engine.view(swarm.id).state.kind).toBe('seeding');
  });
});

describe('a file that somebody else takes away', () => {
  for (const moment of ['while it is fetched', 'at the end'] as const) {
    it(`${moment} is noticed by the next save, and fetched again`, () => {
      const swarm = createMemorySwarm({ seeders: 1, leechers: 1, pieceLength: 65_536, files: TWO_FILES });
      const leecher = leecherOf(swarm);
      const disk = swarm.world.disk(leecher.host);
      const { pieceCount } = swarm.torrent.info;
      const enough = moment === 'at the end' ? pieceCount : 2;
      swarm.world.settle(() => leecher.engine.view(swarm.id).havePieces >= enough);
      disk.volume('downloads').remove(firstFile(swarm));
      disk.fail('sync', { code: 'FILE_CHANGED', times: 1 });
      swarm.world.settle(() => leecher.states(swarm.id).filter((kind) => kind === 'checking').length === 2);
      swarm.finish();
      expect(swarm.hasContent(leecher)).toBe(true);
      expect(leecher.states(swarm.id)).not.toContain('failed');
    });
  }

  it('is missed at the next start when the last save could not tell what is there', () => {
    const swarm = createMemorySwarm({ seeders: 1, leechers: 1, pieceLength: 65_536, files: TWO_FILES });
    swarm.finish();
    const leecher = leecherOf(swarm);
    const disk = swarm.world.disk(leecher.host);
    swarm.world.advance(10_000);
    disk.volume('downloads').remove(firstFile(swarm));
    disk.fail('close', { code: 'FILE_CHANGED', times: 1 });
    leecher.engine.stop(swarm.id);
    swarm.world.settle(() => leecher.engine.view(swarm.id).state.kind === 'stopped');
    leecher.engine.start(swarm.id);
    swarm.world.settle(() => leecher.engine.view(swarm.id).state.kind === 'downloading');
    swarm.finish();
    expect(swarm.hasContent(leecher)).toBe(true);
  });
});

describe('a crowd of peers that stall', () => {
  it.each([1, 2, 3, 8])('does not hold the last block from an honest seed: %i of them', (count) => {
    const files = [{ path: ['a.bin'], length: 10_000 }];
    const swarm = createMemorySwarm({ seeders: 1, leechers: 1, strangers: true, pieceLength: 65_536, files });
    const leecher = leecherOf(swarm);
    for (let i = 0; i < count; i += 1) {
      const name = `silent${i}`;
      swarm.world.addHost(name);
      const keepsAlive = {
        onHandshake: (
          peer: Parameters<NonNullable<ReturnType<typeof answersNothing>[0]['onHandshake']>>[0],
        ) => peer.every(30_000, () => peer.send(new Uint8Array(4))),
      };
      const behaviours = [...answersNothing(swarm.torrent), keepsAlive];
      listenFakePeer(swarm.world, name, 6881, { infoHash: swarm.torrent.infoHash, behaviours });
      const host = swarm.world.internet.addressOf(name);
      leecher.engine.addPeers(swarm.id, [{ host, port: 6881 }]);
    }
    swarm.world.advance(30_000);
    swarm.introduce();
    swarm.finish();
    expect(swarm.hasContent(leecher)).toBe(true);
  });
});
