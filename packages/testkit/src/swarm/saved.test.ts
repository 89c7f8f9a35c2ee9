import { LIMITS, type AddOptions, type ResumeData, type SavedTorrent } from '@jstorrent/engine';
import { toHex } from '@jstorrent/protocol';
import { describe, expect, it } from 'vitest';
import { Client } from '../client.ts';
import { honestSeed } from '../peers/behaviours.ts';
import { createMemorySwarm } from '../swarm.ts';
import { makeTorrent, type TestTorrent } from '../torrents.ts';
import { World } from '../world.ts';
import { lonelyLeecher, meet, ROOT } from './meet.ts';

/** A torrent as an owner would have kept it, and how often it was loaded. */
function kept(torrent: TestTorrent, facts: Partial<SavedTorrent> = {}) {
  const loads = { info: 0, resume: 0 };
  const { pieceCount, totalLength, name } = torrent.info;
  const saved: SavedTorrent = {
    id: toHex(torrent.infoHash),
    name,
    trackers: [],
    pieceCount,
    totalLength,
    havePieces: 0,
    wantedLength: totalLength,
    bytesLeft: totalLength,
    downloaded: 11,
    uploaded: 22,
    seededMs: 33,
    load: () => {
      loads.info += 1;
      return torrent.info.raw;
    },
    loadResume: () => {
      loads.resume += 1;
      return null;
    },
    ...facts,
  };
  return { loads, saved };
}

function alone(facts: Partial<SavedTorrent> = {}, options: Partial<AddOptions> = {}, isKept = true) {
  const world = new World('saved');
  world.addHost('client');
  const torrent = makeTorrent({ shape: 'manyTinyFiles' });
  const { loads, saved } = kept(torrent, facts);
  const client = new Client(world, 'client', {
    settings: { activeDownloads: 1 },
    kept: () => (isKept ? saved : null),
  });
  const id = client.engine.add({ saved }, { root: ROOT, ...options });
  return { world, client, torrent, loads, id, view: () => client.engine.view(id) };
}

describe('a saved torrent', () => {
  it('is listed as it was, without being loaded, and moved, started and stopped while it waits', () => {
    const { world, client, loads, id, view } = alone({ havePieces: 5, bytesLeft: 1000 }, { start: false });
    const other = makeTorrent({ name: 'other' });
    client.engine.add({ metainfo: other.metainfo }, { root: ROOT });
    expect(view()).toMatchObject({
      state: { kind: 'stopped' },
      stoppedBy: 'user',
      hasMetadata: true,
      havePieces: 5,
      bytesLeft: 1000,
      downloaded: 11,
      uploaded: 22,
      seededMs: 33,
    });
    client.engine.takeMoved();
    client.engine.move(id, 'bottom');
    expect(client.engine.takeMoved()).toEqual([toHex(other.infoHash), id]);
    expect(client.engine.takeMoved()).toEqual([]);
    client.engine.start(id);
    expect(view().state.kind).toBe('queued');
    world.advance(5000);
    client.engine.limit(id, { downLimit: 5, connections: 7 });
    client.engine.setTrackers(id, [['http://tracker/announce']]);
    client.engine.stop(id);
    expect(client.engine.trackers(id)).toMatchObject([{ url: 'http://tracker/announce', status: 'idle' }]);
    expect(view()).toMatchObject({ state: { kind: 'stopped' }, options: { downLimit: 5, connections: 7 } });
    expect(client.states(id)).toEqual(['queued', 'stopped']);
    client.engine.remove(id, false);
    expect(client.events.at(-1)).toMatchObject({ type: 'removed', torrent: id });
    expect(loads).toEqual({ info: 0, resume: 0 });
  });

  it('is loaded once, when somebody looks at its files or it gets to work', () => {
    const { world, client, torrent, loads, id, view } = alone({}, { start: false });
    expect(client.engine.files(id)).toHaveLength(torrent.info.files.length);
    expect(view().state.kind).toBe('stopped');
    client.engine.start(id);
    world.settle(() => view().state.kind === 'downloading');
    expect(loads).toEqual({ info: 1, resume: 1 });
    expect(view()).toMatchObject({ downloaded: 11, seededMs: 33 });
  });

  it('goes on from what was saved', () => {
    const { swarm, leecher } = lonelyLeecher({ shape: 'pieces16KiB' });
    meet(swarm, 'seed', honestSeed(swarm.torrent, { bytesPerSecond: 50_000 }));
    swarm.world.settle(() => leecher.engine.view(swarm.id).havePieces >= 10);
    leecher.engine.stop(swarm.id);
    swarm.world.settle(() => leecher.engine.view(swarm.id).state.kind === 'stopped');
    const before = leecher.engine.view(swarm.id);
    const resume = leecher.saved.get(swarm.id) as ResumeData;
    leecher.kill();
    leecher.restart();
    const { saved } = kept(swarm.torrent, {
      ...before,
      id: swarm.id,
      trackers: [],
      loadResume: () => resume,
    });
    leecher.engine.add({ saved }, { root: ROOT, start: false });
    leecher.engine.files(swarm.id);
    expect(leecher.engine.view(swarm.id)).toMatchObject({
      havePieces: before.havePieces,
      bytesLeft: before.bytesLeft,
      downloaded: before.downloaded,
      activeMs: before.activeMs,
    });
    leecher.engine.start(swarm.id);
    swarm.introduce();
    swarm.world.settle(() => leecher.engine.view(swarm.id).state.kind === 'downloading');
    expect(leecher.engine.view(swarm.id).havePieces).toBeGreaterThanOrEqual(before.havePieces);
  });

  it('is fetched again when its metadata is damaged and a tracker may help, else says so', () => {
    const torrent = makeTorrent({ name: 'another' });
    for (const load of [(): null => null, () => torrent.info.raw, () => Uint8Array.of(1, 2, 3)]) {
      const lost = alone({ load });
      lost.world.advance(1000);
      expect(lost.view().state).toMatchObject({ kind: 'failed', code: 'BAD_METADATA' });
      expect(lost.client.engine.files(lost.id)).toEqual([]);
      const known = alone({ load, trackers: [['http://tracker/announce']] });
      known.world.advance(1000);
      expect(known.view().state.kind).toBe('metadata');
    }
  });

  it('that was looked at or ran leaves memory when it has rested for long, and comes back when it is needed', () => {
    const { world, client, loads, id, view } = alone({}, { start: false });
    const before = view();
    client.engine.files(id);
    world.advance(LIMITS.unloadMs / 2);
    client.engine.pieces(id);
    world.advance(LIMITS.unloadMs / 2 + 1000);
    client.engine.pieces(id);
    expect(loads.info).toBe(1);
    world.advance(LIMITS.unloadMs + 1000);
    expect(view()).toEqual(before);
    expect(loads.info).toBe(1);
    client.engine.start(id);
    world.settle(() => view().state.kind === 'downloading');
    expect(loads).toEqual({ info: 2, resume: 2 });
    world.advance(LIMITS.unloadMs + 1000);
    client.engine.stop(id);
    world.advance(1000);
    client.engine.files(id);
    expect(loads.info).toBe(2);
  });

  it('stays in memory when its owner has not kept it', () => {
    const { world, client, loads, id } = alone({}, { start: false }, false);
    client.engine.files(id);
    world.advance(2 * LIMITS.unloadMs);
    client.engine.files(id);
    expect(loads.info).toBe(1);
  });

  it('of which only the magnet was known fetches its metadata', () => {
    const { world, view } = alone({ pieceCount: 0, totalLength: 0, load: () => null });
    world.advance(1000);
    expect(view()).toMatchObject({ state: { kind: 'metadata' }, hasMetadata: false });
  });

  it('that is held waits for its release, with its metadata known or not', () => {
    const known = alone({}, { hold: true });
    known.world.advance(2000);
    expect(known.view()).toMatchObject({ state: { kind: 'stopped' }, held: true });
    expect(known.loads.info).toBe(0);
    known.client.engine.release(known.id, { root: ROOT });
    known.world.settle(() => known.view().state.kind === 'downloading');
    const bare = alone({ pieceCount: 0, load: () => null }, { hold: true });
    bare.world.advance(2000);
    expect(bare.view()).toMatchObject({ state: { kind: 'metadata' }, held: true });
  });

  it('is a seed in the queue when it was complete', () => {
    const { world, client, id, loads } = alone({ bytesLeft: 0, havePieces: 9 });
    client.engine.configure({ activeSeeds: 0 });
    world.advance(1000);
    expect(loads.info).toBe(1);
    const waiting = alone({ bytesLeft: 0, havePieces: 9 }, { start: false });
    waiting.client.engine.configure({ activeSeeds: 0 });
    waiting.client.engine.start(waiting.id);
    waiting.world.advance(1000);
    expect(waiting.view().state.kind).toBe('queued');
    expect(waiting.loads.info).toBe(0);
    expect(id).toBe(waiting.id);
  });
});

describe('a torrent whose check is skipped', () => {
  it('seeds at once, and is checked when data cannot be read', () => {
    const swarm = createMemorySwarm({ seeders: 0, leechers: 1, shape: 'filesOnPieceEdges', strangers: true });
    const [leecher] = swarm.leechers as [Client];
    const world = swarm.world;
    world.addHost('believer');
    const believer = new Client(world, 'believer');
    believer.engine.listen('0.0.0.0', 6881);
    swarm.putContent(believer);
    const disk = world.disk('believer');
    const [first, second] = swarm.torrent.layout.files;
    // As long as it should be, and wrong: nobody looks.
    disk.putFile(ROOT, (first?.path ?? []).join('/'), new Uint8Array(first?.length ?? 0));
    // Too short: that is seen, and looked at.
    disk.putFile(ROOT, (second?.path ?? []).join('/'), new Uint8Array(10));
    believer.engine.add({ metainfo: swarm.torrent.metainfo }, { root: ROOT, skipCheck: true });
    world.settle(() => believer.states(swarm.id).includes('downloading'));
    const { havePieces, pieceCount } = believer.engine.view(swarm.id);
    expect(havePieces).toBe(pieceCount - 2);
    expect(leecher.engine.view(swarm.id).havePieces).toBe(0);
  });
});
