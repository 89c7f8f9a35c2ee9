/** Tells whether a process runs. */
import { readFileSync } from 'node:fs';
import process from 'node:process';

/** Whether a process runs; one that has ended stays listed until whoever started it looks, and does not run. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return (
      process.platform !== 'linux' || !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
    );
  } catch {
    return false;
  }
}
