/** What a running program takes of the machine, read where Linux tells it. Decides no bounds. */
import { readdirSync, readFileSync } from 'node:fs';
import type { World } from './world.ts';

const KIB = 1024;

/** What a process takes. */
interface Vitals {
  /** Open descriptors. */
  readonly descriptors: number;
  /** Resident memory, bytes. */
  readonly memory: number;
}

/** Of one process now; zeros when it is gone. */
function vitalsOf(pid: number): Vitals {
  try {
    const [, kib = '0'] = /^VmRSS:\s+(\d+) kB/mu.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return { descriptors: readdirSync(`/proc/${pid}/fd`).length, memory: Number(kib) * KIB };
  } catch {
    return { descriptors: 0, memory: 0 };
  }
}

/** The processes that a process has started and that are still there. */
function childrenOf(pid: number): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/u.test(name))
    .map(Number)
    .filter((child) => parentOf(child) === pid);
}

function parentOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in brackets may have anything in it.
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return 0;
  }
}

/** How often is looked at what a program takes. */
const LOOK_MS = 100;

/** What a program takes over time. */
export interface Watch {
  /** When the watch began. */
  readonly base: Vitals;
  /** The most that was seen of each. */
  peak(): Vitals;
  now(): Vitals;
}

/** Watch a process and those it started until the test ends. */
export function watchVitals(world: World, pid: number): Watch {
  const look = (): Vitals => {
    const all = [pid, ...childrenOf(pid)].map(vitalsOf);
    return {
      descriptors: all.reduce((sum, { descriptors }) => sum + descriptors, 0),
      memory: all.reduce((sum, { memory }) => sum + memory, 0),
    };
  };
  const base = look();
  let peak = base;
  const now = (): Vitals => {
    const { descriptors, memory } = look();
    peak = {
      descriptors: Math.max(peak.descriptors, descriptors),
      memory: Math.max(peak.memory, memory),
    };
    return { descriptors, memory };
  };
  const timer = setInterval(now, LOOK_MS);
  world.atEnd(async () => clearInterval(timer));
  return { base, peak: () => peak, now };
}
