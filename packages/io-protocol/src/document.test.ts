/**
 * docs/IO-PROTOCOL.md against the table: every op with its fields, every code in its place, every sample in both directions.
 */
import { Buffer } from 'node:buffer';
import { readFileSync } from 'node:fs';
import type { PlaneEvent } from '@jstorrent/engine/ports';
import { describe, expect, it } from 'vitest';
import { BodyReader } from './body-reader.ts';
import { type Codec, createCodec } from './codec.ts';
import { FrameError, type FrameErrorCode } from './frame-error.ts';
import type { Field } from './fields.ts';
import { FrameWriter } from './frame-writer.ts';
import { COMMAND_OPS, EVENT_OPS, PIPE_OPS } from './ops.ts';

const text = readFileSync(new URL('../../../docs/IO-PROTOCOL.md', import.meta.url), 'utf8');

/** One op as the document describes it. */
interface Section {
  readonly op: number;
  readonly type: string;
  readonly fields: string;
  readonly value: { readonly type: string };
  readonly frame: Uint8Array;
}

const revive = (_key: string, value: unknown): unknown =>
  typeof value === 'string' && value.startsWith('hex:') ? fromHex(value.slice(4)) : value;

function fromHex(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex.replaceAll(/\s/g, ''), 'hex'));
}

function fenced(section: string, language: string): string {
  return new RegExp(`\`\`\`${language}\\n([^\`]*)\`\`\``).exec(section)?.[1] ?? '';
}

const sections: Section[] = text
  .split(/^##+ (?=\d)/m)
  .slice(1)
  .map((section) => ({
    op: Number(/^\d+/.exec(section)?.[0]),
    type: /^\d+ (\w+)$/m.exec(section)?.[1] ?? '',
    fields: /^Fields: (.*)$/m.exec(section)?.[1] ?? '',
    value: JSON.parse(fenced(section, 'json'), revive) as Section['value'],
    frame: fromHex(fenced(section, 'hex')),
  }));

const tables = { ...PIPE_OPS, ...COMMAND_OPS, ...EVENT_OPS };
type AnyCodec = Codec<{ readonly type: string }>;
const codecs = [PIPE_OPS, COMMAND_OPS, EVENT_OPS].map((table) => createCodec(table as never) as AnyCodec);

function codecOf(type: string): AnyCodec {
  const index = [PIPE_OPS, COMMAND_OPS, EVENT_OPS].findIndex((table) => type in table);
  return codecs[index]!;
}

function decode(codec: AnyCodec, frame: Uint8Array): { readonly type: string } | null {
  const body = new BodyReader();
  body.open(frame, 4, frame.length);
  return codec.decode(body.u8(), body);
}

describe('the protocol document', () => {
  it('has one section for every op of the table, with its number and fields, and none besides', () => {
    const table = Object.entries<{ op: number; fields: object }>(tables).map(([type, { op, fields }]) => {
      const list = Object.entries<Field<unknown>>(fields as Record<string, Field<unknown>>);
      return { op, type, fields: list.map(([key, field]) => `\`${key}: ${field.name}\``).join(', ') };
    });
    expect(sections.map(({ op, type, fields }) => ({ op, type, fields }))).toEqual(table);
  });

  it('gives every op a number of its own', () => {
    expect(new Set(sections.map(({ op }) => op)).size).toBe(sections.length);
  });

  it.each(sections.map((section) => [section.type, section] as const))(
    'has a sample of %s that encodes and decodes as it says',
    (type, { op, value, frame }) => {
      expect(value.type).toBe(type);
      expect(frame[4]).toBe(op);
      const writer = new FrameWriter();
      codecOf(type).encode(writer, value);
      expect(Buffer.from(writer.take()).toString('hex')).toBe(Buffer.from(frame).toString('hex'));
      expect(decode(codecOf(type), frame)).toStrictEqual(value);
    },
  );

  it.each<[string, PlaneEvent, string]>([
    ['LinkCode', { type: 'closed', link: 1, code: 'ENDED' }, 'code'],
    ['StoreCode', { type: 'pieceLost', store: 1, piece: 1, code: 'DENIED' }, 'code'],
    ['WebCode', { type: 'webClosed', link: 1, status: 0, retryMs: 0, detail: '', code: 'BUSY' }, 'code'],
    ['HttpCode', { type: 'resolveFailed', request: 1, code: 'BAD_URL' }, 'code'],
  ])('lists every %s at its number', (name, event, key) => {
    const line = new RegExp(`^- \`${name}\`: (.*)$`, 'm').exec(text)?.[1] ?? '';
    const codes = line.split(', ').map((code) => code.slice(1, -1));
    const codec = codecOf(event.type);
    const frames = codes.map((code) => {
      const writer = new FrameWriter();
      codec.encode(writer, { ...event, [key]: code });
      return writer.take();
    });
    expect(frames.map((frame) => frame.at(-1))).toEqual(codes.map((_, index) => index));
    const beyond = frames[0]!.slice();
    beyond[beyond.length - 1] = codes.length;
    expect(() => decode(codec, beyond)).toThrow(FrameError);
  });

  it('explains every error code', () => {
    const codes: Record<FrameErrorCode, true> = {
      BAD_LENGTH: true,
      UNKNOWN_OP: true,
      TRUNCATED: true,
      TRAILING_BYTES: true,
      BAD_VALUE: true,
      BAD_STRING: true,
      BAD_LIST: true,
      EXPECTED_HELLO: true,
      BAD_MAGIC: true,
      BAD_VERSION: true,
      BAD_CREDIT: true,
    };
    const explained = [...text.matchAll(/^\| `([A-Z_]+)` +\| /gm)].map((match) => match[1]);
    expect(explained).toEqual(Object.keys(codes));
  });
});
