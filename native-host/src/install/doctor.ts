/**
 * Looks whether everything is where it belongs, and says what is wrong and how to mend it. Decides what is checked, in which
 * order and in which words; how each thing is found out is decided by probes.ts.
 */
import { checkInstalled } from './doctor-install.ts';
import { checkService } from './doctor-service.ts';
import type { InstallWorld } from './world.ts';

/** One thing that was looked at. */
export interface Check {
  /** Append-only; for browsers followed by `.` and the browser's id. */
  readonly id: string;
  readonly status: 'ok' | 'warn' | 'bad';
  readonly sentence: string;
  /** What to do, in a sentence; null when nothing is to be done. */
  readonly fix: string | null;
}

/** What happened when the launcher was started as a browser does. */
export type LauncherAnswer =
  | { readonly kind: 'hello'; readonly ms: number }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'silent'; readonly reason: string };

/** How things that run are found out. */
export interface Probes {
  /** Of Node, as `process.versions.node`. */
  readonly nodeVersion: string;
  /** Files that are needed and absent; absolute paths. */
  missingFiles(): readonly string[];
  isExecutable(path: string): boolean;
  /** Of a folder; null = it is not there. */
  folder(
    path: string,
  ): { readonly isPrivate: boolean; readonly isWritable: boolean; readonly freeBytes: number | null } | null;
  /** Whether a service listens, or why it must not be spoken to. */
  service(): Promise<'running' | 'absent' | { readonly problem: string }>;
  /** Reads a copy; `problem` null = it is sound. */
  database(): Promise<'absent' | { readonly problem: string | null }>;
  /** Starts the launcher as a browser with this extension does; it may start the service. */
  launcher(path: string, origin: readonly string[]): Promise<LauncherAnswer>;
  /** Starts a daemon of its own and ends it; null = it works. */
  daemon(): Promise<string | null>;
  /** Whether something listens at a TCP port of this machine. */
  isListening(port: number): Promise<boolean>;
}

/** What is looked at. */
export interface DoctorOptions {
  readonly world: InstallWorld;
  readonly probes: Probes;
  /** Where peers should reach the service; null = any port, or not known. */
  readonly port: number | null;
}

/** All checks in the order in which they are worth reading. Starts the service when it is installed and not running. */
export async function doctor(options: DoctorOptions): Promise<readonly Check[]> {
  // The database is looked at before a launcher can start a service that holds it.
  const service = await checkService(options);
  const installed = await checkInstalled(options);
  return [...installed, ...service];
}
