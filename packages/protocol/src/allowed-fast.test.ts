import fc from 'fast-check';
import { expect, test } from 'vitest';
import { allowedFastSet } from './allowed-fast.ts';
import { nodeDigests } from './testing/digests.ts';
import { exactBytes, RUNS } from './testing/hostile.ts';

test('the set is the one in the example of BEP 6', () => {
  const options = { host: '80.4.4.200', infoHash: new Uint8Array(20).fill(0xaa), pieceCount: 1313 };
  const seven = [1059, 431, 808, 1217, 287, 376, 1188];
  expect(allowedFastSet({ ...options, size: 7 }, nodeDigests)).toEqual(seven);
  expect(allowedFastSet({ ...options, size: 9 }, nodeDigests)).toEqual([...seven, 353, 508]);
});

test('the set has distinct pieces of the torrent, all of them when it is small', () => {
  fc.assert(
    fc.property(exactBytes(20), fc.integer({ min: 1, max: 30 }), fc.nat(12), (infoHash, pieceCount, size) => {
      const pieces = allowedFastSet({ host: '1.2.3.4', infoHash, pieceCount, size }, nodeDigests);
      expect(new Set(pieces).size).toBe(Math.min(size, pieceCount));
      for (const piece of pieces) expect(piece).toBeLessThan(pieceCount);
    }),
    RUNS,
  );
});

test('peers over IPv6 get none', () => {
  const options = { host: '2001:db8::1', infoHash: new Uint8Array(20), pieceCount: 10, size: 5 };
  expect(allowedFastSet(options, nodeDigests)).toEqual([]);
});
