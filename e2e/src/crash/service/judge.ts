/**
 * Judges a session from the outside: the list is what was confirmed, nothing is claimed that is not right on disk, what
 * was claimed is never fetched again, and little that was verified is forgotten. Holds what was seen so far; when to look
 * is decided by the siege.
 */
import { join } from 'node:path';
import type { Row } from './front-end.ts';
import type { Goods } from './goods.ts';
import { falselyClaimed, type Saved, type SavedSession, type Whereabouts } from './saved.ts';
import { changed, differenceOf, type Session } from './session.ts';

const BLOCK = 16 * 1024;
/** Verified pieces may be forgotten that are younger: 5 s between saves, and what saving takes on a busy machine. */
const UNSAVED_MS_MAX = 10_000;
/** States in which it is known what is there. */
const KNOWING: readonly string[] = ['downloading', 'endgame', 'seeding'];
/** States of a torrent that is at work or waits for it. */
const AT_WORK: readonly string[] = ['queued', 'metadata', 'downloading', 'endgame', 'seeding'];

interface Sample {
  readonly atMs: number;
  readonly have: number;
}

/** What must hold of one session. */
export class Judge {
  readonly #goods: ReadonlyMap<string, Goods>;
  readonly #folders: ReadonlyMap<string, string>;
  /** What the session can be: more than one while it is not known whether the last command was carried out. */
  #sessions: readonly Session[];
  /** How often each block of a claimed piece had been given when it was claimed, by torrent. */
  readonly #given = new Map<string, Map<number, number>>();
  readonly #samples = new Map<string, Sample[]>();

  /** `folders`: paths by the key of their root. */
  constructor(goods: readonly Goods[], folders: ReadonlyMap<string, string>, session: Session) {
    this.#goods = new Map(goods.map((one) => [one.id, one]));
    this.#folders = folders;
    this.#sessions = [session];
  }

  /** The session as it is if the last command was carried out. */
  get session(): Session {
    return this.#sessions.at(-1)!;
  }

  /** A command was carried out, or may have been. */
  command(after: (session: Session) => Session, isConfirmed: boolean): void {
    const done = this.#sessions.map(after);
    this.#sessions = isConfirmed ? done : [...this.#sessions, ...done];
  }

  /** There is no room in a root: whatever is on its way there may fail, or from there, for want of room for its note. */
  full(full: string): void {
    this.#sessions = this.#sessions.map((session) => {
      const moving = session.wishes.filter(
        ({ root, movingTo }) => movingTo !== null && [root, movingTo].includes(full),
      );
      return changed(
        session,
        moving.map(({ id }) => id),
        { mayStay: true },
      );
    });
  }

  /** Where the files of a torrent may lie, all its possible sessions together. */
  whereabouts(id: string): Whereabouts {
    const wishes = this.#sessions.flatMap((session) => session.wishes.filter((wish) => wish.id === id));
    const files = this.#goods.get(id)?.files;
    const roots = wishes.flatMap(({ root, movingTo }) => (movingTo === null ? [root] : [root, movingTo]));
    return {
      folders: [...new Set(roots)].map((key) => this.#folders.get(key) ?? join('/', 'nowhere')),
      paths: (file) => wishes.map(({ renamed }) => renamed.get(file) ?? files?.[file]?.path ?? []),
      isWanted: (file) => wishes.every(({ files }) => (files?.[file] ?? 1) > 0),
    };
  }

  /** Another service runs: what was removed cannot be brought back any more. */
  restarted(): void {
    this.#sessions = this.#sessions.map((session) => ({ ...session, before: null }));
  }

  /** A daemon died unseen: what it had verified and not saved may be lost. */
  forgetProgress(): void {
    this.#samples.clear();
  }

  /** What was known of a torrent's progress is known no more. */
  forget(id: string, isRemoved: boolean): void {
    this.#samples.delete(id);
    if (isRemoved) this.#given.delete(id);
  }

  /** Note how far torrents are. */
  sample(rows: Iterable<Row>, atMs: number): void {
    for (const { id, bytesLeft, state } of rows) {
      const length = this.#goods.get(id)?.content.length ?? 0;
      // What is left is counted of wanted files alone.
      const isPart = this.session.wishes.some((wish) => wish.id === id && wish.files !== null);
      if (!KNOWING.includes(state) || isPart) continue;
      const samples = this.#samples.get(id) ?? [];
      samples.push({ atMs, have: length - bytesLeft });
      this.#samples.set(id, samples);
    }
  }

  /** The list as a front end sees it. Throws when it is not what was confirmed. */
  judgeList(rows: readonly Row[], upLimit: number): void {
    const seen = rows
      .toSorted((a, b) => a.queuePosition - b.queuePosition)
      .map(({ id, name, place, labels }) => ({ id, name, root: place.root, label: labels[0] ?? '' }));
    this.#narrow((session) => differenceOf(session, seen, upLimit));
    for (const { id, intent } of this.session.wishes) {
      const row = rows.find((one) => one.id === id);
      if (row === undefined || this.#sessions.length > 1) continue;
      const isRight = intent === 'stop' ? !AT_WORK.includes(row.state) : row.state !== 'stopped';
      if (!isRight || row.forced !== (intent === 'force')) {
        throw new Error(`${id}: ${intent} is wished, and it is ${row.state}${row.forced ? ', forced' : ''}`);
      }
    }
  }

  /** Torrents whose move is over. */
  judgeMoves(rows: Iterable<Row>): void {
    for (const { id, place, moveProgress } of rows) {
      if (moveProgress === null) this.#arrived(id, place.root);
    }
  }

  /** What a service left that was killed, or stopped in order. Throws when something does not hold. */
  judgeSaved({ torrents, upLimit }: SavedSession, diedMs: number, wasKilled: boolean): void {
    const savedMs = wasKilled ? diedMs - UNSAVED_MS_MAX : diedMs;
    this.#narrow((session) => differenceOf(session, torrents, upLimit));
    this.restarted();
    for (const saved of torrents) {
      if (saved.movingTo === null) {
        this.#arrived(saved.id, saved.root);
        this.#stayed(saved.id, saved.root);
      }
      this.#judgeClaims(saved, savedMs);
    }
    this.#samples.clear();
  }

  /** Blocks of claimed pieces that were given again, in words. Throws when there are any. */
  judgeSeeds(): void {
    for (const [id, counts] of this.#given) {
      const given = this.#goods.get(id)?.seed.given;
      const again = [...counts].filter(([offset, count]) => (given?.get(offset) ?? 0) > count);
      if (again.length > 0) {
        const pieceLength = this.#goods.get(id)?.pieceLength ?? 1;
        const pieces = new Set(again.map(([offset]) => Math.floor(offset / pieceLength)));
        throw new Error(`${id}: pieces that were saved are fetched again: ${[...pieces].join(', ')}`);
      }
    }
  }

  #narrow(differenceOfOne: (session: Session) => string | null): void {
    const differences = this.#sessions.map(differenceOfOne);
    const left = this.#sessions.filter((_, index) => differences[index] === null);
    if (left.length === 0)
      throw new Error(`the session is not what was confirmed: ${differences.join('; or ')}`);
    this.#sessions = left;
  }

  #arrived(id: string, root: string): void {
    this.#sessions = this.#sessions.map((session) => {
      const wish = session.wishes.find((one) => one.id === id);
      return wish?.movingTo === root
        ? changed(session, [id], { root, movingTo: null, mayStay: false })
        : session;
    });
  }

  /** A move that may have failed is over, and the torrent is where it was. */
  #stayed(id: string, root: string): void {
    this.#sessions = this.#sessions.map((session) => {
      const wish = session.wishes.find((one) => one.id === id);
      const stayed = wish?.mayStay === true && wish.movingTo !== null && wish.root === root;
      return stayed ? changed(session, [id], { movingTo: null, mayStay: false }) : session;
    });
  }

  #judgeClaims({ id, claims }: Saved, savedMs: number): void {
    const goods = this.#goods.get(id);
    if (goods === undefined) return;
    const where = this.whereabouts(id);
    // A renaming that was saved may not have been carried out.
    const paths: Whereabouts['paths'] = (file) => [...where.paths(file), goods.files[file]?.path ?? []];
    const wrong = claims === null ? [] : falselyClaimed(goods, claims, { ...where, paths });
    if (wrong.length > 0) throw new Error(`${id} claims what is not right on disk: ${wrong.join(', ')}`);
    const { pieceLength, content, seed } = goods;
    const counts = new Map<number, number>();
    let claimed = 0;
    for (const piece of claims?.pieces ?? []) {
      const end = Math.min((piece + 1) * pieceLength, content.length);
      claimed += end - piece * pieceLength;
      for (let at = piece * pieceLength; at < end; at += BLOCK) {
        counts.set(at, this.#given.get(id)?.get(at) ?? seed.given.get(at) ?? 0);
      }
    }
    this.#given.set(id, counts);
    const old = this.#samples.get(id)?.findLast(({ atMs }) => atMs < savedMs);
    if (old !== undefined && old.have > claimed + pieceLength) {
      throw new Error(`${id}: ${old.have} bytes were there long ago, ${claimed} are saved`);
    }
  }
}
