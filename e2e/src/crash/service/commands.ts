/**
 * Commands of a user who cannot make up their mind, each with what it makes of the session when it is confirmed. Decides
 * which are possible; when they are given is decided by the siege.
 */
import type { Dice } from '../dice.ts';
import type { Json } from './front-end.ts';
import type { Goods } from './goods.ts';
import { changed, moved, without, type QueueTarget, type Session, type Wish } from './session.ts';

/** Keys of the two folders that torrents lie in. */
export type RootKeys = readonly [string, string];

/** A command that was not given yet. */
export interface Command {
  readonly call: string;
  readonly params: Json;
  readonly ids: readonly string[];
  /** Their files go too. */
  readonly deletesFiles?: boolean;
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
  move: 2,
  recheck: 1,
} as const;
const KINDS = Object.entries(WEIGHTS).flatMap(([kind, weight]) => Array<string>(weight).fill(kind));

/** Any command that is possible now. */
export function rollCommand(dice: Dice, choice: Choice): Command {
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
  const { id, metainfo } = dice.pick(free);
  const root = leftIn.get(id) ?? dice.pick(roots);
  const [start, queueTop] = [dice.fraction() < 0.8, dice.fraction() < 0.3];
  const source = { metainfo: metainfo.toString('base64') };
  const wish: Wish = { id, intent: start ? 'run' : 'stop', root, movingTo: null, label: '' };
  return {
    call: 'torrent.add',
    params: { source, place: { root, folder: [] }, start, queueTop },
    ids: [id],
    after: ({ wishes, ...rest }) => ({ ...rest, wishes: queueTop ? [wish, ...wishes] : [...wishes, wish] }),
  };
}

function steer(kind: string, dice: Dice, { session, roots }: Choice): Command | null {
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
    case 'queue':
      return moveInQueue(wish.id, dice.pick(['up', 'down', 'top', 'bottom', 1, 4]));
    case 'move':
      return move(wish, roots);
    case 'recheck':
      return { call: 'torrent.recheck', params: { ids: [wish.id] }, ids: [wish.id], after: (same) => same };
    case 'label': {
      const label = `label ${dice.between(1, 1000)}`;
      return {
        call: 'torrent.setOptions',
        params: { ids, labels: [label] },
        ids,
        after: (before) => changed(before, ids, { label }),
      };
    }
    default: {
      const upLimit = dice.between(1, 1000) * 1000;
      const params = { 'limits.up': upLimit };
      return { call: 'settings.set', params, ids: [], after: (before) => ({ ...before, upLimit }) };
    }
  }
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
