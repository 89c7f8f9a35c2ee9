/**
 * The ports of the engine: everything it asks of the world and everything the world tells it.
 *
 * Commands go down to the plane as plain values, events come back as plain values, both in batches: one batch
 * per turn. That makes the same engine run over a plane in process, over frames on a pipe, and in the simulator.
 * This file decides names and shapes only.
 */

import type { FiguresCommand, FiguresEvent } from './ports-figures.ts';
import type { FolderCommand, FolderEvent } from './ports-folders.ts';
import type { LinkCommand, LinkEvent } from './ports-links.ts';
import type { NetCommand, NetEvent } from './ports-net.ts';
import type { StoreCommand, StoreEvent } from './ports-stores.ts';

export type * from './ports-figures.ts';
export type * from './ports-folders.ts';
export type * from './ports-ids.ts';
export type * from './ports-links.ts';
export type * from './ports-net.ts';
export type * from './ports-stores.ts';

/** Milliseconds that never go backwards; read once per turn. */
export interface Clock {
  /** Monotonic milliseconds since an arbitrary start. */
  now(): number;
  /** Seconds since 1970, for creation dates and resume data only. */
  unixSeconds(): number;
}

/** Chance, so that a simulation can be replayed from a seed. */
export interface Random {
  /** A fresh array of `length` random bytes. */
  bytes(length: number): Uint8Array;
  /** An integer in [0, bound). */
  below(bound: number): number;
}

/** Digests the engine itself needs (info-hash of metadata, allowed-fast set); never used for piece data. */
export interface Digests {
  /** 20 bytes. */
  sha1(bytes: Uint8Array): Uint8Array;
  /** 32 bytes. */
  sha256(bytes: Uint8Array): Uint8Array;
}

/** The world below the engine: sockets, disk, HTTP, DNS. Owned by a host, reached directly or through frames. */
export interface Plane {
  /** Hand over all commands of one turn, in order. The array and its byte arrays belong to the plane afterwards. */
  submit(commands: readonly PlaneCommand[]): void;
}

/** Where a plane delivers; called once per turn with all events of that turn, in order. */
export type PlaneEventHandler = (events: readonly PlaneEvent[]) => void;

/** First link id that the plane gives to accepted connections. */
export const FIRST_ACCEPTED_LINK = 0x8000_0000;
/** The transfer unit in bytes (BEP 3). */
export const BLOCK_LENGTH = 16_384;

/** Everything the engine can ask. */
export type PlaneCommand = LinkCommand | StoreCommand | FolderCommand | NetCommand | FiguresCommand;
/** Everything the plane can tell. */
export type PlaneEvent = LinkEvent | StoreEvent | FolderEvent | NetEvent | FiguresEvent;
