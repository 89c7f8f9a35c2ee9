/**
 * What may be typed next, found in the program itself. Decides which words fit by the names of arguments and options; the
 * shells' part is in commands/completion.ts.
 */
import type { Argument, Command, Option } from 'commander';

/** A word that fits, or a wish to the shell: `:files`, `:folders`. */
export interface Candidate {
  readonly word: string;
  /** Empty for wishes. */
  readonly about: string;
}

/** Where the names of torrents come from; asked only when one fits. */
export type TorrentNames = () => Promise<readonly Candidate[]>;

const FILES: Candidate = { word: ':files', about: '' };
const FOLDERS: Candidate = { word: ':folders', about: '' };

/** What fits for the last of `words`, which may be empty; the words before it are complete. */
export async function completionsOf(
  program: Command,
  words: readonly string[],
  torrents: TorrentNames,
): Promise<readonly Candidate[]> {
  const typed = words.at(-1) ?? '';
  const found = await fittingIn(program, words, torrents);
  const isWish = ({ word }: Candidate): boolean => word.startsWith(':');
  return found.filter((candidate) => isWish(candidate) || matches(candidate, typed));
}

function matches({ word }: Candidate, typed: string): boolean {
  return word.toLowerCase().startsWith(typed.toLowerCase());
}

async function fittingIn(
  program: Command,
  words: readonly string[],
  torrents: TorrentNames,
): Promise<readonly Candidate[]> {
  let command = program;
  let place = 0;
  let awaiting: Option | undefined;
  for (const word of words.slice(0, -1)) {
    if (awaiting !== undefined) {
      awaiting = undefined;
      continue;
    }
    if (word.startsWith('-')) {
      const option = command.options.find(({ short, long }) => short === word || long === word);
      if (option?.required === true) awaiting = option;
      continue;
    }
    const inner = place === 0 ? command.commands.find((sub) => sub.name() === word) : undefined;
    if (inner === undefined) place += 1;
    else command = inner;
  }
  if (awaiting !== undefined) return valuesOf(awaiting.flags);
  if ((words.at(-1) ?? '').startsWith('-')) return optionsOf(command);
  const subs = place === 0 ? visible(command) : [];
  const { registeredArguments: places } = command;
  const last = places.at(-1);
  const argument = places[place] ?? (last?.variadic === true ? last : undefined);
  return [...subs, ...(argument === undefined ? [] : await wordsFor(argument, torrents))];
}

function visible(command: Command): Candidate[] {
  return command.commands
    .filter((sub) => !sub.name().startsWith('_'))
    .map((sub) => ({ word: sub.name(), about: sub.description() }));
}

function optionsOf(command: Command): Candidate[] {
  return command.options.map(({ long, short, description }) => ({
    word: long ?? short ?? '',
    about: description,
  }));
}

function valuesOf(flags: string): Candidate[] {
  if (/<folder>/.test(flags)) return [FOLDERS];
  if (/<file>/.test(flags)) return [FILES];
  return [];
}

/** By the name of an argument in the help. */
async function wordsFor(argument: Argument, torrents: TorrentNames): Promise<readonly Candidate[]> {
  const { argChoices: choices } = argument;
  switch (argument.name()) {
    case 'torrent':
    case 'torrents':
      return torrents();
    case 'target':
      return [{ word: 'global', about: 'settings of everything' }, ...(await torrents())];
    case 'file':
    case 'path':
    case 'source':
    case 'sources':
      return [FILES];
    case 'folder':
      return [FOLDERS];
    default:
      return (choices ?? []).map((word) => ({ word, about: '' }));
  }
}
