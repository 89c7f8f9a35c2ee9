/** JSTorrent as its users have it: the program bin/jstorrent. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Child } from '../harness/child.ts';
import type { World } from '../harness/world.ts';
import type { Address, Torrent } from './client.ts';

const PROGRAM = fileURLToPath(new URL('../../../bin/jstorrent', import.meta.url));
/** A download that gets nothing for so long is broken. */
const TIMEOUT_SECONDS = '45';

/** One line of its `--json`. */
export interface JstorrentEvent {
  readonly event: string;
  readonly port?: number;
  readonly havePieces?: number;
  readonly pieceCount?: number;
  readonly downloaded?: number;
  readonly downloadedThisRun?: number;
  readonly uploaded?: number;
  readonly wasted?: number;
  readonly peers?: number;
  readonly code?: string;
  readonly missing?: number;
  readonly message?: string;
}

/** One run of it. */
export class Jstorrent {
  readonly child: Child;

  constructor(child: Child) {
    this.child = child;
  }

  /** The first event so far or to come that satisfies the test. */
  async event(what: string, isIt: (event: JstorrentEvent) => boolean): Promise<JstorrentEvent> {
    const found = await this.child.until(what, (lines) => {
      const events = lines.map((line) => JSON.parse(line) as JstorrentEvent);
      return events.find((event) => isIt(event) || event.event === 'error');
    });
    if (!isIt(found)) throw this.child.error(`reports ${found.code}`);
    return found;
  }

  /** Every event of this name so far. */
  events(name: string): readonly JstorrentEvent[] {
    return this.child.lines
      .map((line) => JSON.parse(line) as JstorrentEvent)
      .filter(({ event }) => event === name);
  }

  /** Where it listens. */
  async address(): Promise<Address> {
    const { port = 0 } = await this.event('listening', ({ event }) => event === 'listening');
    return { host: '127.0.0.1', port };
  }

  /** Resolved when it ended in order with everything there; an error otherwise. */
  async complete(): Promise<void> {
    const { code } = await this.child.until('end', () => this.child.ended ?? undefined);
    if (code !== 0) throw this.child.error('failed');
  }
}

/** How a download is run. */
export interface DownloadRun {
  readonly source: string;
  readonly folder: string;
  readonly peers?: readonly Address[];
  /** Further words of the command. */
  readonly options?: readonly string[];
  /** Where it remembers; its own when not given. */
  readonly state?: string;
  /** Added to its environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/** `jstorrent download`. */
export function download(
  world: World,
  { source, folder, peers = [], options = [], state, env }: DownloadRun,
): Jstorrent {
  const named = peers.flatMap(({ host, port }) => ['--peer', `${host}:${port}`]);
  const args = [
    'download',
    source,
    '-d',
    folder,
    '--json',
    '--timeout',
    TIMEOUT_SECONDS,
    ...named,
    ...options,
  ];
  return run(world, args, state, env);
}

/** `jstorrent seed`; resolved when it seeds. */
export async function seed(world: World, torrent: Torrent, folder: string): Promise<Jstorrent> {
  const seeder = run(world, ['seed', torrent.file, '-d', folder, '--json']);
  await seeder.event('seeding', ({ event }) => event === 'seeding');
  return seeder;
}

/** `jstorrent create`, told of these trackers and web seeds. */
export async function create(
  world: World,
  path: string,
  {
    trackers = [],
    webSeeds = [],
    pieceLength = '64KiB',
  }: {
    readonly trackers?: readonly string[];
    readonly webSeeds?: readonly string[];
    readonly pieceLength?: string;
  } = {},
): Promise<Torrent> {
  const file = join(world.newFolder('torrent'), 'made.torrent');
  const named = [
    ...trackers.flatMap((url) => ['--tracker', url]),
    ...webSeeds.flatMap((url) => ['--web-seed', url]),
  ];
  const creator = run(world, ['create', path, '-o', file, '--piece-length', pieceLength, '--json', ...named]);
  await creator.complete();
  const { infoHash } = JSON.parse(creator.child.lines.join('')) as { readonly infoHash: string };
  const query = trackers.map((url) => `&tr=${encodeURIComponent(url)}`).join('');
  return { file, infoHash, magnet: `magnet:?xt=urn:btih:${infoHash}${query}` };
}

function run(
  world: World,
  args: readonly string[],
  state = world.newFolder('state'),
  more: Readonly<Record<string, string>> = {},
): Jstorrent {
  const env = { JSTORRENT_HOME: state, ...more };
  return new Jstorrent(world.start({ name: `jstorrent ${args[0]}`, file: PROGRAM, args, env }));
}
