/** What the setup page tells people to do. */
import { CHROMIUM_EXTENSION_ID } from '@jstorrent/native-host/identity';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { Trouble } from '../model/link.ts';
import { installCommand, programCommand, SYSTEMS, systemOf } from './commands.ts';
import { CODES, planFor, type Surroundings, type TroubleLink } from './plan.ts';
import { browserName, reportText } from './report.ts';

const HERE: Surroundings = {
  system: 'linux',
  origin: 'sources',
  id: CHROMIUM_EXTENSION_ID,
  version: '1.4.0',
  canOpenExtensions: true,
};
const trouble = (why: Trouble, more: Partial<TroubleLink> = {}): TroubleLink => ({
  kind: 'trouble',
  why,
  detail: '',
  helper: null,
  ...more,
});

it('tells for every trouble what it is and at least one step', () => {
  for (const why of Object.keys(CODES) as Trouble[]) {
    for (const system of SYSTEMS) {
      for (const origin of ['download', 'sources'] as const) {
        const plan = planFor(trouble(why), { ...HERE, system, origin });
        expect([plan.title, plan.lead, plan.heading].every((text) => text.length > 5)).toBe(true);
        expect(plan.steps.length).toBeGreaterThan(0);
        expect(plan.steps.every(({ text }) => text.length > 5)).toBe(true);
      }
    }
  }
});

it('names the commands that exist: those of the README and of the installer', () => {
  const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');
  expect(readme).toContain(installCommand('linux', 'sources'));
  expect(readme).toContain(programCommand('mac', 'sources', 'doctor'));
  expect(readme).toContain('node_modules/.bin/node packages/cli/src/main.ts');
  expect(installCommand('windows', 'sources').replaceAll('\\', '/')).toBe(
    'node_modules/.bin/node packages/cli/src/main.ts install',
  );
  expect(SYSTEMS.map((system) => installCommand(system, 'download'))).toEqual([
    './install.sh',
    './install.sh',
    String.raw`.\install.cmd`,
  ]);
});

it('knows systems by the browser’s words', () => {
  expect(['win', 'mac', 'linux', 'openbsd'].map(systemOf)).toEqual(['windows', 'mac', 'linux', 'linux']);
});

it('tells a build of another id from a helper that has to be installed again', () => {
  const [ours] = planFor(trouble('forbidden'), HERE).steps;
  expect(ours?.command).toBe('bin/jstorrent install');
  const [other] = planFor(trouble('forbidden'), { ...HERE, id: 'kmlfpdgnibajohcbpmeaehnkdgoijlbf' }).steps;
  expect(other?.text).toContain('kmlfpdgnibajohcbpmeaehnkdgoijlbf');
  expect(other?.command).toBeUndefined();
});

it('tells which of the two is older', () => {
  expect(planFor(trouble('tooNew', { helper: '1.2.0' }), HERE).lead).toMatch(/1\.2\.0.*1\.4\.0/);
  expect(planFor(trouble('tooOld', { helper: '2.0.0' }), HERE).lead).toMatch(/2\.0\.0.*1\.4\.0/);
});

it('reports versions and the trouble', () => {
  const text = reportText({
    link: trouble('crashed', { detail: 'Native host has exited.' }),
    id: 'abc',
    version: '1.4.0',
    protocol: 2,
    system: 'linux x86-64',
    userAgent:
      'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36',
    now: 0,
  });
  expect(text).toBe(
    'JSTorrent 1.4.0, protocol 2, extension abc\nSystem: linux x86-64\nBrowser: Chrome 141\nTime: 1970-01-01T00:00:00.000Z\nHelper: HOST_EXITED\nWords: Native host has exited.\n',
  );
  expect(browserName('Mozilla/5.0 (Windows) Chrome/141.0.0.0 Safari/537.36 Edg/141.0.1.2')).toBe('Edge 141');
  expect(browserName('Mozilla/5.0 (X11; rv:140.0) Gecko/20100101 Firefox/140.0')).toBe('Firefox 140');
});
