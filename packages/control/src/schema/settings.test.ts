import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { CONTROL_LIMITS } from '../limits.ts';
import { defaultSettings, SETTINGS, type SettingKey } from './setting-specs.ts';
import { settingsPatch, settingsSchema } from './settings.ts';

const accepts = (key: SettingKey, value: unknown): boolean =>
  z.safeParse(settingsPatch, { [key]: value }).success;

describe('settings', () => {
  it('have defaults that they accept', () => {
    expect(z.parse(settingsSchema, defaultSettings())).toEqual(defaultSettings());
  });

  it('are all there in the whole, and any of them in a patch', () => {
    const { 'net.port': _, ...rest } = defaultSettings();
    expect(z.safeParse(settingsSchema, rest).success).toBe(false);
    expect(z.parse(settingsPatch, rest)).toEqual(rest);
    expect(z.parse(settingsPatch, {})).toEqual({});
    expect(z.safeParse(settingsPatch, { 'net.port': undefined }).success).toBe(false);
    expect(z.safeParse(settingsPatch, { 'net.prot': 7000 }).success).toBe(false);
  });

  it('that are numbers take both ends of their range, and nothing beyond', () => {
    for (const [name, spec] of Object.entries(SETTINGS)) {
      if (spec.kind !== 'whole') continue;
      const key = name as SettingKey;
      for (const value of [spec.min, spec.max])
        expect([key, value, accepts(key, value)]).toEqual([key, value, true]);
      const beyond = [spec.min - 1, spec.max + 1, spec.min + 0.5, Number.NaN, `${spec.min}`, null];
      for (const value of beyond)
        expect([key, value, accepts(key, value) && value !== 0]).toEqual([key, value, false]);
      expect([key, accepts(key, 0)]).toEqual([key, spec.min === 0 || spec.zero !== undefined]);
    }
  });

  it('that are choices take nothing else', () => {
    expect(accepts('downloads.preallocate', 'full')).toBe(true);
    expect(accepts('downloads.preallocate', 'none')).toBe(false);
    expect(accepts('downloads.startNew', 1)).toBe(false);
  });

  it('that are lists, places and goals are bounded', () => {
    const span = { day: 6, fromMinute: 0, toMinute: 1440 };
    const place = { root: 'a', folder: ['b', 'c'] };
    expect(
      accepts(
        'slowMode.schedule',
        Array.from({ length: 168 }, () => span),
      ),
    ).toBe(true);
    expect(
      accepts(
        'slowMode.schedule',
        Array.from({ length: 169 }, () => span),
      ),
    ).toBe(false);
    expect(accepts('slowMode.schedule', [{ ...span, fromMinute: 60, toMinute: 60 }])).toBe(false);
    expect(accepts('slowMode.schedule', [{ ...span, day: 7 }])).toBe(false);
    expect(accepts('downloads.place', place)).toBe(true);
    expect(accepts('downloads.place', null)).toBe(true);
    for (const folder of [
      ['..'],
      ['.'],
      [''],
      ['a/b'],
      ['a\0'],
      ['x'.repeat(256)],
      Array.from({ length: 65 }, () => 'a'),
    ]) {
      expect(accepts('downloads.place', { root: 'a', folder })).toBe(false);
    }
    const long = Array.from({ length: 17 }, () => 'x'.repeat(250));
    expect(accepts('downloads.place', { root: 'a', folder: long })).toBe(false);
    expect(accepts('done.run', ['/bin/true', 'x'.repeat(CONTROL_LIMITS.argvLength)])).toBe(true);
    expect(accepts('done.run', ['/bin/true', 'x'.repeat(CONTROL_LIMITS.argvLength + 1)])).toBe(false);
    expect(accepts('seeding.goals', { ratio: 0, seedMinutes: null, idleMinutes: null, action: 'stop' })).toBe(
      false,
    );
    expect(
      accepts('seeding.goals', { ratio: null, seedMinutes: null, idleMinutes: null, action: 'stop' }),
    ).toBe(true);
    const folder = { place, saveTo: null, start: true, labels: [] };
    expect(
      accepts(
        'watch.folders',
        Array.from({ length: 20 }, () => folder),
      ),
    ).toBe(true);
    expect(
      accepts(
        'watch.folders',
        Array.from({ length: 21 }, () => folder),
      ),
    ).toBe(false);
  });
});
