import { describe, expect, it } from 'vitest';
import { honestSeed, servesMetadata } from '../peers/behaviours.ts';
import { lonelyLeecher, meet, ROOT } from './meet.ts';

describe('a torrent that is held', () => {
  const held = () => {
    const { swarm, leecher } = lonelyLeecher({ shape: 'filesOnPieceEdges', magnet: true });
    leecher.engine.remove(swarm.id, false);
    leecher.engine.configure({ activeDownloads: 0 });
    swarm.add(leecher, { hold: true });
    meet(swarm, 'seed', [...honestSeed(swarm.torrent), servesMetadata(swarm.torrent.info.raw)]);
    const view = () => leecher.engine.view(swarm.id);
    return { swarm, leecher, view, disk: swarm.world.disk(leecher.host) };
  };

  it('fetches its metadata beside all slots, and then waits without a file on disk', () => {
    const { swarm, leecher, view, disk } = held();
    expect(view()).toMatchObject({ state: { kind: 'metadata' }, held: true });
    swarm.world.settle(() => view().hasMetadata, { maxMs: 30_000 });
    expect(() => leecher.engine.start(swarm.id)).toThrow(expect.objectContaining({ code: 'HELD' }));
    leecher.engine.remove(swarm.id, true);
    swarm.world.advance(10_000);
    expect(leecher.engine.ids).toEqual([]);
    expect(disk.volume(ROOT).paths()).toEqual([]);
  });

  it('goes on when it is released, with the choice and where it was told to', () => {
    const { swarm, leecher, view, disk } = held();
    swarm.world.settle(() => view().hasMetadata, { maxMs: 30_000 });
    swarm.world.advance(5000);
    expect(view()).toMatchObject({ state: { kind: 'metadata' }, peers: 1, downloaded: 0 });
    const before = leecher.events.length;
    leecher.engine.configure({ activeDownloads: 1 });
    leecher.engine.release(swarm.id, { root: 'other', priorities: [2, 0, 0, 2] });
    swarm.world.settle(() => view().state.kind === 'seeding', { maxMs: 60_000 });
    expect(view()).toMatchObject({ held: false, peers: 0 });
    // The peer that gave the metadata gave the rest: nobody hung up in between.
    const states = leecher.events
      .slice(before)
      .flatMap((event) => (event.type === 'stateChanged' ? [event.state.kind] : []));
    expect(states).toContain('checking');
    expect(states).not.toContain('stopping');
    expect(disk.volume('other').paths()).toHaveLength(2);
    expect(disk.volume(ROOT).paths()).toEqual([]);
  });

  it('goes on by itself when it is released while it looks for metadata, or stops then', () => {
    const early = held();
    early.leecher.engine.release(early.swarm.id, { root: ROOT, force: true });
    early.swarm.world.settle(() => early.view().state.kind === 'seeding', { maxMs: 60_000 });
    const stopped = held();
    stopped.leecher.engine.release(stopped.swarm.id, { root: ROOT, start: false });
    stopped.swarm.world.advance(5000);
    expect(stopped.view()).toMatchObject({ state: { kind: 'stopped' }, held: false, stoppedBy: 'user' });
  });
});
