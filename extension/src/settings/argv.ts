/** A program with its arguments as lines of text. Decides what is one; whether it is there is seen when it is run. */
import { CONTROL_LIMITS } from '@jstorrent/control';

/** The parts, one per line; empty lines at the end are none. Or why it is no program. */
export function readArgv(text: string): readonly string[] | 'notWhole' | 'tooLong' {
  const lines = text.split(/\r?\n/);
  while (lines.length > 0 && lines.at(-1)?.trim() === '') lines.pop();
  const [program, ...rest] = lines;
  if (program === undefined) return [];
  const path = program.trim();
  if (!/^(?:\/|[A-Za-z]:[\\/]|\\\\)./.test(path)) return 'notWhole';
  const argv = [path, ...rest];
  const isLong =
    argv.length > CONTROL_LIMITS.argv || argv.some((part) => part.length > CONTROL_LIMITS.argvLength);
  return isLong ? 'tooLong' : argv;
}
