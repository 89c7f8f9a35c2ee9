/** Commands about the service as a whole: subscriptions, settings, statistics, its own end. */
import { ControlError, type DetailFeed, type Handlers, type ListFeed, type Result } from '@jstorrent/control';
import { told } from '../errors.ts';
import type { Disk } from '../disk.ts';
import type { Host } from '../host.ts';
import type { Statistics } from '../statistics.ts';

/** What these commands reach beside the host. */
export interface SessionParts {
  readonly list: ListFeed;
  readonly details: DetailFeed;
  readonly statistics: Statistics;
  readonly disk: Disk;
  status(): Omit<Result<'service.status'>, 'memoryBytes' | 'daemonMemoryBytes' | 'clients' | 'active'>;
  /** Torrents that do or await something. */
  active(): number;
  portState(): Result<'port.test'>;
  /** Leave in order, soon. */
  leave(reason: string): void;
}

type SessionHandlers = Pick<
  Handlers,
  | 'list.subscribe'
  | 'list.unsubscribe'
  | 'detail.subscribe'
  | 'detail.unsubscribe'
  | 'history.subscribe'
  | 'history.unsubscribe'
  | 'notices.get'
  | 'settings.get'
  | 'settings.set'
  | 'stats.get'
  | 'log.get'
  | 'port.test'
  | 'service.status'
  | 'service.stop'
>;

const LOG_LINES = 200;

/** The handlers. */
export function sessionCommands(host: Host, parts: SessionParts): SessionHandlers {
  const { list, details } = parts;
  const nowMs = (): number => performance.now();
  return {
    'list.subscribe': ({ totalsOnly }, { connection }) => {
      // After the reply: a front end knows then that its list follows.
      setImmediate(() => list.subscribe(connection, nowMs(), totalsOnly));
      return {};
    },
    'list.unsubscribe': (_, { connection }) => {
      list.unsubscribe(connection);
      return {};
    },
    'detail.subscribe': (params, { connection }) => {
      host.catalog.get(params.id);
      details.subscribe(connection, params, nowMs());
      return {};
    },
    'detail.unsubscribe': ({ id }, { connection }) => {
      details.unsubscribe(connection, id);
      return {};
    },
    'history.subscribe': ({ period }, { connection }) => {
      details.subscribeHistory(connection, period, nowMs());
      return {};
    },
    'history.unsubscribe': (_, { connection }) => {
      details.unsubscribeHistory(connection);
      return {};
    },
    'notices.get': ({ after }) => host.clients.noticesAfter(after),
    'settings.get': () => host.settings.values,
    'settings.set': (patch) => {
      told(() => host.settings.set(patch));
      return host.settings.values;
    },
    'stats.get': async () => parts.statistics.view(await parts.disk.figures()),
    'log.get': ({ level, id }) => ({ entries: host.log.last(LOG_LINES, level ?? 'info', id ?? null) }),
    'port.test': () => parts.portState(),
    'service.status': async () => ({
      ...parts.status(),
      daemonMemoryBytes: (await parts.disk.figures())?.memoryBytes ?? null,
      clients: host.clients.count,
      active: parts.active(),
      memoryBytes: process.memoryUsage.rss(),
    }),
    'service.stop': ({ ifIdle }) => {
      if (ifIdle === true && (parts.active() > 0 || host.clients.count > 1)) {
        throw new ControlError('BUSY', { what: 'Downloading' });
      }
      parts.leave('a front end asked for it');
      return {};
    },
  };
}
