import bencode from 'bencode';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeBencode, type BencodeInput } from './bencode-encode.ts';
import { getBytes, getDict, getInteger, getList } from './bencode-read.ts';
import { scanBencode, scanBencodePrefix, type BencodeNode } from './bencode-scan.ts';
import { decodeLatin1, encodeLatin1 } from './utf8.ts';
import { anyBytes, ascii, codeOf, expectValueOrProtocolError, hostile, RUNS } from './testing/hostile.ts';

const LIMITS = { maxBytes: 1_000_000 };
const scan = (text: string): BencodeNode => scanBencode(ascii(text), LIMITS);
const codeFor = (text: string): string => codeOf(() => scan(text));

const anyInput: fc.Arbitrary<BencodeInput> = fc.letrec<{ value: BencodeInput }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    anyBytes(20),
    fc.maxSafeInteger(),
    fc.array(tie('value'), { maxLength: 4 }),
    fc
      .uniqueArray(fc.tuple(anyBytes(4), tie('value')), {
        maxLength: 4,
        selector: ([key]) => decodeLatin1(key),
      })
      .map((entries) => new Map(entries)),
  ),
})).value;

/** The input that encodes to a scanned value. */
function toInput(node: BencodeNode): BencodeInput {
  if (node.type === 'integer') return Number(node.value);
  if (node.type === 'bytes') return node.bytes;
  if (node.type === 'list') return node.items.map(toInput);
  const entries = [...node.entries].map(([key, value]) => [encodeLatin1(key), toInput(value)] as const);
  return new Map(entries.map(([key, value]) => [key ?? new Uint8Array(), value]));
}

test('scanning what was encoded and encoding it again gives the same bytes', () => {
  fc.assert(
    fc.property(anyInput, (input) => {
      const bytes = encodeBencode(input);
      const node = scanBencode(bytes, LIMITS);
      expect([node.start, node.end]).toEqual([0, bytes.length]);
      expect(encodeBencode(toInput(node))).toEqual(bytes);
    }),
    RUNS,
  );
});

test('any bytes give a value or a ProtocolError', () => {
  fc.assert(
    fc.property(hostile(anyInput.map(encodeBencode)), (bytes) => {
      expectValueOrProtocolError(() => scanBencode(bytes, LIMITS));
    }),
    RUNS,
  );
});

test('what the scan accepts, the bencode package reads to the same end', () => {
  fc.assert(
    fc.property(hostile(anyInput.map(encodeBencode)), (bytes) => {
      let node: BencodeNode;
      try {
        node = scanBencodePrefix(bytes, LIMITS);
      } catch {
        return;
      }
      bencode.decode(bytes);
      expect(bencode.decode.position).toBe(node.end);
    }),
    RUNS,
  );
});

test('members are read by kind, and a wrong kind counts as absent', () => {
  const dict = scan('d1:bd0:lee1:ii-7e1:lli1ee1:s3:abce');
  if (dict.type !== 'dict') throw new Error('a dictionary');
  expect(getInteger(dict, 'i')).toBe(-7);
  expect(getBytes(dict, 's')).toEqual(ascii('abc'));
  expect(getList(dict, 'l')?.length).toBe(1);
  expect(getDict(dict, 'b')?.entries.size).toBe(1);
  for (const key of ['b', 'l', 's', 'x']) expect(getInteger(dict, key)).toBeNull();
  for (const key of ['b', 'l', 'i', 'x']) expect(getBytes(dict, key)).toBeNull();
  for (const key of ['b', 's', 'i', 'x']) expect(getList(dict, key)).toBeNull();
  for (const key of ['s', 'l', 'i', 'x']) expect(getDict(dict, key)).toBeNull();
});

test('values span their bytes', () => {
  const dict = scan('d4:infod1:ai1eee');
  if (dict.type !== 'dict') throw new Error('a dictionary');
  const info = dict.entries.get('info');
  expect([info?.start, info?.end]).toEqual([7, 15]);
});

test('dictionaries are encoded in the order of their raw keys', () => {
  const encoded = encodeBencode({ '\u{1f600}': 1, '\uffee': 2, b: 3, B: 4, none: undefined });
  const keys = scanBencode(encoded, LIMITS);
  expect(keys.type === 'dict' && keys.sorted && [...keys.entries.keys()].map((key) => key.length)).toEqual([
    1, 1, 3, 4,
  ]);
});

test('THREATS 1: nesting ends at a hundred levels', () => {
  expect(codeFor('l'.repeat(100) + 'e'.repeat(100))).toBe('BENCODE_TOO_DEEP');
  expect(codeFor('l'.repeat(1_000_000))).toBe('BENCODE_TOO_DEEP');
  expect(codeFor('d0:'.repeat(300_000))).toBe('BENCODE_TOO_DEEP');
  expect(scan('l'.repeat(99) + 'e'.repeat(99)).type).toBe('list');
});

test('THREATS 2: string lengths are exact, canonical and inside', () => {
  expect(codeFor('5:abcd')).toBe('BENCODE_TRUNCATED');
  expect(codeFor('999999999:')).toBe('BENCODE_TRUNCATED');
  expect(codeFor('9999999999:')).toBe('BENCODE_STRING_LENGTH');
  expect(codeFor(`${'9'.repeat(100_000)}:`)).toBe('BENCODE_STRING_LENGTH');
  expect(codeFor('-1:a')).toBe('BENCODE_SYNTAX');
  expect(codeFor('01:a')).toBe('BENCODE_STRING_LENGTH');
  expect(codeFor('00:')).toBe('BENCODE_STRING_LENGTH');
  expect(codeFor('1a')).toBe('BENCODE_STRING_LENGTH');
  expect(codeFor('3')).toBe('BENCODE_TRUNCATED');
  expect(scan('0:').type).toBe('bytes');
});

test('THREATS 3: integers are canonical and fit 64 bits, and only exact ones are numbers', () => {
  for (const text of ['i-0e', 'ie', 'i-e', 'i03e', 'i-03e', 'i+1e', 'i 1e', 'i1.5e', 'i0x1e']) {
    expect(codeFor(text)).toBe('BENCODE_INTEGER');
  }
  expect(codeFor('i18446744073709551616e')).toBe('BENCODE_INTEGER');
  expect(codeFor('i-9223372036854775809e')).toBe('BENCODE_INTEGER');
  expect(codeFor(`i${'9'.repeat(500_000)}e`)).toBe('BENCODE_INTEGER');
  expect(codeFor('i1')).toBe('BENCODE_TRUNCATED');
  expect(scan('i9007199254740991e')).toMatchObject({ value: 9_007_199_254_740_991 });
  expect(scan('i9007199254740993e')).toMatchObject({ value: 9_007_199_254_740_993n });
  expect(scan('i-9223372036854775808e')).toMatchObject({ value: -9_223_372_036_854_775_808n });
  const dict = scan('d1:ai9007199254740993ee');
  expect(dict.type === 'dict' && getInteger(dict, 'a')).toBeNull();
});

test('THREATS 4: unsorted keys are readable and told, duplicate keys are not', () => {
  expect(scan('d1:bi1e1:ai2ee')).toMatchObject({ sorted: false });
  expect(scan('d1:ai1e1:bi2ee')).toMatchObject({ sorted: true });
  expect(codeFor('d1:ai1e1:ai1ee')).toBe('BENCODE_DUPLICATE_KEY');
  expect(codeFor('d1:ai1e1:bi1e1:ai1ee')).toBe('BENCODE_DUPLICATE_KEY');
});

test('THREATS 5: keys that name parts of objects are only keys', () => {
  const dict = scan('d9:__proto__d1:xi1ee11:constructori2e8:toStringi3ee');
  if (dict.type !== 'dict') throw new Error('a dictionary');
  expect(getDict(dict, '__proto__')?.entries.size).toBe(1);
  expect(getInteger(dict, 'constructor')).toBe(2);
  expect(getInteger(dict, 'valueOf')).toBeNull();
  expect(Object.hasOwn(Object.prototype, 'x')).toBe(false);
});

test('THREATS 6: bytes after the value are refused unless asked for', () => {
  expect(codeFor('i1ei2e')).toBe('BENCODE_TRAILING');
  expect(codeFor('le\n')).toBe('BENCODE_TRAILING');
  expect(scanBencodePrefix(ascii('i1eDATA'), LIMITS).end).toBe(3);
});

test('THREATS 7: keys are strings', () => {
  for (const text of ['di1ei2ee', 'dle1:ae', 'dd1:ai1ee1:be', 'd-1:ae'])
    expect(codeFor(text)).toBe('BENCODE_KEY');
  expect(codeFor('d1:ae')).toBe('BENCODE_SYNTAX');
  expect(codeFor('d1:a')).toBe('BENCODE_TRUNCATED');
});

test('THREATS 8: the number of values and of bytes is limited', () => {
  expect(codeOf(() => scanBencode(ascii(`l${'le'.repeat(1000)}e`), { ...LIMITS, maxTokens: 1000 }))).toBe(
    'BENCODE_TOO_MANY_TOKENS',
  );
  expect(codeOf(() => scanBencode(ascii('3:abc'), { maxBytes: 4 }))).toBe('BENCODE_TOO_LARGE');
  expect(codeFor('')).toBe('BENCODE_TRUNCATED');
});

test('an error tells where', () => {
  expect(() => scan('d1:ai1e1:bx')).toThrowError(expect.objectContaining({ offset: 10 }));
});

test('what cannot be encoded exactly is a bug', () => {
  for (const value of [1.5, Number.NaN, 2 ** 53]) expect(() => encodeBencode(value)).toThrow('assertion');
  const twice = new Map([
    [Uint8Array.of(1), 1],
    [Uint8Array.of(1), 2],
  ]);
  expect(() => encodeBencode(twice)).toThrow('assertion');
});
