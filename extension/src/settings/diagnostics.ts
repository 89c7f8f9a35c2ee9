/**
 * What is copied for a report. Decides what may be in it: versions, settings, counts and codes of events; no name, path,
 * address or tracker of anybody.
 */
import type { ControlSettings, LogEntry, Result } from '@jstorrent/control';
import type { LinkState } from '../model/link.ts';
import type { Prefs } from '../model/prefs.ts';

/** What is known; null where the helper did not answer. */
export interface Facts {
  readonly extension: string;
  readonly browser: string;
  readonly locale: string;
  readonly link: LinkState;
  readonly prefs: Prefs;
  readonly settings: ControlSettings | null;
  readonly status: Result<'service.status'> | null;
  readonly log: readonly LogEntry[];
  readonly roots: readonly { readonly available: boolean; readonly torrents: number }[];
  /** Ms since 1970. */
  readonly now: number;
}

/** The report. */
export function diagnostics(facts: Facts): string {
  const { link, prefs, settings, status } = facts;
  const { sitesOff, ...choices } = prefs;
  const report = {
    at: new Date(facts.now).toISOString(),
    extension: facts.extension,
    browser: facts.browser,
    locale: facts.locale,
    helper: linkFacts(link),
    service:
      status === null
        ? null
        : {
            version: status.version,
            runsForMs: facts.now - status.startedAt,
            clients: status.clients,
            active: status.active,
            memoryBytes: status.memoryBytes,
            daemonMemoryBytes: status.daemonMemoryBytes,
            hasDaemon: status.daemonPid !== null,
            port: status.port,
            hasStoreProblem: status.storeProblem !== null,
          },
    folders: facts.roots.map(({ available, torrents }) => ({ available, torrents })),
    choices: { ...choices, sitesOff: sitesOff.length },
    settings: settings === null ? null : plainSettings(settings),
    log: facts.log.map(({ at, level, code }) => `${new Date(at).toISOString()} ${level} ${code}`),
  };
  return JSON.stringify(report, null, 2);
}

function linkFacts(link: LinkState): object {
  if (link.kind === 'ready') return { state: 'ready', version: link.version, platform: link.platform };
  if (link.kind === 'trouble') return { state: 'trouble', why: link.why, version: link.helper };
  return { state: link.kind };
}

/** Values that name something of the user are told by whether they are there. */
function plainSettings(settings: ControlSettings): Record<string, unknown> {
  return {
    ...settings,
    'downloads.place': settings['downloads.place'] !== null,
    'downloads.labels': settings['downloads.labels'].length,
    'watch.folders': settings['watch.folders'].length,
    'done.moveTo': settings['done.moveTo'] !== null,
    'done.run': settings['done.run'].length > 0,
  };
}
