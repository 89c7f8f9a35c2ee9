/** Bounds what pages on the web may bring before a person. Decides how much of it is heard; counts by tab. */
import type { AddSource } from '../model/link.ts';

/** A link that a page follows twice is one. */
const SAME_MS = 2000;
/** Within this … */
const SPAN_MS = 60_000;
/** … a person follows no more links than this, and a page by itself may bring no more. */
const ACTIVE_MAX = 60;
const PASSIVE_MAX = 10;
/** Tabs that are remembered. */
const TABS_MAX = 200;

interface Heard {
  readonly at: number;
  readonly active: boolean;
  readonly key: string;
}

/** What each tab brought lately. */
export class Flood {
  readonly #tabs = new Map<number, Heard[]>();

  /** Whether something that a tab brings is taken. */
  allows(tab: number, source: AddSource, active: boolean, now: number): boolean {
    const heard = (this.#tabs.get(tab) ?? []).filter(({ at }) => now - at < SPAN_MS);
    const key = keyOf(source);
    if (heard.some((one) => one.key === key && now - one.at < SAME_MS)) return false;
    const before = heard.filter((one) => one.active === active).length;
    if (before >= (active ? ACTIVE_MAX : PASSIVE_MAX)) return false;
    this.#tabs.delete(tab);
    this.#tabs.set(tab, [...heard, { at: now, active, key }]);
    if (this.#tabs.size > TABS_MAX) this.#tabs.delete(this.#tabs.keys().next().value ?? tab);
    return true;
  }
}

function keyOf(source: AddSource): string {
  switch (source.kind) {
    case 'magnet':
      return source.magnet;
    case 'url':
      return source.url;
    case 'path':
      return source.path;
    case 'opened':
      return String(source.number);
    case 'file':
      return `${source.name}\n${source.base64.length}`;
  }
}
