/** What the settings mean to the engine. Decides which rate limits are in force; when that may have changed, others do. */
import type { ControlSettings, Goals as ControlGoals, Totals } from '@jstorrent/control';
import type { Goals, Settings } from '@jstorrent/engine';
import { isWithin, type WallTime } from '../rules/schedule.ts';

/** Whether the other rate limits are in force, and through whom; the switch comes before the schedule. */
export function slowModeOf(settings: ControlSettings, wall: WallTime): Totals['slowMode'] {
  if (settings['slowMode.on']) return 'switch';
  const isOn = settings['slowMode.scheduleOn'] && isWithin(settings['slowMode.schedule'], wall);
  return isOn ? 'schedule' : null;
}

/** Limits in force, bytes per second, 0 = none. */
export function limitsOf(
  settings: ControlSettings,
  slowMode: Totals['slowMode'],
): { readonly down: number; readonly up: number } {
  return slowMode === null
    ? { down: settings['limits.down'], up: settings['limits.up'] }
    : { down: settings['slowMode.down'], up: settings['slowMode.up'] };
}

/** The engine's settings. */
export function engineSettings(settings: ControlSettings, slowMode: Totals['slowMode']): Partial<Settings> {
  const { down, up } = limitsOf(settings, slowMode);
  return {
    connections: settings['net.connections'],
    connectionsPerTorrent: settings['net.connectionsPerTorrent'],
    activeDownloads: settings['queue.downloads'],
    activeSeeds: settings['queue.seeds'],
    activeChecks: settings['queue.checks'],
    activeTotal: settings['queue.active'],
    ignoreSlow: settings['queue.ignoreSlow'],
    goals: engineGoals(settings['seeding.goals']),
    halfOpen: settings['net.halfOpen'],
    dialsPerSecond: settings['net.dialsPerSecond'],
    downloadLimit: down,
    uploadLimit: up,
  };
}

const MINUTE_MS = 60_000;

/** Seeding goals as the engine takes them: 0 = none. */
export function engineGoals({ ratio, seedMinutes, idleMinutes }: Omit<ControlGoals, 'action'>): Goals {
  return {
    ratio: ratio ?? 0,
    seedMs: (seedMinutes ?? 0) * MINUTE_MS,
    idleMs: (idleMinutes ?? 0) * MINUTE_MS,
  };
}
