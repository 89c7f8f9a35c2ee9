/**
 * One simulated client: an engine on a host of a world, over a data plane in process or behind frames. Decides how it
 * is wired, started, killed and restarted; never what it does.
 */
import {
  Engine,
  LIMITS,
  type AddOptions,
  type EngineEvent,
  type EnginePorts,
  type PlaneEvent,
  type ResumeData,
  type Settings,
} from '@jstorrent/engine';
import { createMemoryPlane, type MemoryPlane } from './memory-plane.ts';
import { digests } from './torrents.ts';
import type { World } from './world.ts';

/** How a client is made. */
export interface ClientOptions {
  /** Default `direct`: the data plane in the same process; `frames`: behind the io protocol, re-split at random. */
  readonly link?: 'direct' | 'frames';
  readonly settings?: Partial<Settings>;
  /**
   * Milliseconds until the owner has kept where files are, each time they are elsewhere; default: it never does. What it
   * kept is what the torrent is added with again.
   */
  readonly keepsPlacesAfterMs?: number;
  /** What its owner has of a torrent that rests; default: nothing, and torrents stay in memory. */
  readonly kept?: EnginePorts['kept'];
  /** Recompute all counters after every turn; default true. */
  readonly checks?: boolean;
}

/** An engine with its plane on one host. */
export class Client {
  readonly host: string;
  readonly events: EngineEvent[] = [];
  /** What an owner would keep: the newest resume data by torrent. */
  readonly saved = new Map<string, ResumeData>();
  /** Where files are and what they are called, as its owner kept it, by torrent. */
  readonly places = new Map<string, Pick<AddOptions, 'root' | 'folder' | 'paths'>>();
  readonly #world: World;
  readonly #options: ClientOptions;
  #engine: Engine;
  #plane: MemoryPlane | null = null;
  /** Counts starts and ends of programs: what an earlier one scheduled is ignored. */
  #generation = 0;
  #isDown = false;
  /** What came while the host was suspended; null while it runs. */
  #held: PlaneEvent[] | null = null;

  constructor(world: World, host: string, options: ClientOptions = {}) {
    this.host = host;
    this.#world = world;
    this.#options = options;
    this.#engine = this.#start();
  }

  get engine(): Engine {
    return this.#engine;
  }

  /** The address others dial. */
  get address(): string {
    return this.#world.internet.addressOf(this.host);
  }

  /** Killed and not started again. */
  get isDown(): boolean {
    return this.#isDown;
  }

  /** Standing still: it hears nothing, and nobody can tell it anything. */
  get isSuspended(): boolean {
    return this.#held !== null;
  }

  /** Names of the states a torrent went through. */
  states(torrent: string): string[] {
    return this.events.flatMap((event) =>
      event.type === 'stateChanged' && event.torrent === torrent ? [event.state.kind] : [],
    );
  }

  /** End host and daemon as kill -9 does: sockets break, what the disk has not begun is lost. */
  kill(): void {
    this.#generation += 1;
    this.#isDown = true;
    this.#held = null;
    this.#plane?.kill();
    this.#plane = null;
  }

  /** Start the program again after `kill`; it knows nothing but what its owner gives it. */
  restart(): void {
    this.#isDown = false;
    this.#engine = this.#start();
  }

  /** Only the daemon dies, and a new one comes up `delayMs` later. */
  losePlane(delayMs: number): void {
    if (this.#plane === null) return;
    this.#plane.kill();
    this.#plane = null;
    this.#wake();
    this.#engine.onPlaneLost();
    const generation = this.#generation;
    this.#world.clock.after(delayMs, () => {
      if (generation !== this.#generation) return;
      this.#plane = this.#startPlane();
      this.#engine.onPlaneReady();
    });
  }

  /** The host stands still for a while: no tick and no event, while its daemon and everybody else go on. */
  suspend(durationMs: number): void {
    if (this.#isDown || this.#held !== null) return;
    const held: PlaneEvent[] = [];
    this.#held = held;
    this.#world.clock.after(durationMs, () => {
      if (this.#held === held) this.#wake();
    });
  }

  /** Timers run before anything is read, as they do when a process wakes. */
  #wake(): void {
    const held = this.#held;
    if (held === null) return;
    this.#held = null;
    this.#engine.tick();
    if (held.length > 0) this.#engine.onPlaneEvents(held);
    this.#check();
  }

  #start(): Engine {
    const { clock } = this.#world;
    this.#generation += 1;
    const generation = this.#generation;
    const engine = new Engine({
      plane: { submit: (commands) => this.#plane?.submit(commands) },
      clock,
      random: this.#world.nextRandom(`engine ${this.host}`),
      digests,
      clientVersion: 'JSTorrent 0.1.0',
      onEvent: (event) => this.#onEvent(event),
      ...(this.#options.settings === undefined ? {} : { settings: this.#options.settings }),
      ...(this.#options.kept === undefined ? {} : { kept: this.#options.kept }),
    });
    this.#engine = engine;
    this.#plane = this.#startPlane();
    const tick = (): void => {
      if (generation !== this.#generation) return;
      if (this.#held === null) {
        engine.tick();
        this.#check();
      }
      clock.after(LIMITS.tickMs, tick);
    };
    clock.after(LIMITS.tickMs, tick);
    return engine;
  }

  #startPlane(): MemoryPlane {
    const { link, checks } = this.#options;
    return createMemoryPlane(this.#world, this.host, {
      ...(link === undefined ? {} : { link }),
      ...(checks === undefined ? {} : { checks }),
      onEvents: (events) => {
        if (this.#held !== null) {
          this.#held.push(...events);
          return;
        }
        this.#engine.onPlaneEvents(events);
        this.#check();
      },
    });
  }

  #onEvent(event: EngineEvent): void {
    this.events.push(event);
    if (event.type === 'resume') this.saved.set(event.torrent, event.data);
    if (event.type === 'placesChanged') this.#keepPlaces(event);
  }

  #keepPlaces({ torrent, place, paths, revision }: Extract<EngineEvent, { type: 'placesChanged' }>): void {
    const { keepsPlacesAfterMs } = this.#options;
    if (keepsPlacesAfterMs === undefined) return;
    const generation = this.#generation;
    const keep = (): void => {
      if (generation !== this.#generation) return;
      // Who stands still keeps nothing.
      if (this.#held !== null) {
        this.#world.clock.after(Math.max(1, keepsPlacesAfterMs), keep);
        return;
      }
      if (!this.#engine.ids.includes(torrent)) return;
      this.places.set(torrent, { ...place, paths });
      this.#engine.disk.placesSaved(torrent, revision);
    };
    this.#world.clock.after(keepsPlacesAfterMs, keep);
  }

  #check(): void {
    if (this.#options.checks !== false) this.#engine.checkInvariants();
  }
}
