/**
 * A process of another program: started in a group of its own, read line by line, ended with everything it started.
 * Decides how processes live and die; what they say is read by whoever started them.
 */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import process from 'node:process';
import { createInterface } from 'node:readline';

/** Last lines kept of each process, to be shown when a test fails. */
const KEPT_LINES = 25;
/** Nothing a test waits for takes longer on a machine that works. */
const WAIT_MS = 60_000;

/** How a process ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** What is started. */
export interface Command {
  /** For messages. */
  readonly name: string;
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A process and what it has said. */
export class Child {
  readonly name: string;
  readonly exit: Promise<Exit>;
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #tail: string[] = [];
  readonly #output: string[] = [];
  readonly #watchers = new Set<() => void>();
  #ended: Exit | null = null;

  constructor({ name, file, args, cwd, env }: Command) {
    this.name = name;
    // A group of its own: one signal reaches whatever it starts.
    this.#process = spawn(file, args, { cwd, env: { ...process.env, ...env }, detached: true });
    const keep = (line: string): void => {
      this.#tail.push(line);
      if (this.#tail.length > KEPT_LINES) this.#tail.shift();
    };
    createInterface({ input: this.#process.stdout }).on('line', (line) => {
      keep(line);
      this.#output.push(line);
      this.#wake();
    });
    createInterface({ input: this.#process.stderr }).on('line', keep);
    this.#process.stdin.on('error', () => {});
    const { promise, resolve } = Promise.withResolvers<Exit>();
    this.exit = promise;
    const end = (exit: Exit): void => {
      this.#ended ??= exit;
      resolve(this.#ended);
      this.#wake();
    };
    this.#process.on('error', (error) => {
      keep(String(error));
      end({ code: null, signal: null });
    });
    this.#process.on('close', (code, signal) => end({ code, signal }));
    process.once('exit', this.#killGroup);
    void this.exit.then(() => process.removeListener('exit', this.#killGroup));
  }

  /** Of the process, 0 when it could not be started. */
  get pid(): number {
    return this.#process.pid ?? 0;
  }

  /** All lines of standard output so far. */
  get lines(): readonly string[] {
    return this.#output;
  }

  /** Null while it runs. */
  get ended(): Exit | null {
    return this.#ended;
  }

  /** The first value that `read` makes of what was said, as soon as there is one; an error when it ends without. */
  until<Value>(what: string, read: (lines: readonly string[]) => Value | undefined): Promise<Value> {
    const { promise, resolve, reject } = Promise.withResolvers<Value>();
    const look = (): void => {
      const value = read(this.#output);
      if (value !== undefined) resolve(value);
      else if (this.#ended !== null) reject(this.error(`ended before: ${what}`));
    };
    const deadline = setTimeout(() => reject(this.error(`took too long: ${what}`)), WAIT_MS);
    this.#watchers.add(look);
    look();
    return promise.finally(() => {
      clearTimeout(deadline);
      this.#watchers.delete(look);
    });
  }

  /** Write one line to its standard input. */
  send(line: string): void {
    this.#process.stdin.write(`${line}\n`);
  }

  /** Send a signal to the process alone. */
  signal(signal: NodeJS.Signals): void {
    this.#process.kill(signal);
  }

  /** End it and all it started, now; resolved when it is gone. */
  async kill(): Promise<void> {
    this.#killGroup();
    await this.exit;
  }

  /** An error that shows what the process said last. */
  error(text: string): Error {
    return new Error(`${this.name} ${text}\n${this.transcript()}`);
  }

  /** The last lines of both its outputs. */
  transcript(): string {
    const end = this.#ended === null ? 'running' : `ended ${JSON.stringify(this.#ended)}`;
    return [`--- ${this.name} (${end})`, ...this.#tail].join('\n');
  }

  readonly #killGroup = (): void => {
    const { pid } = this.#process;
    if (pid === undefined) return;
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // The whole group is gone already.
    }
  };

  #wake(): void {
    for (const look of this.#watchers) look();
  }
}
