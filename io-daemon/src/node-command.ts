/**
 * How a program of ours is started: by Node with its flags, or by the one executable file that holds Node and all programs.
 * Decides where the flags stand; what they are is decided by who starts it.
 */
import process from 'node:process';
import { isSea } from 'node:sea';

/** Words of a command line, and what the variable NODE_OPTIONS of the process has to hold; null = as it is. */
export interface NodeCommand {
  readonly argv: readonly string[];
  readonly nodeOptions: string | null;
}

/**
 * The command for a main module (absolute path). An executable file takes all words for its program: flags go by the
 * environment there.
 */
export function nodeCommand(
  flags: readonly string[],
  entry: string,
  words: readonly string[] = [],
  isOneFile: boolean = isSea(),
): NodeCommand {
  if (!isOneFile) return { argv: [process.execPath, ...flags, entry, ...words], nodeOptions: null };
  return { argv: [process.execPath, entry, ...words], nodeOptions: flags.map(quoted).join(' ') };
}

/** Variables of a process that is started with it. */
export function nodeVariables({ nodeOptions }: NodeCommand): Readonly<Record<string, string>> {
  return nodeOptions === null ? {} : { NODE_OPTIONS: nodeOptions };
}

/** As NODE_OPTIONS is read: a word with a space stands in quotes, in which a backslash stands before quotes and itself. */
function quoted(flag: string): string {
  return /[\s"\\]/.test(flag) ? `"${flag.replaceAll(/["\\]/g, String.raw`\$&`)}"` : flag;
}
