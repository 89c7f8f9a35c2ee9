/** What definitions of commands share. Decides how options that repeat and examples look. */
import { resolve } from 'node:path';
import type { ExitCode } from './errors.ts';
import type { Output, OutputMode } from './output.ts';

/** What a command does once its words are read. */
export type Run = (output: Output) => ExitCode | Promise<ExitCode>;
/** Carries a command out with the output it asks for. */
export type Report = (mode: OutputMode, run: Run) => Promise<void>;

/** Every command has it. */
export interface JsonOption {
  readonly json: boolean;
}

/** An absolute path. */
export function toPath(text: string): string {
  return resolve(text);
}

/** A parser for an option that may be repeated. */
export function collect<T>(parse: (text: string) => T): (text: string, earlier: readonly T[]) => T[] {
  return (text, earlier) => [...earlier, parse(text)];
}

/** Examples below the options of a command. */
export function examples(lines: readonly string[]): string {
  return ['', lines.length === 1 ? 'Example:' : 'Examples:', ...lines.map((line) => `  ${line}`)].join('\n');
}
