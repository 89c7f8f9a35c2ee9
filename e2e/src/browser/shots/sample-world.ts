/**
 * A session as a user has it after some weeks: torrents in every state, with labels, from a real seed at this machine.
 * Decides what is in it; what is shown of it is decided by screenshots.ts.
 */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import Server from 'bittorrent-tracker/server';
import { writeFile } from '../../harness/content.ts';
import { until } from '../../harness/until.ts';
import { envOf, type Browser } from '../chromium.ts';

const CLI = fileURLToPath(new URL('../../../../dist/cli.mjs', import.meta.url));
const MB = 1_000_000;

interface Sample {
  readonly name: string;
  /** Files below the name with their sizes in MB; one file of the name itself, when a number. */
  readonly content: number | readonly (readonly [name: string, megabytes: number])[];
  readonly label?: string;
  /** What happens to it. */
  readonly fate: 'download' | 'slow' | 'queue' | 'seed' | 'finish' | 'stop' | 'magnet' | 'alone';
}

const SAMPLES: readonly Sample[] = [
  { name: 'debian-13.1.0-amd64-netinst.iso', content: 170, label: 'Linux ISOs', fate: 'download' },
  {
    name: 'Prelinger Archives — Ephemeral Films',
    content: [
      ['1940s/Duck and Cover.mkv', 40],
      ['1940s/To New Horizons.mkv', 38],
      ['1950s/Design for Dreaming.mkv', 42],
      ['1950s/Perversion for Profit.mkv', 25],
      ['readme.txt', 0.01],
    ],
    label: 'Archive',
    fate: 'slow',
  },
  { name: 'Cosmos Laundromat (2015)', content: 60, fate: 'magnet' },
  { name: 'wikipedia_en_simple_all_2026-08.zim', content: 90, label: 'Archive', fate: 'alone' },
  { name: 'Fedora-Workstation-Live-44.x86_64.iso', content: 80, label: 'Linux ISOs', fate: 'queue' },
  { name: 'planet-261027.osm.pbf', content: 85, fate: 'queue' },
  { name: 'ubuntu-26.04-desktop-amd64.iso', content: 63, label: 'Linux ISOs', fate: 'seed' },
  { name: 'Big Buck Bunny (2008) — 2160p 60 fps', content: 83, label: 'Blender', fate: 'seed' },
  { name: 'أرشيف الإنترنت — المخطوطات العربية', content: 30, label: 'Archive', fate: 'seed' },
  { name: 'archlinux-2026.11.01-x86_64.iso', content: 14, fate: 'seed' },
  { name: 'Tears of Steel (2012) — 4K DCI source', content: 120, label: 'Blender', fate: 'stop' },
  { name: 'LibriVox — The Adventures of Sherlock Holmes', content: 31, label: 'Archive', fate: 'finish' },
  { name: 'Sintel (2010)', content: 12, label: 'Blender', fate: 'finish' },
];

/** One more, which is in nobody's list yet. */
const FRESH: Sample = {
  name: 'Spring (2019)',
  content: [
    ['Spring.mkv', 52],
    ['Spring.en.srt', 0.02],
    ['Spring.es.srt', 0.02],
    ['extras/Making of.mkv', 24],
    ['poster.jpg', 0.4],
  ],
  fate: 'download',
};

/** What was made, to be ended. */
export interface SampleWorld {
  /** Names the tracker that knows its seed. */
  readonly fresh: Made;
  end(): Promise<void>;
}

interface Made {
  readonly file: string;
  readonly magnet: string;
}

type Run = (...words: readonly string[]) => string;

/** Fill the session of a browser. */
export async function fillSession(browser: Browser): Promise<SampleWorld> {
  const home = join(browser.home, 'seed');
  const data = join(home, 'data');
  mkdirSync(join(home, 'state'), { recursive: true, mode: 0o700 });
  mkdirSync(data);
  const tracker = await startTracker();
  const seed: Run = (...words) =>
    execFileSync(process.execPath, [CLI, ...words], { env: envOf(home), encoding: 'utf8', cwd: data });
  seed('set', 'global', 'net.port=0', 'queue.seeds=100', 'queue.active=200', 'limits.up=4MB');
  const fresh = share(FRESH, { data, seed, announce: tracker.url });
  browser.cli('set', 'global', 'queue.downloads=4', 'queue.seeds=20', 'net.port=0');
  for (const sample of SAMPLES) {
    const made = share(sample, { data, seed, announce: tracker.url });
    take(sample, made, { browser, data });
  }
  for (const { name } of SAMPLES.filter(({ fate }) => fate === 'finish')) await stopWhenDone(browser, name);
  return {
    fresh,
    end: async () => {
      seed('service', 'stop');
      await tracker.close();
    },
  };
}

async function startTracker(): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server = new Server({ http: true, udp: false, ws: false });
  server.on('warning', () => {});
  server.on('error', () => {});
  server.listen({ http: 0, udp: 0 }, { http: '127.0.0.1', udp: '127.0.0.1', udp6: '::1' });
  await once(server.http, 'listening');
  const { port } = server.http.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/announce`,
    close: () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.http.closeAllConnections();
      }),
  };
}

interface Sharing {
  readonly data: string;
  readonly seed: Run;
  readonly announce: string;
}

/** Make the data and the torrent, and seed it unless nobody has it. */
function share({ name, content, fate }: Sample, { data, seed, announce }: Sharing): Made {
  const files =
    typeof content === 'number'
      ? [[name, content] as const]
      : content.map(([file, size]) => [`${name}/${file}`, size] as const);
  for (const [file, megabytes] of files) writeFile(data, file, Math.round(megabytes * MB));
  const file = join(data, `${name}.torrent`);
  const said = seed('create', join(data, name), '-o', file, '--tracker', announce, '--json');
  const { infoHash } = JSON.parse(said) as { infoHash: string };
  if (fate !== 'alone') seed('add', file, '-d', data, '--skip-check');
  const query = `dn=${encodeURIComponent(name)}&tr=${encodeURIComponent(announce)}`;
  return { file, magnet: `magnet:?xt=urn:btih:${infoHash}&${query}` };
}

async function stopWhenDone(browser: Browser, name: string): Promise<void> {
  await until(`${name} is seeded`, () => {
    const rows = JSON.parse(browser.cli('list', '--json')) as { name: string; state: string }[];
    const isSeeding = rows.some((row) => row.name === name && row.state === 'seeding');
    return Promise.resolve(isSeeding ? true : undefined);
  });
  browser.cli('stop', name);
}

function take(sample: Sample, made: Made, { browser, data }: { browser: Browser; data: string }): void {
  const labels = sample.label === undefined ? [] : ['--label', sample.label];
  if (sample.fate === 'seed' || sample.fate === 'finish') {
    cpSync(join(data, sample.name), join(browser.downloads, sample.name), { recursive: true });
    browser.cli('add', made.file, '-d', browser.downloads, '--skip-check', ...labels);
    return;
  }
  const limit = sample.fate === 'slow' ? ['--max-down', '300k'] : [];
  const stopped = sample.fate === 'stop' ? ['--stopped'] : [];
  const source = sample.fate === 'magnet' ? made.magnet : made.file;
  browser.cli('add', source, '-d', browser.downloads, ...labels, ...limit, ...stopped);
}
