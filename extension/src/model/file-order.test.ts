/** The order of names against that of the platform, which is right and slow. */
import { expect, it } from 'vitest';
import { NameOrder } from './file-order.ts';

const LANGUAGES = ['ar', 'de', 'en-GB', 'es', 'fr', 'ja', 'pt-BR', 'ru', 'zh-CN', 'hr', 'cs', 'da'];
const SYLLABLES =
  'a B ch lj aa zz 0 00 7 07 10 99 123 100000000000000000000 _ - . , ( ) [ ] # ~ ! é ß 日 ж'.split(' ');

/** Names of syllables as a generator of small numbers has them. */
function names(count: number): { readonly name: string }[] {
  let seed = 1;
  const next = (below: number): number => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return Math.floor((seed / 2147483648) * below);
  };
  return Array.from({ length: count }, () => ({
    name: Array.from({ length: next(5) }, () =>
      next(4) === 0 ? ' ' : (SYLLABLES[next(SYLLABLES.length)] ?? ''),
    ).join(''),
  }));
}

it.each(LANGUAGES)('is that of the platform in %s', (language) => {
  const some = names(1500);
  const collator = new Intl.Collator(language, { numeric: true, sensitivity: 'base' });
  const right = some.toSorted((a, b) => collator.compare(a.name, b.name));
  expect(new NameOrder(language).sorted(some)).toEqual(right);
});

it('counts numbers, and looks at neither case nor zeros before them', () => {
  const inOrder = ['', '2 b', '02 B', '10 a', 'A 1', 'a 9', 'a 10', 'ä 2'].map((name) => ({ name }));
  const order = new NameOrder('en');
  expect(order.sorted(inOrder.slice(0, 7))).toEqual(inOrder.slice(0, 7));
  expect(order.sorted([{ name: 'ä 2' }, { name: 'a 10' }]).map(({ name }) => name)).toEqual(['ä 2', 'a 10']);
});
