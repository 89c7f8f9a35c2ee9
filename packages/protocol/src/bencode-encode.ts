// oxlint-disable-next-line typescript/triple-slash-reference -- brings the types along into packages that import this source
/// <reference path="./bencode-package.d.ts" />
/**
 * Bencoded bytes from values (BEP 3). Strings and integers are written by the `bencode` package; dictionaries are put
 * in the order of their raw keys here, because the package sorts by UTF-16 and skips what it does not know.
 */
import bencode from 'bencode';
import { assert } from './assert.ts';
import { concatBytes } from './bytes.ts';
import { encodeUtf8 } from './utf8.ts';

/** What can be encoded: texts become UTF-8, members that are undefined are left out, integers must be exact. */
export type BencodeInput =
  | Uint8Array
  | string
  | number
  | readonly BencodeInput[]
  | ReadonlyMap<Uint8Array, BencodeInput>
  | { readonly [key: string]: BencodeInput | undefined };

const LIST = Uint8Array.of(0x6c);
const DICT = Uint8Array.of(0x64);
const END = Uint8Array.of(0x65);

/** The canonical encoding of a value (BEP 3): keys sorted as raw bytes. Fresh bytes; a duplicate key is a bug. */
export function encodeBencode(value: BencodeInput): Uint8Array {
  const parts: Uint8Array[] = [];
  append(parts, value);
  return concatBytes(parts);
}

function append(parts: Uint8Array[], value: BencodeInput): void {
  if (typeof value === 'number') {
    assert(Number.isSafeInteger(value), 'an exact integer');
    parts.push(bencode.encode(value));
  } else if (typeof value === 'string') {
    parts.push(bencode.encode(encodeUtf8(value)));
  } else if (value instanceof Uint8Array) {
    parts.push(bencode.encode(value));
  } else if (isList(value)) {
    parts.push(LIST);
    for (const item of value) append(parts, item);
    parts.push(END);
  } else {
    appendDict(parts, value instanceof Map ? [...value] : members(value));
  }
}

function isList(value: BencodeInput): value is readonly BencodeInput[] {
  return Array.isArray(value);
}

function members(value: object): [Uint8Array, BencodeInput][] {
  const entries: [Uint8Array, BencodeInput][] = [];
  for (const [key, member] of Object.entries(value)) {
    if (member !== undefined) entries.push([encodeUtf8(key), member]);
  }
  return entries;
}

function appendDict(parts: Uint8Array[], entries: [Uint8Array, BencodeInput][]): void {
  entries.sort(([a], [b]) => compareBytes(a, b));
  parts.push(DICT);
  let previous: Uint8Array | null = null;
  for (const [key, value] of entries) {
    assert(previous === null || compareBytes(previous, key) < 0, 'distinct keys');
    previous = key;
    parts.push(bencode.encode(key));
    append(parts, value);
  }
  parts.push(END);
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const common = Math.min(a.length, b.length);
  for (let i = 0; i < common; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
