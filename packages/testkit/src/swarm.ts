/**
 * Whole swarms of engines in one simulated world. Decides who has the torrent at first and how they find each other;
 * the rest is up to the engines.
 */
import type { AddOptions } from '@jstorrent/engine';
import { Client, type ClientOptions } from './client.ts';
import type { LinkSettings } from './net/routes.ts';
import { makeTorrent, type TestTorrent, type TorrentRecipe } from './torrents.ts';
import { World, type WorldHostOptions } from './world.ts';

/** What a swarm is made of. */
export interface SwarmRecipe extends TorrentRecipe {
  readonly seeders: number;
  readonly leechers: number;
  /** How engines reach their data planes; default `direct`. */
  readonly link?: ClientOptions['link'];
  /** Seed of the world, where it is not to be that of the content. */
  readonly worldSeed?: number | string;
  /** Between every two hosts. */
  readonly network?: Partial<LinkSettings>;
  readonly hosts?: WorldHostOptions;
  readonly client?: ClientOptions;
  /** Leechers know only the magnet link; default false. */
  readonly magnet?: boolean;
  /** Do not introduce the leechers to anybody; default false. */
  readonly strangers?: boolean;
}

const PORT = 6881;
const ROOT = 'downloads';

/** A swarm around one torrent. */
export class MemorySwarm {
  readonly world: World;
  readonly torrent: TestTorrent;
  readonly seeders: readonly Client[];
  readonly leechers: readonly Client[];
  readonly #magnet: string | null;

  constructor(recipe: SwarmRecipe) {
    this.world = new World(recipe.worldSeed ?? recipe.seed ?? 1);
    this.torrent = makeTorrent(recipe);
    const trackers = (recipe.trackers ?? []).flat().map((url) => `&tr=${encodeURIComponent(url)}`);
    this.#magnet = recipe.magnet === true ? `magnet:?xt=urn:btih:${this.id}${trackers.join('')}` : null;
    const make = (name: string): Client => {
      this.world.addHost(name, recipe.hosts);
      return new Client(this.world, name, {
        ...(recipe.link === undefined ? {} : { link: recipe.link }),
        ...recipe.client,
      });
    };
    this.seeders = Array.from({ length: recipe.seeders }, (_, index) => make(`seeder${index}`));
    this.leechers = Array.from({ length: recipe.leechers }, (_, index) => make(`leecher${index}`));
    if (recipe.network !== undefined) this.world.internet.setAllLinks(recipe.network);
    for (const client of this.clients) client.engine.listen('0.0.0.0', PORT);
    for (const seeder of this.seeders) {
      this.putContent(seeder);
      seeder.engine.add({ metainfo: this.torrent.metainfo }, { root: ROOT });
    }
    for (const leecher of this.leechers) this.add(leecher);
    if (recipe.strangers !== true) this.introduce();
  }

  get clients(): readonly Client[] {
    return [...this.seeders, ...this.leechers];
  }

  get id(): string {
    return this.torrent.infoHashHex;
  }

  /** Give a client the torrent, with what it saved before, if anything; one that had the metadata has it still. */
  add(client: Client, options: Partial<AddOptions> = {}): void {
    const resume = client.saved.get(this.id) ?? null;
    const knows = client.events.some((event) => event.type === 'metadata' && event.torrent === this.id);
    const source =
      this.#magnet === null || knows || this.seeders.includes(client)
        ? { metainfo: this.torrent.metainfo }
        : { magnet: this.#magnet };
    client.engine.add(source, { root: ROOT, resume, ...client.places.get(this.id), ...options });
  }

  /** Tell a leecher (default: all) the addresses of everybody else. */
  introduce(client?: Client): void {
    for (const leecher of client === undefined ? this.leechers : [client]) {
      const others = this.clients.filter((other) => other !== leecher);
      leecher.engine.addPeers(
        this.id,
        others.map(({ address }) => ({ host: address, port: PORT })),
      );
    }
  }

  /** All files of the torrent on a client's disk. */
  putContent(client: Client): void {
    for (const [index, file] of this.torrent.layout.files.entries()) {
      if (file.kind !== 'file') continue;
      this.world.disk(client.host).putFile(ROOT, file.path.join('/'), this.torrent.file(index));
    }
  }

  /** Whether a client's files (default: all) are the torrent's, byte for byte. */
  hasContent(client: Client, counts: (index: number) => boolean = () => true): boolean {
    const { root, folder } = client.engine.disk.placeOf(this.id);
    const paths = new Map(client.engine.files(this.id).map(({ index, path }) => [index, path]));
    return this.torrent.layout.files.every((file, index) => {
      if (file.kind !== 'file' || file.length === 0 || !counts(index)) return true;
      const path = [...folder, ...(paths.get(index) ?? file.path)].join('/');
      const bytes = this.world.disk(client.host).readFile(root, path);
      return Buffer.compare(bytes, this.torrent.file(index)) === 0;
    });
  }

  /** Whether a client says it has everything. */
  isSeeding(client: Client): boolean {
    return client.engine.view(this.id).state.kind === 'seeding';
  }

  /** Run until every leecher seeds, then compare every byte. Throws, naming the seed, when that does not happen. */
  finish(maxMs = 600_000): void {
    this.world.settle(() => this.leechers.every((leecher) => this.isSeeding(leecher)), {
      maxMs,
      maxSteps: 20_000_000,
    });
    for (const leecher of this.leechers) {
      if (!this.hasContent(leecher))
        throw new Error(`${leecher.host} has other bytes (seed ${this.world.seed})`);
    }
  }
}

/** A swarm on virtual time: engines that seed to engines over an in-memory internet. */
export function createMemorySwarm(recipe: SwarmRecipe): MemorySwarm {
  return new MemorySwarm(recipe);
}
