/**
 * One file of the in-memory disk: sparse pages, and what of them would survive a loss of power.
 */
import type { SeededRandom } from '../random.ts';

/** Unit of allocation and of loss. */
export const PAGE_BYTES = 4096;

let files = 0;

/** Bytes, their length and time, and the state at the last sync. */
export class PagedFile {
  /** No other file has it. */
  readonly serial = ++files;
  length = 0;
  mtimeMs: number;
  readonly #pages = new Map<number, Uint8Array>();
  /** Pages as they were at the last sync, for those written since (null: not there). */
  readonly #before = new Map<number, Uint8Array | null>();
  /** Length at the last sync; null when never synced. */
  #durableLength: number | null = null;

  constructor(nowMs: number) {
    this.mtimeMs = nowMs;
  }

  get pageCount(): number {
    return this.#pages.size;
  }

  get isDirty(): boolean {
    return this.#before.size > 0 || this.#durableLength !== this.length;
  }

  /** How many pages a write would add. */
  pagesMissing(offset: number, length: number): number {
    let missing = 0;
    for (const page of pagesOf(offset, length)) if (!this.#pages.has(page)) missing++;
    return missing;
  }

  /** Write `bytes` at `offset`; the file grows as needed, holes are zeros. */
  write(offset: number, bytes: Uint8Array, nowMs: number): void {
    this.mtimeMs = nowMs;
    let done = 0;
    for (const page of pagesOf(offset, bytes.length)) {
      const inPage = offset + done - page * PAGE_BYTES;
      const part = bytes.subarray(done, done + PAGE_BYTES - inPage);
      if (part.length === PAGE_BYTES) this.#replace(page, part.slice());
      else this.#writable(page).set(part, inPage);
      done += part.length;
    }
    this.length = Math.max(this.length, offset + bytes.length);
  }

  /** Read into `target` from `offset`; how many bytes there were. */
  read(offset: number, target: Uint8Array): number {
    const length = Math.max(0, Math.min(target.length, this.length - offset));
    let done = 0;
    for (const page of pagesOf(offset, length)) {
      const inPage = offset + done - page * PAGE_BYTES;
      const size = Math.min(PAGE_BYTES - inPage, length - done);
      const bytes = this.#pages.get(page);
      if (bytes === undefined) target.fill(0, done, done + size);
      else target.set(bytes.subarray(inPage, inPage + size), done);
      done += size;
    }
    return length;
  }

  /** Make the present state the one that survives. */
  sync(): void {
    this.#before.clear();
    this.#durableLength = this.length;
  }

  /** Take length and time of another file, and make all of it durable. */
  sealAs(other: PagedFile): void {
    for (const page of this.#pages.keys()) if (page * PAGE_BYTES >= other.length) this.#pages.delete(page);
    this.length = other.length;
    this.mtimeMs = other.mtimeMs;
    this.sync();
  }

  /**
   * Lose what was not synced; each page written since survives with probability `keep`. False when the file itself is
   * gone.
   */
  loseUnsynced(random: SeededRandom, keep: number): boolean {
    let survivors = 0;
    const writtenLength = this.length;
    let length = this.#durableLength ?? 0;
    for (const [page, before] of this.#before) {
      if (random.chance(keep)) {
        survivors++;
        length = Math.max(length, Math.min(writtenLength, (page + 1) * PAGE_BYTES));
      } else if (before === null) {
        this.#pages.delete(page);
      } else {
        this.#pages.set(page, before);
      }
    }
    const exists = this.#durableLength !== null || survivors > 0;
    this.length = length;
    this.sync();
    return exists;
  }

  /** A page that may be written to. */
  #writable(page: number): Uint8Array {
    const present = this.#pages.get(page);
    if (present !== undefined && this.#before.has(page)) return present;
    const fresh = present?.slice() ?? new Uint8Array(PAGE_BYTES);
    this.#replace(page, fresh);
    return fresh;
  }

  #replace(page: number, bytes: Uint8Array): void {
    if (!this.#before.has(page)) this.#before.set(page, this.#pages.get(page) ?? null);
    this.#pages.set(page, bytes);
  }
}

/** Numbers of the pages that a range touches. */
function* pagesOf(offset: number, length: number): Generator<number> {
  if (length === 0) return;
  const last = Math.floor((offset + length - 1) / PAGE_BYTES);
  for (let page = Math.floor(offset / PAGE_BYTES); page <= last; page++) yield page;
}
