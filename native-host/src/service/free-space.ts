/** How much room is left where torrents lie. Decides how often the disk is asked: only while somebody looks. */
import type { Place } from '@jstorrent/control';
import type { Disk } from './disk.ts';

const ASK_MS = 5000;
/** Places that are remembered: somebody who looks at more asks more often. */
const PLACES_MAX = 64;

interface Room {
  bytes: number | null;
  askedMs: number;
}

/** The room in places. */
export class FreeSpace {
  readonly #disk: Disk;
  readonly #rooms = new Map<string, Room>();

  constructor(disk: Disk) {
    this.#disk = disk;
  }

  /** What was free a moment ago; null while that is unknown. To be called while somebody looks. */
  at(place: Place): number | null {
    const key = JSON.stringify([place.root, place.folder]);
    const room = this.#rooms.get(key) ?? this.#begin(key);
    const nowMs = performance.now();
    if (nowMs - room.askedMs < ASK_MS) return room.bytes;
    room.askedMs = nowMs;
    const learn = (bytes: number | null): void => {
      room.bytes = bytes;
    };
    this.#disk.space(place).then(
      ({ free }) => learn(free),
      () => learn(null),
    );
    return room.bytes;
  }

  #begin(key: string): Room {
    if (this.#rooms.size >= PLACES_MAX) this.#rooms.clear();
    const room = { bytes: null, askedMs: Number.NEGATIVE_INFINITY };
    this.#rooms.set(key, room);
    return room;
  }
}
