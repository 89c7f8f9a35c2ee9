/** The host of a soak as its parent sees it: orders down, reports up, and what /proc says of it and its daemon. */
import { fork } from 'node:child_process';
import process from 'node:process';
import { clearTimeout, setTimeout } from 'node:timers';
import { fileURLToPath } from 'node:url';
import { openFiles, residentBytes } from '../process-tree.ts';
import type { HostOrder, HostReport } from './host.ts';

/** A host and its daemon at one moment, in bytes and counts. */
export interface Figures {
  /** Live objects of the host, and memory outside of its heap that they hold. */
  readonly heap: number;
  readonly external: number;
  readonly hostResident: number;
  readonly daemonResident: number;
  readonly hostFiles: number;
  readonly daemonFiles: number;
  readonly peers: number;
  readonly addresses: number;
}

/** A running host. */
export interface HostProcess {
  readonly pid: number;
  /** Where it listens on 127.0.0.1. */
  readonly port: number;
  /** Rejected when it ends before `stop`. */
  readonly isLost: Promise<never>;
  send(order: HostOrder): void;
  /** Resolved by the first report that fits; rejected after `ms`, or when the host ends. */
  until(what: string, ms: number, fits: (report: HostReport) => boolean): Promise<HostReport>;
  look(): Promise<Figures>;
  stop(): void;
}

const START_MS = 60_000;
const LOOK_MS = 60_000;

/** Start a host that keeps its torrents below `dir`. */
export async function startHost(dir: string): Promise<HostProcess> {
  const entry = fileURLToPath(new URL('./host.ts', import.meta.url));
  const child = fork(entry, { execArgv: ['--expose-gc', ...process.execArgv], serialization: 'advanced' });
  const lost = Promise.withResolvers<never>();
  lost.promise.catch(() => {});
  child.once('exit', (code, signal) => lost.reject(new Error(`the host ended with ${signal ?? code}`)));
  const send = (order: HostOrder): void => {
    child.send(order);
  };
  const until: HostProcess['until'] = (what, ms, fits) => {
    const found = Promise.withResolvers<HostReport>();
    const onMessage = (report: HostReport): void => {
      if (fits(report)) found.resolve(report);
    };
    const timer = setTimeout(() => found.reject(new Error(`not within ${ms / 1000} s: ${what}`)), ms);
    child.on('message', onMessage);
    const result = Promise.race([found.promise, lost.promise]).finally(() => {
      child.off('message', onMessage);
      clearTimeout(timer);
    });
    // Whoever waits may do something else first.
    result.catch(() => {});
    return result;
  };
  const listening = until('listening', START_MS, ({ type }) => type === 'listening');
  send({ op: 'begin', dir });
  const report = await listening;
  const pid = child.pid ?? 0;
  return {
    pid,
    port: report.type === 'listening' ? report.port : 0,
    isLost: lost.promise,
    send,
    until,
    look: async () => {
      const answer = until('a sample', LOOK_MS, ({ type }) => type === 'sample');
      send({ op: 'sample' });
      const sample = await answer;
      if (sample.type !== 'sample') throw new Error('another report than was waited for');
      const { heap, external, peers, addresses, daemonPid } = sample;
      return {
        heap,
        external,
        peers,
        addresses,
        hostResident: residentBytes(pid),
        daemonResident: residentBytes(daemonPid),
        hostFiles: openFiles(pid),
        daemonFiles: openFiles(daemonPid),
      };
    },
    stop: () => child.disconnect(),
  };
}
