import { once } from 'node:events';
import { chmodSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { encodeFrame } from '@jstorrent/control';
import { startConnector } from '../testing/front-end.ts';
import { newHome, type Home } from '../testing/home.ts';
import { sampleIn, SOON, startSession } from '../testing/session-with-file.ts';

const MINE = 'abcdefghijklmnopabcdefghijklmnop';
const HASH = 'c12fe1c06bba254a9dc9f519b335aa7c1367a88a';
const homes: Home[] = [];

afterEach(async () => {
  for (const made of homes.splice(0)) await made.clear();
});

function home(): Home {
  const made = newHome();
  homes.push(made);
  return made;
}

/** Exit status of a connector that is called, greeted and left. */
async function statusOf(place: Home, words: readonly string[]): Promise<number | null> {
  const child = startConnector(place, words);
  child.stdin!.on('error', () => {});
  child.stdout!.resume();
  child.stdin!.end(encodeFrame({ id: 1, call: 'ping', params: {} }));
  const [status] = (await once(child, 'exit')) as [number | null];
  return status;
}

test.skipIf(process.platform === 'win32')(
  'an extension that the user named at installation may call, if nobody else can have named it',
  async () => {
    const place = home();
    const words = [`chrome-extension://${MINE}/`];
    const file = join(place.stateFolder, 'callers.json');
    expect(await statusOf(place, words)).toBe(64);
    writeFileSync(file, JSON.stringify({ chromium: [MINE], firefox: [] }), { mode: 0o600 });
    expect(await statusOf(place, words)).toBe(0);
    expect(await statusOf(place, [`chrome-extension://${MINE.replace('a', 'b')}/`])).toBe(64);
    chmodSync(file, 0o622);
    expect(await statusOf(place, words)).toBe(64);
    expect(readFileSync(join(place.stateFolder, 'connector.log'), 'utf8')).toContain('callers.json');
    const link = home();
    symlinkSync(file, join(link.stateFolder, 'callers.json'));
    chmodSync(file, 0o600);
    expect(await statusOf(link, words)).toBe(64);
    writeFileSync(file, '{"chromium": "x", "firefox": [1, "*", "a b"]');
    expect(await statusOf(place, words)).toBe(64);
  },
);

test('what the system opens goes to the service', async () => {
  const place = home();
  const { front } = await startSession(place);
  expect(await statusOf(place, ['--open', `magnet:?xt=urn:btih:${HASH}`])).toBe(0);
  await expect.poll(() => front.list.rows.has(HASH), SOON).toBe(true);
  const { source } = sampleIn(place.folder, 'a b.bin');
  const file = join(place.folder, 'a b.torrent');
  writeFileSync(file, Buffer.from(source.metainfo, 'base64'));
  expect(await statusOf(place, ['--open', pathToFileURL(file).href])).toBe(0);
  await expect.poll(() => front.list.rows.size, SOON).toBe(2);
  expect(await statusOf(place, ['--open', join(place.folder, 'none.torrent')])).toBe(66);
  writeFileSync(file, 'no torrent');
  expect(await statusOf(place, ['--open', file])).toBe(66);
  expect(await statusOf(place, ['--open', file, 'more'])).toBe(64);
});
