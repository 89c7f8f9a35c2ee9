/**
 * The link to one web seed (BEP 19): asks for ranges of files over HTTP, a few at a time, and puts what comes into a store, as the links to peers do. Decides when what is asked and what becomes of an answer; what blocks are fetched is the
 * engine's decision, and so is how long it waits.
 */
import type { LinkCode, LinkId, WebCode, WebPart } from '@jstorrent/engine/ports';
import { BLOCK_LENGTH } from '@jstorrent/engine/ports';
import type { HttpHead } from '@jstorrent/protocol/web';
import { assert } from '../assert.ts';
import { LinkEvents } from '../events.ts';
import type { EventBatch } from '../events.ts';
import type { Limits } from '../limits.ts';
import { Receiver } from '../links/receiver.ts';
import type { Pacing } from '../pacing/pacing.ts';
import { Permit } from '../pacing/permit.ts';
import type { CopyBytes, Network } from '../ports.ts';
import type { Store, StoreLink } from '../store/store.ts';
import { Answer, type AnswerSink } from './answer.ts';
import { WebConnection, type ConnectionOwner } from './connection.ts';
import { KnownPlaces, WebFetch } from './fetch.ts';
import { Filler } from './filler.ts';
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
  readonly #filler: Filler;
  #connection: WebConnection | null = null;
  /** What is asked for, in the order of the queue: the answer to the first comes next. */
  #fetches: WebFetch[] = [];
  /** The connection whose server has shown that it gives ranges and goes on: it may be asked ahead. */
  #proven: WebConnection | null = null;
  /** Nothing was lost so far by asking ahead. */
  #asksAhead = true;
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
      onEvicted: () => this.#filler.skipRest(),
      onBroken: () => this.#fail('FLOOD', ''),
    });
    this.#receiver.attach(store);
    this.#filler = new Filler(this.#queue, this.#receiver, parts.arena, parts.copy);
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
      if (this.#queue.cancel(piece, index, this.#asked)) this.#receiver.accepts.take(piece, index);
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
    assert(this.#asked <= this.#queue.bytes, 'what is asked for is queued');
    assert(!this.isPlacing || this.#filler.hasBegun, 'a block that is placed has begun');
    this.#queue.checkInvariants();
    this.#receiver.accepts.checkInvariants();
  }

  // --- asking -----------------------------------------------------------------------------------------------------------

  /** Wanted bytes that are asked for and did not come yet. */
  get #asked(): number {
    let bytes = 0;
    for (const { left } of this.#fetches) bytes += left;
    return bytes;
  }

  /** Ask for what comes next, and ahead of it. */
  #pump(): void {
    while (this.#paused === 0 && !this.#isClosed && this.#mayAsk()) {
      const part = this.#queue.next(this.#parts.limits.webRangeBytes, this.#asked);
      if (part === null) return;
      if (part.url === '') {
        // Zeros come in their turn.
        if (this.#fetches.length > 0) return;
        this.#fill(ZEROS, 0, Math.min(ZEROS.length, part.length));
      } else if (!this.#start(part)) return;
    }
  }

  /** One question at first; then a few, so that the next answer follows at once, but none for crumbs. */
  #mayAsk(): boolean {
    if (this.#fetches.length === 0) return true;
    const { webQuestions, webRangeBytes } = this.#parts.limits;
    if (!this.#asksAhead || this.#fetches.length >= webQuestions) return false;
    if (this.#connection === null || this.#connection !== this.#proven || !this.#connection.isOpen)
      return false;
    const asked = this.#asked;
    const waiting = this.#queue.bytes - asked;
    if (waiting === 0 || asked > webRangeBytes) return false;
    return waiting >= webRangeBytes / 2 || asked <= webRangeBytes / 8;
  }

  /** False when it has to wait until what is asked elsewhere has come. */
  #start(part: WebPart): boolean {
    const { url } = part;
    const known = this.#known.get(url);
    const { mayBeLocal } = this.#parts;
    return this.#ask(new WebFetch(part, known ?? { url, mayBeLocal }, known !== null));
  }

  #ask(fetch: WebFetch): boolean {
    const { network, limits, userAgent } = this.#parts;
    const question = fetch.question(userAgent);
    if (question === null) {
      this.#fail('BAD_URL', fetch.place.url);
      return false;
    }
    if (this.#connection?.isOpen !== true || this.#connection.key !== question.key) {
      if (this.#fetches.length > 0) return false;
      this.#connection?.close();
      this.#connection = new WebConnection(question.target, question.key, network, this);
      if (this.#paused !== 0) this.#connection.pause();
    }
    this.#fetches.push(fetch);
    this.#connection.ask(question.bytes, new Answer(this, limits.webInterims));
    return true;
  }

  // --- answers ----------------------------------------------------------------------------------------------------------

  onHead(head: HttpHead): void {
    const [fetch] = this.#fetches;
    if (fetch === undefined) return;
    this.#status = head.status;
    const verdict = judge(head, fetch.part, this.#parts.limits);
    if (!head.keepsAlive) this.#connection?.retire();
    if (verdict.type === 'payload') {
      fetch.skip = verdict.skip;
      fetch.isOpenEnded = head.contentLength === null && !head.isChunked;
      fetch.behind = Math.max(0, (head.contentLength ?? 0) - verdict.skip - fetch.left);
      if (fetch.place.url !== fetch.part.url) this.#known.note(fetch.part.url, fetch.place);
      if (head.keepsAlive && !fetch.isOpenEnded && head.status === 206) this.#proven = this.#connection;
      this.#pump();
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
    this.#drop();
    this.#ask(fetch);
  }

  /** Let go of the connection, and of everything that is asked on it: nothing is lost but time. */
  #drop(): void {
    this.#connection?.close();
    this.#connection = null;
    this.#fetches = [];
  }

  onBody(bytes: Uint8Array, from: number, end: number): number {
    const [fetch] = this.#fetches;
    if (fetch === undefined) return end;
    const skipped = Math.min(fetch.skip, end - from);
    fetch.skip -= skipped;
    const start = from + skipped;
    const wantedEnd = Math.min(end, start + fetch.left);
    const at = this.#fill(bytes, start, wantedEnd);
    if (this.#fetches[0] !== fetch || this.#isClosed) return end;
    if (at < wantedEnd) return at;
    fetch.surplus += end - wantedEnd;
    const isLong = Math.max(fetch.behind, fetch.surplus) > this.#parts.limits.webDrainBytes;
    if (fetch.left === 0 && (fetch.isOpenEnded || isLong)) this.#drop();
    this.#pump();
    return end;
  }

  onAnswered(): void {
    const fetch = this.#fetches.shift();
    if (fetch !== undefined && fetch.left > 0 && !fetch.hasProgress)
      return this.#fail('BAD_REPLY', 'an answer without data');
    this.#cutOffs = 0;
    // What was asked ahead lies behind what is missing now, or is not answered any more.
    if ((fetch?.left ?? 0) > 0 || this.#connection?.isOpen !== true) this.#drop();
    this.#pump();
  }

  onLost(answer: Answer | null, code: Parameters<ConnectionOwner['onLost']>[1], detail: string): void {
    const [fetch] = this.#fetches;
    const isReused = this.#connection?.isReused ?? false;
    this.#connection = null;
    this.#fetches = [];
    if (fetch === undefined || answer === null) return;
    // Servers close a connection that was idle at any time, also when a question is on its way. Some answer one only.
    const isUnheard = code === 'CUT_OFF' && isReused && !answer.hasBegun;
    if (isUnheard) this.#asksAhead = false;
    if (fetch.left > 0 && !isUnheard) {
      const { webCutOffs, webWorthBytes } = this.#parts.limits;
      this.#cutOffs = fetch.part.length - fetch.left >= webWorthBytes ? 0 : this.#cutOffs + 1;
      if (code !== 'CUT_OFF' || !fetch.hasProgress || this.#cutOffs > webCutOffs)
        return this.#fail(code, detail);
    }
    this.#pump();
  }

  // --- payload ----------------------------------------------------------------------------------------------------------

  /** Put bytes where they belong; gives where it stopped: before the end when there is no room or no token. */
  #fill(bytes: Uint8Array, from: number, end: number): number {
    const [fetch] = this.#fetches;
    let at = from;
    while (at < end && !this.#isClosed && this.#fetches[0] === fetch) {
      const next = this.#filler.take(bytes, at, end);
      if (next === at) return at;
      if (fetch !== undefined) fetch.left -= next - at;
      at = next;
      if (!this.#filler.hasBegun) this.#giveUpUnwanted();
    }
    return at;
  }

  /** Nobody needs what is still to come: another question is sooner answered on a new connection. */
  #giveUpUnwanted(): void {
    if (this.#fetches.length === 0 || this.#filler.hasBegun || !this.#queue.hasCancelled) return;
    const asked = this.#asked;
    if (asked <= this.#parts.limits.webDrainBytes || this.#queue.isWanted(asked)) return;
    for (const { piece, block } of this.#queue.dropCancelled()) this.#receiver.accepts.take(piece, block);
    this.#drop();
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
    this.#filler.stop();
    this.#drop();
    this.#parts.store.links.delete(this);
    this.#parts.onGone();
    tell?.();
    this.#receiver.stop();
  }
}
