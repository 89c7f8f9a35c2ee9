/**
 * The rows around torrents: roots, settings, counters, kept values, and what may be large of a torrent. Decides their
 * form and their limits; transactions are the caller's.
 */
import { createHash } from 'node:crypto';
import {
  decodeResume,
  encodeResume,
  type Priority,
  type ResumeData,
  type TorrentId,
} from '@jstorrent/engine';
import { equalBytes, MAX_TORRENT_BYTES } from '@jstorrent/protocol';
import { texts } from './columns.ts';
import type { Connection } from './connection.ts';
import { StoreError } from './errors.ts';
import { STORE_LIMITS } from './limits.ts';
import type { Root, SavedFiles, SavedPeer } from './record.ts';

const PRIORITIES = 3;

/** What belongs to one torrent, by the key of its row. */
export class TorrentParts {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  metainfo(key: number): Uint8Array | null {
    return bytesOf(this.#row('SELECT bytes FROM metainfo WHERE torrent = ?', key)?.['bytes']);
  }

  setMetainfo(key: number, bytes: Uint8Array): void {
    this.#run('INSERT OR REPLACE INTO metainfo (torrent, bytes) VALUES (?, ?)', key, bytes);
    this.#run('UPDATE torrents SET has_metadata = 1 WHERE key = ?', key);
  }

  /** Null as well when a checksum says that what is there is not what was saved. */
  resume(key: number): ResumeData | null {
    const row = this.#row('SELECT data, sum FROM resume WHERE torrent = ?', key);
    const data = bytesOf(row?.['data']);
    const sum = bytesOf(row?.['sum']);
    if (data === null || sum === null || !equalBytes(sum, sumOf(data))) return null;
    return decodeResume(data);
  }

  setResume(key: number, data: ResumeData): void {
    const bytes = encodeResume(data);
    requireSize('resume data', bytes.length, MAX_TORRENT_BYTES);
    this.#run(
      'INSERT OR REPLACE INTO resume (torrent, data, sum) VALUES (?, ?, ?)',
      key,
      bytes,
      sumOf(bytes),
    );
  }

  files(key: number): SavedFiles {
    return filesOf(this.#row('SELECT priorities, renamed FROM files WHERE torrent = ?', key));
  }

  /** By torrent, of those that have a row. */
  allFiles(): Map<TorrentId, SavedFiles> {
    const sql = 'SELECT id, priorities, renamed FROM files JOIN torrents ON torrents.key = files.torrent';
    const rows = this.#connection.prepare(sql).all();
    return new Map(rows.map((row) => [String(row['id']), filesOf(row)]));
  }

  setFiles(key: number, { priorities, renamed }: SavedFiles): void {
    const bytes = priorities === null ? null : Uint8Array.from(priorities);
    const text = JSON.stringify(renamed.map(({ file, path }) => [file, path]));
    this.#run(
      'INSERT OR REPLACE INTO files (torrent, priorities, renamed) VALUES (?, ?, ?)',
      key,
      bytes,
      text,
    );
  }

  peers(key: number): SavedPeer[] {
    const row = this.#row('SELECT list FROM peers WHERE torrent = ?', key);
    const list: unknown = row === undefined ? [] : JSON.parse(String(row['list']));
    return (Array.isArray(list) ? list : []).map(([host, port]: unknown[]) => ({
      host: String(host),
      port: Number(port),
    }));
  }

  setPeers(key: number, peers: readonly SavedPeer[]): void {
    const list = peers.slice(0, STORE_LIMITS.peers).map(({ host, port }) => [host, port]);
    this.#run('INSERT OR REPLACE INTO peers (torrent, list) VALUES (?, ?)', key, JSON.stringify(list));
  }

  #row(sql: string, key: number): Record<string, unknown> | undefined {
    return this.#connection.prepare(sql).get(key);
  }

  #run(sql: string, ...cells: (number | string | Uint8Array | null)[]): void {
    this.#connection.prepare(sql).run(...cells);
  }
}

function filesOf(row: Record<string, unknown> | undefined): SavedFiles {
  const priorities = bytesOf(row?.['priorities']);
  const renamed: unknown = row === undefined ? [] : JSON.parse(String(row['renamed']));
  return {
    priorities:
      priorities === null ? null : [...priorities].map((value) => Math.min(value, PRIORITIES) as Priority),
    renamed: (Array.isArray(renamed) ? renamed : []).map(([file, path]: unknown[]) => ({
      file: Number(file),
      path: texts(path),
    })),
  };
}

/** What belongs to the session as a whole. */
export class SessionTables {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  settings(): Record<string, unknown> {
    const rows = this.#connection.prepare('SELECT key, value FROM settings').all();
    return Object.fromEntries(
      rows.map(({ key, value }) => [String(key), JSON.parse(String(value)) as unknown]),
    );
  }

  setSettings(changes: Readonly<Record<string, unknown>>): void {
    for (const [key, value] of Object.entries(changes)) {
      if (value === undefined) {
        this.#connection.prepare('DELETE FROM settings WHERE key = ?').run(key);
        continue;
      }
      const text = JSON.stringify(value);
      requireSize(`the setting ${key}`, text.length, STORE_LIMITS.settingBytes);
      this.#connection.prepare('INSERT OR REPLACE INTO settings (key, value) VALUES (?, ?)').run(key, text);
    }
  }

  roots(): Root[] {
    const rows = this.#connection.prepare('SELECT key, path, label FROM roots ORDER BY rowid').all();
    return rows.map(({ key, path, label }) => ({
      key: String(key),
      path: String(path),
      label: String(label),
    }));
  }

  setRoot({ key, path, label }: Root): void {
    const sql = `INSERT INTO roots (key, path, label) VALUES (?, ?, ?)
      ON CONFLICT (key) DO UPDATE SET path = excluded.path, label = excluded.label`;
    this.#connection.prepare(sql).run(key, path, label);
  }

  /** Some torrent that lies there, or null. */
  userOf(root: string): string | null {
    const row = this.#connection.prepare('SELECT id FROM torrents WHERE root = ? LIMIT 1').get(root);
    return row === undefined ? null : String(row['id']);
  }

  hasRoot(root: string): boolean {
    return this.#connection.prepare('SELECT 1 FROM roots WHERE key = ?').get(root) !== undefined;
  }

  removeRoot(root: string): void {
    this.#connection.prepare('DELETE FROM roots WHERE key = ?').run(root);
  }

  counters(): Record<string, number> {
    const rows = this.#connection.prepare('SELECT name, value FROM counters').all();
    return Object.fromEntries(rows.map(({ name, value }) => [String(name), Number(value)]));
  }

  addToCounters(amounts: Readonly<Record<string, number>>): void {
    const sql = `INSERT INTO counters (name, value) VALUES (?, ?)
      ON CONFLICT (name) DO UPDATE SET value = value + excluded.value`;
    for (const [name, amount] of Object.entries(amounts))
      this.#connection.prepare(sql).run(name, Math.round(amount));
  }

  value(name: string): Uint8Array | null {
    return bytesOf(this.#connection.prepare('SELECT bytes FROM kept WHERE name = ?').get(name)?.['bytes']);
  }

  /** In order. */
  valueNames(prefix: string): string[] {
    const sql = 'SELECT name FROM kept WHERE substr(name, 1, ?) = ? ORDER BY name';
    return this.#connection
      .prepare(sql)
      .all(prefix.length, prefix)
      .map(({ name }) => String(name));
  }

  setValue(name: string, bytes: Uint8Array | null): void {
    if (bytes === null) {
      this.#connection.prepare('DELETE FROM kept WHERE name = ?').run(name);
      return;
    }
    requireSize(`the value ${name}`, bytes.length, STORE_LIMITS.valueBytes);
    this.#connection.prepare('INSERT OR REPLACE INTO kept (name, bytes) VALUES (?, ?)').run(name, bytes);
  }
}

/** Throws StoreError `TOO_LARGE`. */
export function requireSize(what: string, bytes: number, max: number): void {
  if (bytes > max) throw new StoreError('TOO_LARGE', `${what} has ${bytes} bytes, more than ${max}`);
}

function bytesOf(cell: unknown): Uint8Array | null {
  return cell instanceof Uint8Array ? cell : null;
}

const sumOf = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest();
