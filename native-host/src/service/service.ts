/**
 * The service: one engine, one session store and one control server, put together. Decides in which order they begin and
 * end; what each does is decided in its own file.
 */
import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import process from 'node:process';
import { clearInterval, setInterval } from 'node:timers';
import { setTimeout as wait } from 'node:timers/promises';
import {
  ControlError,
  DetailFeed,
  ListFeed,
  serveControl,
  type Handlers,
  type ServeOptions,
} from '@jstorrent/control';
import type { EngineEvent } from '@jstorrent/engine';
import { beginDaemon } from '../begin-daemon.ts';
import { DOWNLOADS_VARIABLE } from '../downloads-folder.ts';
import { openEngineSession, type EngineSession, type OwnableDaemon } from '../engine-session.ts';
import { openStore } from '../store/session-store.ts';
import { Catalog } from './catalog.ts';
import { Clients } from './clients.ts';
import { allCommands } from './commands/all.ts';
import { CompletedActions } from './completed.ts';
import { DaemonGate } from './daemon-gate.ts';
import type { Disk } from './disk.ts';
import { engineDisk } from './engine-disk.ts';
import { onEngineEvent, type EventFollowers } from './engine-events.ts';
import { engineSettings } from './engine-settings.ts';
import { takeFirstFolder } from './first-folder.ts';
import { FreeSpace } from './free-space.ts';
import type { Host } from './host.ts';
import { Importer } from './importer.ts';
import { KnownPeers } from './known-peers.ts';
import { Life } from './life.ts';
import { LimitsKeeper } from './limits-keeper.ts';
import { ServiceList } from './list-source.ts';
import { Moves } from './moves.ts';
import { ServicePanes } from './panes.ts';
import { Openings } from './openings.ts';
import { OtherWriters } from './other-writers.ts';
import { Places } from './places.ts';
import { PortKeeper } from './port-keeper.ts';
import { Previews } from './previews.ts';
import { onGoalReached } from './reached-goals.ts';
import { Removals } from './removals.ts';
import { keptTorrent, restoreTorrents } from './restoring.ts';
import { Saver } from './saver.ts';
import type { ServiceLog } from './service-log.ts';
import { SettingsBook } from './settings-book.ts';
import { socketChannel } from './socket-channel.ts';
import { readerOfPaths, sourceReader } from './source-reader.ts';
import { Statistics } from './statistics.ts';
import { finishLeaving, UndoWindow } from './undo-window.ts';
import { Watcher } from './watcher.ts';

/** How often what waits is written and shown. */
const BEAT_MS = 250;
/** How long torrents may take to say farewell, save and close, or delete their files, so that the whole end stays below ten seconds. */
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
  readonly #daemon: OwnableDaemon;
  readonly #session: EngineSession;
  readonly #host: Host;
  readonly #disk: Disk;
  readonly #moves: Moves;
  readonly #previews: Previews;
  readonly #completed: CompletedActions;
  readonly #watcher: Watcher;
  readonly #statistics: Statistics;
  readonly #saver: Saver;
  readonly #port: PortKeeper;
  readonly #limits: LimitsKeeper;
  readonly #life: Life;
  readonly #space: FreeSpace;
  readonly #list: ListFeed;
  readonly #details: DetailFeed;
  readonly #handlers: Handlers;
  readonly #serving: ServeOptions;
  readonly #followers: EventFollowers;
  readonly #gate = new DaemonGate();
  readonly #beats: NodeJS.Timeout;
  #beatMs = performance.now();
  #isDaemonLost = false;
  #ending: Promise<void> | null = null;

  constructor(options: ServiceOptions) {
    this.#options = options;
    const { host, daemon, session } = this.#open();
    this.#daemon = daemon;
    this.#session = session;
    this.#host = host;
    this.#disk = engineDisk(host.engine, this.#gate);
    this.#moves = new Moves(host, this.#gate);
    this.#previews = new Previews(host, this.#disk);
    this.#completed = new CompletedActions(host, (id, place) => this.#moves.move(id, place));
    this.#watcher = new Watcher(host, this.#disk);
    this.#statistics = new Statistics(host);
    const peers = new KnownPeers(host);
    this.#saver = new Saver(host, this.#statistics, peers);
    this.#port = new PortKeeper(host);
    this.#limits = new LimitsKeeper(host);
    this.#life = new Life(host, performance.now());
    this.#space = new FreeSpace(this.#disk);
    this.#list = new ListFeed(
      new ServiceList(host, this.#moves.progress, () => ({
        ...this.#limits.shown,
        sessionDownloaded: host.engine.totals.downloaded,
        sessionUploaded: host.engine.totals.uploaded,
        freeBytes: this.#freeBytes(),
        port: this.#port.shown,
        dhtNodes: null,
      })),
    );
    this.#details = new DetailFeed(new ServicePanes(host, this.#space));
    this.#handlers = this.#makeHandlers();
    this.#serving = {
      hello: { version: options.version, platform: process.platform, instance: randomUUID() },
      onBug: (error) => host.log.say('problem', 'BUG', bugOf(error)),
      onConnection: (connection) => host.clients.join(connection),
    };
    this.#followers = {
      onState: (event) => peers.onState(event),
      onCompleted: (id) => this.#completed.onCompleted(id),
      onGoal: (id, goal) => onGoalReached(host, id, goal),
      onMetadata: (id, info) => this.#previews.onMetadata(id, info),
      onMoveProgress: (id, done, total) => this.#moves.onProgress(id, done, total),
      onListening: (port, code) => this.#port.onListening(port, code),
      onWasted: (bytes) => this.#statistics.addWasted(bytes),
      onRemoved: (id, detail) => host.removals.onRemoved(id, detail),
    };
    this.#begin();
    this.#beats = setInterval(() => this.#beat(), BEAT_MS);
  }

  accept(socket: Socket): void {
    if (this.#ending !== null) return void socket.destroy();
    serveControl(socketChannel(socket), this.#handlers, this.#serving);
  }

  stop(): Promise<void> {
    this.#ending ??= this.#end();
    return this.#ending;
  }

  #open(): { readonly host: Host; readonly daemon: OwnableDaemon; readonly session: EngineSession } {
    const { log, now, version, stateFolder } = this.#options;
    const store = openStore({
      file: join(stateFolder, 'session.db'),
      now,
      onNotice: ({ code, sentence }) => log.say('problem', code, sentence),
    });
    if (store.opening.sentence !== null) log.say('problem', 'STORE', store.opening.sentence);
    const settings = new SettingsBook(store);
    log.level = settings.values['log.level'];
    takeFirstFolder(store, settings, process.env[DOWNLOADS_VARIABLE]);
    const daemon = beginDaemon({});
    const session = openEngineSession({
      daemon,
      clientVersion: `JSTorrent ${version}`,
      settings: engineSettings(settings.values, null),
      kept: (id) => keptTorrent(this.#host, id),
      onEvent: (event) => this.#onEvent(event),
      onLog: (line) => log.say('problem', 'DAEMON', line),
      onReady: () => this.#onDaemonReady(),
      onLost: (reason) => this.#onDaemonLost(reason),
    });
    const { engine } = session;
    const wasted = new Map<string, number>();
    const clients = new Clients();
    finishLeaving(store);
    const catalog = new Catalog(store);
    const removals = new Removals({ engine, store, catalog, log, gate: this.#gate });
    const undo = new UndoWindow({ engine, store, catalog, removals, log });
    const writers = new OtherWriters({ engine, store, catalog, log, stateFolder });
    return {
      daemon,
      session,
      host: { engine, store, catalog, removals, undo, writers, settings, clients, log, wasted, now },
    };
  }

  #makeHandlers(): Handlers {
    const { version, stateFolder, onLeave, now } = this.#options;
    const host = this.#host;
    const startedAt = now();
    const places = new Places(host, this.#disk, stateFolder);
    const openings = new Openings(host.clients);
    return allCommands(host, {
      list: this.#list,
      details: this.#details,
      statistics: this.#statistics,
      disk: this.#disk,
      moves: this.#moves,
      previews: this.#previews,
      sources: sourceReader(host.engine, this.#gate, {
        previews: this.#previews,
        openings,
        readFile: readerOfPaths(host, this.#disk),
      }),
      openings,
      importer: new Importer(host, { disk: this.#disk, places, stateFolder }),
      places,
      status: () => ({
        version,
        pid: process.pid,
        daemonPid: this.#daemon.pid ?? null,
        startedAt,
        port: this.#port.port,
        stateFolder,
        storeProblem: host.store.opening.sentence,
      }),
      active: () => this.#life.active(),
      portState: () => this.#port.test(),
      leave: onLeave,
    });
  }

  #begin(): void {
    const host = this.#host;
    for (const { key, path } of host.store.roots()) host.engine.disk.setRoot(key, path);
    this.#limits.apply();
    restoreTorrents(host);
    this.#moves.resume();
    this.#watcher.begin();
    this.#port.listen();
    host.settings.onChange((changed) => {
      host.log.level = host.settings.values['log.level'];
      this.#limits.apply();
      if (changed.has('net.port')) this.#port.listen();
      if (changed.has('watch.folders')) this.#watcher.begin();
    });
  }

  async #end(): Promise<void> {
    const { clients, store, removals, undo } = this.#host;
    clients.emit({ event: 'service', state: 'stopping' });
    clearInterval(this.#beats);
    this.#watcher.stop();
    this.#moves.freeze();
    undo.closeAll();
    this.#saver.savePeers();
    const timeUp = wait(STOP_TORRENTS_MS, undefined, { ref: false });
    await this.#session.stopTorrents(STOP_TORRENTS_MS);
    await Promise.race([removals.allOver(), timeUp]);
    this.#saver.saveAll();
    clients.closeAll();
    await this.#session.close();
    await store.close();
  }

  #onEvent(event: EngineEvent): void {
    try {
      onEngineEvent(this.#host, event, this.#followers);
    } catch (error) {
      // The session's disk takes no writes: what is not kept is found out again by the next start.
      if (!(error instanceof ControlError) && !this.#saver.isStoreError(error)) throw error;
      this.#host.log.say('problem', 'SAVE', `${event.type}: ${error.message}`);
    }
  }

  #onDaemonReady(): void {
    if (this.#isDaemonLost) this.#host.clients.emit({ event: 'service', state: 'ready' });
    this.#isDaemonLost = false;
    this.#gate.open();
    this.#host.removals.resume();
  }

  #onDaemonLost(reason: string): void {
    this.#isDaemonLost = true;
    this.#gate.shut();
    this.#host.log.say('problem', 'DAEMON_LOST', reason);
    this.#host.clients.emit({ event: 'service', state: 'daemonRestarting' });
  }

  /** Where new torrents go. */
  #freeBytes(): number | null {
    const place = this.#host.settings.values['downloads.place'];
    return place === null ? null : this.#space.at(place);
  }

  #beat(): void {
    const nowMs = performance.now();
    this.#statistics.addTime(nowMs - this.#beatMs);
    this.#beatMs = nowMs;
    this.#limits.tick(nowMs);
    this.#host.undo.tick(nowMs);
    this.#host.writers.tick(nowMs);
    this.#saver.tick(nowMs);
    this.#previews.tick(nowMs);
    this.#list.tick(nowMs);
    this.#details.tick(nowMs);
    if (this.#life.isOver(nowMs)) this.#options.onLeave('nobody needs it');
  }
}

function bugOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
