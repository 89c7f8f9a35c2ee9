import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  concatBytes,
  equalBytes,
  fromBase32,
  fromHex,
  readU16,
  readU32,
  toBase32,
  toHex,
  writeU16,
  writeU32,
  writeU64,
} from './bytes.ts';
import { anyBytes, RUNS } from './testing/hostile.ts';

test('hex and base32 give back the bytes they were made from', () => {
  fc.assert(
    fc.property(anyBytes(80), (bytes) => {
      expect(fromHex(toHex(bytes))).toEqual(bytes);
      expect(fromHex(toHex(bytes).toUpperCase())).toEqual(bytes);
      expect(fromBase32(toBase32(bytes))).toEqual(bytes);
      expect(fromBase32(toBase32(bytes).toLowerCase())).toEqual(bytes);
    }),
    RUNS,
  );
});

test('hex is what Node makes of it, base32 what RFC 4648 says', () => {
  expect(toHex(Uint8Array.of(0, 1, 0xab, 0xff))).toBe(Buffer.of(0, 1, 0xab, 0xff).toString('hex'));
  expect(toBase32(new TextEncoder().encode('foobar'))).toBe('MZXW6YTBOI');
  expect(toBase32(new TextEncoder().encode('fooba'))).toBe('MZXW6YTB');
});

test('text that is neither hex nor base32 is null', () => {
  for (const text of ['0', 'zz', '0x', 'a ', '+1', 'é0']) expect(fromHex(text)).toBeNull();
  for (const text of ['A', 'A1', 'M8', 'MZX=', 'AB', 'ABC', 'ſſ']) expect(fromBase32(text)).toBeNull();
});

test('integers are big-endian and reach their whole range', () => {
  const bytes = new Uint8Array(8);
  fc.assert(
    fc.property(fc.maxSafeNat(), (value) => {
      writeU64(bytes, 0, value);
      expect(new DataView(bytes.buffer).getBigUint64(0)).toBe(BigInt(value));
      writeU32(bytes, 1, value % 2 ** 32);
      expect(readU32(bytes, 1)).toBe(value % 2 ** 32);
      writeU16(bytes, 3, value % 65_536);
      expect(readU16(bytes, 3)).toBe(value % 65_536);
    }),
    RUNS,
  );
});

test('reading or writing outside the array, and numbers that do not fit, are bugs', () => {
  const bytes = new Uint8Array(4);
  expect(() => readU32(bytes, 1)).toThrow('assertion');
  expect(() => writeU16(bytes, 3, 1)).toThrow('assertion');
  expect(() => writeU32(bytes, 0, 2 ** 32)).toThrow('assertion');
  expect(() => writeU32(bytes, 0, -1)).toThrow('assertion');
  expect(() => writeU64(bytes, 0, 1)).toThrow('assertion');
});

test('joined arrays are equal to the whole and to nothing else', () => {
  const whole = concatBytes([Uint8Array.of(1), new Uint8Array(), Uint8Array.of(2, 3)]);
  expect(equalBytes(whole, Uint8Array.of(1, 2, 3))).toBe(true);
  expect(equalBytes(whole, Uint8Array.of(1, 2, 4))).toBe(false);
  expect(equalBytes(whole, Uint8Array.of(1, 2))).toBe(false);
});
