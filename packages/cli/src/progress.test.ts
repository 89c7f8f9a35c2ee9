import type { TorrentState, TorrentView } from '@jstorrent/engine';
import { expect, test } from 'vitest';
import { describeFailure, isPassing, progressEvent, statusLine, withMissing } from './progress.ts';

function makeView(state: TorrentState, change: Partial<TorrentView> = {}): TorrentView {
  return {
    id: 'ab',
    name: 'a\x1B[2Jname',
    state,
    forced: false,
    held: false,
    stoppedBy: null,
    waiting: null,
    hasMetadata: true,
    totalLength: 1e3,
    pieceCount: 10,
    havePieces: 5,
    wantedLength: 1e3,
    bytesLeft: 500,
    bytesUnverified: 600,
    metadata: { have: 1, parts: 1 },
    checkProgress: 0.25,
    downloadRate: 2048,
    uploadRate: 0,
    downloaded: 700,
    uploaded: 10,
    ratio: 10 / 700,
    activeMs: 0,
    seededMs: 0,
    lastTrafficMs: null,
    goalProgress: null,
    wasted: 0,
    peers: 2,
    seeds: 1,
    webSeedCount: 0,
    knownAddresses: 4,
    swarmSeeds: null,
    swarmLeeches: null,
    availability: null,
    rarest: null,
    etaMs: 65e3,
    queuePosition: 0,
    options: {
      sequential: false,
      endsFirst: false,
      downLimit: 0,
      upLimit: 0,
      connections: null,
      goals: null,
      goalsInForce: { ratio: 0, seedMs: 0, idleMs: 0 },
    },
    trackers: [],
    ...change,
  };
}

test('the line says what a torrent does, never 100% before all is verified', () => {
  const line = (state: TorrentState, change: Partial<TorrentView> = {}): string =>
    statusLine(makeView(state, change));
  expect(line({ kind: 'downloading' })).toBe(
    'aname  50.0% of 1000 bytes  1 min 05 s left  2.0 KiB/s down  0 B/s up  2 peers (1 seed)',
  );
  expect(line({ kind: 'endgame' }, { bytesLeft: 0, etaMs: null })).toContain('99.9%');
  expect(line({ kind: 'checking' })).toBe('aname  checking what is there: 25.0%');
  expect(line({ kind: 'metadata' }, { peers: 0, knownAddresses: 0 })).toBe('aname  looking for peers');
  expect(line({ kind: 'metadata' })).toContain('list of files from 2 peers');
  expect(line({ kind: 'seeding' })).toContain('10 bytes given');
});

test('a full disk is waited for, with what the whole download lacks; other failures end the run', () => {
  const full = { kind: 'failed', code: 'DISK_FULL', detail: '', missing: 10 } as const;
  const denied = { kind: 'failed', code: 'DENIED', detail: 'mkdir /x\u001b[1m', missing: 0 } as const;
  expect([isPassing(full), isPassing(denied)]).toEqual([true, false]);
  expect(describeFailure(denied)).toMatch(/permission.*\(mkdir \/x\)$/);
  const { state } = withMissing(makeView(full, { bytesUnverified: 2 ** 70 }), '/');
  expect(state).toMatchObject({ code: 'DISK_FULL' });
  expect(state.kind === 'failed' && state.missing).toBeGreaterThan(2 ** 69);
  expect(withMissing(makeView(full), '/no/such/folder').state).toMatchObject({ missing: 600 });
  expect(statusLine(withMissing(makeView(full), '/no/such/folder'))).toContain('600 bytes more must be free');
});

test('programs learn what came in this run and in all', () => {
  const event = progressEvent(makeView({ kind: 'downloading' }), 300);
  expect(event).toMatchObject({
    event: 'progress',
    state: 'downloading',
    downloaded: 700,
    downloadedThisRun: 400,
  });
});
