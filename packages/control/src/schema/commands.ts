/** All commands by name, and the types of their parameters and results. */
import type * as z from 'zod/mini';
import { sessionCommands } from './session-commands.ts';
import { torrentCommands } from './torrent-commands.ts';

/** Schemas of every command: what it takes and what it gives. */
export const COMMANDS = { ...sessionCommands, ...torrentCommands } as const;

/** Name of a command. */
export type CommandName = keyof typeof COMMANDS;
/** What a command takes. */
export type Params<N extends CommandName> = z.infer<(typeof COMMANDS)[N]['params']>;
/** What a command gives. */
export type Result<N extends CommandName> = z.infer<(typeof COMMANDS)[N]['result']>;
/** A torrent that is looked at before it is added. */
export type PreviewView = Result<'preview.open'>;
/** What can be added. */
export type ControlSource = Params<'torrent.add'>['source'];
/** Which files are wanted, and how much. */
export type FileChoice = Params<'torrent.setFiles'>['files'];

/** Whether a text names a command. */
export function isCommand(name: string): name is CommandName {
  return Object.hasOwn(COMMANDS, name);
}
