/** Whether the service leaves. Decides by what the user wants and who is there; how it leaves is decided in stop.ts. */

/** What the decision depends on. */
export interface LifetimeFacts {
  readonly keepRunning: 'always' | 'whileActive' | 'never';
  readonly graceMs: number;
  /** Front ends connected. */
  readonly clients: number;
  /** Whether a torrent does or awaits something. */
  readonly isActive: boolean;
  /** How long nobody has been connected and, where that matters, nothing has been active. */
  readonly aloneMs: number;
}

/** Whether something keeps the service, so that its time alone begins anew. */
export function isNeeded({ keepRunning, clients, isActive }: LifetimeFacts): boolean {
  return clients > 0 || keepRunning === 'always' || (keepRunning === 'whileActive' && isActive);
}

/** Whether it leaves now: nothing has needed it for the time of grace. */
export function isOver(facts: LifetimeFacts): boolean {
  return !isNeeded(facts) && facts.aloneMs >= facts.graceMs;
}
