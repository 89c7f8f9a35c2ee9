/**
 * The order of names in a folder: as the user's language has it, with numbers in theirs. Decides how many names are compared
 * quickly; which comes first is decided by the platform's collation.
 */
import { locale } from './i18n.ts';

/** Something with a name. */
interface Named {
  readonly name: string;
}

/** Languages in which no letters of ASCII together are one, so that a name is ordered letter by letter. */
const PLAIN = /^(?:ar|de|en|es|fr|ja|pt|ru|zh)(?:-|$)/;
const FIRST = 0x20;
const LAST = 0x7e;
const ZERO = 0x30;
const NINE = 0x39;
/** Weights of characters, and how many digits a number has, begin here; digits stand for themselves. */
const WEIGHTS = 0x100;
const LENGTHS = 0x200;

/** Puts names of a language in order. */
export class NameOrder {
  readonly #collator: Intl.Collator;
  /** Weight of each ASCII character that is seen; null where names have to be compared as a whole. */
  readonly #weights: readonly string[] | null;

  constructor(language: string = locale) {
    this.#collator = new Intl.Collator(language, { numeric: true, sensitivity: 'base' });
    this.#weights = PLAIN.test(language) ? weightsOf(this.#collator) : null;
  }

  /** By name; those that differ in case or accents only stay in the order they came in. */
  sorted<T extends Named>(items: readonly T[]): T[] {
    if (items.length < 2) return [...items];
    const keyed = items.map((item) => ({ item, key: this.#keyOf(item.name) }));
    keyed.sort((a, b) =>
      a.key === null || b.key === null
        ? this.#collator.compare(a.item.name, b.item.name)
        : a.key < b.key
          ? -1
          : a.key > b.key
            ? 1
            : 0,
    );
    return keyed.map(({ item }) => item);
  }

  /** A text that compares by its units as the collation compares names; null where there is none. */
  #keyOf(name: string): string | null {
    const weights = this.#weights;
    if (weights === null) return null;
    let key = '';
    for (let at = 0; at < name.length; at += 1) {
      const code = name.charCodeAt(at);
      const weight = weights[code - FIRST];
      if (weight === undefined) return null;
      key += weight;
      if (code < ZERO || code > NINE) continue;
      // A number is as large as it is long, without zeros before it.
      const from = at;
      while (isDigit(name.charCodeAt(at + 1))) at += 1;
      const digits = name.slice(from, at + 1).replace(/^0+/, '');
      key += String.fromCharCode(LENGTHS + digits.length) + digits;
    }
    return key;
  }
}

const isDigit = (code: number): boolean => code >= ZERO && code <= NINE;

/** Equal ones have the same; all digits have that of the first, as what follows tells numbers apart. */
function weightsOf(collator: Intl.Collator): string[] {
  const characters = Array.from({ length: LAST - FIRST + 1 }, (_, at) => String.fromCharCode(FIRST + at));
  const inOrder = characters.toSorted((a, b) => collator.compare(a, b));
  const ranks = new Map<string, number>();
  for (const [at, character] of inOrder.entries()) {
    const before = inOrder[at - 1];
    const isSame = before !== undefined && collator.compare(before, character) === 0;
    ranks.set(character, isSame ? (ranks.get(before) ?? 0) : at);
  }
  const zero = ranks.get('0') ?? 0;
  return characters.map((character) =>
    String.fromCharCode(WEIGHTS + (isDigit(character.charCodeAt(0)) ? zero : (ranks.get(character) ?? 0))),
  );
}
