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
  readonly label: string;
}

/** The whole session, in the order of the queue. A value: commands make new ones. */
export interface Session {
  readonly wishes: readonly Wish[];
  readonly upLimit: number;
}

/** The session in which torrents are changed by `change`. */
export function changed(session: Session, ids: readonly string[], change: Partial<Wish>): Session {
  const wishes = session.wishes.map((wish) => (ids.includes(wish.id) ? { ...wish, ...change } : wish));
  return { ...session, wishes };
}

/** The session without some torrents. */
export function without(session: Session, ids: readonly string[]): Session {
  return { ...session, wishes: session.wishes.filter(({ id }) => !ids.includes(id)) };
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

/** What is seen of a torrent; undefined = not seen. */
export interface Seen {
  readonly id: string;
  readonly intent?: Intent;
  readonly root: string;
  /** Key of the root it is being moved to, or null. */
  readonly movingTo?: string | null;
  readonly label: string;
}

/** Why what is seen is not this session, or null when it is. */
export function differenceOf(session: Session, seen: readonly Seen[], upLimit: number): string | null {
  const names = (list: readonly { readonly id: string }[]): string =>
    list.map(({ id }) => id.slice(0, 6)).join(' ');
  if (names(session.wishes) !== names(seen)) return `[${names(seen)}] instead of [${names(session.wishes)}]`;
  for (const [index, { id, intent, root, movingTo, label }] of seen.entries()) {
    const wish = session.wishes[index];
    if (wish === undefined) return 'one too many';
    const word = id.slice(0, 6);
    if (intent !== undefined && intent !== wish.intent) return `${word}: ${intent} instead of ${wish.intent}`;
    if (root !== wish.root && root !== wish.movingTo) return `${word}: in ${root} instead of ${wish.root}`;
    const target = wish.movingTo ?? wish.root;
    if (movingTo !== undefined && (movingTo ?? root) !== target)
      return `${word}: not on its way to ${target}`;
    if (label !== wish.label) return `${word}: called ${label} instead of ${wish.label}`;
  }
  return upLimit === session.upLimit ? null : `a limit of ${upLimit} instead of ${session.upLimit}`;
}
