/** Browsers on machines of many kinds. */
import { expect, it } from 'vitest';
import { findBrowser, hasDisplay } from './find-browser.ts';

const on = (platform: string, env: Record<string, string>, ...programs: string[]) =>
  findBrowser({ platform, env, home: '/home/ann', isProgram: (path) => programs.includes(path) });

it('takes the one that loads extensions, whatever else is there', () => {
  const env = { PATH: '/usr/local/bin:/usr/bin:relative' };
  const found = on(
    'linux',
    env,
    '/usr/bin/google-chrome',
    '/usr/bin/brave-browser',
    '/usr/bin/chromium-browser',
  );
  expect(found).toEqual({ name: 'Chromium', path: '/usr/bin/chromium-browser', loads: true });
});

it('takes branded Chrome last, which loads none', () => {
  expect(on('linux', { PATH: '/usr/bin' }, '/usr/bin/google-chrome-stable')).toMatchObject({ loads: false });
  expect(on('linux', { PATH: '/usr/bin' })).toBeNull();
});

it('looks where macOS and Windows have programs', () => {
  const edge = '/home/ann/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge';
  expect(on('darwin', {}, edge)).toMatchObject({ name: 'Microsoft Edge', path: edge });
  const brave = 'C:\\Programs\\BraveSoftware\\Brave-Browser\\Application\\brave.exe';
  expect(on('win32', { PROGRAMFILES: 'C:\\Programs' }, brave)).toMatchObject({ name: 'Brave', path: brave });
});

it('takes the one that is named', () => {
  expect(on('linux', { PATH: '/usr/bin', CHROMIUM: '/opt/c' }, '/opt/c', '/usr/bin/chromium')?.path).toBe(
    '/opt/c',
  );
});

it('knows a display by its variables', () => {
  expect(hasDisplay({ platform: 'linux', env: {} })).toBe(false);
  expect(hasDisplay({ platform: 'linux', env: { DISPLAY: '' } })).toBe(false);
  expect(hasDisplay({ platform: 'linux', env: { WAYLAND_DISPLAY: 'wayland-0' } })).toBe(true);
  expect(hasDisplay({ platform: 'darwin', env: { SSH_CONNECTION: '1' } })).toBe(false);
  expect(hasDisplay({ platform: 'win32', env: {} })).toBe(true);
});
