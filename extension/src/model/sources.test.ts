/** What texts name. */
import { expect, it } from 'vitest';
import { fileSource, problemText, sourceName, sourcesIn } from './sources.ts';

const HASH = '08ada5a7a6183aae1e09d831df6748d566095a10';

it('takes magnet links, hashes and addresses, one a line', () => {
  const { sources, problem } = sourcesIn(
    `magnet:?xt=urn:btih:${HASH}&dn=Sintel\n\n# a remark\r\n  ${HASH.toUpperCase()}  \nhttps://example.org/a.torrent`,
  );
  expect(problem).toBeNull();
  expect(sources).toEqual([
    { kind: 'magnet', magnet: `magnet:?xt=urn:btih:${HASH}&dn=Sintel` },
    { kind: 'magnet', magnet: `magnet:?xt=urn:btih:${HASH}` },
    { kind: 'url', url: 'https://example.org/a.torrent' },
  ]);
});

it('takes hashes in base32 and of version 2', () => {
  const base32 = 'BCW2LJ5GDA5K4HQJ3AY56Z2I2VTASWQQ';
  const v2 = `1220${'ab'.repeat(32)}`;
  expect(sourcesIn(`${base32}\nmagnet:?xt.1=urn:btmh:${v2}`).sources.map((source) => source.kind)).toEqual([
    'magnet',
    'magnet',
  ]);
});

it('says which line is wrong and why', () => {
  const two = sourcesIn(`${HASH}\nmagnet:?xt=urn:btih:08ada`);
  expect(two.sources).toHaveLength(1);
  expect(two.problem).toEqual({ why: 'hashLength', line: 2, length: 5 });
  expect(two.problem && problemText(two.problem, two.lines)).toBe(
    'Line 2 isn’t a complete magnet link: its hash has 5 characters, not 40.',
  );
  expect(sourcesIn('magnet:?dn=x').problem).toEqual({ why: 'noHash', line: 1 });
  expect(sourcesIn('javascript:alert(1)').problem).toEqual({ why: 'unknown', line: 1 });
});

it('names a source by what is known of it', () => {
  expect(sourceName({ kind: 'magnet', magnet: `magnet:?xt=urn:btih:${HASH}&dn=Big%20Buck+Bunny` })).toBe(
    'Big Buck Bunny',
  );
  expect(sourceName({ kind: 'magnet', magnet: `magnet:?xt=urn:btih:${HASH}` })).toBe(HASH);
  expect(sourceName({ kind: 'url', url: 'https://example.org/a%20b.torrent?x=1' })).toBe('a b.torrent');
  expect(sourceName({ kind: 'path', path: String.raw`C:\Users\ann\c.torrent` })).toBe('c.torrent');
});

it('takes files as they are, and none that is too large', async () => {
  const bytes = new Uint8Array(100_000).map((_, index) => index);
  const source = await fileSource(new File([bytes], 'x.torrent'));
  expect(source?.kind === 'file' && Buffer.from(source.base64, 'base64').equals(Buffer.from(bytes))).toBe(
    true,
  );
  expect(await fileSource(new File([new Uint8Array(5_242_881)], 'y.torrent'))).toBeNull();
});

it('shows of a name in a link what can be seen, and no more than a line or two', () => {
  const magnet = (name: string): string =>
    sourceName({ kind: 'magnet', magnet: `magnet:?xt=urn:btih:${HASH}&dn=${encodeURIComponent(name)}` });
  expect(magnet('film\u202egpj.exe\u2069\n')).toBe('filmgpj.exe');
  expect(magnet('x'.repeat(60_000))).toHaveLength(255);
  expect(sourceName({ kind: 'url', url: 'https://a.example/%E2%80%AEtxt.torrent' })).toBe('txt.torrent');
});
