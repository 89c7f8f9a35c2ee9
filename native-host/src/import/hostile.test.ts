/** Sessions that were damaged or made to do harm: a torrent or a sentence comes out, and never anything else. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { encodeBencode } from '@jstorrent/protocol';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { attempt } from './attempt.ts';
import { readDeluge, readDelugeResumes, readDelugeStates } from './deluge.ts';
import { ImportError, type ImportOutcome } from './imported.ts';
import { areComponents, isAbsolutePath } from './paths.ts';
import { readQBittorrentDatabase } from './qbittorrent-database.ts';
import { readQBittorrent } from './qbittorrent.ts';
import { readTransmission } from './transmission.ts';

const RUNS = { numRuns: Number(process.env['FUZZ_RUNS'] ?? 300) };
const FIXTURES = fileURLToPath(new URL('./fixtures', import.meta.url));
const bytesOf = (...parts: string[]): Uint8Array => new Uint8Array(readFileSync(join(FIXTURES, ...parts)));
const scratch = mkdtempSync(join(tmpdir(), 'import-hostile-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const ID = '1e4e695d88fc56ca6dc1a9b5e8999da79f1f2de1';
const QBT = bytesOf('qbittorrent', 'BT_backup', `${ID}.fastresume`);
const TORRENT = bytesOf('qbittorrent', 'BT_backup', `${ID}.torrent`);
const RESUME = bytesOf('transmission', 'resume', `${ID}.resume`);
const STATES = bytesOf('deluge', 'state', 'torrents.state');
const RESUMES = bytesOf('deluge', 'state', 'torrents.fastresume');

/** A few bytes of a sound file changed, cut out, repeated, or its end missing. */
function damaged(sound: Uint8Array): fc.Arbitrary<Uint8Array> {
  const change = fc.record({
    kind: fc.constantFrom('set', 'cut', 'repeat', 'truncate', 'digit'),
    at: fc.nat(sound.length - 1),
    length: fc.integer({ min: 1, max: 40 }),
    byte: fc.oneof(fc.nat(255), fc.constantFrom(...Buffer.from('delis0123456789:-.(cRob}]u'))),
  });
  return fc.array(change, { minLength: 1, maxLength: 4 }).map((changes) => {
    let bytes = Buffer.from(sound);
    for (const { kind, at, length, byte } of changes) {
      const begin = bytes.subarray(0, at);
      if (kind === 'set' && at < bytes.length) bytes[at] = byte;
      if (kind === 'cut') bytes = Buffer.concat([begin, bytes.subarray(at + length)]);
      if (kind === 'repeat')
        bytes = Buffer.concat([begin, bytes.subarray(at, at + length), bytes.subarray(at)]);
      if (kind === 'truncate') bytes = Buffer.from(begin);
      if (kind === 'digit') {
        // Grammar stays sound, values do not.
        const digit = bytes.findIndex((value, i) => i >= at && value >= 0x30 && value <= 0x39);
        if (digit >= 0) bytes[digit] = 0x30 + (byte % 10);
      }
    }
    return new Uint8Array(bytes);
  });
}

function expectSound(outcome: ImportOutcome): void {
  if (!outcome.ok) {
    expect(outcome.reason).toMatch(/^[A-Z].*\.$/s);
    return;
  }
  const { torrent } = outcome;
  expect(torrent.id).toMatch(/^[0-9a-f]{40}$/);
  expect(isAbsolutePath(torrent.folder)).toBe(true);
  for (const { path } of [...torrent.renamed, ...torrent.unfinished]) expect(areComponents(path)).toBe(true);
  const { downloaded, uploaded, downLimit, upLimit, seededMs, activeMs, addedAt, completedAt } = torrent;
  for (const value of [
    downloaded,
    uploaded,
    downLimit,
    upLimit,
    seededMs,
    activeMs,
    addedAt ?? 0,
    completedAt ?? 0,
  ]) {
    expect(Number.isSafeInteger(value) && value >= 0).toBe(true);
  }
  for (const value of torrent.priorities ?? []) expect([0, 1, 2, 3]).toContain(value);
}

test('a damaged resume file of qBittorrent gives a torrent or a sentence', () => {
  fc.assert(
    fc.property(damaged(QBT), fc.option(damaged(TORRENT)), (fastresume, torrent) => {
      for (const content of [torrent, TORRENT]) {
        expectSound(
          attempt(ID, () => readQBittorrent({ id: ID, fastresume, torrent: content, queue: null })),
        );
      }
    }),
    RUNS,
  );
});

test('a damaged resume file of Transmission gives a torrent or a sentence', () => {
  fc.assert(
    fc.property(damaged(RESUME), fc.option(fc.string()), (resume, link) => {
      const magnet = link === null ? null : `magnet:?xt=urn:btih:${ID}&${link}`;
      expectSound(attempt(ID, () => readTransmission({ resume, torrent: TORRENT, magnet })));
    }),
    RUNS,
  );
});

test('a damaged list of Deluge gives torrents or a sentence', () => {
  fc.assert(
    fc.property(damaged(STATES), damaged(RESUMES), (list, resumes) => {
      try {
        const states = readDelugeStates(list);
        for (const state of states)
          expectSound(
            attempt(ID, () => readDeluge({ state, resume: resumes, torrent: TORRENT, label: null })),
          );
        readDelugeResumes(resumes);
      } catch (error) {
        expect(error).toBeInstanceOf(ImportError);
      }
    }),
    RUNS,
  );
});

test('random bytes are no session', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      expect(() => readDelugeStates(bytes)).toThrow(ImportError);
      expect(() => readTransmission({ resume: bytes, torrent: TORRENT, magnet: null })).toThrow(ImportError);
      expect(() => readQBittorrentDatabase({ database: bytes, wal: null }, scratch)).toThrow(ImportError);
    }),
    { numRuns: 50 },
  );
});

test('a damaged database gives torrents or a sentence, and no copy is left', () => {
  const database = bytesOf('qbittorrent-sqlite', 'torrents.db');
  fc.assert(
    fc.property(damaged(database), (bytes) => {
      try {
        for (const outcome of readQBittorrentDatabase({ database: bytes, wal: null }, scratch))
          expectSound(outcome);
      } catch (error) {
        expect(error).toBeInstanceOf(ImportError);
      }
    }),
    { numRuns: Math.min(RUNS.numRuns, 60) },
  );
  expect(readdirSync(scratch)).toEqual([]);
});

test('a database whose table is a view is refused, and odd columns are told', () => {
  const make = (sql: string): Uint8Array => {
    const db = new DatabaseSync(':memory:');
    db.exec(sql);
    db.exec(`VACUUM INTO '${join(scratch, 'made.db').replaceAll("'", "''")}'`);
    db.close();
    const bytes = new Uint8Array(readFileSync(join(scratch, 'made.db')));
    rmSync(join(scratch, 'made.db'));
    return bytes;
  };
  const view = make(
    'CREATE TABLE x (y); CREATE VIEW torrents AS SELECT y AS torrent_id, 0 AS queue_position FROM x',
  );
  expect(() => readQBittorrentDatabase({ database: view, wal: null }, scratch)).toThrow(ImportError);
  const odd = make(
    "CREATE TABLE torrents (torrent_id, queue_position, stopped, libtorrent_resume_data); INSERT INTO torrents VALUES (9, 'x', 9223372036854775807, 'text'), ('b', 0, 0, NULL)",
  );
  expect(() => readQBittorrentDatabase({ database: odd, wal: null }, scratch)).toThrow(ImportError);
  const empty = make('CREATE TABLE torrents (torrent_id, queue_position)');
  expect(readQBittorrentDatabase({ database: empty, wal: null }, scratch)).toEqual([]);
});

test('a pickle of many references to one large list is read in a moment', () => {
  // A list in the memo that is put into itself again and again.
  const head = Buffer.from('\x80\x02]q\x00(', 'latin1');
  const body = Buffer.from('h\x00'.repeat(500_000), 'latin1');
  const bomb = new Uint8Array(Buffer.concat([head, body, Buffer.from('e.', 'latin1')]));
  expect(() => readDelugeStates(bomb)).toThrow('Deluge’s list of torrents is of an unknown version.');
});

test('a list of priorities or trackers without end is cut or refused', () => {
  const many = Array.from({ length: 5_000 }, (_, i) => [`http://t${i}.example/announce`]);
  const fastresume = encodeBencode({ save_path: '/d', trackers: many, file_priority: many.map(() => 1) });
  const outcome = attempt(ID, () => readQBittorrent({ id: ID, fastresume, torrent: TORRENT, queue: null }));
  expect(outcome.ok && outcome.torrent.trackers.length).toBe(100);
  expect(outcome.ok && outcome.torrent.priorities).toBeNull();
});
