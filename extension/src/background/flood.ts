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

/** Whether something is taken; `again`: it came a moment ago, and is taken as one. */
export type Verdict = 'taken' | 'again' | 'tooMany';

/** What each tab brought lately. */
export class Flood {
  readonly #tabs = new Map<number, Heard[]>();

  /** What becomes of something that a tab brings. */
  judge(tab: number, source: AddSource, active: boolean, now: number): Verdict {
    const heard = (this.#tabs.get(tab) ?? []).filter(({ at }) => now - at < SPAN_MS);
    const key = keyOf(source);
    if (heard.some((one) => one.key === key && now - one.at < SAME_MS)) return 'again';
    const before = heard.filter((one) => one.active === active).length;
    if (before >= (active ? ACTIVE_MAX : PASSIVE_MAX)) return 'tooMany';
    this.#tabs.delete(tab);
    this.#tabs.set(tab, [...heard, { at: now, active, key }]);
    if (this.#tabs.size > TABS_MAX) this.#tabs.delete(this.#tabs.keys().next().value ?? tab);
    return 'taken';
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
