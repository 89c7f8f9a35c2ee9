/**
 * Versions of the schema and the way from each to the next. Decides nothing about what to do with a newer database. A
 * released version is never edited: what changes is a further file and a further member of the list.
 */
import type { DatabaseSync } from 'node:sqlite';
import { V1 } from './v1.ts';

/** SQL from version n to n + 1, at index n. */
const MIGRATIONS: readonly string[] = [V1];

/** Marks a database as ours ("JSTo"). */
export const APPLICATION_ID = 0x4a_53_54_6f;
/** Of the schema this program knows. */
export const SCHEMA_VERSION = MIGRATIONS.length;

/** Bring a database from one version to another, each step in a transaction of its own. Throws what SQLite throws. */
export function migrate(
  db: DatabaseSync,
  from: number,
  to: number,
  steps: readonly string[] = MIGRATIONS,
): void {
  for (let version = from; version < to; version += 1) {
    const step = steps[version];
    if (step === undefined) throw new RangeError(`there is no schema version ${version + 1}`);
    db.exec('BEGIN IMMEDIATE');
    try {
      db.exec(`${step};
        PRAGMA application_id = ${APPLICATION_ID};
        PRAGMA user_version = ${version + 1};
        COMMIT`);
    } catch (error) {
      if (db.isTransaction) db.exec('ROLLBACK');
      throw error;
    }
  }
}
