/** Which name is offered when a search finds nothing. */
import { expect, it } from 'vitest';
import { nearestName } from './nearest-name.ts';

const NAMES = [
  'debian-13.1.0-amd64-DVD-1.iso',
  'ubuntu-24.04.3-desktop-amd64.iso',
  'Big Buck Bunny (2008)',
  'أرشيف الإنترنت',
];

it('finds what was meant by swapped, missing and wrong letters', () => {
  expect(nearestName('ubunut', NAMES)).toBe('ubuntu-24.04.3-desktop-amd64.iso');
  expect(nearestName('debain', NAMES)).toBe('debian-13.1.0-amd64-DVD-1.iso');
  expect(nearestName('bukc buny', NAMES)).toBe('Big Buck Bunny (2008)');
  expect(nearestName('أرشيق', NAMES)).toBe('أرشيف الإنترنت');
});

it('offers nothing when nothing is near', () => {
  expect(nearestName('zzzz', NAMES)).toBeNull();
  expect(nearestName('', NAMES)).toBeNull();
  expect(nearestName('  ', [])).toBeNull();
});
