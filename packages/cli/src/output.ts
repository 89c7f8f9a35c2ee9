/**
 * What the program prints: lines and one status line for people, or one JSON object per line for programs. Decides what
 * goes to standard output and what to standard error; the words come from the commands.
 */
import process from 'node:process';
import type { CliError } from './errors.ts';
import { fitColumns, plain } from './text.ts';

/** Between two status lines where they cannot be redrawn in place. */
const STATUS_LINE_MS = 5000;

/** Whom the output is for: people, programs that read one value, or programs that read one event per line. */
export type OutputMode = 'people' | 'value' | 'events';

/** Where a command says what happens. Foreign texts in lines and notices must have gone through `plain`. */
export interface Output {
  /** Status lines are redrawn in place. */
  readonly isTerminal: boolean;
  /** Of the terminal; null where lines may have any length. */
  readonly columns: number | null;
  /** Text may be coloured (https://no-color.org). */
  readonly hasColors: boolean;
  /** A line for people. */
  line(text: string): void;
  /** The line that shows how things stand, redrawn or repeated; for people. */
  status(text: string): void;
  /**
   * What stands below each other on a terminal, in place of what `frame` showed before; cut to its height. Elsewhere the
   * lines follow each other at most every five seconds.
   */
  frame(lines: readonly string[]): void;
  /** An object for programs. */
  event(value: object): void;
  /** Something worth knowing, on standard error. */
  notice(text: string): void;
  /** Why the program ends, on standard error, and for programs on standard output too. */
  error(error: CliError): void;
}

/** Streams as the output needs them. */
interface OutputStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): unknown;
}

/** How output is made. */
export interface OutputOptions {
  readonly mode: OutputMode;
  readonly stdout?: OutputStream;
  readonly stderr?: OutputStream;
  /** Milliseconds that never go backwards. */
  readonly now?: () => number;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** An output on the standard streams. */
export function createOutput(options: OutputOptions): Output {
  const { mode, stdout = process.stdout, stderr = process.stderr, now = () => performance.now() } = options;
  const { env = process.env } = options;
  const json = mode !== 'people';
  const isTerminal = !json && stdout.isTTY === true;
  let shown = '';
  let shownAtMs = -Infinity;
  /** Lines of the frame above the cursor. */
  let framed = 0;
  const hasColors = isTerminal && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';

  /** Take the status line away so that something else can stand there. */
  const clear = (): void => {
    if (isTerminal && shown !== '') stdout.write('\r\u001b[K');
    shown = '';
  };

  return {
    isTerminal,
    hasColors,
    get columns() {
      return isTerminal ? stdout.columns || 80 : null;
    },
    frame: (lines) => {
      if (json) return;
      if (isTerminal) {
        const fitting = lines.slice(0, Math.max(1, (stdout.rows || 24) - 1));
        const up = framed === 0 ? '' : `\u001b[${framed}A`;
        const text = fitting.map((line) => `${line}\n`).join('');
        // The terminal cuts what is too long: a line that wraps would be two.
        stdout.write(`\u001b[?7l${up}\r\u001b[J${text}\u001b[?7h`);
        framed = fitting.length;
      } else if (now() - shownAtMs >= STATUS_LINE_MS) {
        shownAtMs = now();
        stdout.write(`${lines.join('\n')}\n`);
      }
    },
    line: (text) => {
      if (json) return;
      clear();
      stdout.write(`${text}\n`);
    },
    status: (text) => {
      if (json) return;
      if (isTerminal) {
        const line = fitColumns(text, (stdout.columns || 80) - 1);
        if (line === shown) return;
        stdout.write(`\r${line}\u001b[K`);
        shown = line;
      } else if (now() - shownAtMs >= STATUS_LINE_MS) {
        shownAtMs = now();
        stdout.write(`${text}\n`);
      }
    },
    event: (value) => {
      if (json) stdout.write(`${JSON.stringify(value)}\n`);
    },
    notice: (text) => {
      clear();
      stderr.write(`${text}\n`);
    },
    error: (error) => {
      clear();
      const { code } = error;
      const message = plain(error.message);
      stderr.write(`error: ${code}: ${message}\n`);
      const value = mode === 'events' ? { event: 'error', code, message } : { error: { code, message } };
      if (json) stdout.write(`${JSON.stringify(value)}\n`);
    },
  };
}
