/**
 * Questions to a scanned dictionary. A value of the wrong kind counts as absent: what is required, the caller decides.
 */
import type { BencodeDict, BencodeNode } from './bencode-scan.ts';

/** The byte string under `key`, a view of the input, or null. */
export function getBytes(dict: BencodeDict, key: string): Uint8Array | null {
  const node = dict.entries.get(key);
  return node?.type === 'bytes' ? node.bytes : null;
}

/** The exact integer under `key`, or null; integers beyond 2^53 count as absent. */
export function getInteger(dict: BencodeDict, key: string): number | null {
  const node = dict.entries.get(key);
  return node?.type === 'integer' && typeof node.value === 'number' ? node.value : null;
}

/** The items of the list under `key`, or null. */
export function getList(dict: BencodeDict, key: string): readonly BencodeNode[] | null {
  const node = dict.entries.get(key);
  return node?.type === 'list' ? node.items : null;
}

/** The dictionary under `key`, or null. */
export function getDict(dict: BencodeDict, key: string): BencodeDict | null {
  const node = dict.entries.get(key);
  return node?.type === 'dict' ? node : null;
}
