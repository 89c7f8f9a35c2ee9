/** Which torrents are selected and where the keyboard is. Decides what a click, a key and a menu do to it. */

/** The selection. It names torrents, not rows: it follows them. */
export interface Selection {
  readonly ids: ReadonlySet<string>;
  /** Where the keyboard is; null = nowhere. */
  readonly focus: string | null;
  /** Where a range begins. */
  readonly anchor: string | null;
}

/** Nothing. */
export const NOTHING: Selection = { ids: new Set(), focus: null, anchor: null };

/** Keys held during a click or a key press. */
export interface Held {
  readonly range?: boolean;
  readonly toggle?: boolean;
}

/** A way to go in the list. */
export type Step = 'up' | 'down' | 'pageUp' | 'pageDown' | 'home' | 'end';

/** A row was clicked. */
export function pressed(now: Selection, id: string, held: Held, order: readonly string[]): Selection {
  if (held.range === true) return ranged(now, id, held, order);
  if (held.toggle === true) return { ids: toggled(now.ids, id), focus: id, anchor: id };
  return { ids: new Set([id]), focus: id, anchor: id };
}

/** A menu was asked for on a row: one that is not selected becomes the selection. */
export function menuAsked(now: Selection, id: string): Selection {
  return now.ids.has(id) ? { ...now, focus: id } : { ids: new Set([id]), focus: id, anchor: id };
}

/** A key moves through the list; `page` rows are seen at once. */
export function moved(
  now: Selection,
  step: Step,
  held: Held,
  view: { readonly order: readonly string[]; readonly page: number },
): Selection {
  const { order, page } = view;
  if (order.length === 0) return now;
  const at = now.focus === null ? -1 : order.indexOf(now.focus);
  const id = order[target(at, step, order.length, page)];
  if (id === undefined) return now;
  if (held.range === true) return ranged(now, id, {}, order);
  return held.toggle === true ? { ...now, focus: id } : { ids: new Set([id]), focus: id, anchor: id };
}

/** Everything that is shown. */
export function allOf(now: Selection, order: readonly string[]): Selection {
  return { ids: new Set(order), focus: now.focus ?? order[0] ?? null, anchor: now.anchor };
}

/** Nothing is selected; the keyboard stays where it is. */
export function cleared(now: Selection): Selection {
  return now.ids.size === 0 ? now : { ids: new Set(), focus: now.focus, anchor: null };
}

/**
 * What is left when the list changed from `before` to `after`: the selection without what is gone; the keyboard goes to the
 * next row that is still there. The same object when nothing is gone.
 */
export function kept(now: Selection, before: readonly string[], after: readonly string[]): Selection {
  if (now.focus === null && now.ids.size === 0) return now;
  const there = new Set(after);
  const ids = [...now.ids].filter((id) => there.has(id));
  const isFocusThere = now.focus === null || there.has(now.focus);
  if (ids.length === now.ids.size && isFocusThere) return now;
  const focus = isFocusThere ? now.focus : neighbour(now.focus, before, there);
  const anchor = now.anchor !== null && there.has(now.anchor) ? now.anchor : focus;
  return { ids: new Set(ids), focus, anchor };
}

/** The torrents that a command is about: those selected, or the one where the keyboard is. */
export function targets(now: Selection, order: readonly string[]): readonly string[] {
  if (now.ids.size > 0) return order.filter((id) => now.ids.has(id));
  return now.focus === null ? [] : [now.focus];
}

function ranged(now: Selection, id: string, held: Held, order: readonly string[]): Selection {
  const anchor = now.anchor ?? now.focus ?? id;
  const from = order.indexOf(anchor);
  const to = order.indexOf(id);
  if (from < 0 || to < 0) return { ids: new Set([id]), focus: id, anchor: id };
  const range = order.slice(Math.min(from, to), Math.max(from, to) + 1);
  return { ids: new Set(held.toggle === true ? [...now.ids, ...range] : range), focus: id, anchor };
}

function toggled(ids: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(ids);
  if (!next.delete(id)) next.add(id);
  return next;
}

function target(at: number, step: Step, length: number, page: number): number {
  const clamp = (to: number): number => Math.max(0, Math.min(length - 1, to));
  if (at < 0) return step === 'up' || step === 'end' ? length - 1 : 0;
  switch (step) {
    case 'up':
      return clamp(at - 1);
    case 'down':
      return clamp(at + 1);
    case 'pageUp':
      return clamp(at - page);
    case 'pageDown':
      return clamp(at + page);
    case 'home':
      return 0;
    case 'end':
      return length - 1;
  }
}

function neighbour(id: string | null, before: readonly string[], there: ReadonlySet<string>): string | null {
  const at = id === null ? -1 : before.indexOf(id);
  if (at < 0) return null;
  return (
    before.slice(at).find((other) => there.has(other)) ??
    before.slice(0, at).findLast((other) => there.has(other)) ??
    null
  );
}
