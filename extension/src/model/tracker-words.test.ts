import { describe, expect, it } from 'vitest';
import {
  nextText,
  readTiers,
  readWebSeeds,
  textOfTiers,
  tiersOf,
  trackerName,
  trackerState,
  webSeedText,
  withTiers,
  type Tracker,
} from './tracker-words.ts';

const tracker = (more: Partial<Tracker> = {}): Tracker => ({
  kind: 'tracker',
  url: 'http://a.example/announce',
  tier: 0,
  status: 'working',
  message: '',
  failingSince: null,
  nextMs: null,
  seeds: null,
  leeches: null,
  peers: null,
  ...more,
});

it('says how every tracker stands, in its own words where it has some', () => {
  const states = ['idle', 'updating', 'working', 'noAnswer', 'refused', 'off'] as const;
  const texts = states.map((status) => trackerState(tracker({ status })).text);
  expect(texts).not.toContain('');
  expect(new Set(texts).size).toBe(states.length);
  expect(trackerState(tracker({ status: 'refused', message: 'Refused: “no”' })).text).toBe('Refused: “no”');
  const kinds = (['tracker', 'dht', 'pex', 'lsd'] as const).map((kind) => trackerName(tracker({ kind })));
  expect(new Set(kinds).size).toBe(4);
});

it('counts down to the next question', () => {
  expect(nextText(tracker({ nextMs: 90_000 }), 0)).toBe('in 2 min');
  expect(nextText(tracker({ nextMs: 90_000 }), 60_000)).toBe('in 30 s');
  expect(nextText(tracker({ nextMs: 90_000 }), 89_500)).toBe('now');
  expect(nextText(tracker(), 0)).toBe('–');
  expect(nextText(tracker({ nextMs: 5000, status: 'off' }), 0)).toBe('–');
});

describe('tiers as text', () => {
  it('are blocks of lines, and read back as they were', () => {
    const tiers = [['http://a.example/x', 'udp://b.example:1'], ['https://c.example/x']];
    expect(textOfTiers(tiers)).toBe('http://a.example/x\nudp://b.example:1\n\nhttps://c.example/x');
    expect(readTiers(textOfTiers(tiers))).toEqual({ value: tiers });
  });

  it('are made of what the service tells, without other sources', () => {
    const told = [
      tracker({ url: 'u3', tier: 2 }),
      tracker({ url: 'u1' }),
      tracker({ kind: 'dht', url: '', tier: null }),
      tracker({ url: 'u2' }),
    ];
    expect(tiersOf(told)).toEqual([['u1', 'u2'], ['u3']]);
  });

  it('are shown at once when they are changed, with what is known of those that stay', () => {
    const told = [tracker({ url: 'u1', seeds: 5 }), tracker({ kind: 'pex', url: '', tier: null })];
    expect(withTiers(told, [['u2'], ['u1']])).toEqual([
      tracker({ url: 'u2', status: 'idle' }),
      tracker({ url: 'u1', tier: 1, seeds: 5 }),
      tracker({ kind: 'pex', url: '', tier: null }),
    ]);
  });

  it('have each address once and no empty tier', () => {
    expect(readTiers('\n\n http://a.example \n\n\nhttp://a.example\nudp://b.example:1\n\n')).toEqual({
      value: [['http://a.example'], ['udp://b.example:1']],
    });
    expect(readTiers(' \n ')).toEqual({ value: [] });
  });

  it('are refused with the first line that is no address', () => {
    for (const wrong of [
      'a.example',
      'ftp://a.example/',
      'javascript:alert(1)',
      'http://',
      `http://a/${'x'.repeat(4096)}`,
    ])
      expect(readTiers(`http://a.example\n\n${wrong}`)).toEqual({ line: 3, wrong });
  });
});

it('web seeds are addresses on the web', () => {
  expect(readWebSeeds('http://a.example/\n\nhttps://b.example/x\nhttp://a.example/')).toEqual({
    value: ['http://a.example/', 'https://b.example/x'],
  });
  expect(readWebSeeds('udp://a.example:1')).toEqual({ line: 1, wrong: 'udp://a.example:1' });
});

it('says how web seeds stand, and when they are asked again', () => {
  const seed = { byUser: false, message: 'it said 503', retryMs: 90_000, downRate: 0, downloaded: 0 };
  expect(webSeedText({ ...seed, status: 'waiting' })).toBe('it said 503; tried again in 2 min');
  expect(webSeedText({ ...seed, status: 'dropped' })).toBe('Not used any more: it said 503');
  expect(webSeedText({ ...seed, status: 'working' })).toBe('Sending to us');
  expect(webSeedText({ ...seed, status: 'idle', message: '' })).toBe('Not asked right now');
});
