/**
 * One torrent at work from start to end: opened, watched, shown, saved and closed in order. Decides when a run is over and
 * with which exit code; what is transferred is decided by the command that begins it.
 */
import { clearInterval, setInterval } from 'node:timers';
import {
  EngineError,
  type EngineEvent,
  type Settings,
  type TorrentId,
  type TorrentView,
} from '@jstorrent/engine';
import { stateDir } from '@jstorrent/native-host/state-dir';
import { Bitfield, toHex, type Info } from '@jstorrent/protocol';
import { realFiles } from './describe.ts';
import type { OwnableDaemon } from '@jstorrent/native-host/engine-session';
import { CliError, EXIT, type ExitCode } from './errors.ts';
import { hearInterrupts, type Interrupt } from './interrupt.ts';
import type { Output } from './output.ts';
import { describeFailure, isPassing, progressEvent, statusLine, withMissing } from './progress.ts';
import { ResumeStore } from './resume-store.ts';
import { openSession, type Session } from './session.ts';
import { formatBytes, formatElapsed, plain } from './text.ts';

/** Redrawing faster than this only flickers. */
const SHOW_MS = 500;
/** Between two `progress` events. */
const EVENT_MS = 1000;

/** What a command that transfers works with. */
export interface TransferTools {
  readonly output: Output;
  /** Without an owner; its folder `ROOT` is the download folder. */
  readonly daemon: OwnableDaemon;
}

/** What a command wants done. */
export interface TransferPlan extends TransferTools {
  /** Absolute path of an existing folder. */
  readonly folder: string;
  readonly settings: Partial<Settings>;
  /** To accept connections at; 0 = any that is free. */
  readonly port: number;
  /** Give up when nothing has come for so long; null = never. */
  readonly timeoutMs: number | null;
  /** `seed` and `downloadAndSeed` go on until the user ends them; `seed` never fetches or writes. */
  readonly mode: 'download' | 'downloadAndSeed' | 'seed';
  /** Add the torrent; it is followed from then on. */
  begin(transfer: Transfer): Promise<void>;
  /** The metadata of a magnet link is there. */
  onMetadata?(info: Info, transfer: Transfer): void;
}

/** A run as its command sees it. */
export interface Transfer {
  readonly session: Session;
  readonly store: ResumeStore;
  /** Show this torrent, and end when it is done. */
  follow(id: TorrentId): void;
}

/** Carry out a plan. Rejects with a CliError; whatever happens, progress is saved. */
export async function runTransfer(plan: TransferPlan): Promise<ExitCode> {
  const { output } = plan;
  const interrupt = hearInterrupts(() => {
    output.notice('Stopping and saving; press Ctrl-C again to leave at once.');
  });
  try {
    return await new Run(plan, interrupt).run();
  } finally {
    interrupt.close();
  }
}

class Run {
  readonly #plan: TransferPlan;
  readonly #interrupt: Interrupt;
  readonly #store: ResumeStore;
  readonly #end = Promise.withResolvers<'complete'>();
  readonly #listening = Promise.withResolvers<void>();
  readonly #startedMs = performance.now();
  readonly #failedSources = new Set<string>();
  #session: Session | null = null;
  #id: TorrentId | null = null;
  #downloadedBefore = 0;
  #isComplete = false;
  /** What has been reached, as a text that changes with it, and since when it is the same. */
  #mark = '';
  #markMs = performance.now();
  #eventMs = 0;

  constructor(plan: TransferPlan, interrupt: Interrupt) {
    this.#plan = plan;
    this.#interrupt = interrupt;
    this.#store = new ResumeStore(stateDir(), plan.folder, (error) => {
      plan.output.notice(`Progress cannot be saved (${plain(String(error))}); it will be checked next time.`);
    });
    // Both may fail before anyone waits for them.
    this.#end.promise.catch(() => {});
    this.#listening.promise.catch(() => {});
  }

  async run(): Promise<ExitCode> {
    const { daemon, settings, output } = this.#plan;
    const session = await openSession({
      daemon,
      settings,
      onEvent: (event) => this.#onEvent(event),
      onLog: (line) => output.notice(plain(line)),
    });
    this.#session = session;
    const timer = setInterval(() => this.#show(), SHOW_MS);
    try {
      const outcome = await Promise.race([
        this.#interrupt.raised.then(() => 'interrupted' as const),
        this.#work(session),
      ]);
      clearInterval(timer);
      await session.stopTorrents();
      return this.#finish(outcome);
    } finally {
      clearInterval(timer);
      await session.stopTorrents();
      await this.#store.flush();
      await session.close();
    }
  }

  async #work(session: Session): Promise<'complete'> {
    session.engine.listen('0.0.0.0', this.#plan.port, ['::']);
    await this.#listening.promise;
    try {
      await this.#plan.begin({ session, store: this.#store, follow: (id) => this.#follow(id) });
    } catch (error) {
      if (error instanceof EngineError) throw new CliError(EXIT.source, error.code, error.message);
      throw error;
    }
    return this.#end.promise;
  }

  #follow(id: TorrentId): void {
    const { engine } = this.#live;
    this.#id = id;
    this.#downloadedBefore = engine.view(id).downloaded;
    const info = engine.info(id);
    if (info !== null) this.#tellMetadata(info);
  }

  #onEvent(event: EngineEvent): void {
    switch (event.type) {
      case 'listening':
        this.#plan.output.event({ event: 'listening', port: event.port });
        this.#listening.resolve();
        break;
      case 'listenFailed':
        this.#onListenFailed(event.code);
        break;
      case 'resume':
        this.#store.save(event.torrent, event.data);
        this.#onSaved(event.data.pieces);
        break;
      case 'metadata':
        this.#store.saveMetainfo(event.torrent, event.info.raw);
        this.#tellMetadata(event.info);
        this.#guard(() => this.#plan.onMetadata?.(event.info, this.#transfer));
        break;
      case 'stateChanged':
        this.#onState();
        break;
      case 'announceFailed':
        this.#onSourceFailed('Tracker', event.url, event.message);
        break;
      case 'webSeedFailed':
        this.#onSourceFailed('Web seed', event.url, event.message);
        break;
      default:
    }
  }

  /** Run what a command does in answer to an event; its errors end the run. */
  #guard(act: () => void): void {
    try {
      act();
    } catch (error) {
      this.#end.reject(error);
    }
  }

  #onListenFailed(code: string): void {
    const { port, output } = this.#plan;
    if (port === 0) {
      output.notice(`Nobody can connect to us (${code}); connections we make still work.`);
      this.#listening.resolve();
    } else {
      const text = `port ${port} cannot be used; choose another with --port, or leave it out`;
      this.#listening.reject(new CliError(EXIT.usage, code, text));
    }
  }

  #onState(): void {
    if (this.#id === null) return;
    const { state } = this.#view(this.#id);
    if (state.kind === 'seeding') this.#onSeeding();
    if (state.kind === 'downloading' && this.#plan.mode === 'seed') {
      this.#end.reject(new CliError(EXIT.disk, 'INCOMPLETE', 'data that was there is gone or has changed'));
    }
    if (state.kind !== 'failed') return;
    if (isPassing(state)) {
      this.#plan.output.event({ event: 'waiting', code: state.code, missing: state.missing });
      this.#plan.output.notice(describeFailure(state));
    } else {
      const exitCode = state.code === 'BAD_METADATA' ? EXIT.source : EXIT.disk;
      this.#end.reject(new CliError(exitCode, state.code, describeFailure(state)));
    }
  }

  /** A download is complete when all of it is durable: only then it is sure that nobody changed a file meanwhile. */
  #onSaved(saved: Uint8Array): void {
    if (this.#id === null || this.#plan.mode !== 'download') return;
    const { state, havePieces, pieceCount } = this.#view(this.#id);
    const isAll = Bitfield.fromBytes(saved, pieceCount).count === havePieces;
    if (state.kind === 'seeding' && isAll) this.#end.resolve('complete');
  }

  #onSeeding(): void {
    if (this.#plan.mode === 'download') return;
    if (this.#isComplete) return;
    this.#isComplete = true;
    this.#tellProgress();
    this.#tellComplete();
    this.#plan.output.event({ event: 'seeding', port: this.#live.engine.listenPort });
  }

  #onSourceFailed(kind: 'Tracker' | 'Web seed', url: string, message: string): void {
    const key = `${kind} ${url}`;
    if (this.#failedSources.has(key)) return;
    this.#failedSources.add(key);
    this.#plan.output.notice(`${kind} ${plain(url)} does not help: ${plain(message)}`);
  }

  #show(): void {
    if (this.#id === null) return;
    const view = this.#view(this.#id);
    this.#plan.output.status(statusLine(view));
    const nowMs = performance.now();
    if (nowMs - this.#eventMs >= EVENT_MS) {
      this.#eventMs = nowMs;
      this.#tellProgress();
    }
    const mark = [view.downloaded, view.havePieces, view.hasMetadata, view.checkProgress].join(' ');
    if (mark !== this.#mark || view.state.kind === 'seeding') {
      this.#mark = mark;
      this.#markMs = nowMs;
    }
    const { timeoutMs } = this.#plan;
    if (timeoutMs !== null && nowMs - this.#markMs >= timeoutMs) this.#end.reject(this.#timedOut(view));
  }

  #timedOut(view: TorrentView): CliError {
    if (view.state.kind === 'failed') {
      return new CliError(EXIT.disk, view.state.code, describeFailure(view.state));
    }
    const seconds = (this.#plan.timeoutMs ?? 0) / 1000;
    if (view.peers + view.webSeedCount === 0) {
      const text = `no peer could be reached in ${seconds} s; name one with --peer HOST:PORT, or try later`;
      return new CliError(EXIT.network, 'NO_PEERS', text);
    }
    return new CliError(EXIT.network, 'STALLED', `the peers have sent nothing for ${seconds} s; try later`);
  }

  #finish(outcome: 'complete' | 'interrupted'): ExitCode {
    this.#tellProgress();
    if (outcome === 'interrupted') {
      this.#plan.output.line('Stopped. The same command goes on from here.');
      return EXIT.interrupted;
    }
    this.#tellComplete();
    return EXIT.done;
  }

  #tellMetadata(info: Info): void {
    const files = realFiles(info).map(({ file }) => ({ path: file.path.join('/'), length: file.length }));
    this.#plan.output.event({
      event: 'metadata',
      infoHash: info.infoHash === null ? null : toHex(info.infoHash),
      name: info.name,
      totalLength: files.reduce((sum, { length }) => sum + length, 0),
      pieceLength: info.pieceLength,
      pieceCount: info.pieceCount,
      files,
    });
  }

  #tellProgress(): void {
    if (this.#id === null) return;
    this.#plan.output.event(progressEvent(this.#view(this.#id), this.#downloadedBefore));
  }

  #tellComplete(): void {
    if (this.#id === null) return;
    const view = this.#view(this.#id);
    const elapsedMs = Math.round(performance.now() - this.#startedMs);
    const { folder, output } = this.#plan;
    output.event({ event: 'complete', name: view.name, folder, downloaded: view.downloaded, elapsedMs });
    const fetched = view.downloaded - this.#downloadedBefore;
    const pace = `${formatBytes(fetched)} in ${formatElapsed(elapsedMs)}`;
    const how = fetched === 0 ? 'all of it was there' : pace;
    output.line(`${plain(view.name)} is complete and verified in ${plain(folder)} (${how}).`);
  }

  #view(id: TorrentId): TorrentView {
    return withMissing(this.#live.engine.view(id), this.#plan.folder);
  }

  get #live(): Session {
    if (this.#session === null) throw new Error('the session is not open yet');
    return this.#session;
  }

  get #transfer(): Transfer {
    return { session: this.#live, store: this.#store, follow: (id) => this.#follow(id) };
  }
}
