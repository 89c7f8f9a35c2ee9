/** Trackers in words, and their addresses as text to edit: a tier is a block of lines, blocks are parted by empty lines. */
import type { Panes } from '@jstorrent/control';
import type { IconName } from '../ui/icon-names.ts';
import { DASH, formatSpan } from './format.ts';
import { t } from './i18n.ts';
import type { Look } from './row-state.ts';

/** A tracker, or another source of peers, as it is sent. */
export type Tracker = Panes['trackers']['trackers'][number];

/** How a tracker stands. */
export interface TrackerState {
  readonly look: Look | 'warn';
  readonly icon: IconName;
  readonly text: string;
}

/** How it stands. Its own words are in the sentence of a failure. */
export function trackerState(tracker: Tracker): TrackerState {
  const { status, message } = tracker;
  switch (status) {
    case 'idle':
      return { look: 'queued', icon: 'clock', text: t('tracker_idle') };
    case 'updating':
      return { look: 'downloading', icon: 'refresh', text: t('tracker_updating') };
    case 'working':
      return {
        look: 'seeding',
        icon: 'check',
        text: message === '' ? t('tracker_working') : t('tracker_working_says', message),
      };
    case 'noAnswer':
      return { look: 'error', icon: 'alert', text: message === '' ? t('tracker_no_answer') : message };
    case 'refused':
      return { look: 'warn', icon: 'alert', text: message === '' ? t('tracker_refused') : message };
    case 'off':
      return { look: 'stopped', icon: 'pause', text: t('tracker_off') };
  }
}

/** What it is called. */
export function trackerName({ kind, url }: Pick<Tracker, 'kind' | 'url'>): string {
  switch (kind) {
    case 'tracker':
      return url;
    case 'dht':
      return t('tracker_dht');
    case 'pex':
      return t('tracker_pex');
    case 'lsd':
      return t('tracker_lsd');
  }
}

/** When it is asked next; `passedMs`: since it was told. */
export function nextText({ nextMs, status }: Pick<Tracker, 'nextMs' | 'status'>, passedMs: number): string {
  if (nextMs === null || status === 'off' || status === 'updating') return DASH;
  const left = nextMs - passedMs;
  return left < 1000 ? t('tracker_now') : t('tracker_in', formatSpan(left));
}

/** A web seed as it is sent. */
type WebSeed = Panes['general']['webSeedStates'][number];

const WEB_SEED_LOOKS: Readonly<Record<WebSeed['status'], Omit<TrackerState, 'text'>>> = {
  idle: { look: 'queued', icon: 'clock' },
  working: { look: 'downloading', icon: 'down' },
  waiting: { look: 'warn', icon: 'clock' },
  dropped: { look: 'error', icon: 'ban' },
};

/** How a web seed looks. */
export function webSeedLook(status: WebSeed['status']): Omit<TrackerState, 'text'> {
  return WEB_SEED_LOOKS[status];
}

/** How a web seed stands: its trouble in its own words, with what happens next. */
export function webSeedText({ status, message, retryMs }: Omit<WebSeed, 'url'>): string {
  switch (status) {
    case 'idle':
      return message === '' ? t('web_seed_idle') : message;
    case 'working':
      return t('web_seed_working');
    case 'waiting':
      return retryMs === null ? message : t('web_seed_waiting', message, formatSpan(Math.max(1000, retryMs)));
    case 'dropped':
      return t('web_seed_dropped', message);
  }
}

/** Web seeds as they will be told of with other addresses. */
export function withWebSeeds(seeds: readonly WebSeed[], urls: readonly string[]): readonly WebSeed[] {
  const known = new Map(seeds.map((seed) => [seed.url, seed] as const));
  return urls.map((url) => ({ ...NEW_WEB_SEED, ...known.get(url), url }));
}

const NEW_WEB_SEED: Omit<WebSeed, 'url'> = {
  byUser: true,
  status: 'idle',
  message: '',
  retryMs: null,
  downRate: 0,
  downloaded: 0,
};

/** Tiers as text. */
export function textOfTiers(tiers: readonly (readonly string[])[]): string {
  return tiers.map((tier) => tier.join('\n')).join('\n\n');
}

/** The tiers of trackers as the service tells of them. */
export function tiersOf(trackers: readonly Tracker[]): readonly (readonly string[])[] {
  const tiers = new Map<number, string[]>();
  for (const { kind, tier, url } of trackers) {
    if (kind !== 'tracker') continue;
    const urls = tiers.get(tier ?? 0);
    if (urls === undefined) tiers.set(tier ?? 0, [url]);
    else urls.push(url);
  }
  return [...tiers].toSorted(([a], [b]) => a - b).map(([, urls]) => urls);
}

/** Trackers as they will be told of with other tiers: new ones were not asked yet. */
export function withTiers(
  trackers: readonly Tracker[],
  tiers: readonly (readonly string[])[],
): readonly Tracker[] {
  const known = new Map(trackers.map((tracker) => [tracker.url, tracker] as const));
  const own = tiers.flatMap((urls, tier) =>
    urls.map((url): Tracker => ({ ...NOT_ASKED, ...known.get(url), url, tier })),
  );
  return [...own, ...trackers.filter(({ kind }) => kind !== 'tracker')];
}

const NOT_ASKED: Omit<Tracker, 'url' | 'tier'> = {
  kind: 'tracker',
  status: 'idle',
  message: '',
  failingSince: null,
  nextMs: null,
  seeds: null,
  leeches: null,
  peers: null,
};

/** Addresses that were typed; or the first line that is none, from 1. */
export type ReadLines<T> = { readonly value: T } | { readonly line: number; readonly wrong: string };

/** The tiers that a text means; each address once. */
export function readTiers(text: string): ReadLines<readonly (readonly string[])[]> {
  const tiers: string[][] = [];
  const known = new Set<string>();
  let isOpen = false;
  for (const [at, raw] of text.split('\n').entries()) {
    const url = raw.trim();
    if (url === '') isOpen = false;
    else if (!isUrl(url, TRACKER_SCHEMES)) return { line: at + 1, wrong: url };
    else if (!known.has(url)) {
      known.add(url);
      if (isOpen) tiers.at(-1)?.push(url);
      else tiers.push([url]);
      isOpen = true;
    }
  }
  return { value: tiers };
}

/** The addresses of web seeds that a text means, one per line, each once. */
export function readWebSeeds(text: string): ReadLines<readonly string[]> {
  const urls = new Set<string>();
  for (const [at, raw] of text.split('\n').entries()) {
    const url = raw.trim();
    if (url === '') continue;
    if (!isUrl(url, WEB_SCHEMES)) return { line: at + 1, wrong: url };
    urls.add(url);
  }
  return { value: [...urls] };
}

const TRACKER_SCHEMES = ['http:', 'https:', 'udp:'];
const WEB_SCHEMES = ['http:', 'https:'];
/** As the protocol takes it. */
const LONGEST = 4096;

function isUrl(text: string, schemes: readonly string[]): boolean {
  const url = URL.parse(text);
  return url !== null && url.hostname !== '' && schemes.includes(url.protocol) && text.length <= LONGEST;
}
