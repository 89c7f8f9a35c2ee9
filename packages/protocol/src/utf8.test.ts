import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyBytes, RUNS } from './testing/hostile.ts';
import {
  cutText,
  decodeLatin1,
  decodeUtf8,
  decodeUtf8Lossy,
  displayText,
  encodeLatin1,
  encodeUtf8,
  utf8Length,
} from './utf8.ts';

const anyText = fc.string({ unit: 'binary', maxLength: 60 });

test('text becomes the same UTF-8 as in every browser, and back', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const bytes = encodeUtf8(text);
      expect(bytes).toEqual(new TextEncoder().encode(text));
      expect(utf8Length(text)).toBe(bytes.length);
      expect(decodeUtf8(bytes)).toBe(text.toWellFormed());
    }),
    RUNS,
  );
});

test('lone surrogates become the replacement character', () => {
  expect(encodeUtf8('a\ud800b')).toEqual(Uint8Array.of(0x61, 0xef, 0xbf, 0xbd, 0x62));
});

test('strict reading takes exactly what a strict TextDecoder takes', () => {
  const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const nearlyUtf8 = fc
    .array(
      fc.constantFrom(
        0x41,
        0x80,
        0xbf,
        0xc0,
        0xc2,
        0xe0,
        0xa0,
        0xed,
        0x9f,
        0xef,
        0xf0,
        0x90,
        0xf4,
        0x8f,
        0xf5,
      ),
      {
        maxLength: 12,
      },
    )
    .map((bytes) => Uint8Array.from(bytes));
  fc.assert(
    fc.property(fc.oneof(anyBytes(12), nearlyUtf8), (bytes) => {
      let expected: string | null = null;
      try {
        expected = strict.decode(bytes);
      } catch {
        expected = null;
      }
      expect(decodeUtf8(bytes)).toBe(expected);
      if (expected === null) expect(decodeUtf8Lossy(bytes)).toContain('\ufffd');
      else expect(decodeUtf8Lossy(bytes)).toBe(expected);
    }),
    RUNS,
  );
});

test('long texts are decoded whole', () => {
  const text = 'a€😀'.repeat(5000);
  expect(decodeUtf8(encodeUtf8(text))).toBe(text);
});

test('one character per byte keeps every byte', () => {
  const all = Uint8Array.from({ length: 10_000 }, (_, i) => i % 256);
  expect(encodeLatin1(decodeLatin1(all))).toEqual(all);
  expect(encodeLatin1('€')).toBeNull();
});

test('THREATS 38: text for display is one short line without direction marks', () => {
  const hostile = 'evil\u202egpj.exe\n\u0000<b>\u200bhi' + 'x'.repeat(1_000_000);
  const shown = displayText(encodeUtf8(hostile), 40);
  expect(shown).toMatch(/^evilgpj\.exe {2}<b>hix+$/);
  expect(shown.length).toBeLessThanOrEqual(40);
});

test('cutting never leaves half a character', () => {
  expect(cutText('a😀b', 2)).toBe('a');
  expect(cutText('a😀b', 3)).toBe('a😀');
  expect(cutText('ab', 2)).toBe('ab');
});
