/**
 * Input that never fits: random and damaged bytes, streams cut anywhere, and the rule every parser keeps.
 */
import fc from 'fast-check';
import { expect } from 'vitest';
import { ProtocolError } from '../error.ts';

/** How often each property is tried; raise it with FUZZ_RUNS to search longer. */
export const RUNS = { numRuns: Number(process.env['FUZZ_RUNS'] ?? 200) };

/** Bytes of any content. */
export function anyBytes(maxLength: number): fc.Arbitrary<Uint8Array> {
  return fc.uint8Array({ maxLength });
}

/** Bytes of exactly this length. */
export function exactBytes(length: number): fc.Arbitrary<Uint8Array> {
  return fc.uint8Array({ minLength: length, maxLength: length });
}

/** Random bytes, bencode-like text, or a valid input with some bytes changed, cut out or put in. */
export function hostile(valid: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> {
  const bencodeLike = fc
    .array(fc.constantFrom('d', 'l', 'e', 'i', '0', '1', '-', '2:ab', '0:', '9999:', 'i1e', '1:x'), {
      maxLength: 40,
    })
    .map((parts) => Uint8Array.from(parts.join(''), (character) => character.charCodeAt(0)));
  return fc.oneof(anyBytes(300), bencodeLike, damaged(valid), damaged(valid));
}

function damaged(valid: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> {
  const interesting = fc.constantFrom(
    0,
    1,
    0x2d,
    0x30,
    0x31,
    0x39,
    0x3a,
    0x64,
    0x65,
    0x69,
    0x6c,
    0x7f,
    0x80,
    0xff,
  );
  const change = fc.record({
    kind: fc.constantFrom('set', 'cut', 'insert', 'truncate', 'repeat'),
    at: fc.nat(100_000),
    length: fc.nat(8),
    byte: fc.oneof(fc.nat(255), interesting),
  });
  return fc.tuple(valid, fc.array(change, { minLength: 1, maxLength: 5 })).map(([bytes, changes]) => {
    let result = [...bytes];
    for (const { kind, at, length, byte } of changes) {
      const index = result.length === 0 ? 0 : at % result.length;
      if (kind === 'set') result[index] = byte;
      if (kind === 'cut') result.splice(index, length);
      if (kind === 'insert') result.splice(index, 0, byte);
      if (kind === 'truncate') result = result.slice(0, index);
      if (kind === 'repeat') result.splice(index, 0, ...result.slice(index, index + length));
    }
    return Uint8Array.from(result);
  });
}

/** Run a parser; anything it throws must be a ProtocolError with a code and an offset. */
export function expectValueOrProtocolError(parse: () => unknown): void {
  try {
    parse();
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    expect(error.code).toMatch(/^[A-Z][A-Z0-9]+(_[A-Z0-9]+)+$/);
    expect(Number.isSafeInteger(error.offset) && error.offset >= 0).toBe(true);
    expect(error.message).not.toBe('');
  }
}

/** The code of the ProtocolError that `parse` throws; fails when it throws none. */
export function codeOf(parse: () => unknown): string {
  try {
    parse();
  } catch (error) {
    if (error instanceof ProtocolError) return error.code;
    throw error;
  }
  throw new Error('nothing was thrown');
}

/** `bytes` in pieces, cut at the given places. */
export function cutAt(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const sorted = places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b);
  const cuts = [0, ...sorted, bytes.length];
  return cuts.slice(1).map((end, i) => bytes.subarray(cuts[i], end));
}

/** Bytes of a text of characters below U+0100. */
export function ascii(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, 'latin1'));
}
