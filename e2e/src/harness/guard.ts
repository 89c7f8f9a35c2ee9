/**
 * Ends what a test started when the process of the test is itself killed and cannot: a shell in a session of its own that
 * waits for the end of its input.
 */
import { spawn } from 'node:child_process';

/** Reads process groups, one a line; after the last line, which is empty when all went well, it cleans up. */
const SCRIPT = `
groups=
while read -r group; do
  [ -n "$group" ] || exit 0
  groups="$groups -$group"
done
[ -z "$groups" ] || kill -s KILL -- $groups
rm -rf -- "$1"
`;

/** Watches over the processes and the folder of one test. */
export interface Guard {
  /** A process group that must not outlive the test. */
  watch(group: number): void;
  /** Everything is gone: there is nothing to guard any more. */
  dismiss(): void;
}

/** Start to guard; `folder` goes with the processes. */
export function startGuard(folder: string): Guard {
  const child = spawn('sh', ['-c', SCRIPT, 'guard', folder], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  child.stdin.on('error', () => {});
  child.unref();
  return {
    watch: (group) => child.stdin.write(`${group}\n`),
    dismiss: () => child.stdin.end('\n'),
  };
}
