/**
 * The link to one web seed (BEP 19): asks for ranges of files over HTTP, one request at a time, and puts what comes into a
 * store, as the links to peers do. Decides when what is asked and what becomes of an answer; what blocks are fetched is the
 * engine's decision, and so is how long it waits.
 */
import type { LinkCode, LinkId, WebCode, WebPart } from '@jstorrent/engine/ports';
import { BLOCK_LENGTH } from '@jstorrent/engine/ports';
import type { HttpHead } from '@jstorrent/protocol';
import { assert } from '../assert.ts';
import { LinkEvents } from '../events.ts';
import type { EventBatch } from '../events.ts';
import type { Limits } from '../limits.ts';
import { Receiver } from '../links/receiver.ts';
import { SKIP, WAIT } from '../links/splitter.ts';
import type { Pacing } from '../pacing/pacing.ts';
import { Permit } from '../pacing/permit.ts';
import type { CopyBytes, Network } from '../ports.ts';
import type { Store, StoreLink } from '../store/store.ts';
import { Answer, type AnswerSink } from './answer.ts';
import { WebConnection, type ConnectionOwner } from './connection.ts';
import { KnownPlaces, WebFetch } from './fetch.ts';
import { WebQueue } from './queue.ts';
import { judge } from './verdict.ts';

/** What every link to a web seed is built from. */
export interface WebLinkParts {
  readonly id: LinkId;
  readonly store: Store;
  readonly network: Network;
  readonly events: EventBatch;
  readonly limits: Limits;
  readonly pacing: Pacing;
  readonly copy: CopyBytes;
  readonly arena: Uint8Array;
  readonly userAgent: string;
  readonly mayBeLocal: boolean;
  /** The link ended by itself; its id is free. */
  readonly onGone: () => void;
}

/** Why nothing is read; several may hold at once. */
const PAUSES = { tokens: 1, room: 2, store: 4, host: 8 } as const;
type Pause = keyof typeof PAUSES;

/** What pads are filled with. */
const ZEROS = new Uint8Array(BLOCK_LENGTH);
/** Characters of a text for people. */
const DETAIL_MAX = 200;

/** A web seed from `webOpen` to its end. */
export class WebLink implements StoreLink, AnswerSink, ConnectionOwner {
  readonly #parts: WebLinkParts;
  readonly #events: LinkEvents;
  readonly #permit: Permit;
  readonly #receiver: Receiver;
  readonly #queue = new WebQueue();
  readonly #known: KnownPlaces;
  #connection: WebConnection | null = null;
  #fetch: WebFetch | null = null;
  /** Where in the arena the next byte of the first block goes; null before the block has begun. */
  #place: number | null = null;
  #paused = 0;
  #cutOffs = 0;
  #status = 0;
  #isClosed = false;

  constructor(parts: WebLinkParts) {
    const { id, events, limits, pacing, store } = parts;
    this.#parts = parts;
    this.#events = new LinkEvents(events, id, limits.maxMergedRequests);
    this.#known = new KnownPlaces(limits.webKnownRedirects);
    this.#permit = new Permit(pacing.all.down, () => this.#resume('tokens'));
    this.#permit.attach(pacing.of(store.id).down);
    this.#receiver = new Receiver({
      link: id,
      events: this.#events,
      limits,
      permit: this.#permit,
      onWait: (reason) => this.#pause(reason),
      onRoom: () => this.#resume('room'),
      onEvicted: () => {
        this.#place = SKIP;
      },
      onBroken: () => this.#fail('FLOOD', ''),
    });
    this.#receiver.attach(store);
    store.links.add(this);
    this.halt(store.isHalted);
  }

  /** Whether a block is on its way into the store. */
  get isPlacing(): boolean {
    return this.#receiver.isPlacing;
  }

  /** Fetch consecutive blocks of a piece. */
  request(piece: number, block: number, count: number, parts: readonly WebPart[]): void {
    const { store } = this.#parts;
    const lengths = Array.from({ length: count }, (_, index) => store.blockLength(piece, block + index));
    assert(
      lengths.every((length) => length > 0),
      'no such block',
    );
    for (const added of this.#queue.add({ piece, block, lengths, parts }))
      this.#receiver.accept(piece, added, 1);
    this.#pump();
  }

  /** Blocks are not needed any more; those that are asked for already are still taken if they come. */
  cancel(piece: number, block: number, count: number): void {
    for (let index = block; index < block + count; index++) {
      if (this.#queue.cancel(piece, index, this.#fetch?.left ?? 0)) this.#receiver.accepts.take(piece, index);
    }
    this.#giveUpUnwanted();
    this.#pump();
  }

  /** Stop or go on reading because of the host. */
  holdForHost(held: boolean): void {
    if (held) this.#pause('host');
    else this.#resume('host');
  }

  halt(halted: boolean): void {
    if (halted) this.#pause('store');
    else this.#resume('store');
  }

  onReadable(): void {}

  end(code: LinkCode): void {
    this.#fail('STORE_CLOSED', code);
  }

  /** Close without telling: the engine asked for it. */
  close(): void {
    if (!this.#isClosed) this.#finish();
  }

  /** Throws when a counter disagrees with what it counts. */
  checkInvariants(): void {
    assert(!this.#isClosed, 'a closed link is forgotten');
    assert(this.#parts.store.links.has(this), 'a store knows its links');
    assert((this.#fetch?.left ?? 0) === 0 || this.#queue.length > 0, 'what is fetched is queued');
    assert(!this.isPlacing || this.#place !== null, 'a block that is placed has begun');
    this.#queue.checkInvariants();
    this.#receiver.accepts.checkInvariants();
  }

  // --- asking -----------------------------------------------------------------------------------------------------------

  /** Ask for what comes next, when nothing is asked for. */
  #pump(): void {
    while (this.#fetch === null && this.#paused === 0 && !this.#isClosed) {
      const part = this.#queue.next(this.#parts.limits.webRangeBytes);
      if (part === null) return;
      if (part.url !== '') return this.#start(part);
      this.#fill(ZEROS, 0, Math.min(ZEROS.length, part.length));
    }
  }

  #start(part: WebPart): void {
    const { url } = part;
    const known = this.#known.get(url);
    const { mayBeLocal } = this.#parts;
    this.#ask(new WebFetch(part, known ?? { url, mayBeLocal }, known !== null));
  }

  #ask(fetch: WebFetch): void {
    const { network, limits, userAgent } = this.#parts;
    const question = fetch.question(userAgent);
    if (question === null) return this.#fail('BAD_URL', fetch.place.url);
    this.#fetch = fetch;
    if (this.#connection?.isFree !== true || this.#connection.key !== question.key) {
      this.#connection?.close();
      this.#connection = new WebConnection(question.target, question.key, network, this);
      if (this.#paused !== 0) this.#connection.pause();
    }
    this.#connection.ask(question.bytes, new Answer(this, limits.webInterims));
  }

  // --- answers ----------------------------------------------------------------------------------------------------------

  onHead(head: HttpHead): void {
    const fetch = this.#fetch;
    if (fetch === null) return;
    this.#status = head.status;
    const verdict = judge(head, fetch.part, this.#parts.limits);
    if (!head.keepsAlive) this.#connection?.retire();
    if (verdict.type === 'payload') {
      fetch.skip = verdict.skip;
      fetch.isOpenEnded = head.contentLength === null && !head.isChunked;
      fetch.behind = Math.max(0, (head.contentLength ?? 0) - verdict.skip - fetch.left);
      if (fetch.place.url !== fetch.part.url) this.#known.note(fetch.part.url, fetch.place);
    } else if (verdict.type === 'redirect') {
      this.#follow(fetch, verdict.location);
    } else if (fetch.isFromMemory) {
      // What it had been redirected to may have been for a while only.
      this.#known.forget(fetch.part.url);
      fetch.restart(this.#parts.mayBeLocal);
      this.#askElsewhere(fetch);
    } else {
      this.#fail(verdict.code, verdict.detail, head.retryAfterMs ?? 0);
    }
  }

  #follow(fetch: WebFetch, location: string): void {
    const refusal = fetch.redirect(location, this.#connection?.isPublic ?? true, this.#parts.limits);
    if (refusal === null) this.#askElsewhere(fetch);
    else this.#fail(refusal, location);
  }

  /** What follows of this answer is of no use. */
  #askElsewhere(fetch: WebFetch): void {
    this.#connection?.close();
    this.#ask(fetch);
  }

  onBody(bytes: Uint8Array, from: number, end: number): number {
    const fetch = this.#fetch;
    if (fetch === null) return end;
    const skipped = Math.min(fetch.skip, end - from);
    fetch.skip -= skipped;
    const start = from + skipped;
    const wantedEnd = Math.min(end, start + fetch.left);
    const at = this.#fill(bytes, start, wantedEnd);
    if (this.#fetch !== fetch || this.#isClosed) return end;
    if (at < wantedEnd) return at;
    fetch.surplus += end - wantedEnd;
    const isLong = Math.max(fetch.behind, fetch.surplus) > this.#parts.limits.webDrainBytes;
    if (fetch.left === 0 && (fetch.isOpenEnded || isLong)) this.#giveUp();
    return end;
  }

  onAnswered(): void {
    const fetch = this.#fetch;
    this.#fetch = null;
    if (fetch !== null && fetch.left > 0 && !fetch.hasProgress)
      return this.#fail('BAD_REPLY', 'an answer without data');
    this.#cutOffs = 0;
    this.#pump();
  }

  onLost(answer: Answer | null, code: Parameters<ConnectionOwner['onLost']>[1], detail: string): void {
    const fetch = this.#fetch;
    const isReused = this.#connection?.isReused ?? false;
    this.#connection = null;
    if (fetch === null || answer === null) return;
    if (fetch.left === 0) return this.onAnswered();
    // Servers close a connection that was idle at any time, also when a question is on its way.
    if (code === 'CUT_OFF' && isReused && !answer.hasBegun) return this.#ask(fetch);
    this.#cutOffs += 1;
    if (code !== 'CUT_OFF' || !fetch.hasProgress || this.#cutOffs > this.#parts.limits.webCutOffs)
      return this.#fail(code, detail);
    this.#fetch = null;
    this.#pump();
  }

  // --- payload ----------------------------------------------------------------------------------------------------------

  /** Put bytes where they belong; gives where it stopped: before the end when there is no room or no token. */
  #fill(bytes: Uint8Array, from: number, end: number): number {
    const { arena, copy } = this.#parts;
    const fetch = this.#fetch;
    let at = from;
    while (at < end && !this.#isClosed && this.#fetch === fetch) {
      const block = this.#queue.first;
      if (block === null) return end;
      if (this.#place === null) {
        const place = this.#receiver.pieceStart(block.piece, block.block * BLOCK_LENGTH, block.length);
        if (this.#isClosed) return end;
        if (place === WAIT) return at;
        this.#place = place;
      }
      const length = Math.min(block.length - this.#queue.filled, end - at);
      if (this.#place !== SKIP) {
        copy(bytes, at, arena, this.#place, length);
        this.#place += length;
      }
      at += length;
      if (fetch !== null) fetch.left -= length;
      if (!this.#queue.use(length)) continue;
      this.#place = null;
      this.#receiver.pieceEnd();
      this.#giveUpUnwanted();
    }
    return at;
  }

  /** Nobody needs what is still to come of this answer: another question is sooner answered on a new connection. */
  #giveUpUnwanted(): void {
    const fetch = this.#fetch;
    if (fetch === null || this.#place !== null || !this.#queue.hasCancelled) return;
    if (fetch.left <= this.#parts.limits.webDrainBytes || this.#queue.isWanted(fetch.left)) return;
    for (const { piece, block } of this.#queue.dropCancelled()) this.#receiver.accepts.take(piece, block);
    this.#giveUp();
  }

  #giveUp(): void {
    this.#connection?.close();
    this.#connection = null;
    this.#fetch = null;
    this.#pump();
  }

  // --- life -------------------------------------------------------------------------------------------------------------

  #pause(reason: Pause): void {
    this.#paused |= PAUSES[reason];
    this.#connection?.pause();
  }

  #resume(reason: Pause): void {
    if ((this.#paused & PAUSES[reason]) === 0 || this.#isClosed) return;
    this.#paused &= ~PAUSES[reason];
    if (this.#paused !== 0) return;
    this.#connection?.resume();
    this.#pump();
  }

  #fail(code: WebCode, detail: string, retryMs = 0): void {
    if (this.#isClosed) return;
    const link = this.#parts.id;
    const status = this.#status;
    this.#finish(() =>
      this.#events.push({
        type: 'webClosed',
        link,
        status,
        retryMs,
        detail: detail.slice(0, DETAIL_MAX),
        code,
      }),
    );
  }

  #finish(tell?: () => void): void {
    this.#isClosed = true;
    this.#connection?.close();
    this.#connection = null;
    this.#parts.store.links.delete(this);
    this.#parts.onGone();
    tell?.();
    this.#receiver.stop();
  }
}
