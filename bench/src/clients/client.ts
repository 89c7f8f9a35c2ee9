/** What the benchmark asks of a client, and what each client is started with. */
import type { Content } from '../content.ts';

/** Where a client runs. */
export interface ClientPlace {
  /** Where it listens for peers, at 127.0.0.1. */
  readonly port: number;
  /** The folder it downloads into or seeds from. */
  readonly dir: string;
  /** For what it wants to remember; deleted after the run. */
  readonly stateDir: string;
}

/** A started client that waits for a torrent. */
export interface RunningClient {
  readonly pid: number;
  /** Hand over the torrent, from its file or as a magnet link. */
  add(content: Content, from: 'file' | 'magnet'): void;
  /** Resolved when the metadata of a magnet link is there. */
  readonly hasMetadata: Promise<void>;
  /** Resolved when everything is verified and handed to the system; rejected when the client fails or ends. */
  readonly isComplete: Promise<void>;
  stop(): Promise<void>;
}

/** A client that may or may not be on this machine. */
export interface Client {
  readonly name: string;
  /** What to install when `version` says null. */
  readonly install: string;
  /** What is installed here, or null. */
  version(): string | null;
  /** Start it; resolved when it is idle. */
  start(place: ClientPlace): Promise<RunningClient>;
}
