/**
 * One simulated client: an engine on a host of a world, over a data plane in process or behind frames. Decides how it
 * is wired, started, killed and restarted; never what it does.
 */
import { createDataPlane, type DataPlane } from '@jstorrent/data-plane';
import { Engine, LIMITS, type EngineEvent, type ResumeData, type Settings } from '@jstorrent/engine';
import type { Plane } from '@jstorrent/engine/ports';
import { framedPlane } from './framed-plane.ts';
import { digests } from './torrents.ts';
import type { World } from './world.ts';

/** How a client is made. */
export interface ClientOptions {
  /** Default `direct`: the data plane in the same process; `frames`: behind the io protocol, re-split at random. */
  readonly link?: 'direct' | 'frames';
  readonly settings?: Partial<Settings>;
  /** Recompute all counters after every turn; default true. */
  readonly checks?: boolean;
}

/** An engine with its plane on one host. */
export class Client {
  readonly host: string;
  readonly events: EngineEvent[] = [];
  /** What an owner would keep: the newest resume data by torrent. */
  readonly saved = new Map<string, ResumeData>();
  engine: Engine;
  readonly #world: World;
  readonly #options: ClientOptions;
  #plane: DataPlane | null = null;
  #generation = 0;
  #stopTicks: () => void = () => {};

  constructor(world: World, host: string, options: ClientOptions = {}) {
    this.host = host;
    this.#world = world;
    this.#options = options;
    this.engine = this.#makeEngine();
  }

  /** The address others dial. */
  get address(): string {
    return this.#world.internet.addressOf(this.host);
  }

  /** Names of the states a torrent went through. */
  states(torrent: string): string[] {
    return this.events.flatMap((event) =>
      event.type === 'stateChanged' && event.torrent === torrent ? [event.state.kind] : [],
    );
  }

  /** End the program as kill -9 does: sockets break, what the disk has not begun is lost. */
  kill(): void {
    this.#generation += 1;
    this.#stopTicks();
    this.#plane = null;
    this.#world.internet.killPrograms(this.host);
    this.#world.disk(this.host).stopPrograms();
  }

  /** Start the program again after `kill`; it knows nothing but what was saved. */
  restart(): void {
    this.engine = this.#makeEngine();
  }

  /** Only the plane dies, and a new one comes up `delayMs` later. */
  losePlane(delayMs: number): void {
    this.#generation += 1;
    this.#plane = null;
    this.#world.internet.killPrograms(this.host);
    this.#world.disk(this.host).stopPrograms();
    this.engine.onPlaneLost();
    const generation = this.#generation;
    this.#world.clock.after(delayMs, () => {
      if (generation !== this.#generation) return;
      this.#target = this.#makePlane();
      this.engine.onPlaneReady();
    });
  }

  #target: Plane | null = null;

  #makeEngine(): Engine {
    const { clock } = this.#world;
    this.#target = null;
    const engine = new Engine({
      plane: { submit: (commands) => this.#target?.submit(commands) },
      clock,
      random: this.#world.random.fork(`engine ${this.host} ${this.#generation}`),
      digests,
      clientVersion: 'JSTorrent 0.1.0',
      onEvent: (event) => this.#onEvent(event),
      ...(this.#options.settings === undefined ? {} : { settings: this.#options.settings }),
    });
    this.engine = engine;
    this.#target = this.#makePlane();
    const generation = this.#generation;
    const tick = (): void => {
      if (generation !== this.#generation || engine !== this.engine) return;
      engine.tick();
      this.#check();
      this.#stopTicks = clock.after(LIMITS.tickMs, tick);
    };
    this.#stopTicks = clock.after(LIMITS.tickMs, tick);
    return engine;
  }

  #makePlane(): Plane {
    const { clock, internet } = this.#world;
    this.#generation += 1;
    const generation = this.#generation;
    const onEvents: Parameters<typeof createDataPlane>[0]['onEvents'] = (events) => {
      if (generation !== this.#generation) return;
      this.engine.onPlaneEvents(events);
      this.#check();
    };
    const make = (deliver: typeof onEvents): DataPlane =>
      createDataPlane({
        network: internet.network(this.host),
        disk: this.#world.disk(this.host),
        scheduler: clock,
        copy: (source, from, target, to, length) => target.set(source.subarray(from, from + length), to),
        ciphers: {},
        onEvents: (events) => {
          if (generation === this.#generation) deliver(events);
        },
      });
    if (this.#options.link !== 'frames') {
      this.#plane = make(onEvents);
      return this.#plane;
    }
    const framed = framedPlane(
      clock,
      this.#world.random.fork(`pipe ${this.host} ${generation}`),
      make,
      onEvents,
    );
    this.#plane = framed.inner;
    return framed.plane;
  }

  #onEvent(event: EngineEvent): void {
    this.events.push(event);
    if (event.type === 'resume') this.saved.set(event.torrent, event.data);
  }

  #check(): void {
    if (this.#options.checks === false) return;
    this.engine.checkInvariants();
    this.#plane?.checkInvariants();
  }
}
