/** Numbers as text and back, in English. */
import { SETTINGS } from '@jstorrent/control';
import { describe, expect, it } from 'vitest';
import { currentText, numberSpec, numberText, readNumber, type NumberKey } from './numbers.ts';

const down = numberSpec('limits.down');
const port = numberSpec('net.port');
const rate = (typed: string, shown = 'MB/s') =>
  readNumber(typed, down, { shown, current: 2_000_000, units: 'decimal' });
const plain = (text: string): string => text.replaceAll('\u00a0', ' ');

describe('a rate', () => {
  it('is in the unit that the field shows, or in its own', () => {
    expect(rate('10')).toEqual({ ok: true, value: 10_000_000 });
    expect(rate('1.5')).toEqual({ ok: true, value: 1_500_000 });
    expect(rate('1,5')).toEqual({ ok: true, value: 1_500_000 });
    expect(rate('100', 'kB/s')).toEqual({ ok: true, value: 100_000 });
    expect(rate('500 kB/s')).toEqual({ ok: true, value: 500_000 });
    expect(rate('2M', 'kB/s')).toEqual({ ok: true, value: 2_000_000 });
    expect(rate('1 MiB')).toEqual({ ok: true, value: 1_048_576 });
    expect(rate('1,200', 'kB/s')).toEqual({ ok: true, value: 1_200_000 });
  });

  it('that is empty or zero is no limit', () => {
    expect(rate('')).toEqual({ ok: true, value: 0 });
    expect(rate('0')).toEqual({ ok: true, value: 0 });
    expect(numberText(0, down, 'decimal')).toEqual({ digits: '', unit: 'MB/s' });
  });

  it('that means nothing says what stays in force', () => {
    for (const typed of ['fast', '-1', '10 apples', '999999 G'])
      expect(rate(typed)).toMatchObject({ ok: false, problem: expect.stringContaining('2\u00a0MB/s') });
  });
});

describe('a port', () => {
  const read = (typed: string) => readNumber(typed, port, { shown: '', current: 6881, units: 'decimal' });

  it('is from 1024 on, or any', () => {
    expect(read('1024')).toEqual({ ok: true, value: 1024 });
    expect(read('')).toEqual({ ok: true, value: 0 });
    for (const typed of ['808', '65536', '6881.5', '7k', 'x']) {
      const result = read(typed);
      expect([typed, result.ok]).toEqual([typed, false]);
      expect(result).toMatchObject({ problem: expect.stringContaining('6881') });
    }
  });

  it('is told apart when it needs rights or is none', () => {
    const low = read('808');
    const none = read('70000');
    expect(low.ok || none.ok || low.problem === none.problem).toBe(false);
  });
});

it('every default is shown as something that reads back as itself', () => {
  for (const [name, spec] of Object.entries(SETTINGS)) {
    if (spec.kind !== 'whole') continue;
    for (const units of ['decimal', 'binary'] as const) {
      for (const value of [spec.default, spec.min, spec.max]) {
        const { digits, unit } = numberText(value, numberSpec(name as NumberKey), units);
        const read = readNumber(digits, spec, { shown: unit, current: value, units });
        // Rates have three decimals in their unit.
        const kept = read.ok ? Math.abs(read.value - value) <= 1100 : false;
        expect([name, units, value, kept]).toEqual([name, units, value, true]);
      }
    }
  }
});

it('is told with its unit', () => {
  expect(plain(currentText(100_000, down, 'decimal'))).toBe('100 kB/s');
  expect(currentText(6881, port, 'decimal')).toBe('6881');
  expect(currentText(0, port, 'decimal')).not.toBe('');
});
