/** Finds settings by words of their title, explanation, section and other names. Case and accents do not matter. */

/** Texts that something is found by. */
export interface Searched {
  readonly title: string;
  /** Everything else. */
  readonly more: readonly string[];
}

/** Part of a text, and whether it is what was searched. */
export interface Piece {
  readonly text: string;
  readonly isHit: boolean;
}

/** Whether all words of a query stand in the texts; an empty query finds everything. */
export function isFound(query: string, { title, more }: Searched): boolean {
  const all = plain([title, ...more].join('\n'));
  return wordsOf(query).every((word) => all.includes(word));
}

/** Those found, with hits in the title first; the order stays otherwise. */
export function search<T>(query: string, all: readonly T[], textsOf: (one: T) => Searched): readonly T[] {
  const words = wordsOf(query);
  const found = all.filter((one) => isFound(query, textsOf(one)));
  const isInTitle = (one: T): boolean => words.some((word) => plain(textsOf(one).title).includes(word));
  return [...found.filter(isInTitle), ...found.filter((one) => !isInTitle(one))];
}

/** A text cut at the words of a query. */
export function highlight(query: string, text: string): readonly Piece[] {
  const letters = Array.from(text);
  const folded = letters.map((letter) => plain(letter) || letter);
  const hits = letters.map(() => false);
  for (const word of wordsOf(query)) {
    for (let from = 0; from < letters.length; from += 1) {
      let length = 0;
      let seen = '';
      while (seen.length < word.length && from + length < letters.length) {
        seen += folded[from + length] ?? '';
        length += 1;
      }
      if (seen.startsWith(word)) hits.fill(true, from, from + length);
    }
  }
  const pieces: { text: string; isHit: boolean }[] = [];
  for (const [index, letter] of letters.entries()) {
    const isHit = hits[index] ?? false;
    const last = pieces.at(-1);
    if (last?.isHit === isHit) last.text += letter;
    else pieces.push({ text: letter, isHit });
  }
  return pieces;
}

function wordsOf(query: string): readonly string[] {
  return plain(query)
    .split(/\s+/u)
    .filter((word) => word !== '');
}

/** Without case and accents. */
function plain(text: string): string {
  return text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase();
}
