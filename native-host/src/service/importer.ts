/**
 * Takes over torrents of other clients. Decides where their data is for us and what of their progress is believed; how
 * their sessions are read is decided in the import folder. The files are read by the daemon, in the turns of this process.
 */
import { randomBytes } from 'node:crypto';
import { homedir } from 'node:os';
import { parse, posix, win32 } from 'node:path';
import process from 'node:process';
import { ControlError, type Params, type Place, type Result } from '@jstorrent/control';
import { fileSpans, PieceMath, type ResumeData } from '@jstorrent/engine';
import { Bitfield, type Info } from '@jstorrent/protocol';
import { findSessions, type FoundSession } from '../import/find-sessions.ts';
import type { ImportedTorrent, ImportOutcome } from '../import/imported.ts';
import { readSession, type SessionFiles } from '../import/read-session.ts';
import { addTorrent, type Wishes } from './adding.ts';
import type { Disk } from './disk.ts';
import { controlError } from './errors.ts';
import type { Host } from './host.ts';
import { ofTorrent } from './own-web-seeds.ts';
import type { Places } from './places.ts';
import type { NewTorrent } from '../store/session-store.ts';
import { readMagnet, readMetainfo, type ReadTorrent } from './sources.ts';

/** Problems told to the user one by one. */
const PROBLEMS_MAX = 200;
/** The most that the daemon reads of a file at once. */
const READ_MAX = 100 * 1024 * 1024;
const SENTENCE_MAX = 500;
const NAME_MAX = 255;

/** What an importer works with. */
export interface ImporterParts {
  readonly disk: Disk;
  readonly places: Places;
  /** Absolute path of the state folder. */
  readonly stateFolder: string;
}

/** Imports for commands. */
export class Importer {
  readonly #host: Host;
  readonly #parts: ImporterParts;

  constructor(host: Host, parts: ImporterParts) {
    this.#host = host;
    this.#parts = parts;
  }

  /** The sessions that are there, and how much is in them. */
  async scan(): Promise<Result<'import.scan'>> {
    return this.#withFiles(async (files, sessions) => {
      const found = [];
      for (const session of sessions) {
        let torrents = 0;
        let duplicates = 0;
        let problem: string | null = null;
        for await (const outcome of readSession(session, files)) {
          if (outcome.ok || outcome.about === 'torrent') torrents += 1;
          else problem ??= `${outcome.what}: ${outcome.reason}`.slice(0, SENTENCE_MAX);
          if (outcome.ok && this.#host.catalog.has(outcome.torrent.id)) duplicates += 1;
        }
        found.push({ client: session.client, where: session.path, torrents, duplicates, problem });
      }
      return { found };
    });
  }

  /** Take over a session; only one that `scan` finds. Rejects with ControlError NOT_FOUND. */
  async run({ client, where, start }: Params<'import.run'>): Promise<Result<'import.run'>> {
    return this.#withFiles(async (files, sessions) => {
      const session = sessions.find((each) => each.client === client && each.path === where);
      if (session === undefined) throw new ControlError('NOT_FOUND', { folder: where });
      let added = 0;
      let duplicates = 0;
      const problems: { name: string; message: string }[] = [];
      const complain = (name: string, message: string): void => {
        if (problems.length >= PROBLEMS_MAX) return;
        problems.push({ name: name.slice(0, NAME_MAX), message: message.slice(0, SENTENCE_MAX) });
      };
      for await (const outcome of readSession(session, files)) {
        if (outcome.ok && this.#host.catalog.has(outcome.torrent.id)) duplicates += 1;
        else if (await this.#take(outcome, start, complain)) added += 1;
      }
      this.#host.log.say('notable', 'IMPORTED', `${added} torrents of ${client}`);
      return { added, duplicates, problems };
    });
  }

  async #take(
    outcome: ImportOutcome,
    start: boolean | undefined,
    complain: (name: string, message: string) => void,
  ): Promise<boolean> {
    if (!outcome.ok) {
      complain(outcome.what, outcome.reason);
      return false;
    }
    const { torrent } = outcome;
    const read = sourceOf(torrent);
    const name = torrent.displayName ?? read.name;
    try {
      const place = await this.#parts.places.of(torrent.folder);
      await this.#renameUnfinished(torrent, read.metainfo?.said.info ?? null, place);
      addTorrent(this.#host, read, wishesOf(torrent, place, start), {
        record: recordOf(torrent, read.metainfo?.said.info ?? null),
        renamed: torrent.renamed,
        resume: resumeOf(torrent, read.metainfo?.said.info ?? null),
      });
    } catch (error) {
      const shown = controlError(error);
      if (!(shown instanceof ControlError)) throw shown;
      complain(name, shown.message);
      return false;
    }
    for (const warning of torrent.warnings) complain(name, warning);
    return true;
  }

  /** Some clients give unfinished files another name; one that is not there has its own name already. */
  async #renameUnfinished(
    { unfinished, renamed }: ImportedTorrent,
    info: Info | null,
    { root, folder }: Place,
  ): Promise<void> {
    const names = new Map(renamed.map(({ file, path }) => [file, path]));
    for (const { file, path } of unfinished) {
      const to = names.get(file) ?? info?.files[file]?.path;
      if (to === undefined) continue;
      await this.#parts.disk.rename(root, [...folder, ...path], [...folder, ...to]).catch(() => {});
    }
  }

  /** Read files of other programs for as long as `work` takes: under a key that nobody else knows. */
  async #withFiles<T>(
    work: (files: SessionFiles, sessions: readonly FoundSession[]) => Promise<T>,
  ): Promise<T> {
    const { engine } = this.#host;
    const home = homedir();
    const { root: top } = parse(home);
    const key = randomBytes(24).toString('hex');
    engine.disk.setRoot(key, top);
    const files = filesBelow(this.#parts.disk, key, this.#parts.stateFolder);
    const isThere = async (path: string): Promise<boolean> => {
      const paths = path.startsWith('/') ? posix : win32;
      const { names } = await files.list(paths.dirname(path));
      return names.includes(paths.basename(path));
    };
    const world = { platform: process.platform, env: process.env, home, isThere };
    try {
      return await work(files, await findSessions(world));
    } finally {
      engine.disk.dropRoot(key);
    }
  }
}

/** Files of this disk as the daemon sees them. */
function filesBelow(disk: Disk, root: string, scratch: string): SessionFiles {
  const split = (path: string): string[] =>
    path
      .slice(parse(path).root.length)
      .split(/[\\/]/)
      .filter((part) => part !== '');
  return {
    scratch,
    list: async (folder) => {
      const listed = await disk.list({ root, folder: split(folder) }).catch(() => null);
      return { names: listed?.entries.map(({ name }) => name) ?? [], isCut: listed?.isCut ?? false };
    },
    read: (file, maxBytes) =>
      disk.readFile(root, split(file), Math.min(maxBytes, READ_MAX)).catch(() => null),
  };
}

function sourceOf({ source }: ImportedTorrent): ReadTorrent {
  return source.kind === 'magnet' ? readMagnet(source.magnet) : readMetainfo(source.metainfo);
}

function wishesOf(torrent: ImportedTorrent, place: Place, start: boolean | undefined): Wishes {
  const { displayName, priorities, sequential, endsFirst, labels, goals } = torrent;
  return {
    place,
    start: start ?? torrent.intent !== 'stop',
    sequential,
    endsFirst,
    labels: [...labels],
    downLimit: torrent.downLimit,
    upLimit: torrent.upLimit,
    connections: torrent.connections,
    goals: goals ?? 'inherit',
    ...(displayName === null ? {} : { name: displayName }),
    ...(priorities === null ? {} : { files: { all: [...priorities] } }),
  };
}

function recordOf(torrent: ImportedTorrent, info: Info | null): Partial<NewTorrent> {
  const { downloaded, uploaded, seededMs, activeMs, completedAt, addedAt, trackers, webSeeds } = torrent;
  return {
    downloaded,
    uploaded,
    seededMs,
    activeMs,
    completedAt,
    trackers,
    webSeeds: ofTorrent(webSeeds),
    ...progressOf(torrent.verified, info),
    ...(addedAt === null ? {} : { addedAt }),
  };
}

/** What a list shows before the engine has looked. */
function progressOf(verified: Uint8Array | null, info: Info | null): Partial<NewTorrent> {
  if (verified === null || info === null) return {};
  const have = Bitfield.fromBytes(verified, info.pieceCount);
  const bytes = Math.min(info.totalLength, have.count * info.pieceLength);
  return { havePieces: have.count, bytesLeft: info.totalLength - bytes };
}

/**
 * What another client has checked, in the form of our own progress. Its files are believed as far as they reach: of each so
 * many bytes must be there as the checked pieces need.
 */
function resumeOf(torrent: ImportedTorrent, info: Info | null): ResumeData | null {
  if (torrent.verified === null || info === null) return null;
  const math = new PieceMath(info.pieceLength, info.totalLength);
  const have = Bitfield.fromBytes(torrent.verified, info.pieceCount);
  let start = 0;
  const files = fileSpans(info.files, info.pieceLength).map((span, index) => {
    const length = info.files[index]?.length ?? 0;
    let end = 0;
    for (let piece = span.end - 1; piece >= span.first && end === 0; piece -= 1) {
      if (have.get(piece)) end = Math.min(length, piece * info.pieceLength + math.lengthOf(piece) - start);
    }
    start += length;
    return { size: end, mtimeMs: 0 };
  });
  const { downloaded, uploaded, activeMs, seededMs, id } = torrent;
  return {
    infoHash: Uint8Array.from(Buffer.from(id, 'hex')),
    pieces: torrent.verified,
    partials: [],
    files,
    clean: false,
    downloaded,
    uploaded,
    activeMs,
    seededMs,
  };
}
