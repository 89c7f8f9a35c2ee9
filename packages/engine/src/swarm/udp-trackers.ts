/**
 * UDP trackers (BEP 15) for all torrents over two sockets: resolving, connection ids, time-outs and retries. What to
 * announce and when is decided by the tracker manager.
 */
import {
  classifyIp,
  encodeUdpAnnounce,
  encodeUdpConnect,
  parseUdpReply,
  ProtocolError,
} from '@jstorrent/protocol';
import type { AnnounceParams, UdpReply } from '@jstorrent/protocol';
import { LIMITS } from '../limits.ts';
import type { NetEvent, SocketId } from '../ports.ts';
import type { Asks } from './asks.ts';
import type { Turn } from './turn.ts';

/** One announce to one tracker. */
export interface UdpAnnounce {
  readonly host: string;
  readonly port: number;
  /** Path and query of the URL (BEP 41). */
  readonly urlData: string;
  readonly params: AnnounceParams;
}

/** How it ended. */
export type UdpOutcome =
  | {
      readonly type: 'reply';
      readonly reply: Extract<UdpReply, { type: 'announce' }>;
      readonly address: string;
    }
  | {
      readonly type: 'failed';
      readonly code: 'NAME_NOT_FOUND' | 'TIMED_OUT' | 'REFUSED';
      readonly detail: string;
    };

/** Takes the outcome in the turn it is known. */
export type UdpHandler = (outcome: UdpOutcome, turn: Turn) => void;

interface Job {
  readonly announce: UdpAnnounce;
  readonly handler: UdpHandler;
  /** IP literal once resolved. */
  address: string | null;
  phase: 'resolving' | 'connecting' | 'announcing';
  transaction: number;
  attempt: number;
  deadlineMs: number;
}

interface Connection {
  readonly id: Uint8Array;
  readonly untilMs: number;
}

const SOCKET_V4: SocketId = 1;
const SOCKET_V6: SocketId = 2;
/** Connection ids remembered. */
const CONNECTIONS = 1000;

/** All announces over UDP that are under way. */
export class UdpTrackers {
  readonly #asks: Asks;
  readonly #jobs = new Set<Job>();
  readonly #byTransaction = new Map<number, Job>();
  readonly #connections = new Map<string, Connection>();
  readonly #bound = new Set<SocketId>();

  constructor(asks: Asks) {
    this.#asks = asks;
  }

  /** Announce; returns a function that gives it up silently. */
  announce(announce: UdpAnnounce, handler: UdpHandler, turn: Turn): () => void {
    const job: Job = {
      announce,
      handler,
      address: null,
      phase: 'resolving',
      transaction: 0,
      attempt: 0,
      deadlineMs: Infinity,
    };
    this.#jobs.add(job);
    if (classifyIp(announce.host) !== null) this.#onAddress(job, announce.host, turn);
    else this.#resolve(job, turn);
    return () => this.#remove(job);
  }

  onEvent(event: NetEvent, turn: Turn): void {
    if (event.type === 'udpPacket') this.#onPacket(event, turn);
    else if (event.type === 'udpFailed') this.#bound.delete(event.socket);
  }

  /** Retry or give up what was not answered. */
  tick(turn: Turn): void {
    for (const job of this.#jobs) {
      if (turn.nowMs < job.deadlineMs) continue;
      job.attempt += 1;
      this.#connections.delete(connectionKey(job));
      if (job.attempt >= LIMITS.udpTimeoutsMs.length) {
        this.#finish(job, { type: 'failed', code: 'TIMED_OUT', detail: 'the tracker does not answer' }, turn);
      } else {
        this.#send(job, turn);
      }
    }
  }

  /** The plane is gone: sockets and conversations with it. Jobs time out and are tried again. */
  reset(): void {
    this.#bound.clear();
    this.#connections.clear();
  }

  #resolve(job: Job, turn: Turn): void {
    const { host } = job.announce;
    const request = this.#asks.ask((event, later) => {
      if (!this.#jobs.has(job)) return;
      if (event.type === 'resolved') {
        const address = event.addresses.find((found) => !found.includes(':')) ?? event.addresses[0];
        if (address !== undefined) return this.#onAddress(job, address, later);
      }
      this.#finish(job, { type: 'failed', code: 'NAME_NOT_FOUND', detail: `no address for ${host}` }, later);
    });
    turn.push({ type: 'resolve', request, host });
  }

  #onAddress(job: Job, address: string, turn: Turn): void {
    const kind = classifyIp(address);
    if (
      kind === null ||
      kind === 'linkLocal' ||
      kind === 'multicast' ||
      kind === 'unspecified' ||
      kind === 'broadcast'
    ) {
      this.#finish(job, { type: 'failed', code: 'REFUSED', detail: `${address} cannot be a tracker` }, turn);
      return;
    }
    job.address = address;
    this.#send(job, turn);
  }

  /** Connect, or announce when a fresh connection id is at hand. */
  #send(job: Job, turn: Turn): void {
    if (job.address === null) return;
    this.#byTransaction.delete(job.transaction);
    do job.transaction = turn.random.below(0xffff_ffff) + 1;
    while (this.#byTransaction.has(job.transaction));
    this.#byTransaction.set(job.transaction, job);
    job.deadlineMs = turn.nowMs + (LIMITS.udpTimeoutsMs[job.attempt] ?? 0);
    const connection = this.#connections.get(connectionKey(job));
    const transactionId = job.transaction;
    const fresh = connection !== undefined && connection.untilMs > turn.nowMs;
    job.phase = fresh ? 'announcing' : 'connecting';
    const bytes = fresh
      ? encodeUdpAnnounce(
          { connectionId: connection.id, transactionId },
          job.announce.params,
          job.announce.urlData,
        )
      : encodeUdpConnect(transactionId);
    const socket = this.#socketFor(job.address, turn);
    turn.push({ type: 'udpSend', socket, host: job.address, port: job.announce.port, bytes });
  }

  #socketFor(address: string, turn: Turn): SocketId {
    const socket = address.includes(':') ? SOCKET_V6 : SOCKET_V4;
    if (!this.#bound.has(socket)) {
      this.#bound.add(socket);
      turn.push({ type: 'udpBind', socket, host: socket === SOCKET_V6 ? '::' : '0.0.0.0', port: 0 });
    }
    return socket;
  }

  /** Only the tracker itself answers, with our transaction id; anything else is ignored (THREATS 17). */
  #onPacket(event: Extract<NetEvent, { type: 'udpPacket' }>, turn: Turn): void {
    let reply: UdpReply;
    try {
      reply = parseUdpReply(event.bytes, event.socket === SOCKET_V6);
    } catch (error) {
      if (error instanceof ProtocolError) return;
      throw error;
    }
    const job = this.#byTransaction.get(reply.transactionId);
    if (job === undefined || job.address !== event.host || job.announce.port !== event.port) return;
    if (reply.type === 'connect' && job.phase === 'connecting') {
      this.#remember(connectionKey(job), reply.connectionId, turn.nowMs);
      job.attempt = 0;
      this.#send(job, turn);
    } else if (reply.type === 'announce' && job.phase === 'announcing') {
      this.#finish(job, { type: 'reply', reply, address: job.address }, turn);
    } else if (reply.type === 'error') {
      this.#connections.delete(connectionKey(job));
      this.#finish(job, { type: 'failed', code: 'REFUSED', detail: reply.message }, turn);
    }
  }

  #remember(key: string, id: Uint8Array, nowMs: number): void {
    if (this.#connections.size >= CONNECTIONS) this.#connections.clear();
    this.#connections.set(key, { id, untilMs: nowMs + LIMITS.udpConnectionMs });
  }

  #finish(job: Job, outcome: UdpOutcome, turn: Turn): void {
    this.#remove(job);
    job.handler(outcome, turn);
  }

  #remove(job: Job): void {
    this.#jobs.delete(job);
    if (this.#byTransaction.get(job.transaction) === job) this.#byTransaction.delete(job.transaction);
  }
}

function connectionKey(job: Job): string {
  return `${job.address} ${job.announce.port}`;
}
