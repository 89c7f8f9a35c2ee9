/**
 * The strict reader of bencoded bytes from outside (BEP 3): grammar, depth, count and size are checked while a tree of
 * values with byte spans is made. Nothing from outside is decoded in any other way.
 *
 * Accepted beyond the letter of BEP 3: dictionary keys in any order, because real torrents have them and hashes are
 * taken over the raw bytes. `sorted` tells.
 */
import { ProtocolError, type ProtocolErrorCode } from './error.ts';
import { MAX_BENCODE_DEPTH, MAX_BENCODE_TOKENS } from './limits.ts';
import { decodeLatin1 } from './utf8.ts';

/** A bencoded value; it spans bytes [start, end) of the input. */
export type BencodeNode = BencodeInteger | BencodeBytes | BencodeList | BencodeDict;

/** An integer: a number when exact, a bigint up to 64 bits (signed or unsigned). */
export interface BencodeInteger {
  readonly type: 'integer';
  readonly value: number | bigint;
  readonly start: number;
  readonly end: number;
}

/** A byte string; `bytes` is a view of the input. */
export interface BencodeBytes {
  readonly type: 'bytes';
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
}

/** A list. */
export interface BencodeList {
  readonly type: 'list';
  readonly items: readonly BencodeNode[];
  readonly start: number;
  readonly end: number;
}

/** A dictionary; each key holds one character per raw byte (`decodeLatin1`), in the order of the input. */
export interface BencodeDict {
  readonly type: 'dict';
  readonly entries: ReadonlyMap<string, BencodeNode>;
  /** Whether the keys were in the order BEP 3 demands. */
  readonly sorted: boolean;
  readonly start: number;
  readonly end: number;
}

/** What a scan may cost; every limit has a default in limits.ts but the number of bytes. */
export interface ScanLimits {
  readonly maxBytes: number;
  readonly maxDepth?: number;
  readonly maxTokens?: number;
}

const LETTER_D = 0x64;
const LETTER_E = 0x65;
const LETTER_I = 0x69;
const LETTER_L = 0x6c;
const MINUS = 0x2d;
const COLON = 0x3a;
/** 2^63 has 19 digits, 2^64 has 20: longer is beyond 64 bits. */
const MAX_INTEGER_DIGITS = 20;
/** Nine digits are 953 MiB: longer than any input we take. */
const MAX_LENGTH_DIGITS = 9;

/** Read exactly one value that fills `bytes` (BEP 3). Throws a BENCODE_ error. */
export function scanBencode(bytes: Uint8Array, limits: ScanLimits): BencodeNode {
  const node = scanBencodePrefix(bytes, limits);
  if (node.end !== bytes.length) {
    throw new ProtocolError('BENCODE_TRAILING', node.end, 'Bytes follow the bencoded value');
  }
  return node;
}

/** Read one value from the beginning of `bytes`; what follows (BEP 9 data) starts at its `end`. Throws a BENCODE_ error. */
export function scanBencodePrefix(bytes: Uint8Array, limits: ScanLimits): BencodeNode {
  if (bytes.length > limits.maxBytes) {
    const text = `${bytes.length} bencoded bytes exceed ${limits.maxBytes}`;
    throw new ProtocolError('BENCODE_TOO_LARGE', limits.maxBytes, text);
  }
  return new Scanner(bytes, limits).value(1);
}

class Scanner {
  readonly #bytes: Uint8Array;
  readonly #maxDepth: number;
  readonly #maxTokens: number;
  #tokens = 0;
  #at = 0;

  constructor(bytes: Uint8Array, limits: ScanLimits) {
    this.#bytes = bytes;
    this.#maxDepth = limits.maxDepth ?? MAX_BENCODE_DEPTH;
    this.#maxTokens = limits.maxTokens ?? MAX_BENCODE_TOKENS;
  }

  value(depth: number): BencodeNode {
    this.#countToken();
    const first = this.#peek();
    if (first === LETTER_I) return this.#integer();
    if (first !== LETTER_D && first !== LETTER_L) return this.#string();
    if (depth >= this.#maxDepth) this.#fail('BENCODE_TOO_DEEP', 'Values are nested too deep');
    return first === LETTER_D ? this.#dict(depth) : this.#list(depth);
  }

  #list(depth: number): BencodeList {
    const start = this.#at++;
    const items: BencodeNode[] = [];
    while (this.#peek() !== LETTER_E) items.push(this.value(depth + 1));
    this.#at++;
    return { type: 'list', items, start, end: this.#at };
  }

  #dict(depth: number): BencodeDict {
    const start = this.#at++;
    const entries = new Map<string, BencodeNode>();
    let sorted = true;
    let previous: string | null = null;
    while (this.#peek() !== LETTER_E) {
      const keyAt = this.#at;
      if (!isDigit(this.#peek())) this.#fail('BENCODE_KEY', 'A dictionary key is not a string');
      this.#countToken();
      const key = decodeLatin1(this.#string().bytes);
      if (entries.has(key)) {
        throw new ProtocolError('BENCODE_DUPLICATE_KEY', keyAt, 'A dictionary has the same key twice');
      }
      if (previous !== null && previous > key) sorted = false;
      previous = key;
      entries.set(key, this.value(depth + 1));
    }
    this.#at++;
    return { type: 'dict', entries, sorted, start, end: this.#at };
  }

  #integer(): BencodeInteger {
    const start = this.#at++;
    const negative = this.#peek() === MINUS;
    if (negative) this.#at++;
    const digitsAt = this.#at;
    while (isDigit(this.#peek())) {
      if (this.#at - digitsAt >= MAX_INTEGER_DIGITS) this.#fail('BENCODE_INTEGER', 'An integer is too long');
      this.#at++;
    }
    if (this.#peek() !== LETTER_E)
      this.#fail('BENCODE_INTEGER', 'An integer has a character that is no digit');
    const digits = decodeLatin1(this.#bytes.subarray(digitsAt, this.#at));
    if (digits === '' || (digits.startsWith('0') && (digits !== '0' || negative))) {
      throw new ProtocolError('BENCODE_INTEGER', start, 'An integer is not in its shortest form');
    }
    this.#at++;
    const value = negative ? -Number(digits) : Number(digits);
    if (Number.isSafeInteger(value)) return { type: 'integer', value, start, end: this.#at };
    const big = negative ? -BigInt(digits) : BigInt(digits);
    if (BigInt.asIntN(64, big) !== big && BigInt.asUintN(64, big) !== big) {
      throw new ProtocolError('BENCODE_INTEGER', start, 'An integer does not fit 64 bits');
    }
    return { type: 'integer', value: big, start, end: this.#at };
  }

  #string(): BencodeBytes {
    const start = this.#at;
    let length = 0;
    if (!isDigit(this.#peek())) this.#fail('BENCODE_SYNTAX', 'No value begins with this byte');
    while (isDigit(this.#peek())) {
      const tooLong = this.#at - start >= MAX_LENGTH_DIGITS;
      if (tooLong || (this.#at > start && length === 0)) {
        this.#fail('BENCODE_STRING_LENGTH', 'A string length is too long or has a leading zero');
      }
      length = length * 10 + (this.#peek() - 0x30);
      this.#at++;
    }
    if (this.#peek() !== COLON) this.#fail('BENCODE_STRING_LENGTH', 'A string length is not a number');
    this.#at++;
    const end = this.#at + length;
    if (end > this.#bytes.length) this.#fail('BENCODE_TRUNCATED', 'A string reaches beyond the end');
    const bytes = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return { type: 'bytes', bytes, start, end };
  }

  #peek(): number {
    const byte = this.#bytes[this.#at];
    if (byte === undefined) this.#fail('BENCODE_TRUNCATED', 'The input ends inside a value');
    return byte;
  }

  #countToken(): void {
    if (++this.#tokens > this.#maxTokens) this.#fail('BENCODE_TOO_MANY_TOKENS', 'There are too many values');
  }

  #fail(code: ProtocolErrorCode, message: string): never {
    throw new ProtocolError(code, this.#at, message);
  }
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}
