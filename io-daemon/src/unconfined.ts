/**
 * Starts programs that are not bound by what binds this process. Decides how that is said to the system; a process without
 * Node's permission model starts its children as they are.
 */
import process from 'node:process';

/** The program that takes a variable away and becomes another one. */
export const ENV = '/usr/bin/env';

/**
 * The words that start a program. Node hands the flags of its permission model to all children in NODE_OPTIONS: the daemon
 * could not sync its files then, another version of Node would not start, and a program of the user would be bound by what
 * was meant for us. What the user has in this variable stays, unless `nodeOptions` says what it has to hold.
 */
export function unconfined(argv: readonly string[], nodeOptions: string | null = null): readonly string[] {
  const isBound = process.permission !== undefined && process.platform !== 'win32';
  // `env` takes a word with an equals sign for a variable.
  if (!isBound || argv[0]?.includes('=') === true) return argv;
  const before = nodeOptions ?? process.env['NODE_OPTIONS'];
  return [ENV, ...(before === undefined ? ['-u', 'NODE_OPTIONS'] : [`NODE_OPTIONS=${before}`]), ...argv];
}
