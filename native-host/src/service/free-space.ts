/** How much room is left where new torrents go. Decides how often the disk is asked: only while somebody looks. */
import type { Disk } from './disk.ts';
import type { Host } from './host.ts';

const ASK_MS = 5000;

/** The room in the default place. */
export class FreeSpace {
  readonly #host: Host;
  readonly #disk: Disk;
  #bytes: number | null = null;
  #askedMs = Number.NEGATIVE_INFINITY;

  constructor(host: Host, disk: Disk) {
    this.#host = host;
    this.#disk = disk;
  }

  /** Null while unknown. */
  get bytes(): number | null {
    return this.#bytes;
  }

  /** To be called while somebody looks. */
  tick(nowMs: number): void {
    if (nowMs - this.#askedMs < ASK_MS) return;
    this.#askedMs = nowMs;
    const place = this.#host.settings.values['downloads.place'];
    if (place === null) {
      this.#bytes = null;
      return;
    }
    this.#disk.space(place).then(
      ({ free }) => {
        this.#bytes = free;
      },
      () => {
        this.#bytes = null;
      },
    );
  }
}
