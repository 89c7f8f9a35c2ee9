/**
 * A front end as a browser would have it: a connector on stdio, frames of a length (u32, little endian) and JSON, calls,
 * and the list as it is told (docs/CONTROL-PROTOCOL.md). Decides nothing about what is called.
 */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { setTimeout, clearTimeout } from 'node:timers';
import { fileURLToPath } from 'node:url';
import type { Command } from '../../harness/child.ts';
import type { Mounts } from '../../harness/mounts.ts';
import { until } from '../../harness/until.ts';

const NODE = fileURLToPath(new URL('../../../../node_modules/.bin/node', import.meta.url));
const CONNECTOR = fileURLToPath(new URL('../../../../dist/connector.mjs', import.meta.url));
/** What Chromium puts on the command line of the extension's host. */
const ORIGIN = 'chrome-extension://ajmmbpnamdbcjcbhjafkchdoaaahdodc/';
/** A call that takes longer hangs, also on a busy machine. */
const CALL_MS = 30_000;

/** Any object of a message. */
export type Json = Readonly<Record<string, unknown>>;

/** A line of the list, as far as it is looked at. */
export interface Row {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly forced: boolean;
  readonly failure: { readonly code: string; readonly detail: string } | null;
  readonly bytesLeft: number;
  readonly moveProgress: number | null;
  readonly place: { readonly root: string; readonly folder: readonly string[] };
  readonly labels: readonly string[];
  readonly queuePosition: number;
}

/** An error that a call was answered with. */
export class Refusal extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(`${code}: ${message}`);
    this.name = 'Refusal';
    this.code = code;
  }
}

/** The service or the connector went away before it answered. */
export class Gone extends Error {
  constructor() {
    super('nobody answers');
    this.name = 'Gone';
  }
}

interface Pending {
  readonly resolve: (result: Json) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

/** One connector and what it was told. */
export class FrontEnd {
  /** The list as it was told. */
  readonly rows = new Map<string, Row>();
  /** Notices, newest last. */
  readonly notices: string[] = [];
  /** Lists that were told whole. */
  lists = 0;
  /** Times a service was there again after it had gone. */
  returns = 0;
  readonly exit: Promise<void>;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #pending = new Map<number, Pending>();
  #bytes = Buffer.alloc(0);
  #id = 0;

  /** `mounts`: where it and the service live; null = in the file systems of everybody. */
  constructor(stateFolder: string, mounts: Mounts | null) {
    const env = { ...process.env, JSTORRENT_HOME: stateFolder };
    const words = ['--disable-warning=ExperimentalWarning', CONNECTOR, ORIGIN];
    const connector: Command = { name: 'connector', file: NODE, args: words };
    const { file, args } = mounts?.inside(connector) ?? connector;
    this.#child = spawn(file, args, { env });
    this.#child.stdin.on('error', () => {});
    this.#child.stdout.on('data', (chunk: Buffer) => this.#take(chunk));
    const { promise, resolve } = Promise.withResolvers<void>();
    this.exit = promise;
    this.#child.once('close', () => {
      this.#forget();
      resolve();
    });
  }

  /** Greet, and ask for the list. */
  async begin(): Promise<void> {
    await this.call('hello', { protocol: 2, name: 'crash', version: '0.0.0' });
    await this.listAnew();
  }

  /** Ask for the whole list; resolved when it is there. */
  async listAnew(): Promise<void> {
    const before = this.lists;
    await this.call('list.subscribe', {});
    await until('the list', async () => (this.lists > before ? true : undefined));
  }

  /** Ask for something. Rejects with Refusal, or with Gone when nobody answers any more. */
  call(name: string, params: Json): Promise<Json> {
    this.#id += 1;
    const id = this.#id;
    const { promise, resolve, reject } = Promise.withResolvers<Json>();
    const timer = setTimeout(() => {
      this.#pending.delete(id);
      reject(new Error(`${name} is not answered`));
    }, CALL_MS);
    this.#pending.set(id, { resolve, reject, timer });
    const body = Buffer.from(JSON.stringify({ id, call: name, params }));
    const head = Buffer.alloc(4);
    head.writeUInt32LE(body.length);
    this.#child.stdin.write(Buffer.concat([head, body]));
    return promise;
  }

  /** Leave without a word; resolved when the connector is gone. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.exit;
  }

  #take(chunk: Buffer): void {
    this.#bytes = Buffer.concat([this.#bytes, chunk]);
    while (this.#bytes.length >= 4) {
      const end = 4 + this.#bytes.readUInt32LE();
      if (this.#bytes.length < end) return;
      const text = this.#bytes.toString('utf8', 4, end);
      this.#bytes = this.#bytes.subarray(end);
      this.#hear(JSON.parse(text) as Json);
    }
  }

  #hear(message: Json): void {
    if (message['event'] === 'list') return this.#onList(message as unknown as ListEvent);
    if (message['event'] === 'notice') this.notices.push(String(message['sentence']));
    if (message['event'] === 'service') this.#onService(message['state']);
    const pending = this.#pending.get(Number(message['id']));
    if ('event' in message || pending === undefined) return;
    this.#pending.delete(Number(message['id']));
    clearTimeout(pending.timer);
    const error = message['error'] as { readonly code: string; readonly message: string } | undefined;
    if (error === undefined) pending.resolve(message['result'] as Json);
    else pending.reject(new Refusal(error.code, error.message));
  }

  #onService(state: unknown): void {
    if (state === 'reconnecting') this.#forget();
    if (state === 'ready') this.returns += 1;
  }

  #onList({ reset, part, parts, added, changed, removed }: ListEvent): void {
    if (reset && part === 0) this.rows.clear();
    for (const row of added) this.rows.set(row.id, row);
    for (const row of changed) {
      const before = this.rows.get(row.id);
      if (before !== undefined) this.rows.set(row.id, { ...before, ...row });
    }
    for (const id of removed) this.rows.delete(id);
    if (reset && part === parts - 1) this.lists += 1;
  }

  #forget(): void {
    for (const { reject, timer } of this.#pending.values()) {
      clearTimeout(timer);
      reject(new Gone());
    }
    this.#pending.clear();
  }
}

interface ListEvent {
  readonly reset: boolean;
  readonly part: number;
  readonly parts: number;
  readonly added: readonly Row[];
  readonly changed: readonly Row[];
  readonly removed: readonly string[];
}
