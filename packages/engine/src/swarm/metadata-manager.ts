/**
 * Metadata exchange (BEP 9): fetching the info dictionary from several peers at once, and serving ours. Sizes that
 * peers claim are kept apart, so that a liar delays nobody; only bytes that match the info-hash come out.
 */
import {
  encodeExtended,
  encodeMetadataData,
  encodeMetadataReject,
  encodeMetadataRequest,
  equalBytes,
  metadataPieceLength,
} from '@jstorrent/protocol';
import type { MetadataMessage } from '@jstorrent/protocol';
import { LIMITS } from '../limits.ts';
import type { Peer } from './peer.ts';
import { sendTo } from './send.ts';
import type { Turn } from './turn.ts';

/** What comes of it. */
export interface MetadataOwner {
  /** Bytes whose SHA-1 is the info-hash. */
  onMetadata(info: Uint8Array, turn: Turn): void;
  /** The peer alone sent metadata that is wrong. */
  onMetadataLie(peer: Peer, turn: Turn): void;
}

interface Asked {
  readonly piece: number;
  readonly sentMs: number;
}

interface Helper {
  readonly inFlight: Asked[];
  /** When each piece was last asked, ms. */
  readonly lastAsked: Map<number, number>;
  notBeforeMs: number;
  served: number;
  servedSinceMs: number;
}

/** One claimed size and what came for it. */
interface Assembly {
  readonly size: number;
  readonly pieces: (Uint8Array | null)[];
  readonly from: (Peer | null)[];
  missing: number;
  /** After a mismatch with several contributors, one peer at a time. */
  solo: Peer | null;
  mismatches: number;
  /** When it began or a piece came, ms. */
  progressMs: number;
}

/** Claimed sizes followed at once. */
const ASSEMBLIES = 8;
/** Requests in flight to one peer. */
const PIPELINE = 4;

/** Fetches while `info` is null, serves afterwards. */
export class MetadataManager {
  readonly #owner: MetadataOwner;
  readonly #infoHash: Uint8Array;
  #info: Uint8Array | null;
  readonly #helpers = new Map<Peer, Helper>();
  readonly #assemblies = new Map<number, Assembly>();

  constructor(owner: MetadataOwner, infoHash: Uint8Array, info: Uint8Array | null) {
    this.#owner = owner;
    this.#infoHash = infoHash;
    this.#info = info;
  }

  /** The exact bytes of the info dictionary, or null. */
  get info(): Uint8Array | null {
    return this.#info;
  }

  /** Parts of 16 KiB that are there, and in all; 0 in all while no peer has told. Of claims that differ, what came furthest. */
  get progress(): { readonly have: number; readonly parts: number } {
    if (this.#info !== null) {
      const parts = Math.ceil(this.#info.length / LIMITS.metadataPieceBytes);
      return { have: parts, parts };
    }
    let best = { have: 0, parts: 0 };
    for (const { pieces, missing } of this.#assemblies.values()) {
      const have = pieces.length - missing;
      if (best.parts === 0 || have > best.have) best = { have, parts: pieces.length };
    }
    return best;
  }

  /** A peer speaks ut_metadata, and claims `peer.metadataSize`. */
  addPeer(peer: Peer, turn: Turn): void {
    if (this.#helpers.has(peer)) return;
    this.#helpers.set(peer, {
      inFlight: [],
      lastAsked: new Map(),
      notBeforeMs: 0,
      served: 0,
      servedSinceMs: turn.nowMs,
    });
    this.#fetch(turn);
  }

  removePeer(peer: Peer, turn: Turn): void {
    if (!this.#helpers.delete(peer)) return;
    for (const assembly of this.#assemblies.values()) if (assembly.solo === peer) assembly.solo = null;
    this.#fetch(turn);
  }

  onMessage(peer: Peer, message: MetadataMessage, turn: Turn): void {
    if (message.type === 'request') this.#serve(peer, message.piece, turn);
    else if (message.type === 'reject') this.#onReject(peer, message.piece, turn);
    else if (message.type === 'data') this.#onData(peer, message, turn);
  }

  /** Notice answers that did not come. */
  tick(turn: Turn): void {
    if (this.#info !== null) return;
    for (const helper of this.#helpers.values()) {
      const late = helper.inFlight.findIndex(
        (asked) => turn.nowMs - asked.sentMs >= LIMITS.metadataRequestTimeoutMs,
      );
      if (late === -1) continue;
      helper.inFlight.length = 0;
      helper.notBeforeMs = turn.nowMs + LIMITS.metadataRequestTimeoutMs;
    }
    this.#fetch(turn);
  }

  #serve(peer: Peer, piece: number, turn: Turn): void {
    const id = peer.extensions.utMetadata;
    const helper = this.#helpers.get(peer);
    if (id === 0 || helper === undefined) return;
    const info = this.#info;
    const length = info === null ? 0 : metadataPieceLength(info.length, piece);
    if (turn.nowMs - helper.servedSinceMs > 60_000) {
      helper.served = 0;
      helper.servedSinceMs = turn.nowMs;
    }
    helper.served += 1;
    const allowed =
      LIMITS.metadataServedPerMinute + Math.ceil((info?.length ?? 0) / LIMITS.metadataPieceBytes);
    if (info === null || length === 0 || helper.served > allowed) {
      sendTo(peer, encodeExtended(id, encodeMetadataReject(piece)), turn);
      return;
    }
    const start = piece * LIMITS.metadataPieceBytes;
    const data = info.subarray(start, start + length);
    sendTo(peer, encodeExtended(id, encodeMetadataData(piece, info.length, data)), turn);
  }

  #onReject(peer: Peer, piece: number, turn: Turn): void {
    const helper = this.#helpers.get(peer);
    if (helper === undefined || this.#answered(helper, piece) === false) return;
    helper.inFlight.length = 0;
    helper.notBeforeMs = turn.nowMs + LIMITS.metadataRejectMs;
    const assembly = this.#assemblies.get(peer.metadataSize);
    if (assembly?.solo === peer) assembly.solo = null;
    this.#fetch(turn);
  }

  #onData(peer: Peer, message: Extract<MetadataMessage, { type: 'data' }>, turn: Turn): void {
    const helper = this.#helpers.get(peer);
    const assembly = this.#assemblies.get(peer.metadataSize);
    if (helper === undefined || assembly === undefined || !this.#answered(helper, message.piece)) return;
    const length = metadataPieceLength(assembly.size, message.piece);
    if (message.totalSize !== assembly.size || message.data.length !== length) {
      helper.notBeforeMs = turn.nowMs + LIMITS.metadataRejectMs;
      return;
    }
    if (assembly.pieces[message.piece] === null && (assembly.solo === null || assembly.solo === peer)) {
      assembly.pieces[message.piece] = message.data.slice();
      assembly.from[message.piece] = peer;
      peer.gaveMetadata = true;
      assembly.missing -= 1;
      assembly.progressMs = turn.nowMs;
      if (assembly.missing === 0) this.#complete(assembly, turn);
    }
    this.#fetch(turn);
  }

  /** Take a piece off what was asked; false when it was not asked. */
  #answered(helper: Helper, piece: number): boolean {
    const index = helper.inFlight.findIndex((asked) => asked.piece === piece);
    if (index === -1) return false;
    helper.inFlight.splice(index, 1);
    return true;
  }

  #complete(assembly: Assembly, turn: Turn): void {
    const info = new Uint8Array(assembly.size);
    for (const [piece, bytes] of assembly.pieces.entries()) {
      if (bytes !== null) info.set(bytes, piece * LIMITS.metadataPieceBytes);
    }
    if (equalBytes(turn.digests.sha1(info), this.#infoHash)) {
      this.#info = info;
      this.#assemblies.clear();
      this.#owner.onMetadata(info, turn);
      return;
    }
    const contributors = new Set(assembly.from.filter((peer) => peer !== null));
    assembly.pieces.fill(null);
    assembly.from.fill(null);
    assembly.missing = assembly.pieces.length;
    assembly.mismatches += 1;
    assembly.solo = null;
    for (const helper of this.#helpers.values()) helper.lastAsked.clear();
    const [only] = contributors;
    if (contributors.size === 1 && only !== undefined) this.#owner.onMetadataLie(only, turn);
  }

  /** Ask everybody who can help for what is missing. */
  #fetch(turn: Turn): void {
    if (this.#info !== null) return;
    let active = 0;
    for (const [peer, helper] of this.#helpers) {
      if (active >= LIMITS.metadataPeers) return;
      if (helper.notBeforeMs > turn.nowMs) continue;
      const assembly = this.#assemblyFor(peer, turn.nowMs);
      if (assembly === null) continue;
      if (assembly.mismatches > 0) assembly.solo ??= peer;
      if (assembly.solo !== null && assembly.solo !== peer) continue;
      active += 1;
      while (helper.inFlight.length < PIPELINE) {
        const piece = this.#nextPiece(assembly, helper, turn.nowMs);
        if (piece === -1) break;
        helper.inFlight.push({ piece, sentMs: turn.nowMs });
        helper.lastAsked.set(piece, turn.nowMs);
        sendTo(peer, encodeExtended(peer.extensions.utMetadata, encodeMetadataRequest(piece)), turn);
      }
    }
  }

  #assemblyFor(peer: Peer, nowMs: number): Assembly | null {
    const size = peer.metadataSize;
    if (peer.extensions.utMetadata === 0 || size < 1 || size > LIMITS.metadataMaxBytes) return null;
    const existing = this.#assemblies.get(size);
    if (existing !== undefined) return existing;
    if (this.#assemblies.size >= ASSEMBLIES && !this.#dropAssembly(nowMs)) return null;
    const count = Math.ceil(size / LIMITS.metadataPieceBytes);
    const assembly: Assembly = {
      size,
      pieces: Array.from({ length: count }, () => null),
      from: Array.from({ length: count }, () => null),
      missing: count,
      solo: null,
      mismatches: 0,
      progressMs: nowMs,
    };
    this.#assemblies.set(size, assembly);
    return assembly;
  }

  /** Make room by giving up a size that nobody claims any more, that proved wrong, or that nothing comes for. */
  #dropAssembly(nowMs: number): boolean {
    const claimed = new Set([...this.#helpers.keys()].map((peer) => peer.metadataSize));
    for (const assembly of this.#assemblies.values()) {
      const stuck = nowMs - assembly.progressMs >= LIMITS.metadataRequestTimeoutMs;
      if (!claimed.has(assembly.size) || assembly.mismatches > 0 || stuck)
        return this.#assemblies.delete(assembly.size);
    }
    return false;
  }

  /** A missing piece that fewest peers were asked for; -1 when there is none this helper may be asked now. */
  #nextPiece(assembly: Assembly, helper: Helper, nowMs: number): number {
    let best = -1;
    let bestAsked = Infinity;
    for (const [piece, bytes] of assembly.pieces.entries()) {
      if (bytes !== null) continue;
      const last = helper.lastAsked.get(piece);
      if (last !== undefined && nowMs - last < LIMITS.metadataRepeatMs) continue;
      const asked = this.#askedCount(assembly.size, piece);
      if (asked < bestAsked) {
        best = piece;
        bestAsked = asked;
        if (asked === 0) break;
      }
    }
    return best;
  }

  #askedCount(size: number, piece: number): number {
    let count = 0;
    for (const [peer, helper] of this.#helpers) {
      if (peer.metadataSize === size && helper.inFlight.some((asked) => asked.piece === piece)) count += 1;
    }
    return count;
  }
}
