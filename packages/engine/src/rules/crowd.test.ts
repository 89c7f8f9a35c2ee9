import { describe, expect, it } from 'vitest';
import { largestCrowd } from './crowd.ts';

const crowd = (ones: string, host: string): string =>
  largestCrowd(ones.split(' '), (one) => one.charAt(0), host).join(' ');

describe('the largest crowd', () => {
  it('is that of the host with most, in their order', () => {
    expect(crowd('b1 a1 b2 c1 a2 b3', 'c')).toBe('b1 b2 b3');
  });

  it('makes no room for a host that has as many', () => {
    expect(crowd('a1 a2 b1 b2', 'b')).toBe('');
    expect(crowd('a1 a2', 'a')).toBe('');
  });

  it('makes room for a stranger even where everybody is alone', () => {
    expect(crowd('a1 b1 c1', 'd')).toBe('a1');
    expect(crowd('a1 b1 c1', 'b')).toBe('');
  });

  it('is nobody where nobody is', () => {
    expect(largestCrowd([], String, 'a')).toEqual([]);
  });
});
