/** CPU and memory of a process with all its descendants, from /proc; and how busy the machine is. Linux only. */
import { readdirSync, readFileSync } from 'node:fs';

/** Clock ticks per second in /proc: fixed on Linux whatever the kernel runs at. */
const TICKS_PER_SECOND = 100;

/** Memory in bytes: everything resident, and the part of it that is not backed by a file. */
export interface Memory {
  readonly resident: number;
  readonly anonymous: number;
}

const readText = (path: string): string => {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    // The process has ended since it was listed.
    return '';
  }
};

/** The process and its descendants. */
function processTree(root: number): number[] {
  const tree = [root];
  for (const pid of tree) {
    for (const task of listTasks(pid)) {
      const children = readText(`/proc/${pid}/task/${task}/children`).trim();
      if (children !== '') tree.push(...children.split(' ').map(Number));
    }
  }
  return tree;
}

function listTasks(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

/** User and system seconds of all threads of a tree, of ended threads and awaited children too. */
export function cpuSeconds(root: number): number {
  let ticks = 0;
  for (const pid of processTree(root)) {
    const stat = readText(`/proc/${pid}/stat`);
    // The second field is a name in brackets that may hold anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    for (const value of fields.slice(11, 15)) ticks += Number(value);
  }
  return ticks / TICKS_PER_SECOND;
}

/** CPU milliseconds of all threads of one process that live now, to the microsecond. */
export function cpuMilliseconds(pid: number): number {
  const times = listTasks(pid).map((task) =>
    Number(readText(`/proc/${pid}/task/${task}/schedstat`).split(' ')[0]),
  );
  return times.reduce((sum, nanoseconds) => sum + nanoseconds, 0) / 1e6;
}

/** Memory of a tree, pages that processes share counted for each. */
function memoryOf(root: number): Memory {
  let resident = 0;
  let anonymous = 0;
  for (const pid of processTree(root)) {
    const status = readText(`/proc/${pid}/status`);
    const bytes = (key: string): number =>
      1024 * Number(status.match(new RegExp(`${key}:\\s+(\\d+)`))?.[1] ?? 0);
    resident += bytes('VmRSS');
    anonymous += bytes('RssAnon') + bytes('RssShmem');
  }
  return { resident, anonymous };
}

/** Resident memory of one process in bytes. */
export function residentBytes(pid: number): number {
  return 1024 * Number(readText(`/proc/${pid}/status`).match(/VmRSS:\s+(\d+)/)?.[1] ?? 0);
}

/** Open file descriptors of one process. */
export function openFiles(pid: number): number {
  try {
    return readdirSync(`/proc/${pid}/fd`).length;
  } catch {
    return 0;
  }
}

/** Seconds that all cores together were busy since the machine started. */
export function machineBusySeconds(): number {
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] = readText('/proc/stat')
    .split('\n', 1)[0]!
    .split(/\s+/)
    .slice(1)
    .map(Number);
  return (user + nice + system + irq + softirq) / TICKS_PER_SECOND;
}

/** Samples the memory of a tree until stopped; returns the peaks. */
export function watchMemory(root: number, everyMs: number): () => Memory {
  let resident = 0;
  let anonymous = 0;
  const sample = (): void => {
    const now = memoryOf(root);
    resident = Math.max(resident, now.resident);
    anonymous = Math.max(anonymous, now.anonymous);
  };
  const timer = setInterval(sample, everyMs);
  return () => {
    clearInterval(timer);
    sample();
    return { resident, anonymous };
  };
}
