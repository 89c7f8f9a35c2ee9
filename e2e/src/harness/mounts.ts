/**
 * File systems of a test's own, in a mount namespace that ends with the test and that nothing outside of it sees: they can
 * fill up, turn read-only and go away. Decides how the namespace is made; what is mounted is the test's business.
 */
import { spawnSync } from 'node:child_process';
import process from 'node:process';
import type { TestContext } from 'vitest';
import type { Child, Command } from './child.ts';
import type { World } from './world.ts';

const isRoot = process.getuid?.() === 0;
/** Others than root mount what they like in a user namespace in which they are root. */
const UNSHARE = isRoot ? ['-m'] : ['-r', '-m'];
const NSENTER = isRoot ? ['-m'] : ['-U', '--preserve-credentials', '-m'];

/** Why nothing can be mounted here; null when it can. */
export function noMounts(): string | null {
  const probe = spawnSync('unshare', [...UNSHARE, 'mount', '-t', 'tmpfs', 'none', '/tmp'], {
    encoding: 'utf8',
  });
  if (probe.status === 0) return null;
  const why = probe.error?.message ?? probe.stderr.trim();
  return `nothing can be mounted in a namespace (unshare ${UNSHARE.join(' ')}): ${why}; run as root or allow user namespaces`;
}

/** Skip the test, and in CI fail it, where nothing can be mounted. */
export function needMounts(skip: TestContext['skip']): void {
  const text = noMounts();
  if (text === null) return;
  if (process.env['CI'] !== undefined && process.env['CI'] !== '') throw new Error(text);
  skip(text);
}

/** A namespace and the shell that keeps it. */
export class Mounts {
  readonly #shell: Child;
  #orders = 0;

  constructor(world: Pick<World, 'start'>) {
    this.#shell = world.start({ name: 'mounts', file: 'unshare', args: [...UNSHARE, 'sh'] });
  }

  /** Run a line of shell in the namespace; rejects when it fails. */
  async run(line: string): Promise<void> {
    this.#orders += 1;
    const mark = `order ${this.#orders} ended with`;
    this.#shell.send(`{ ${line}; } 2>&1; echo "${mark} $?"`);
    const answer = await this.#shell.until(line, (lines) => lines.find((said) => said.startsWith(mark)));
    if (answer !== `${mark} 0`) throw this.#shell.error(`could not: ${line}`);
  }

  /** Mount an empty file system of so many bytes on a folder. */
  mount(folder: string, bytes: number): Promise<void> {
    return this.run(`mount -t tmpfs -o size=${bytes} none '${folder}'`);
  }

  /** Change options of what is mounted on a folder. */
  remount(folder: string, options: string): Promise<void> {
    return this.run(`mount -t tmpfs -o remount,${options} none '${folder}'`);
  }

  /** A path in the namespace as it is reached from outside. */
  outside(path: string): string {
    return `/proc/${this.#shell.pid}/root${path}`;
  }

  /** The same command in the namespace. */
  inside(command: Command): Command {
    const { file, args } = command;
    const words = [...NSENTER, '-t', String(this.#shell.pid), '--', file, ...args];
    return { ...command, file: 'nsenter', args: words };
  }
}

/** The same command without what root may do to files whose permissions forbid it. */
export function withoutPrivilege(command: Command): Command {
  if (!isRoot) return command;
  const drop = [
    '--bounding-set',
    '-dac_override,-dac_read_search',
    '--inh-caps',
    '-dac_override,-dac_read_search',
  ];
  return { ...command, file: 'setpriv', args: [...drop, command.file, ...command.args] };
}

/** The same command with at most so many open files. */
export function withDescriptors(command: Command, most: number): Command {
  const script = `ulimit -n ${most}; exec "$0" "$@"`;
  return { ...command, file: 'sh', args: ['-c', script, command.file, ...command.args] };
}
