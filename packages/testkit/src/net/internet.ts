/**
 * The in-memory internet: hosts, names and routes on one virtual clock. Decides who reaches whom and gives each host
 * its `Network` port; faults are methods. Same seed, same calls: same run.
 */
import type { ListenerEvents, Network, Socket, SocketEvents } from '@jstorrent/data-plane';
import { canonicalIp } from '@jstorrent/protocol';
import type { VirtualClock } from '../clock.ts';
import type { SeededRandom } from '../random.ts';
import { isLoopback, isWildcard } from './addresses.ts';
import { type HostSettings, MemoryHost } from './host.ts';
import { type HttpHandler, HttpQuestion } from './http.ts';
import { type LinkSettings, Routes } from './routes.ts';
import { type ConnectionStats, Endpoint, type TcpGround } from './tcp.ts';
import { bindUdp } from './udp.ts';
import { openWebStream } from './web-stream.ts';

/** What the protocols of one internet share. */
export interface NetGround extends TcpGround {
  /** The host that owns an address, seen from `asking` (loopback is itself). */
  hostAt(address: string, asking: MemoryHost): MemoryHost | null;
  /** The addresses of a name or literal, null when there are none. */
  lookUp(name: string): readonly string[] | null;
  dnsDelayMs(name: string): number;
}

/** An attempt to connect whose first packet got no answer; it is repeated when the net heals. */
interface SilentAttempt {
  readonly endpoint: Endpoint;
  readonly address: string;
  readonly port: number;
}

/** The largest read. */
const SCRATCH_BYTES = 65_536;
/** What Linux waits for a connection by default. */
const SYSTEM_CONNECT_TIMEOUT_MS = 127_000;
const DNS_DELAY_MS = 15;

/** The world of hosts. */
export class MemoryInternet {
  readonly #ground: NetGround;
  readonly #hosts = new Map<string, MemoryHost>();
  readonly #byAddress = new Map<string, MemoryHost>();
  readonly #names = new Map<string, readonly string[]>();
  #silent: SilentAttempt[] = [];

  constructor(clock: VirtualClock, random: SeededRandom) {
    this.#ground = {
      clock,
      random,
      routes: new Routes(random.fork('routes')),
      scratch: new Uint8Array(SCRATCH_BYTES),
      hostAt: (address, asking) => (isLoopback(address) ? asking : (this.#byAddress.get(address) ?? null)),
      lookUp: (name) => {
        const literal = canonicalIp(name);
        return literal === null ? (this.#names.get(name.toLowerCase()) ?? null) : [literal];
      },
      dnsDelayMs: (name) => (canonicalIp(name) === null ? DNS_DELAY_MS : 0),
    };
    this.#names.set('localhost', ['127.0.0.1']);
  }

  /** Add a machine; without addresses it gets one public IPv4 and one public IPv6 address. Its name resolves to them. */
  addHost(
    name: string,
    settings: Partial<HostSettings> & { readonly addresses?: readonly string[] } = {},
  ): void {
    if (this.#hosts.has(name)) throw new Error(`addHost: ${name} exists`);
    const { addresses, ...change } = settings;
    const number = this.#hosts.size + 1;
    const own = addresses ?? [
      `45.${80 + (number >> 16)}.${(number >> 8) & 255}.${number & 255}`,
      `2a02:e00::${number.toString(16)}`,
    ];
    const canonical = own.map((address) => {
      const text = canonicalIp(address);
      if (text === null || this.#byAddress.has(text))
        throw new Error(`addHost: bad or taken address ${address}`);
      return text;
    });
    const host = new MemoryHost(name, canonical);
    Object.assign(host, change);
    this.#hosts.set(name, host);
    for (const address of canonical) this.#byAddress.set(address, host);
    this.#names.set(name.toLowerCase(), canonical);
  }

  /** The first address of a host; with `family` 6 its first IPv6 address. */
  addressOf(name: string, family: 4 | 6 = 4): string {
    const address = this.#host(name).addresses.find((one) => one.includes(':') === (family === 6));
    if (address === undefined) throw new Error(`addressOf: ${name} has no IPv${family} address`);
    return address;
  }

  /** The network as a program on this host sees it. */
  network(name: string): Network {
    const host = this.#host(name);
    const ground = this.#ground;
    return {
      dial: (address, port, events) => this.#dial(host, address, port, events),
      openWeb: (target, events) =>
        openWebStream(ground, target, events, (address, port, own) => this.#dial(host, address, port, own)),
      listen: (address, port, events) => this.#listen(host, address, port, events),
      bindUdp: (address, port, events) => bindUdp(ground, host, { host: address, port }, events),
      httpGet: (request, onReply, onFailed) => new HttpQuestion(ground, host, request, { onReply, onFailed }),
      resolve: (text, onResolved, onFailed) => {
        ground.clock.after(ground.dnsDelayMs(text), () => {
          const addresses = ground.lookUp(text);
          if (addresses === null) onFailed('NAME_NOT_FOUND');
          else onResolved(addresses);
        });
      },
    };
  }

  /** Answer HTTP requests to a port of a host (on all its addresses and on loopback). */
  serveHttp(name: string, port: number, handler: HttpHandler): void {
    const host = this.#host(name);
    for (const address of ['0.0.0.0', '::']) {
      if (typeof host.http.bind(host.addresses, address, port, handler) !== 'number') {
        throw new Error(`serveHttp: port ${port} of ${name} is taken`);
      }
    }
  }

  /** Make a name resolve to these addresses; with none it is not found. */
  setName(name: string, addresses: readonly string[]): void {
    if (addresses.length === 0) this.#names.delete(name.toLowerCase());
    else this.#names.set(name.toLowerCase(), addresses);
  }

  /** Counters of a host, live. */
  stats(name: string): Readonly<ConnectionStats> {
    return this.#host(name).stats;
  }

  /** Change how a host behaves. */
  setHost(name: string, change: Partial<HostSettings>): void {
    Object.assign(this.#host(name), change);
  }

  /** Change the route between two hosts, both ways. */
  setLink(a: string, b: string, change: Partial<LinkSettings>): void {
    this.#ground.routes.set(this.#host(a).name, this.#host(b).name, change);
  }

  /** Change all routes that were not set one by one. */
  setAllLinks(change: Partial<LinkSettings>): void {
    this.#ground.routes.setCommon(change);
  }

  /** Nothing passes between two hosts, in either direction, until `heal`. Connections stay and stall. */
  partition(a: string, b: string): void {
    this.#ground.routes.cut(this.#host(a).name, this.#host(b).name);
  }

  /** Cut a host off from all others. */
  isolate(name: string): void {
    for (const other of this.#hosts.keys()) if (other !== name) this.partition(name, other);
  }

  /** Join two hosts, or, without arguments, all; what stalled goes on. */
  heal(...pair: readonly [] | readonly [string, string]): void {
    if (pair.length === 2) this.#ground.routes.heal(pair[0], pair[1]);
    else this.#ground.routes.healAll();
    for (const host of this.#hosts.values()) {
      for (const endpoint of host.endpoints) {
        if (endpoint.isStalled) this.#ground.clock.after(1, () => endpoint.resumeStalled());
      }
    }
    const attempts = this.#silent;
    this.#silent = [];
    for (const attempt of attempts) this.#knock(attempt);
  }

  /** Break every connection of a host, or of all hosts; both ends see a reset. */
  resetAll(name?: string): void {
    for (const host of name === undefined ? this.#hosts.values() : [this.#host(name)]) {
      for (const endpoint of host.endpoints) endpoint.reset();
    }
  }

  /** The programs on a host are gone at once: their sockets close without a word to them; others see resets. */
  killPrograms(name: string): void {
    const host = this.#host(name);
    host.listeners.clear();
    host.udp.clear();
    for (const endpoint of host.endpoints) endpoint.vanish();
  }

  #host(name: string): MemoryHost {
    const host = this.#hosts.get(name);
    if (host === undefined) throw new Error(`no host ${name}`);
    return host;
  }

  #dial(host: MemoryHost, text: string, port: number, events: SocketEvents): Socket {
    const hasRoom = host.endpoints.size < host.maxSockets;
    const endpoint = new Endpoint(this.#ground, host, events);
    host.stats.dialled++;
    const address = canonicalIp(text);
    const isPort = Number.isInteger(port) && port > 0 && port < 65_536;
    if (!hasRoom) endpoint.fail('EMFILE');
    else if (address === null || !isPort) endpoint.fail('FAILED');
    else if (isWildcard(address) || host.sourceFor(address) === null) endpoint.fail('UNREACHABLE');
    else this.#knock({ endpoint, address, port });
    return endpoint;
  }

  /** Send the first packet of a connection. */
  #knock(attempt: SilentAttempt): void {
    const { clock, routes } = this.#ground;
    const { endpoint, address } = attempt;
    const host = endpoint.host as MemoryHost;
    const target = this.#ground.hostAt(address, host);
    if (target === null) {
      clock.after(1, () => endpoint.fail('UNREACHABLE'));
      return;
    }
    clock.schedule(routes.streamArrivalMs(host, target, 40, clock.now()), () => {
      if (endpoint.isClosed) return;
      if (routes.isCut(host.name, target.name) || target.swallowsConnections) this.#keepSilent(attempt);
      else this.#answer(attempt, target);
    });
  }

  #keepSilent(attempt: SilentAttempt): void {
    this.#silent.push(attempt);
    this.#ground.clock.after(SYSTEM_CONNECT_TIMEOUT_MS, () => {
      if (!this.#silent.includes(attempt)) return;
      this.#silent = this.#silent.filter((other) => other !== attempt);
      attempt.endpoint.fail('TIMED_OUT');
    });
  }

  #answer(attempt: SilentAttempt, target: MemoryHost): void {
    const { clock, routes } = this.#ground;
    const host = attempt.endpoint.host as MemoryHost;
    const listener = target.listeners.find(attempt.address, attempt.port);
    if (listener === undefined) {
      clock.schedule(routes.streamArrivalMs(target, host, 40, clock.now()), () =>
        attempt.endpoint.fail('REFUSED'),
      );
      return;
    }
    if (target.endpoints.size >= target.maxSockets) {
      this.#keepSilent(attempt);
      return;
    }
    const accepted = new Endpoint(this.#ground, target, null);
    const source = host.sourceFor(attempt.address)!;
    listener.onAccept(accepted.accept(attempt.endpoint, source, host.takeEphemeralPort()));
  }

  #listen(host: MemoryHost, text: string, port: number, events: ListenerEvents): { close(): void } {
    let isOpen = true;
    const own: ListenerEvents = {
      onListening: (bound) => isOpen && events.onListening(bound),
      onFailed: (code) => isOpen && events.onFailed(code),
      onAccept: (socket) => events.onAccept(socket),
    };
    const address = canonicalIp(text);
    const bound =
      address === null ? 'ADDRESS_DENIED' : host.listeners.bind(host.addresses, address, port, own);
    this.#ground.clock.after(0, () =>
      typeof bound === 'number' ? own.onListening(bound) : own.onFailed(bound),
    );
    return {
      close: () => {
        isOpen = false;
        if (address !== null && typeof bound === 'number') host.listeners.release(address, bound, own);
      },
    };
  }
}
