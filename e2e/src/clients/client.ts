/**
 * Another BitTorrent client as tests see it, whichever it is. Decides the questions and what happens where a client is not
 * installed; each client answers them in its own file.
 */
import process from 'node:process';
import type { TestContext } from 'vitest';
import type { World } from '../harness/world.ts';

/** Where a peer listens. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** What to share, in both its forms. */
export interface Torrent {
  /** Path of the .torrent file. */
  readonly file: string;
  /** Names the same trackers as the file. */
  readonly magnet: string;
  /** Lower-case hex. */
  readonly infoHash: string;
}

/** A client at work on one torrent. */
export interface RunningClient extends Address {
  /** Share what is in `folder`; resolved when all of it is checked. */
  seed(torrent: Torrent, folder: string): Promise<void>;
  /** Begin to fetch into `folder`, with nothing but the magnet link if so wanted. */
  fetch(torrent: Torrent, folder: string, from: 'file' | 'magnet'): Promise<void>;
  /** Resolved when everything is there, checked and written. */
  complete(): Promise<void>;
  /** Connect to a peer; null where a client only takes connections and asks trackers. */
  readonly dial: ((address: Address) => Promise<void>) | null;
  /** Bytes of pieces sent so far. */
  uploaded(): Promise<number>;
}

/** A client that can be started. */
export interface ForeignClient {
  readonly name: string;
  /** The Debian package it comes from, null when npm brings it. */
  readonly apt: string | null;
  isInstalled(): boolean;
  /** Whether files without content end up on its disk. */
  readonly makesEmptyFiles: boolean;
  /** Start it listening for plain TCP connections. */
  start(world: World, options?: StartOptions): Promise<RunningClient>;
}

/** How a client is started. */
export interface StartOptions {
  /** A loopback address to listen at and connect from, where the client has a choice; 127.0.0.1 if not given. */
  readonly host?: string;
}

/** Something a test cannot do without. */
export type Installable = Pick<ForeignClient, 'name' | 'apt' | 'isInstalled'>;

/** Skip the test, and in CI fail it, when something it needs is not on this machine. */
export function need(skip: TestContext['skip'], ...programs: readonly Installable[]): void {
  for (const { name, apt, isInstalled } of programs) {
    if (isInstalled()) continue;
    const text = `${name} is not installed: apt-get install ${apt ?? name}`;
    if (process.env['CI'] !== undefined && process.env['CI'] !== '') throw new Error(text);
    skip(text);
  }
}
