/** What a report holds, and what it never does. */
import { defaultSettings } from '@jstorrent/control';
import { expect, it } from 'vitest';
import { PREFS } from '../model/prefs.ts';
import { diagnostics, type Facts } from './diagnostics.ts';

const SECRET = 'secret';
const place = { root: `${SECRET}root`, folder: [`${SECRET}folder`] };
const facts: Facts = {
  extension: '1.2.3',
  browser: 'Chromium 156',
  locale: 'en',
  link: { kind: 'trouble', why: 'crashed', detail: `${SECRET}detail`, helper: '1.2.0' },
  prefs: { ...PREFS, sitesOff: [`${SECRET}.example`] },
  settings: {
    ...defaultSettings(),
    'downloads.place': place,
    'downloads.labels': [`${SECRET}label`],
    'watch.folders': [{ place, saveTo: place, start: true, labels: [SECRET] }],
    'done.moveTo': place,
    'done.run': [`/bin/${SECRET}`],
  },
  status: {
    version: '1.2.3',
    pid: 1,
    daemonPid: 2,
    startedAt: 0,
    clients: 1,
    active: 3,
    memoryBytes: 4,
    daemonMemoryBytes: 5,
    port: 6881,
    stateFolder: `/home/${SECRET}`,
    storeProblem: `${SECRET} problem`,
  },
  log: [{ at: 0, level: 'problem', code: 'HOOK', text: `${SECRET}.iso failed` }],
  roots: [{ available: true, torrents: 2 }],
  now: 1000,
};

it('names nothing of the user', () => {
  expect(diagnostics(facts)).not.toContain(SECRET);
});

it('tells versions, settings, states and codes', () => {
  const report = JSON.parse(diagnostics(facts)) as Record<string, never>;
  expect(report).toMatchObject({
    extension: '1.2.3',
    helper: { state: 'trouble', why: 'crashed', version: '1.2.0' },
    service: { active: 3, port: 6881, hasStoreProblem: true },
    folders: [{ available: true, torrents: 2 }],
    settings: { 'net.port': 6881, 'done.run': true, 'watch.folders': 1 },
    log: ['1970-01-01T00:00:00.000Z problem HOOK'],
  });
});

it('is made without the helper too', () => {
  const report = diagnostics({ ...facts, settings: null, status: null, log: [], roots: [] });
  expect(JSON.parse(report)).toMatchObject({ service: null, settings: null });
});
