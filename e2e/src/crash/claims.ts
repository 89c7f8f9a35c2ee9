/**
 * What the program believes to have of a torrent, read off the file it keeps for its next run. Knows that file's form and
 * nothing of the program: a bencoded dictionary (BEP 3) followed by the SHA-256 of it.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const DIGEST = 32;

/** What is claimed. */
export interface Claims {
  /** Indices of pieces. */
  readonly pieces: readonly number[];
  /** Pieces of which some blocks are claimed, with the indices of these blocks. */
  readonly partials: readonly { readonly piece: number; readonly blocks: readonly number[] }[];
}

/** What is claimed of the only torrent in a state folder; null when nothing is. Throws when the file is not whole. */
export function readClaims(stateFolder: string): Claims | null {
  const folder = join(stateFolder, 'resume');
  const name = namesIn(folder).find((file) => file.endsWith('.resume'));
  if (name === undefined) return null;
  const bytes = readFileSync(join(folder, name));
  const body = bytes.subarray(0, -DIGEST);
  if (!createHash('sha256').update(body).digest().equals(bytes.subarray(-DIGEST))) {
    throw new Error(`${name} is not whole`);
  }
  return parseClaims(body);
}

/** What a bencoded dictionary claims. Throws when it is none. */
export function parseClaims(body: Buffer): Claims {
  const root = readValue(body, 0).value;
  if (!(root instanceof Map)) throw new Error('what is claimed is no dictionary');
  const partials = root.get('partials');
  return {
    pieces: bitsOf(root.get('pieces')),
    partials: (Array.isArray(partials) ? partials : []).map((entry) => {
      const [piece, blocks] = Array.isArray(entry) ? entry : [];
      return { piece: Number(piece), blocks: bitsOf(blocks) };
    }),
  };
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Indices of the bits that are set, the most significant of the first byte first. */
function bitsOf(value: Value | undefined): number[] {
  if (!Buffer.isBuffer(value)) throw new Error('a bitfield is missing');
  return Array.from({ length: value.length * 8 }, (_, index) => index).filter(
    (index) => ((value[index >> 3] ?? 0) & (0x80 >> (index & 7))) !== 0,
  );
}

type Value = number | Buffer | readonly Value[] | ReadonlyMap<string, Value>;

/** The value at an offset, and the offset behind it. */
function readValue(bytes: Buffer, at: number): { readonly value: Value; readonly end: number } {
  const kind = String.fromCharCode(bytes[at] ?? 0);
  if (kind === 'i') {
    const end = bytes.indexOf('e', at);
    return { value: Number(bytes.toString('latin1', at + 1, end)), end: end + 1 };
  }
  if (kind === 'l' || kind === 'd') {
    const values: Value[] = [];
    let next = at + 1;
    while (bytes[next] !== 0x65) {
      const { value, end } = readValue(bytes, next);
      values.push(value);
      next = end;
    }
    return { value: kind === 'l' ? values : toMap(values), end: next + 1 };
  }
  const colon = bytes.indexOf(':', at);
  const length = Number(bytes.toString('latin1', at, colon));
  if (colon < 0 || !Number.isInteger(length)) throw new Error(`no bencode at ${at}`);
  return { value: bytes.subarray(colon + 1, colon + 1 + length), end: colon + 1 + length };
}

function toMap(values: readonly Value[]): Map<string, Value> {
  const map = new Map<string, Value>();
  for (let index = 0; index + 1 < values.length; index += 2) {
    const key = values[index];
    if (!Buffer.isBuffer(key)) throw new Error('a key is no string');
    map.set(key.toString('latin1'), values[index + 1]!);
  }
  return map;
}
