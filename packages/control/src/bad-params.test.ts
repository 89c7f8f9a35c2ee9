import { expect, it } from 'vitest';
import * as z from 'zod/mini';
import { readParams } from './bad-params.ts';
import { ControlError } from './control-error.ts';

const schema = z.strictObject({
  list: z.exactOptional(z.array(z.number())),
  size: z.exactOptional(z.int().check(z.gte(1), z.lte(5))),
  word: z.exactOptional(z.string().check(z.maxLength(3))),
  choice: z.exactOptional(z.enum(['a', 'b'])),
  either: z.exactOptional(z.union([z.literal('top'), z.int().check(z.gte(0))])),
});

function words(params: unknown): string {
  const read = readParams(schema, params);
  return read instanceof ControlError ? read.message : expect.fail('it was taken');
}

it('gives parameters that hold back', () => {
  expect(readParams(schema, { size: 5, word: 'abc' })).toEqual({ params: { size: 5, word: 'abc' } });
});

it('says in words what is wrong with others', () => {
  const cases: [unknown, string][] = [
    [{ size: 6 }, 'The value of size is not allowed: the most is 5.'],
    [{ size: 0 }, 'The value of size is not allowed: the least is 1.'],
    [{ size: 1.5 }, 'The value of size is not allowed: it has to be a whole number.'],
    [{ size: 'x' }, 'The value of size is not allowed: it has to be of type number.'],
    [{ word: 'abcd' }, 'The value of word is not allowed: the most is 3 characters.'],
    [{ choice: 'c' }, 'The value of choice is not allowed: it has to be one of a, b.'],
    [{ either: -1 }, 'The value of either is not allowed: the least is 0.'],
    [{ other: 1 }, 'The value of the parameters is not allowed: other is not known.'],
    [3, 'The value of the parameters is not allowed: it has to be of type object.'],
  ];
  for (const [params, sentence] of cases) expect(words(params)).toBe(sentence);
});

it('refuses more wrong members than can be listed', () => {
  expect(words({ list: Array.from({ length: 1_000_000 }, () => 'x') })).toContain('the wrong form');
});

it('repeats little of what it was given', () => {
  expect(words({ ['k'.repeat(10_000)]: 1 }).length).toBeLessThan(400);
});
