import { Bitfield, encodeBitfield, encodeHaveAll } from '@jstorrent/protocol';
import { describe, expect, it } from 'vitest';
import { claims, serves, unchokes } from '../peers/behaviours.ts';
import type { PeerBehaviour } from '../peers/fake-peer.ts';
import type { TestTorrent } from '../torrents.ts';
import { lonelyLeecher, meet } from './meet.ts';

/** Has one piece at first, and a second later says that it has all. */
const laterAll = (torrent: TestTorrent, all: Uint8Array): readonly PeerBehaviour[] => [
  claims(torrent, [0]),
  { onHandshake: (peer) => peer.after(1000, () => peer.send(all)) },
  unchokes(),
  serves(torrent),
];

describe('a peer that says again which pieces it has, as aria2 does', () => {
  it('is believed, with a bitfield', () => {
    const { swarm } = lonelyLeecher({ shape: 'pieces16KiB' });
    const full = Bitfield.full(swarm.torrent.info.pieceCount).toBytes();
    meet(swarm, 'aria', laterAll(swarm.torrent, encodeBitfield(full)));
    swarm.finish();
  });

  it('is believed, with have-all', () => {
    const { swarm } = lonelyLeecher({ shape: 'pieces16KiB' });
    meet(swarm, 'aria', laterAll(swarm.torrent, encodeHaveAll()));
    swarm.finish();
  });

  it('keeps what it had where the bitfield has less', () => {
    const { swarm, leecher } = lonelyLeecher({ shape: 'pieces16KiB' });
    const none = new Bitfield(swarm.torrent.info.pieceCount).toBytes();
    meet(swarm, 'aria', laterAll(swarm.torrent, encodeBitfield(none)));
    swarm.world.advance(5000);
    expect(leecher.engine.view(swarm.id)).toMatchObject({ peers: 1, havePieces: 1 });
  });
});
