import { expect, test } from 'vitest';
import { CliError } from './errors.ts';
import {
  parseFileNumbers,
  parsePeer,
  parsePieceLength,
  parsePort,
  parseRate,
  parseSeconds,
  parseSize,
} from './option-values.ts';

test('sizes take units of 1024, of 1000 where they say so, and plain bytes', () => {
  expect(['16384', '256k', '1MiB', '1.5 GiB', '2MB', '10 B'].map(parseSize)).toEqual([
    16_384, 262_144, 1_048_576, 1_610_612_736, 2_000_000, 10,
  ]);
  expect([parseRate('500k/s'), parseRate('1M/s'), parsePieceLength('16k')]).toEqual([
    512_000, 1_048_576, 16_384,
  ]);
});

test('peers, ports, times and file numbers are read as they are written', () => {
  expect(parsePeer('Host.example:1')).toEqual({ host: 'host.example', port: 1 });
  expect(parsePeer('[2001:db8::1]:6881')).toEqual({ host: '2001:db8::1', port: 6881 });
  expect([parsePort('0'), parsePort('65535'), parseSeconds('1.5')]).toEqual([0, 65_535, 1.5]);
  expect(parseFileNumbers('1, 3-5')).toEqual([
    { first: 1, last: 1 },
    { first: 3, last: 5 },
  ]);
});

test.each([
  ['sizes', parseSize, ['', '-1', '1x', '1e9', 'k', '0x10']],
  ['piece lengths', parsePieceLength, ['0', '1000', '8k', '256MiB', '17k']],
  ['ports', parsePort, ['', '-1', '65536', '1.5', '0x50']],
  ['times', parseSeconds, ['0', '-1', 'soon', '1e3']],
  [
    'peers',
    parsePeer,
    ['host', 'host:', 'host:0', 'host:70000', 'a b:1', '[1.2.3.4]:1', '::1:80', 'http://a:1'],
  ],
  ['file numbers', parseFileNumbers, ['', '0', '5-3', '1,,2', 'a', '1-']],
] as const)('wrong %s are usage errors', (_, parse, texts) => {
  for (const text of texts) {
    expect(() => parse(text), text).toThrow(CliError);
    expect(() => parse(text), text).toThrow(expect.objectContaining({ exitCode: 2 }));
  }
});
