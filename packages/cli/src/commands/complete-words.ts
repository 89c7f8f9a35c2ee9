/** What a shell asks on TAB. Decides that nothing is started for it, and that it never takes long. */
import type { Command } from 'commander';
import { completionsOf, type Candidate } from '../completing.ts';
import { EXIT, type ExitCode } from '../errors.ts';
import type { Output } from '../output.ts';
import { findService, useLink } from '../service/link.ts';
import { readList, SHORT_HASH } from '../service/torrents.ts';
import { plain } from '../text.ts';

/** Longer than anybody waits for a TAB. */
const PATIENCE_MS = 1500;
/** More than a shell shows. */
const WORDS_MAX = 500;

/** Print what fits for the last of `words`, a word and what it is about on each line. */
export async function runCompleteWords(
  program: Command,
  words: readonly string[],
  output: Output,
): Promise<ExitCode> {
  const found = await completionsOf(program, words, torrentNames);
  for (const { word, about } of found.slice(0, WORDS_MAX))
    output.line(about === '' ? word : `${word}\t${plain(about)}`);
  return EXIT.done;
}

/** Names, and the hashes of those that share one. */
async function torrentNames(): Promise<readonly Candidate[]> {
  const link = await findService({ launch: false, timeoutMs: 0 }).catch(() => null);
  if (link === null) return [];
  const timer = setTimeout(() => link.close(), PATIENCE_MS);
  try {
    const { rows } = await useLink(link, readList);
    const counts = new Map<string, number>();
    for (const { name } of rows) counts.set(plain(name), (counts.get(plain(name)) ?? 0) + 1);
    return rows.map(({ id, name }) => {
      const shown = plain(name);
      const isUnique =
        counts.get(shown) === 1 && !shown.startsWith('-') && !shown.startsWith(':') && shown !== '';
      return isUnique ? { word: shown, about: id.slice(0, SHORT_HASH) } : { word: id, about: shown };
    });
  } catch {
    return [];
  } finally {
    clearTimeout(timer);
  }
}
