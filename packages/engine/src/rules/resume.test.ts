import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeResume, encodeResume, trustResume, type ResumeData } from './resume.ts';

const bytes = (maxLength: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ maxLength });
const anyResume: fc.Arbitrary<ResumeData> = fc.record({
  infoHash: fc.uint8Array({ minLength: 20, maxLength: 20 }),
  pieces: bytes(50),
  partials: fc.array(fc.record({ piece: fc.nat(), blocks: bytes(9) }), { maxLength: 5 }),
  files: fc.array(fc.record({ size: fc.integer({ min: -1 }), mtimeMs: fc.nat() }), { maxLength: 5 }),
  clean: fc.boolean(),
  downloaded: fc.maxSafeNat(),
  uploaded: fc.maxSafeNat(),
  activeMs: fc.maxSafeNat(),
  seededMs: fc.maxSafeNat(),
});

describe('resume data on disk', () => {
  it('comes back as it was', () => {
    fc.assert(
      fc.property(anyResume, (data) => {
        const again = decodeResume(encodeResume(data));
        expect(JSON.stringify(again)).toBe(JSON.stringify(data));
      }),
    );
  });

  it('is given up when damaged, never a crash', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (noise) => {
        expect(decodeResume(noise)).toBeNull();
      }),
    );
    const damage = fc.tuple(anyResume, fc.nat(), fc.nat(255), fc.boolean());
    fc.assert(
      fc.property(damage, ([data, place, value, cut]) => {
        const encoded = encodeResume(data);
        const at = place % encoded.length;
        if (cut) expect(decodeResume(encoded.subarray(0, at))).toBeNull();
        encoded[at] = value;
        const again = decodeResume(encoded);
        if (again !== null) expect(again.infoHash).toHaveLength(20);
      }),
    );
  });

  it('is given up when another version wrote it', () => {
    const text = new TextEncoder().encode('d7:versioni1ee');
    expect(decodeResume(text)).toBeNull();
    const data = encodeResume({
      infoHash: new Uint8Array(20),
      pieces: new Uint8Array(1),
      partials: [],
      files: [],
      clean: true,
      downloaded: 0,
      uploaded: 0,
      activeMs: 0,
      seededMs: 0,
    });
    const version = Buffer.from(data).indexOf('versioni1e');
    data[version + 8] = '2'.charCodeAt(0);
    expect(decodeResume(data)).toBeNull();
  });
});

describe('trust in resume data', () => {
  const SPANS = [
    { first: 0, end: 3 },
    { first: 2, end: 5 },
    { first: 5, end: 5 },
    { first: 5, end: 8 },
  ];
  const THEN = [
    { size: 25, mtimeMs: 1000 },
    { size: 25, mtimeMs: 1000 },
    { size: 0, mtimeMs: 1000 },
    { size: 30, mtimeMs: 1000 },
  ];
  const ALL = (): boolean => true;
  const saved = (clean: boolean): ResumeData => ({
    infoHash: new Uint8Array(20),
    pieces: Uint8Array.of(0xff),
    partials: [],
    files: THEN,
    clean,
    downloaded: 0,
    uploaded: 0,
    activeMs: 0,
    seededMs: 0,
  });
  const now = (index: number, change: { size?: number; mtimeMs?: number }): typeof THEN =>
    THEN.map((file, at) => (at === index ? { ...file, ...change } : file));

  it('is full when every file is as it was', () => {
    for (const clean of [true, false]) {
      expect(trustResume(saved(clean), THEN, SPANS, ALL)).toEqual({
        pieces: Uint8Array.of(0xff),
        doubtful: [],
      });
    }
  });

  it('is withdrawn from all pieces of a file that changed after a clean end, and they are hashed', () => {
    for (const change of [{ size: 24 }, { size: 26 }, { mtimeMs: 999 }, { mtimeMs: 1001 }]) {
      const trust = trustResume(saved(true), now(1, change), SPANS, ALL);
      expect(trust.pieces).toEqual(Uint8Array.of(0b1100_0111));
      expect(trust.doubtful).toEqual([{ first: 2, end: 5 }]);
    }
  });

  it('leaves nothing to hash of a file that is gone or empty', () => {
    for (const size of [-1, 0]) {
      const trust = trustResume(saved(true), now(3, { size, mtimeMs: 0 }), SPANS, ALL);
      expect(trust.pieces).toEqual(Uint8Array.of(0b1111_1000));
      expect(trust.doubtful).toEqual([]);
    }
  });

  it('stays with files that only grew after a crash, and not with those that shrank or got older', () => {
    for (const change of [{ size: 40, mtimeMs: 2000 }, { mtimeMs: 2000 }]) {
      expect(trustResume(saved(false), now(0, change), SPANS, ALL).pieces).toEqual(Uint8Array.of(0xff));
    }
    for (const change of [{ size: 24, mtimeMs: 2000 }, { mtimeMs: 999 }]) {
      const trust = trustResume(saved(false), now(0, change), SPANS, ALL);
      expect(trust.pieces).toEqual(Uint8Array.of(0b0001_1111));
      expect(trust.doubtful).toEqual([{ first: 0, end: 3 }]);
    }
  });

  it('is given to a file that is in part files while it is not wanted, and withdrawn when it is', () => {
    const absent = now(1, { size: -1, mtimeMs: 0 });
    const data = { ...saved(true), files: absent };
    expect(trustResume(data, absent, SPANS, (file) => file !== 1).pieces).toEqual(Uint8Array.of(0xff));
    const trust = trustResume(data, absent, SPANS, ALL);
    expect(trust).toEqual({ pieces: Uint8Array.of(0b1100_0111), doubtful: [] });
  });

  it('does not reach files that resume data says nothing of', () => {
    const data = { ...saved(true), files: [] };
    expect(trustResume(data, THEN, SPANS, ALL).pieces).toEqual(Uint8Array.of(0));
  });
});
