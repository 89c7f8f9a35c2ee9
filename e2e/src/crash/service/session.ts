/**
 * What the list must be: what was asked for and confirmed. Decides what each command makes of it; when commands are given
 * is decided by the siege.
 */

/** What the user wants of a torrent. */
export type Intent = 'run' | 'stop' | 'force';

/** One torrent as it must be. */
export interface Wish {
  readonly id: string;
  readonly intent: Intent;
  /** Key of the root it lies in, or lay in before its move. */
  readonly root: string;
  /** Key of the root it was asked to move to and is not known to be in; null when there is no such wish. */
  readonly movingTo: string | null;
  /** That move may have failed: there was no room. */
  readonly mayStay: boolean;
  readonly label: string;
  /** What the user calls it; null = as its metadata does. */
  readonly name: string | null;
  /** Payload bytes per second, 0 = unlimited. */
  readonly downLimit: number;
  /** Priority of each file; null = all normal. */
  readonly files: readonly number[] | null;
  /** Files with other paths than those of the metadata, by their number. */
  readonly renamed: ReadonlyMap<number, readonly string[]>;
}

/** A torrent as it is when it was just added. */
export function newWish(id: string, root: string, intent: Intent): Wish {
  const plain = { movingTo: null, mayStay: false, label: '', name: null, downLimit: 0, files: null };
  return { id, intent, root, ...plain, renamed: new Map() };
}

/** The whole session, in the order of the queue. A value: commands make new ones. */
export interface Session {
  readonly wishes: readonly Wish[];
  readonly upLimit: number;
  /** The session before the last removal, as long as that can be undone. */
  readonly before: Session | null;
}

/** The session in which torrents are changed by `change`. */
export function changed(session: Session, ids: readonly string[], change: Partial<Wish>): Session {
  const wishes = session.wishes.map((wish) => (ids.includes(wish.id) ? { ...wish, ...change } : wish));
  return { ...session, wishes };
}

/** The session without some torrents, of which it keeps what it was `before` if that can be undone. */
export function without(session: Session, ids: readonly string[], canBeUndone = false): Session {
  const wishes = session.wishes.filter(({ id }) => !ids.includes(id));
  return { ...session, wishes, before: canBeUndone ? session : null };
}

/** Where in the queue. */
export type QueueTarget = 'up' | 'down' | 'top' | 'bottom' | number;

/** The session in which one torrent has another place in the queue. */
export function moved(session: Session, id: string, to: QueueTarget): Session {
  const at = session.wishes.findIndex((wish) => wish.id === id);
  const others = session.wishes.filter((wish) => wish.id !== id);
  const own = session.wishes[at];
  if (own === undefined) return session;
  const places = { up: at - 1, down: at + 1, top: 0, bottom: others.length };
  const place = Math.max(0, Math.min(others.length, typeof to === 'number' ? to : places[to]));
  return { ...session, wishes: others.toSpliced(place, 0, own) };
}

/** What is seen of a torrent; what is not there is not seen. */
export interface Seen
  extends
    Pick<Wish, 'id' | 'root' | 'label'>,
    Partial<Pick<Wish, 'intent' | 'movingTo' | 'downLimit' | 'files' | 'renamed'>> {
  /** What it is called, by the user or by its metadata. */
  readonly name: string | null;
}

/** Why what is seen is not this session, or null when it is. */
export function differenceOf(session: Session, seen: readonly Seen[], upLimit: number): string | null {
  const names = (list: readonly { readonly id: string }[]): string =>
    list.map(({ id }) => id.slice(0, 6)).join(' ');
  if (names(session.wishes) !== names(seen)) return `[${names(seen)}] instead of [${names(session.wishes)}]`;
  for (const [index, one] of seen.entries()) {
    const wish = session.wishes[index];
    if (wish === undefined) return 'one too many';
    const difference = differenceOfOne(wish, one);
    if (difference !== null) return `${one.id.slice(0, 6)}: ${difference}`;
  }
  return upLimit === session.upLimit ? null : `a limit of ${upLimit} instead of ${session.upLimit}`;
}

function differenceOfOne(wish: Wish, seen: Seen): string | null {
  const { root, movingTo } = seen;
  if (root !== wish.root && root !== wish.movingTo) return `in ${root} instead of ${wish.root}`;
  const target = wish.movingTo ?? wish.root;
  const stays = wish.mayStay && movingTo === null && root === wish.root;
  if (movingTo !== undefined && (movingTo ?? root) !== target && !stays) return `not on its way to ${target}`;
  if (wish.name !== null && seen.name !== wish.name) return `called ${seen.name} instead of ${wish.name}`;
  for (const key of ['intent', 'label', 'downLimit', 'files', 'renamed'] as const) {
    const [is, wished] = [textOf(seen[key]), textOf(wish[key])];
    if (seen[key] !== undefined && is !== wished) return `${key} ${is} instead of ${wished}`;
  }
  return null;
}

const textOf = (value: unknown): string =>
  JSON.stringify(value instanceof Map ? [...value].sort(([a], [b]) => a - b) : (value ?? null));
