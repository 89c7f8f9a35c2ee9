/**
 * A service in memory, as far as pages can tell: it lists torrents, carries out commands on them and changes their figures.
 * For tests, and for looking at pages with more torrents than a machine could run. Nothing is on disk or on a network.
 */
import {
  COMMANDS,
  ControlError,
  defaultSettings,
  encodeFrame,
  FrameDecoder,
  ListFeed,
  serveControl,
  type ByteHandlers,
  type ControlSettings,
  type Handlers,
  type TorrentRow,
  type Totals,
} from '@jstorrent/control';
import { totalsOf } from '@jstorrent/control/testing';
import type { FromPage, LinkState, ToPage } from '../model/link.ts';
import type { PagePort } from '../model/session.ts';
import { statesOf } from '../manager/filters.ts';

/** The service, and a way to play with it. */
export interface FakeService {
  /** A port as a page of the extension opens it. */
  readonly connect: () => PagePort;
  /** Torrents as they are now; change them and call `touch`. */
  readonly rows: Map<string, TorrentRow>;
  readonly settings: ControlSettings;
  /** Commands that were called, oldest first. */
  readonly calls: { readonly name: string; readonly params: unknown }[];
  /** Tell front ends what changed of some torrents, at once. */
  touch(ids: Iterable<string>): void;
  /** Change a line and tell it. */
  set(row: TorrentRow): void;
  /** The helper goes away, or comes back. */
  setLink(link: 'ready' | 'reconnecting'): void;
  /** Commands named fail with this code until it is taken back with null. */
  refuse(name: string, code: ConstructorParameters<typeof ControlError>[0] | null): void;
}

interface Page {
  readonly post: (message: ToPage) => void;
  handlers: ByteHandlers | null;
}

/** A new service with these torrents. */
export function createFakeService(torrents: readonly TorrentRow[]): FakeService {
  const rows = new Map(torrents.map((row) => [row.id, row] as const));
  const changed = new Set<string>();
  const pages = new Set<Page>();
  const refused = new Map<string, ConstructorParameters<typeof ControlError>[0]>();
  const calls: { name: string; params: unknown }[] = [];
  const settings = { ...defaultSettings(), 'downloads.labels': [] as readonly string[] };
  let now = 0;
  let epoch = 1;
  let isThere = true;
  const feed = new ListFeed({
    ids: () => rows.keys(),
    row: (id) => rows.get(id) ?? null,
    takeChanged: () => {
      const ids = [...changed];
      changed.clear();
      return ids;
    },
    totals: () => sum(rows, settings),
  });
  const touch = (ids: Iterable<string>): void => {
    for (const id of ids) changed.add(id);
    now += 10_000;
    feed.tick(now);
  };
  const handlers = handlersOf({ rows, settings, touch, feed, clock: () => now });
  const counted = Object.fromEntries(
    Object.entries(handlers).map(([name, handler]) => [
      name,
      (params: never, context: never) => {
        calls.push({ name, params });
        const code = refused.get(name);
        if (code !== undefined) throw new ControlError(code);
        return (handler as (params: never, context: never) => unknown)(params, context);
      },
    ]),
  ) as unknown as Handlers;
  const link = (): LinkState =>
    isThere
      ? { kind: 'ready', epoch, version: '1.0.0', platform: 'linux', instance: 'fake' }
      : { kind: 'reconnecting', since: Date.now() };
  return {
    rows,
    settings,
    calls,
    touch,
    set: (row) => {
      rows.set(row.id, row);
      touch([row.id]);
    },
    setLink: (state) => {
      isThere = state === 'ready';
      epoch += 1;
      for (const page of pages) {
        page.handlers?.onClose();
        page.handlers = null;
        if (isThere) serve(page, epoch, counted);
        page.post({ link: link() });
      }
    },
    refuse: (name, code) => void (code === null ? refused.delete(name) : refused.set(name, code)),
    connect: () => connect({ pages, link, epoch: () => epoch, handlers: counted }),
  };
}

interface Line {
  readonly pages: Set<Page>;
  readonly link: () => LinkState;
  readonly epoch: () => number;
  readonly handlers: Handlers;
}

function connect({ pages, link, epoch, handlers }: Line): PagePort {
  let listener: ((message: unknown) => void) | null = null;
  const page: Page = {
    handlers: null,
    // As in a browser: never before the caller went on.
    post: (message) => queueMicrotask(() => listener?.(message)),
  };
  pages.add(page);
  if (link().kind === 'ready') serve(page, epoch(), handlers);
  page.post({ link: link() });
  return {
    postMessage: (message: FromPage) => {
      if ('message' in message && message.epoch === epoch())
        page.handlers?.onData(encodeFrame(message.message));
    },
    disconnect: () => {
      pages.delete(page);
      page.handlers?.onClose();
    },
    onMessage: { addListener: (run) => void (listener = run) },
    onDisconnect: { addListener: () => {} },
  };
}

function serve(page: Page, epoch: number, handlers: Handlers): void {
  const decoder = new FrameDecoder(8 * 1024 * 1024);
  serveControl(
    {
      listen: (own) => void (page.handlers = own),
      send: (bytes) => {
        for (const frame of decoder.push(bytes)) if (frame.ok) page.post({ epoch, message: frame.message });
      },
      bufferedBytes: 0,
      pause: () => {},
      resume: () => {},
      close: () => {},
    },
    handlers,
    {
      hello: { version: '1.0.0', platform: 'linux', instance: 'fake' },
      onBug: (bug) => {
        throw bug;
      },
      onConnection: () => {},
    },
  );
}

interface World {
  readonly rows: Map<string, TorrentRow>;
  readonly settings: { 'downloads.labels': readonly string[] };
  readonly touch: (ids: Iterable<string>) => void;
  readonly feed: ListFeed;
  readonly clock: () => number;
}

function handlersOf({ rows, settings, touch, feed, clock }: World): Handlers {
  const removed = new Map<string, TorrentRow>();
  const change = (ids: readonly string[], of: (row: TorrentRow) => Partial<TorrentRow> | null): object => {
    const failed: object[] = [];
    for (const id of ids) {
      const row = rows.get(id);
      const patch = row === undefined ? null : of(row);
      if (row === undefined) failed.push({ id, error: new ControlError('UNKNOWN_TORRENT').toShape() });
      else if (patch === null) rows.delete(id);
      else rows.set(id, { ...row, ...patch });
    }
    touch(ids);
    return { failedCount: failed.length, failed };
  };
  const unsupported = (): never => {
    throw new ControlError('UNSUPPORTED');
  };
  const some: { readonly [name: string]: (params: never, context: never) => unknown } = {
    'list.subscribe': (_: never, { connection }: { connection: never }) => {
      feed.subscribe(connection, clock());
      return {};
    },
    'list.unsubscribe': (_: never, { connection }: { connection: never }) => {
      feed.unsubscribe(connection);
      return {};
    },
    'settings.get': () => settings,
    'settings.set': (patch: never) => Object.assign(settings, patch),
    'folders.roots': () => ({ roots: [ROOT] }),
    'history.subscribe': () => ({}),
    'history.unsubscribe': () => ({}),
    'detail.subscribe': () => ({}),
    'detail.unsubscribe': () => ({}),
    'torrent.start': ({ ids }: { ids: readonly string[] }) =>
      change(ids, (row) => ({
        state: row.bytesLeft === 0 ? 'seeding' : 'downloading',
        stoppedBy: null,
        failure: null,
      })),
    'torrent.stop': ({ ids }: { ids: readonly string[] }) =>
      change(ids, () => ({ state: 'stopped', stoppedBy: 'user', downRate: 0, upRate: 0, etaMs: null })),
    'torrent.remove': ({ ids }: { ids: readonly string[] }) =>
      change(ids, (row) => {
        removed.set(row.id, row);
        return null;
      }),
    'torrent.restore': ({ ids }: { ids: readonly string[] }) => {
      for (const id of ids) {
        const row = removed.get(id);
        if (row !== undefined) rows.set(id, row);
      }
      touch(ids);
      return { failedCount: 0, failed: [] };
    },
    'torrent.recheck': ({ ids }: { ids: readonly string[] }) =>
      change(ids, () => ({ state: 'checking', checkProgress: 0 })),
    'torrent.reannounce': ({ ids }: { ids: readonly string[] }) => change(ids, () => ({})),
    'torrent.setOptions': ({ ids, ...options }: { ids: readonly string[] } & Options) =>
      change(ids, (row) => ({
        name: options.name ?? row.name,
        labels: [
          ...new Set([
            ...(options.labels ?? row.labels).filter(
              (label) => options.removeLabels?.includes(label) !== true,
            ),
            ...(options.addLabels ?? []),
          ]),
        ],
      })),
    'torrent.move': ({ ids, place }: { ids: readonly string[]; place: TorrentRow['place'] }) =>
      change(ids, () => ({ place })),
    'torrent.magnet': ({ id }: { id: string }) => ({ magnet: `magnet:?xt=urn:btih:${id}` }),
    'queue.move': ({ ids, to }: { ids: readonly string[]; to: string | number }) => {
      const order = [...rows.values()].toSorted((a, b) => a.queuePosition - b.queuePosition);
      for (const [at, row] of moved(order, new Set(ids), to).entries())
        if (row.queuePosition !== at) {
          rows.set(row.id, { ...row, queuePosition: at });
          touch([row.id]);
        }
      return { failedCount: 0, failed: [] };
    },
  };
  return {
    ...Object.fromEntries(Object.keys(COMMANDS).map((name) => [name, unsupported])),
    ...some,
  } as Handlers;
}

interface Options {
  readonly name?: string;
  readonly labels?: readonly string[];
  readonly addLabels?: readonly string[];
  readonly removeLabels?: readonly string[];
}

const ROOT = {
  key: 'downloads',
  path: '/home/ann/Downloads',
  name: 'Downloads',
  freeBytes: 214_000_000_000,
  totalBytes: 500_000_000_000,
  available: true,
  torrents: 0,
};

function moved(
  order: readonly TorrentRow[],
  ids: ReadonlySet<string>,
  to: string | number,
): readonly TorrentRow[] {
  const next = order.filter(({ id }) => !ids.has(id));
  const mine = order.filter(({ id }) => ids.has(id));
  if (to === 'up' || to === 'down') {
    const places = mine.map((row, at) =>
      to === 'up'
        ? Math.max(order.indexOf(row) - 1, at)
        : Math.min(order.indexOf(row) + 1, order.length - mine.length + at),
    );
    for (const [at, row] of mine.entries()) next.splice(places[at] ?? 0, 0, row);
    return next;
  }
  const at = to === 'top' ? 0 : typeof to === 'number' ? to : next.length;
  return [...next.slice(0, at), ...mine, ...next.slice(at)];
}

function sum(rows: ReadonlyMap<string, TorrentRow>, settings: ControlSettings): Totals {
  const counts = {
    downloading: 0,
    queued: 0,
    seeding: 0,
    finished: 0,
    stopped: 0,
    checking: 0,
    attention: 0,
  };
  const totals = { ...totalsOf(rows.size), ...counts, downRate: 0, upRate: 0 };
  for (const row of rows.values()) {
    for (const state of statesOf(row)) if (state !== 'all') totals[state] += 1;
    totals.downRate += row.downRate;
    totals.upRate += row.upRate;
  }
  return {
    ...totals,
    freeBytes: ROOT.freeBytes,
    sessionDownloaded: 41_200_000_000,
    sessionUploaded: 9_600_000_000,
    port: { number: 6881, state: 'open' },
    slowMode: settings['slowMode.on'] ? 'switch' : null,
  };
}
