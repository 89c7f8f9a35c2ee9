/**
 * What a dead service saved, read off its database without touching it, and the comparison of what it claims with what is
 * on disk. Knows the form of the database and nothing of the program.
 */
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { parseClaims, type Claims } from '../claims.ts';
import type { Goods } from './goods.ts';
import type { Intent, Seen } from './session.ts';

const BLOCK = 16 * 1024;

/** One torrent as it is saved. */
export interface Saved extends Seen {
  readonly intent: Intent;
  /** Key of the root it is being moved to, or null. */
  readonly movingTo: string | null;
  /** Null when nothing is claimed. */
  readonly claims: Claims | null;
}

/** What the session holds. */
export interface SavedSession {
  /** In the order of the queue. */
  readonly torrents: readonly Saved[];
  readonly upLimit: number;
}

/** What is leaving is gone when no service runs that could bring it back. */
const TORRENTS = `SELECT * FROM torrents
  LEFT JOIN resume ON resume.torrent = torrents.key
  LEFT JOIN files ON files.torrent = torrents.key
  WHERE NOT EXISTS (SELECT 1 FROM kept WHERE kept.name = 'leaving:' || torrents.id)
  ORDER BY rank`;

/** Read the session of a service that does not run, by way of a copy in `scratch`. */
export function readSaved(stateFolder: string, scratch: string): SavedSession {
  rmSync(scratch, { recursive: true, force: true });
  mkdirSync(scratch);
  for (const name of ['session.db', 'session.db-wal']) {
    if (existsSync(join(stateFolder, name))) copyFileSync(join(stateFolder, name), join(scratch, name));
  }
  const db = new DatabaseSync(join(scratch, 'session.db'));
  try {
    const rows = db.prepare(TORRENTS).all();
    const limit = db.prepare(`SELECT value FROM settings WHERE key = 'limits.up'`).get();
    return { torrents: rows.map(savedOf), upLimit: Number(limit?.['value'] ?? 0) };
  } finally {
    db.close();
  }
}

function savedOf(row: Record<string, unknown>): Saved {
  const { data, sum } = row;
  const labels = JSON.parse(String(row['labels'])) as readonly string[];
  const movingTo = row['moving_to'];
  if (data instanceof Uint8Array && sum instanceof Uint8Array) {
    if (!createHash('sha256').update(data).digest().equals(sum)) throw new Error('a claim is not whole');
  }
  return {
    id: String(row['id']),
    intent: row['intent'] as Intent,
    root: String(row['root']),
    label: labels[0] ?? '',
    name: String(row['display_name'] ?? row['name']),
    downLimit: Number(row['down_limit']),
    files: row['priorities'] instanceof Uint8Array ? [...row['priorities']] : null,
    renamed: new Map(
      JSON.parse(typeof row['renamed'] === 'string' ? row['renamed'] : '[]') as readonly (readonly [
        number,
        readonly string[],
      ])[],
    ),
    movingTo: typeof movingTo === 'string' ? String((JSON.parse(movingTo) as { root: string }).root) : null,
    claims: data instanceof Uint8Array ? parseClaims(Buffer.from(data)) : null,
  };
}

/** Where files of a torrent may lie. */
export interface Whereabouts {
  readonly folders: readonly string[];
  /** Paths a file may have below one of these, by its number. */
  readonly paths: (file: number) => readonly (readonly string[])[];
  /** Whether a file has to be there itself, by its number; bytes of others may lie in part files. */
  readonly isWanted: (file: number) => boolean;
}

/** What is claimed and not right on disk, in words. */
export function falselyClaimed(goods: Goods, claims: Claims, where: Whereabouts): string[] {
  const { content, pieceLength } = goods;
  const onDisk = contentIn(goods, where);
  const isRight = (start: number, length: number): boolean => {
    const end = Math.min(start + length, content.length);
    if (onDisk.subarray(start, end).equals(content.subarray(start, end))) return true;
    const piece = Math.floor(start / pieceLength);
    const parts = partsOf(piece, where.folders);
    const isThere = (at: number): boolean =>
      onDisk[at] === content[at] || parts.some((part) => part[at - piece * pieceLength] === content[at]);
    for (let at = start; at < end; at += 1) if (!isThere(at)) return false;
    return true;
  };
  const pieces = claims.pieces.filter((piece) => !isRight(piece * pieceLength, pieceLength));
  const blocks = claims.partials.flatMap((partial) =>
    partial.blocks
      .filter((block) => !isRight(partial.piece * pieceLength + block * BLOCK, BLOCK))
      .map((block) => `block ${block} of ${partial.piece}`),
  );
  return [...pieces.map((piece) => `piece ${piece}`), ...blocks];
}

/** What part files hold of a piece: bytes of files that were not wanted; whose part files they are is not told. */
function partsOf(piece: number, folders: readonly string[]): Buffer[] {
  return folders
    .map((folder) => join(folder, '.jstorrent-parts'))
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder).map((own) => join(folder, own, `${piece}.part`)))
    .filter((file) => existsSync(file))
    .map((file) => readFileSync(file));
}

/** What lies in the wanted files of a torrent, each in the first place that has it, zeros where none does; of others, what should. */
export function contentIn(goods: Goods, { folders, paths, isWanted }: Whereabouts): Buffer {
  let from = 0;
  const parts = goods.files.map(({ length }, file) => {
    from += length;
    if (!isWanted(file)) return goods.content.subarray(from - length, from);
    const places = paths(file).flatMap((one) => folders.map((folder) => join(folder, ...one)));
    const found = places.find((place) => existsSync(place));
    const bytes = Buffer.alloc(length);
    if (found !== undefined) readFileSync(found).copy(bytes);
    return bytes;
  });
  return Buffer.concat(parts);
}
