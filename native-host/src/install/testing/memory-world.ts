/** A machine in memory: what would be written on platforms where tests do not run. */
import type { FoundFile, InstallWorld } from '../world.ts';

/** A world and what happened in it. */
export interface MemoryWorld extends InstallWorld {
  readonly files: Map<string, FoundFile>;
  readonly folders: Set<string>;
  /** Programs that were run, in order. */
  readonly ran: (readonly string[])[];
}

/** An empty machine; `reg.exe` keeps what it is told. */
export function memoryWorld(
  place: Pick<InstallWorld, 'platform' | 'env' | 'home' | 'stateFolder'>,
): MemoryWorld {
  const files = new Map<string, FoundFile>();
  const folders = new Set<string>();
  const registry = new Map<string, string>();
  const ran: (readonly string[])[] = [];
  return {
    ...place,
    files,
    folders,
    ran,
    isFolder: (path) => folders.has(path),
    read: (path) => files.get(path) ?? null,
    write: (path, text, mode) => void files.set(path, { text, mode }),
    remove: (path) => files.delete(path),
    run: async (argv) => {
      ran.push(argv);
      return reg(registry, argv);
    },
  };
}

function reg(
  registry: Map<string, string>,
  argv: readonly string[],
): { status: number; output: string } | null {
  const [program, verb, key = '', option, ...rest] = argv;
  if (program !== 'reg.exe') return null;
  const name = option === '/v' ? `${key}|${rest[0] ?? ''}` : key;
  if (verb === 'add') registry.set(name, rest[rest.indexOf('/d') + 1] ?? '');
  if (verb === 'query') {
    const text = registry.get(name);
    return text === undefined
      ? { status: 1, output: '' }
      : { status: 0, output: `\r\n${key}\r\n    (Default)    REG_SZ    ${text}\r\n\r\n` };
  }
  const doomed = [...registry.keys()].filter((known) => known === name || known.startsWith(`${name}\\`));
  if (verb === 'delete') for (const known of doomed) registry.delete(known);
  return { status: verb === 'delete' && doomed.length === 0 ? 1 : 0, output: '' };
}
