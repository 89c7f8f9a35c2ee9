/** Names of sites as they are typed. */
import { expect, it } from 'vitest';
import { hostOf } from './permissions.ts';

it('takes the name out of an address, and refuses what is none', () => {
  expect(hostOf('Example.ORG')).toBe('example.org');
  expect(hostOf(' https://www.example.org:8080/a?b ')).toBe('www.example.org');
  expect(hostOf('localhost')).toBe('localhost');
  expect(hostOf('münchen.example')).toBe('xn--mnchen-3ya.example');
  for (const text of ['', 'two words', 'a@b', 'http://', '://'])
    expect([text, hostOf(text)]).toEqual([text, null]);
});
