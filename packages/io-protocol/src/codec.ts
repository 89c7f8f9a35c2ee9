/**
 * Turns table entries into encode and decode. Decides how a frame is found in the table; the table decides its fields.
 */
import type { BodyReader } from './body-reader.ts';
import type { Field } from './fields.ts';
import type { FrameWriter } from './frame-writer.ts';
import type { OpTable } from './ops.ts';

interface Entry {
  readonly type: string;
  readonly op: number;
  readonly keys: readonly string[];
  readonly fields: readonly Field<unknown>[];
}

/** Encode and decode for the members of one union. */
export interface Codec<U> {
  /** Append one frame and return its size in bytes. */
  readonly encode: (to: FrameWriter, value: U) => number;
  /** Read the body of frame `op` (the op byte was read), or return null when `op` is of another codec. */
  readonly decode: (op: number, from: BodyReader) => U | null;
}

/** The codec of a table. Two ops of one number are a bug and throw. */
export function createCodec<U extends { readonly type: string }>(table: OpTable<U>): Codec<U> {
  const byType = new Map<string, Entry>();
  const byOp: (Entry | null)[] = Array.from({ length: 256 }, () => null);
  for (const [type, { op, fields }] of Object.entries<{ op: number; fields: object }>(table)) {
    const entry: Entry = { type, op, keys: Object.keys(fields), fields: Object.values(fields) };
    if (byOp[op] !== null) throw new Error(`op ${op} is not free for ${type}`);
    byType.set(type, entry);
    byOp[op] = entry;
  }
  return {
    encode: (to, value) => {
      const entry = byType.get(value.type);
      if (entry === undefined) throw new Error(`no op for ${value.type}`);
      const { keys, fields } = entry;
      const properties = value as Readonly<Record<string, unknown>>;
      to.begin(entry.op);
      for (let i = 0; i < keys.length; i += 1) fields[i]!.write(to, properties[keys[i]!]);
      return to.finish();
    },
    decode: (op, from) => {
      const entry = byOp[op] ?? null;
      if (entry === null) return null;
      const { keys, fields } = entry;
      const value: Record<string, unknown> = { type: entry.type };
      for (let i = 0; i < keys.length; i += 1) value[keys[i]!] = fields[i]!.read(from);
      from.close();
      return value as unknown as U;
    },
  };
}
