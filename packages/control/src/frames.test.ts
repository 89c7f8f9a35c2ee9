import { Buffer } from 'node:buffer';
import process from 'node:process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeFrame, FrameDecoder, type Frame } from './frames.ts';

/** How often each property is tried; FUZZ_RUNS raises it. */
const runs = { numRuns: Number(process.env['FUZZ_RUNS'] ?? 200) };
const MESSAGES = [
  { id: 1, call: 'ping', params: {} },
  { event: 'x', text: 'ü𝄞\u0000' },
  {},
  { id: 2, list: [1, 2, 3] },
];
const stream = Buffer.concat(MESSAGES.map((message) => encodeFrame(message)));

function frameOf(body: string | Uint8Array): Buffer {
  const bytes = Buffer.from(body as string);
  const header = Buffer.alloc(4);
  header.writeUInt32LE(bytes.length);
  return Buffer.concat([header, bytes]);
}

function decodeIn(chunks: readonly Uint8Array[], maxBytes = 1000): Frame[] {
  const decoder = new FrameDecoder(maxBytes);
  return chunks.flatMap((chunk) => {
    const lent = Uint8Array.from(chunk);
    const frames = decoder.push(lent);
    lent.fill(0xff);
    return frames;
  });
}

const good = (message: unknown): Frame => ({ ok: true, message });

describe('frames', () => {
  it('come out as they went in, wherever the stream is cut in two', () => {
    for (let at = 0; at <= stream.length; at += 1) {
      expect(decodeIn([stream.subarray(0, at), stream.subarray(at)])).toEqual(MESSAGES.map(good));
    }
  });

  it('come out as they went in, a byte at a time', () => {
    expect(decodeIn([...stream].map((byte) => Uint8Array.of(byte)))).toEqual(MESSAGES.map(good));
  });

  it('come out as they went in, whatever they hold and however they are cut', () => {
    const messages = fc.array(fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue()), {
      maxLength: 5,
    });
    fc.assert(
      fc.property(messages, fc.array(fc.nat(60), { maxLength: 30 }), (list, cuts) => {
        const bytes = Buffer.concat(list.map((message) => encodeFrame(message)));
        const chunks: Uint8Array[] = [];
        let at = 0;
        for (const cut of cuts) {
          chunks.push(bytes.subarray(at, at + cut));
          at = Math.min(bytes.length, at + cut);
        }
        chunks.push(bytes.subarray(at));
        const plain = list.map((message) => JSON.parse(JSON.stringify(message)) as unknown);
        expect(decodeIn(chunks, 1_000_000)).toEqual(plain.map(good));
      }),
      runs,
    );
  });

  it('are taken up to the limit exactly, and skipped one byte above it', () => {
    const atLimit = frameOf(`{"id":7,"x":"${'a'.repeat(85)}"}`);
    const above = frameOf(`{"id":7,"x":"${'a'.repeat(86)}"}`);
    const after = frameOf('{"id":8}');
    for (const size of [1, 7, 1000]) {
      const bytes = Buffer.concat([atLimit, above, after]);
      const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, n) =>
        bytes.subarray(n * size, (n + 1) * size),
      );
      expect(decodeIn(chunks, 100)).toEqual([
        good({ id: 7, x: 'a'.repeat(85) }),
        { ok: false, code: 'TOO_LARGE', session: null, id: 7, bytes: 101 },
        good({ id: 8 }),
      ]);
    }
  });

  it('above the limit take no memory for what is skipped', () => {
    const decoder = new FrameDecoder(100);
    expect(decoder.push(Uint8Array.of(0xff, 0xff, 0xff, 0xff))).toEqual([]);
    const chunk = new Uint8Array(1 << 20).fill(0x20);
    const before = process.memoryUsage().arrayBuffers;
    for (let n = 0; n < 4095; n += 1) if (decoder.push(chunk).length > 0) expect.fail('not yet');
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 << 20);
    expect(decoder.push(chunk.subarray(1))).toEqual([
      { ok: false, code: 'TOO_LARGE', session: null, id: null, bytes: 0xffff_ffff },
    ]);
    expect(decoder.push(encodeFrame({ id: 1 }))).toEqual([good({ id: 1 })]);
  });

  it('that are no JSON are reported with the id that can be found', () => {
    const cases: [string | Uint8Array, number | null][] = [
      ['{"id": 12, "call": ', 12],
      ['', null],
      ['garbage', null],
      ['{"id":"12"', null],
      ['{"id":99999999999999999999', null],
      [Uint8Array.of(0x22, 0xff, 0x22), null],
      [Buffer.concat([Buffer.from('{"id":3,"x":"'), Buffer.of(0xc0, 0x80), Buffer.from('"}')]), 3],
    ];
    for (const [body, id] of cases) {
      const bytes = Buffer.from(body as string).length;
      expect(decodeIn([frameOf(body), frameOf('{}')])).toEqual([
        { ok: false, code: 'BAD_MESSAGE', session: null, id, bytes },
        good({}),
      ]);
    }
  });

  it('never throw and never lose step, whatever bytes come', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 20 }), (bodies) => {
        const frames = decodeIn([Buffer.concat(bodies.map((body) => frameOf(body)))], 30);
        expect(frames).toHaveLength(bodies.length);
      }),
      runs,
    );
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 20 }), (chunks) => {
        decodeIn(chunks, 30);
      }),
      runs,
    );
  });

  it('tell whether the stream ends between them', () => {
    const decoder = new FrameDecoder(100);
    const frame = encodeFrame({});
    for (const byte of frame) {
      expect(decoder.isBetweenFrames).toBe(byte === frame[0]);
      decoder.push(Uint8Array.of(byte));
    }
    expect(decoder.isBetweenFrames).toBe(true);
  });
});
