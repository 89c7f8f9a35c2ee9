/**
 * Who sent wrong bytes. A piece that fails its hash is kept in mind as one digest per block; when a good copy of the
 * piece arrives, every block that differs names its sender. A piece that one source sent alone needs no comparison.
 */

/** A peer as a source of blocks, numbered within its torrent; 0 means unknown (resumed from disk). */
export type SourceId = number;
export const UNKNOWN_SOURCE: SourceId = 0;

/** What follows from a failed piece. */
export interface FailureVerdict {
  /** Sent the whole piece: guilty. */
  readonly guilty: SourceId | null;
  /** May be guilty: to be watched alone. */
  readonly suspects: readonly SourceId[];
}

interface FailedCopy {
  readonly digests: Uint8Array;
  readonly sources: readonly SourceId[];
}

/** SHA-1 bytes per block. */
const DIGEST = 20;
/** Failed copies remembered per piece, and failed pieces in all: an attacker must not fill memory. */
const COPIES = 4;
const PIECES = 256;

/** Remembers failed pieces and compares. */
export class Blame {
  readonly #failed = new Map<number, FailedCopy[]>();

  /** A piece failed: `sources[i]` sent block i, `digests` holds SHA-1 of each block. */
  onCorrupt(piece: number, digests: Uint8Array, sources: readonly SourceId[]): FailureVerdict {
    const distinct = [...new Set(sources)];
    const known = distinct.filter((source) => source !== UNKNOWN_SOURCE);
    if (distinct.length === 1 && known.length === 1) return { guilty: known[0] as SourceId, suspects: [] };
    if (this.#failed.size >= PIECES && !this.#failed.has(piece)) {
      const oldest = this.#failed.keys().next().value;
      if (oldest !== undefined) this.#failed.delete(oldest);
    }
    const copies = this.#failed.get(piece) ?? [];
    if (copies.length < COPIES) copies.push({ digests, sources });
    this.#failed.set(piece, copies);
    return { guilty: null, suspects: known };
  }

  /** A good copy came: everyone who sent other bytes for a block of it. */
  onVerified(piece: number, digests: Uint8Array): SourceId[] {
    const copies = this.#failed.get(piece);
    this.#failed.delete(piece);
    if (copies === undefined || digests.length === 0) return [];
    const liars = new Set<SourceId>();
    for (const copy of copies) {
      for (let block = 0; block < copy.sources.length; block += 1) {
        if (differs(copy.digests, digests, block * DIGEST)) liars.add(copy.sources[block] as SourceId);
      }
    }
    liars.delete(UNKNOWN_SOURCE);
    return [...liars];
  }
}

function differs(a: Uint8Array, b: Uint8Array, offset: number): boolean {
  for (let i = offset; i < offset + DIGEST; i += 1) if (a[i] !== b[i]) return true;
  return false;
}
