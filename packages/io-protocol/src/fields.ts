/**
 * The kinds of fields a frame is made of. Decides how each kind looks on the wire; the table in ops.ts says which op has
 * which fields. Functions are properties, not methods, so that a field fits its type exactly and not almost.
 */
import type { BodyReader } from './body-reader.ts';
import type { FrameWriter } from './frame-writer.ts';

/** How values of type T are written and read. */
export interface Field<T> {
  /** As the protocol document writes it. */
  readonly name: string;
  /** Fewest bytes a value takes; bounds the length of a list before memory is spent on it. */
  readonly minBytes: number;
  readonly write: (to: FrameWriter, value: T) => void;
  readonly read: (from: BodyReader) => T;
}

/** One field for every property of T, in the order they are written. */
export type Fields<T> = { readonly [K in keyof T]-?: Field<T[K]> };

/** An integer in [0, 2^16). */
export const u16: Field<number> = {
  name: 'u16',
  minBytes: 2,
  write: (to, value) => to.u16(value),
  read: (from) => from.u16(),
};

/** An integer in [0, 2^32). */
export const u32: Field<number> = {
  name: 'u32',
  minBytes: 4,
  write: (to, value) => to.u32(value),
  read: (from) => from.u32(),
};

/** An integer in [-2^53 + 1, 2^53 - 1], 8 bytes in two's complement. */
export const i53: Field<number> = {
  name: 'i53',
  minBytes: 8,
  write: (to, value) => to.i53(value),
  read: (from) => from.i53(),
};

/** An integer in [0, 2^53 - 1], 8 bytes. */
export const u53: Field<number> = {
  name: 'u53',
  minBytes: 8,
  write: (to, value) => {
    if (value < 0) throw new RangeError(`not a u53: ${value}`);
    to.i53(value);
  },
  read: (from) => {
    const value = from.i53();
    return value < 0 ? from.fail('BAD_VALUE') : value;
  },
};

/** One byte, 0 or 1. */
export const bool: Field<boolean> = {
  name: 'bool',
  minBytes: 1,
  write: (to, value) => to.u8(value ? 1 : 0),
  read: (from) => {
    const value = from.u8();
    return value > 1 ? from.fail('BAD_VALUE') : value === 1;
  },
};

/** Length in bytes as u32, then well-formed UTF-8. */
export const string: Field<string> = {
  name: 'string',
  minBytes: 4,
  write: (to, value) => to.string(value),
  read: (from) => from.string(),
};

/** Length as u32, then the bytes; the reader owns a copy. */
export const bytes: Field<Uint8Array> = {
  name: 'bytes',
  minBytes: 4,
  write: (to, value) => to.bytes(value),
  read: (from) => from.bytes(),
};

/** One byte, the index of the value among `values`, which only ever grow at the end. */
export function choice<const V extends readonly string[]>(name: string, values: V): Field<V[number]> {
  const indices = new Map<string, number>(values.map((value, index) => [value, index]));
  return {
    name,
    minBytes: 1,
    write: (to, value) => {
      const index = indices.get(value);
      if (index === undefined) throw new RangeError(`not a ${name}: ${value}`);
      to.u8(index);
    },
    read: (from) => values[from.u8()] ?? from.fail('BAD_VALUE'),
  };
}

/** Count as u32, then the items. */
export function list<T>(item: Field<T>): Field<readonly T[]> {
  return {
    name: `list<${item.name}>`,
    minBytes: 4,
    write: (to, values) => {
      to.u32(values.length);
      for (const value of values) item.write(to, value);
    },
    read: (from) => {
      const count = from.u32();
      if (count * item.minBytes > from.remaining) from.fail('BAD_LIST');
      const values: T[] = [];
      for (let i = 0; i < count; i += 1) values.push(item.read(from));
      return values;
    },
  };
}

/** A flag byte, then the value if the flag is 1; `absent` otherwise. */
function maybe<T, A>(item: Field<T>, name: string, absent: A): Field<T | A> {
  return {
    name: `${name}<${item.name}>`,
    minBytes: 1,
    write: (to, value) => {
      bool.write(to, value !== absent);
      if (value !== absent) item.write(to, value as T);
    },
    read: (from) => (bool.read(from) ? item.read(from) : absent),
  };
}

/** A flag byte, then the value unless it is null. */
export function nullable<T>(item: Field<T>): Field<T | null> {
  return maybe(item, 'nullable', null);
}

/** A flag byte, then the value unless the property is absent. */
export function optional<T>(item: Field<T>): Field<T | undefined> {
  return maybe(item, 'optional', undefined);
}

/** The fields one after the other. */
export function struct<T extends object>(name: string, fields: Fields<T>): Field<T> {
  const entries = Object.entries(fields) as [keyof T & string, Field<unknown>][];
  return {
    name,
    minBytes: entries.reduce((sum, [, field]) => sum + field.minBytes, 0),
    write: (to, value) => {
      for (const [key, field] of entries) field.write(to, value[key]);
    },
    read: (from) => {
      const value: Record<string, unknown> = {};
      for (const [key, field] of entries) {
        const property = field.read(from);
        if (property !== undefined) value[key] = property;
      }
      return value as T;
    },
  };
}
