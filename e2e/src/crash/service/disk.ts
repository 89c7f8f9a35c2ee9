/**
 * A second disk for a siege: a file system of its own that fills up now and then, where the machine lets us mount one; a
 * plain folder elsewhere, which never does. Decides how it is filled; when, is decided by the siege.
 */
import { mkdirSync } from 'node:fs';
import { Child } from '../../harness/child.ts';
import { Mounts, noMounts } from '../../harness/mounts.ts';
import type { World } from '../../harness/world.ts';

/** Twice what all torrents of a siege are together. */
const DISK_BYTES = 256 * 1024 * 1024;

/** Another disk. */
export class OtherDisk {
  /** As the service sees it. */
  readonly folder: string;
  readonly mounts: Mounts | null;
  #isFull = false;

  private constructor(folder: string, mounts: Mounts | null) {
    this.folder = folder;
    this.mounts = mounts;
  }

  /** Make one below a folder; gone at the end of the world. */
  static async make(folder: string, world: Pick<World, 'atEnd'>): Promise<OtherDisk> {
    mkdirSync(folder);
    if (noMounts() !== null) return new OtherDisk(folder, null);
    const mounts = new Mounts({
      start: (command) => {
        const child = new Child(command);
        world.atEnd(() => child.kill());
        return child;
      },
    });
    await mounts.mount(folder, DISK_BYTES);
    return new OtherDisk(folder, mounts);
  }

  /** As we see it. */
  get path(): string {
    return this.mounts?.outside(this.folder) ?? this.folder;
  }

  get isFull(): boolean {
    return this.#isFull;
  }

  /** Leave so many bytes. */
  async fill(left: number): Promise<void> {
    if (this.mounts === null || this.#isFull) return;
    const available = `$(df --output=avail -B1 '${this.folder}' | tail -1)`;
    // What is written meanwhile may take what was available.
    const attempt = `fallocate -l $(( ${available} - ${left} )) '${this.folder}/ballast'`;
    await this.mounts.run(`${attempt} || ${attempt} || ${attempt} || true`);
    this.#isFull = true;
  }

  /** Give the room back. */
  async relieve(): Promise<void> {
    if (this.mounts === null || !this.#isFull) return;
    await this.mounts.run(`rm -f '${this.folder}/ballast'`);
    this.#isFull = false;
  }
}
