/**
 * Commands of a user who cannot make up their mind, each with what it makes of the session when it is confirmed. Decides
 * which are possible; when they are given is decided by the siege.
 */
import type { Dice } from '../dice.ts';
import type { Json } from './front-end.ts';
import type { Goods } from './goods.ts';
import { changed, moved, newWish, without, type QueueTarget, type Session, type Wish } from './session.ts';

/** Keys of the two folders that torrents lie in. */
export type RootKeys = readonly [string, string];

/** A command that was not given yet. */
export interface Command {
  readonly call: string;
  readonly params: Json;
  readonly ids: readonly string[];
  /** Their files go too. */
  readonly deletesFiles?: boolean;
  /** Of a file, which a renaming gives it. */
  readonly path?: readonly string[];
  /** Codes it may be refused with. */
  readonly mayRefuse?: readonly string[];
  /** The session after it. */
  readonly after: (session: Session) => Session;
}

/** What a command can be about. */
export interface Choice {
  readonly session: Session;
  readonly roots: RootKeys;
  /** All torrents there are. */
  readonly goods: readonly Goods[];
  /** Root of what was removed, where files may be left; null when they may be in both, and it is not added again. */
  readonly leftIn: ReadonlyMap<string, string | null>;
}

/** How likely each is. */
const WEIGHTS = {
  add: 3,
  remove: 1,
  removeWithFiles: 1,
  start: 2,
  force: 1,
  stop: 2,
  queue: 2,
  settings: 1,
  label: 1,
  name: 1,
  limit: 1,
  choose: 2,
  rename: 2,
  removeForNow: 1,
  move: 2,
  recheck: 1,
} as const;
/** A removal is mostly regretted. */
const REGRET = 0.7;
/** Longer than a round goes on after a removal. */
const UNDO_MS = 20_000;
/** At this rate everything is there in a few seconds. */
const LIMIT_LEAST = 500_000;
const KINDS = Object.entries(WEIGHTS).flatMap(([kind, weight]) => Array<string>(weight).fill(kind));

/** Any command that is possible now. */
export function rollCommand(dice: Dice, choice: Choice): Command {
  const { before } = choice.session;
  if (before !== null && dice.fraction() < REGRET) return restore(choice.session, before);
  for (;;) {
    const kind = dice.pick(KINDS);
    const mayRemove = choice.session.wishes.length > 3;
    if (kind.startsWith('remove') && !mayRemove) continue;
    const isFirst = choice.session.wishes.length === 0;
    const command = isFirst || kind === 'add' ? add(dice, choice) : steer(kind, dice, choice);
    if (command !== null) return command;
  }
}

function add(dice: Dice, { session, roots, goods, leftIn }: Choice): Command | null {
  const listed = new Set(session.wishes.map(({ id }) => id));
  const free = goods.filter(({ id }) => !listed.has(id) && leftIn.get(id) !== null);
  if (free.length === 0) return null;
  const { id, metainfo, magnet } = dice.pick(free);
  const root = leftIn.get(id) ?? dice.pick(roots);
  const [start, queueTop] = [dice.fraction() < 0.8, dice.fraction() < 0.3];
  const source = dice.fraction() < 0.4 ? { magnet } : { metainfo: metainfo.toString('base64') };
  const wish = newWish(id, root, start ? 'run' : 'stop');
  return {
    call: 'torrent.add',
    params: { source, place: { root, folder: [] }, start, queueTop },
    ids: [id],
    after: ({ wishes, ...rest }) => ({ ...rest, wishes: queueTop ? [wish, ...wishes] : [...wishes, wish] }),
  };
}

function steer(kind: string, dice: Dice, { session, roots, goods }: Choice): Command | null {
  const wish = dice.pick(session.wishes);
  const other = dice.pick(session.wishes);
  const ids = wish === other || dice.fraction() < 0.5 ? [wish.id] : [wish.id, other.id];
  switch (kind) {
    case 'start':
    case 'force': {
      const intent = kind === 'force' ? 'force' : 'run';
      const params = { ids, force: kind === 'force' };
      return { call: 'torrent.start', params, ids, after: (before) => changed(before, ids, { intent }) };
    }
    case 'stop':
      return {
        call: 'torrent.stop',
        params: { ids },
        ids,
        after: (before) => changed(before, ids, { intent: 'stop' }),
      };
    case 'remove':
    case 'removeWithFiles':
      return remove(ids, kind === 'removeWithFiles', session);
    case 'removeForNow':
      return removeForNow(ids, dice.fraction() < 0.5, session);
    case 'choose':
    case 'rename': {
      const one = goods.find(({ id }) => id === wish.id);
      if (one === undefined) return null;
      return kind === 'choose' ? choose(dice, one) : rename(dice, one, wish);
    }
    case 'name': {
      const name = `name ${dice.between(1, 1000)}`;
      return setOptions([wish.id], { name }, { name });
    }
    case 'limit': {
      const downLimit = dice.between(1, 10) * LIMIT_LEAST;
      return setOptions(ids, { downLimit }, { downLimit });
    }
    case 'queue':
      return moveInQueue(wish.id, dice.pick(['up', 'down', 'top', 'bottom', 1, 4]));
    case 'move':
      return move(wish, roots);
    case 'recheck':
      return { call: 'torrent.recheck', params: { ids: [wish.id] }, ids: [wish.id], after: (same) => same };
    case 'label': {
      const label = `label ${dice.between(1, 1000)}`;
      return setOptions(ids, { labels: [label] }, { label });
    }
    default: {
      const upLimit = dice.between(1, 1000) * 1000;
      const params = { 'limits.up': upLimit };
      return { call: 'settings.set', params, ids: [], after: (before) => ({ ...before, upLimit }) };
    }
  }
}

function setOptions(ids: readonly string[], options: Json, wish: Partial<Wish>): Command {
  return {
    call: 'torrent.setOptions',
    params: { ids, ...options },
    ids,
    after: (before) => changed(before, ids, wish),
  };
}

/** Some files only; at least one. */
function choose(dice: Dice, { id, files }: Goods): Command {
  const kept = dice.between(0, files.length - 1);
  const all = files.map((_, file) => (file === kept || dice.fraction() < 0.6 ? 2 : 0));
  return {
    call: 'torrent.setFiles',
    params: { id, files: { all } },
    ids: [id],
    mayRefuse: ['NO_METADATA'],
    after: (before) => changed(before, [id], { files: all }),
  };
}

/** One file, or a folder of some, gets a name that no other ever had. */
function rename(dice: Dice, { id, files }: Goods, wish: Wish): Command | null {
  const file = dice.between(0, files.length - 1);
  const number = dice.between(1, 1e9);
  if (wish.movingTo !== null) return null;
  const now = files.map(({ path }, index) => wish.renamed.get(index) ?? path);
  const folder = now[file]?.slice(0, -1) ?? [];
  const isFolder = number % 2 === 0 && folder.length > 1;
  const name = `${id.slice(0, 6)}-${isFolder ? 'd' : file}-${number}`;
  const path = isFolder
    ? [...folder.slice(0, -1), name]
    : [...(files[file]?.path.slice(0, -1) ?? []), `${name}.bin`];
  const isBelow = (own: readonly string[]): boolean => folder.every((part, depth) => own[depth] === part);
  const renames = isFolder
    ? now.flatMap((own, index) =>
        isBelow(own) ? [[index, [...path, ...own.slice(folder.length)]] as const] : [],
      )
    : [[file, path] as const];
  return {
    ...(isFolder
      ? { call: 'torrent.renameFolder', params: { id, folder, path } }
      : { call: 'torrent.renameFile', params: { id, file, path }, path }),
    ids: [id],
    // Its note for the case that everything dies needs room.
    mayRefuse: ['NO_METADATA', 'BUSY', 'DISK_FULL'],
    after: (before) => {
      const renamed = before.wishes.find((one) => one.id === id)?.renamed ?? [];
      return changed(before, [id], { renamed: new Map([...renamed, ...renames]) });
    },
  };
}

/** As a page with a button to undo it does. */
function removeForNow(ids: readonly string[], deleteFiles: boolean, { wishes }: Session): Command | null {
  if (wishes.some(({ id, movingTo }) => ids.includes(id) && movingTo !== null)) return null;
  return {
    call: 'torrent.remove',
    params: { ids, deleteFiles, undoMs: UNDO_MS },
    ids,
    deletesFiles: deleteFiles,
    after: (before) => without(before, ids, true),
  };
}

function restore(session: Session, before: Session): Command {
  const here = new Set(session.wishes.map(({ id }) => id));
  const ids = before.wishes.map(({ id }) => id).filter((id) => !here.has(id));
  return { call: 'torrent.restore', params: { ids }, ids, after: (now) => now.before ?? now };
}

/** What is on its way leaves files in two folders: it goes with them. */
function remove(ids: readonly string[], withFiles: boolean, session: Session): Command {
  const isMoving = session.wishes.some(({ id, movingTo }) => ids.includes(id) && movingTo !== null);
  const deleteFiles = withFiles || isMoving;
  return {
    call: 'torrent.remove',
    params: { ids, deleteFiles },
    ids,
    deletesFiles: deleteFiles,
    after: (before) => without(before, ids),
  };
}

function moveInQueue(id: string, to: QueueTarget): Command {
  return {
    call: 'queue.move',
    params: { ids: [id], to },
    ids: [id],
    after: (before) => moved(before, id, to),
  };
}

function move({ id, root, movingTo }: Wish, roots: RootKeys): Command | null {
  if (movingTo !== null) return null;
  const target = roots[0] === root ? roots[1] : roots[0];
  return {
    call: 'torrent.move',
    params: { ids: [id], place: { root: target, folder: [] } },
    ids: [id],
    after: (before) => changed(before, [id], { movingTo: target }),
  };
}
