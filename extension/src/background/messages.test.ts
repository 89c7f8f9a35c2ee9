/** Who may say what to the worker. */
import { expect, it } from 'vitest';
import { hear } from './messages.ts';

const OWN = { id: 'me', url: 'chrome-extension://me/' };
const POPUP = { id: 'me', url: 'chrome-extension://me/popup.html' };
const PAGE = { id: 'me', url: 'https://frame.example/x', tab: { id: 7, url: 'https://site.example/y' } };
const MAGNET = { kind: 'magnet', magnet: 'magnet:?xt=urn:btih:x' } as const;

it('hears what pages of the extension ask for', () => {
  expect(hear({ ask: 'add', source: MAGNET }, POPUP, OWN)).toEqual({
    from: 'page',
    ask: { ask: 'add', source: MAGNET },
  });
  expect(hear({ ask: 'add', source: null }, POPUP, OWN)).toEqual({
    from: 'page',
    ask: { ask: 'add', source: null },
  });
  expect(hear({ ask: 'manager', torrent: 'x' }, POPUP, OWN)).toEqual({
    from: 'page',
    ask: { ask: 'manager', torrent: 'x' },
  });
});

it('hears from scripts in web pages what they found, and nothing else', () => {
  expect(hear({ found: MAGNET, active: true }, PAGE, OWN)).toEqual({
    from: 'web',
    found: { found: MAGNET, active: true },
    tab: 7,
    site: 'site.example',
  });
  expect(hear({ ask: 'add', source: MAGNET }, PAGE, OWN)).toBeNull();
  expect(hear({ ask: 'manager' }, PAGE, OWN)).toBeNull();
});

it('believes nobody that a person was there who opened its page for magnet links', () => {
  const handler = { id: 'me', url: 'chrome-extension://me/magnet.html?u=x', tab: { id: 7 } };
  expect(hear({ found: MAGNET, active: true }, handler, OWN)).toMatchObject({ found: { active: false } });
});

it('hears no other extension, and nothing that is no source', () => {
  expect(hear({ found: MAGNET, active: true }, { ...PAGE, id: 'other' }, OWN)).toBeNull();
  const wrong = [
    { kind: 'magnet', magnet: 'javascript:alert(1)' },
    { kind: 'magnet', magnet: `magnet:?${'x'.repeat(70_000)}` },
    { kind: 'url', url: 'file:///etc/passwd' },
    { kind: 'file', name: 'x', base64: 5 },
    { kind: 'nothing' },
    null,
    'magnet:?xt=urn:btih:x',
  ];
  for (const found of wrong) expect(hear({ found, active: true }, PAGE, OWN)).toBeNull();
  for (const message of [null, 1, 'x', {}, { ask: 'format the disk' }])
    expect(hear(message, POPUP, OWN)).toBeNull();
});

it('takes paths of this machine from nobody but the extension itself', () => {
  const found = { kind: 'path', path: '/home/ann/x.torrent' };
  expect(hear({ found, active: true }, PAGE, OWN)).toBeNull();
  expect(hear({ ask: 'add', source: found }, POPUP, OWN)).not.toBeNull();
});
