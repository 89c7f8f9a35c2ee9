/** The name that is nearest to what was searched in vain. */
import { searchable } from './filters.ts';

/** Names beyond this are not looked at: it runs while somebody types. */
const NAMES = 20_000;
const LENGTH = 60;

/** The nearest of some names; null when none is near. */
export function nearestName(search: string, names: Iterable<string>): string | null {
  const wanted = pairsOf(searchable(search).slice(0, LENGTH));
  if (wanted.size === 0) return null;
  let best: string | null = null;
  let bestScore = 0.34;
  let looked = 0;
  for (const name of names) {
    looked += 1;
    if (looked > NAMES) break;
    const score = likeness(wanted, searchable(name).slice(0, LENGTH * 2));
    if (score > bestScore) {
      best = name;
      bestScore = score;
    }
  }
  return best;
}

/** The part of the wanted pairs of letters that a name has; shorter names win. */
function likeness(wanted: ReadonlySet<string>, name: string): number {
  const pairs = pairsOf(name);
  let found = 0;
  for (const pair of wanted) if (pairs.has(pair)) found += 1;
  return found / wanted.size - pairs.size / 10_000;
}

/** Pairs of neighbouring letters, and those that lie one apart, so that swapped letters count. */
function pairsOf(text: string): Set<string> {
  const pairs = new Set<string>();
  for (const word of text.split(/\s+/)) {
    const letters = Array.from(` ${word}`);
    for (let at = 0; at + 1 < letters.length; at += 1) {
      pairs.add(`${letters[at]}${letters[at + 1]}`);
      if (at + 2 < letters.length) pairs.add(`${letters[at]}${letters[at + 2]}`);
    }
  }
  pairs.delete(' ');
  return pairs;
}
