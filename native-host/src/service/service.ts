/**
 * The service: one engine, one session store and one control server, put together. Decides in which order they begin and
 * end; what each does is decided in its own file.
 */
import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import process from 'node:process';
import { clearInterval, setInterval } from 'node:timers';
import { DetailFeed, ListFeed, serveControl, type Handlers, type ServeOptions } from '@jstorrent/control';
import type { EngineEvent } from '@jstorrent/engine';
import { beginDaemon } from '../begin-daemon.ts';
import { openEngineSession, type EngineSession, type OwnableDaemon } from '../engine-session.ts';
import { openStore, type SessionStore, type StoreNotice } from '../store/session-store.ts';
import { restoreTorrent } from './adding.ts';
import { Catalog } from './catalog.ts';
import { Clients } from './clients.ts';
import { allCommands } from './commands/all.ts';
import { onEngineEvent } from './engine-events.ts';
import { engineSettings } from './engine-settings.ts';
import type { Host } from './host.ts';
import { Life } from './life.ts';
import { LimitsKeeper } from './limits-keeper.ts';
import { ServiceList } from './list-source.ts';
import { ServicePanes } from './panes.ts';
import { PortKeeper } from './port-keeper.ts';
import type { ServiceLog } from './service-log.ts';
import { SettingsBook } from './settings-book.ts';
import { socketChannel } from './socket-channel.ts';
import { Statistics } from './statistics.ts';

/** How often what waits is written and shown. */
const BEAT_MS = 250;
/** How often the sums of statistics are kept. */
const KEEP_MS = 30_000;
/** How long torrents may take to say farewell, save and close, so that the whole end stays below ten seconds. */
const STOP_TORRENTS_MS = 6000;

/** What a service is made of. */
export interface ServiceOptions {
  /** Absolute path of an existing private folder; its lock is held by the caller. */
  readonly stateFolder: string;
  readonly version: string;
  readonly log: ServiceLog;
  readonly now: () => number;
  /** The service wants to end: its owner calls `stop`. */
  readonly onLeave: (reason: string) => void;
}

/** A service at work. */
export interface Service {
  /** Serve a front end. */
  accept(socket: Socket): void;
  /** End in order, within ten seconds: torrents stopped and saved, the session closed. Resolved when nothing runs any more. */
  stop(): Promise<void>;
}

/** Begin. Throws StoreError when the session cannot be opened. */
export function startService(options: ServiceOptions): Service {
  return new RunningService(options);
}

class RunningService implements Service {
  readonly #options: ServiceOptions;
  readonly #store: SessionStore;
  readonly #daemon: OwnableDaemon;
  readonly #session: EngineSession;
  readonly #host: Host;
  readonly #clients: Clients;
  readonly #list: ServiceList;
  readonly #listFeed: ListFeed;
  readonly #details: DetailFeed;
  readonly #statistics: Statistics;
  readonly #port: PortKeeper;
  readonly #limits: LimitsKeeper;
  readonly #life: Life;
  readonly #handlers: Handlers;
  readonly #serving: ServeOptions;
  readonly #startedAt: number;
  readonly #beats: NodeJS.Timeout;
  /** Of moves under way, 0 to 1. */
  readonly #moves = new Map<string, number>();
  #beatMs = performance.now();
  #keptMs = performance.now();
  #isDaemonLost = false;
  #cannotSave = false;
  #ending: Promise<void> | null = null;

  constructor(options: ServiceOptions) {
    const { log, now, version } = options;
    this.#options = options;
    this.#startedAt = now();
    const store = openStore({
      file: join(options.stateFolder, 'session.db'),
      now,
      onNotice: (notice) => this.#onStoreNotice(notice),
    });
    this.#store = store;
    if (store.opening.sentence !== null) log.say('problem', 'STORE', store.opening.sentence);
    const settings = new SettingsBook(store);
    log.level = settings.values['log.level'];
    this.#clients = new Clients(() => {});
    const roots = Object.fromEntries(store.roots().map(({ key, path }) => [key, path]));
    this.#daemon = beginDaemon(roots);
    this.#session = openEngineSession({
      daemon: this.#daemon,
      clientVersion: `JSTorrent ${version}`,
      settings: engineSettings(settings.values, null),
      onEvent: (event) => this.#onEvent(event),
      onLog: (line) => log.say('problem', 'DAEMON', line),
      onReady: () => this.#onDaemonReady(),
      onLost: (reason) => this.#onDaemonLost(reason),
    });
    this.#host = {
      engine: this.#session.engine,
      store,
      catalog: new Catalog(store),
      settings,
      clients: this.#clients,
      log,
      now,
    };
    const host = this.#host;
    this.#statistics = new Statistics(host);
    this.#port = new PortKeeper(host);
    this.#limits = new LimitsKeeper(host);
    this.#life = new Life(host, performance.now());
    this.#list = new ServiceList(host, this.#moves, () => ({
      ...this.#limits.shown,
      sessionDownloaded: this.#statistics.session.downloaded,
      sessionUploaded: this.#statistics.session.uploaded,
      freeBytes: null,
      port: this.#port.shown,
      dhtNodes: null,
    }));
    this.#listFeed = new ListFeed(this.#list);
    this.#details = new DetailFeed(new ServicePanes(host, this.#list));
    this.#handlers = allCommands(host, {
      list: this.#listFeed,
      details: this.#details,
      statistics: this.#statistics,
      status: () => ({
        version,
        pid: process.pid,
        daemonPid: this.#daemon.pid ?? null,
        startedAt: this.#startedAt,
        daemonMemoryBytes: null,
        port: this.#port.port,
        stateFolder: options.stateFolder,
        storeProblem: store.opening.sentence,
      }),
      active: () => this.#life.active(),
      portState: () => this.#port.test(),
      leave: (reason) => options.onLeave(reason),
    });
    this.#serving = {
      hello: { version, platform: process.platform, instance: randomUUID() },
      onBug: (error) =>
        log.say('problem', 'BUG', error instanceof Error ? (error.stack ?? '') : String(error)),
    };
    settings.onChange((changed) => {
      log.level = settings.values['log.level'];
      this.#limits.apply();
      if (changed.has('net.port')) this.#port.listen();
    });
    this.#limits.apply();
    for (const record of store.load()) restoreTorrent(host, record);
    this.#port.listen();
    this.#beats = setInterval(() => this.#beat(), BEAT_MS);
  }

  accept(socket: Socket): void {
    const connection = serveControl(socketChannel(socket), this.#handlers, this.#serving);
    this.#clients.join(connection);
  }

  stop(): Promise<void> {
    this.#ending ??= this.#end();
    return this.#ending;
  }

  async #end(): Promise<void> {
    this.#clients.emit({ event: 'service', state: 'stopping' });
    clearInterval(this.#beats);
    await this.#session.stopTorrents(STOP_TORRENTS_MS);
    this.#save();
    this.#clients.closeAll();
    await this.#session.close();
    await this.#store.close();
  }

  #onEvent(event: EngineEvent): void {
    onEngineEvent(this.#host, event, {
      onCompleted: (id) => {
        const { displayName, name } = this.#host.catalog.get(id);
        this.#host.catalog.note(id, { completedAt: this.#host.now() });
        this.#clients.notice('completed', id, { name: displayName ?? name });
      },
      onListening: (port, code) => this.#port.onListening(port, code),
    });
  }

  #onStoreNotice({ code, sentence }: StoreNotice): void {
    this.#options.log.say('problem', code, sentence);
  }

  #onDaemonReady(): void {
    if (this.#isDaemonLost) this.#clients.emit({ event: 'service', state: 'ready' });
    this.#isDaemonLost = false;
  }

  #onDaemonLost(reason: string): void {
    this.#isDaemonLost = true;
    this.#options.log.say('problem', 'DAEMON_LOST', reason);
    this.#clients.emit({ event: 'service', state: 'daemonRestarting' });
  }

  #beat(): void {
    const nowMs = performance.now();
    const passedMs = nowMs - this.#beatMs;
    this.#beatMs = nowMs;
    this.#limits.tick(nowMs);
    this.#save();
    this.#listFeed.tick(nowMs);
    this.#details.tick(nowMs);
    void passedMs;
    if (this.#life.isOver(nowMs)) this.#options.onLeave('nobody needs it');
  }

  /** Write what waits. A disk that takes no writes is told once; what waits is written when it does. */
  #save(): void {
    try {
      this.#host.catalog.flush();
      if (performance.now() - this.#keptMs >= KEEP_MS || this.#ending !== null) {
        this.#keptMs = performance.now();
        this.#statistics.keep();
      }
      this.#cannotSave = false;
    } catch (error) {
      if (!this.#cannotSave) this.#options.log.say('problem', 'SAVE', String(error));
      this.#cannotSave = true;
    }
  }
}
