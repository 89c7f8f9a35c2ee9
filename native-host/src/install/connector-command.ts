/** What browsers and desktops start, in words: the connector with its flags, and the command line. */
import { nodeCommand, nodeVariables } from '@jstorrent/io-daemon/node-command';
import { connectorFlags } from '../connector/flags.ts';

/** The command for a launcher; `entry` is the connector's main module (absolute path). */
export function connectorCommand(entry: string): {
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
} {
  const command = nodeCommand(connectorFlags(entry), entry);
  return { command: command.argv, env: nodeVariables(command) };
}

/** The words before those of the user; `entry` is the program's main module (absolute path). */
export function programCommand(flags: readonly string[], entry: string): readonly string[] {
  return nodeCommand(flags, entry).argv;
}
