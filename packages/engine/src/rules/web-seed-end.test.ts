import { describe, expect, test } from 'vitest';
import type { WebSeedEnd } from './web-seed-end.ts';
import { endText, retryAfter } from './web-seed-end.ts';

const end = (change: Partial<WebSeedEnd>): WebSeedEnd => ({
  code: 'CONNECT_FAILED',
  status: 0,
  retryMs: 0,
  detail: '',
  ...change,
});

describe('a web seed that ended', () => {
  test('is tried again after 10 s, then ever later, up to half an hour', () => {
    expect([1, 2, 3, 20].map((failures) => retryAfter(end({}), failures))).toEqual([
      10_000, 20_000, 40_000, 1_800_000,
    ]);
  });

  test('is left alone as long as the server says, up to a day', () => {
    expect(retryAfter(end({ code: 'BUSY', retryMs: 90_000 }), 1)).toBe(90_000);
    expect(retryAfter(end({ code: 'BUSY', retryMs: 1000 }), 1)).toBe(10_000);
    expect(retryAfter(end({ code: 'BUSY', retryMs: 1e12 }), 1)).toBe(86_400_000);
  });

  test.each([408, 425, 500, 502, 599])('with status %d is tried again', (status) => {
    expect(retryAfter(end({ code: 'BAD_STATUS', status }), 1)).toBe(10_000);
  });

  test.each([204, 400, 401, 403, 404, 410, 451])('with status %d is not', (status) => {
    expect(retryAfter(end({ code: 'BAD_STATUS', status }), 1)).toBeNull();
  });

  test('because of what it has or says is not tried again', () => {
    for (const code of ['WRONG_LENGTH', 'NOT_DATA', 'NO_RANGES', 'LIED', 'FORBIDDEN_ADDRESS'] as const)
      expect(retryAfter(end({ code }), 1)).toBeNull();
  });

  test('is told in one line', () => {
    expect(endText(end({}))).toBe('no connection');
    expect(endText(end({ code: 'BUSY', status: 503 }))).toBe('it is busy (status 503)');
    expect(endText(end({ code: 'WRONG_LENGTH', status: 206, detail: '5 bytes instead of 6' }))).toBe(
      'the file there has another length (5 bytes instead of 6)',
    );
  });
});
