import { describe, expect, it } from 'vitest';
import { next, type LifecycleEvent, type TorrentState } from './lifecycle.ts';

type Kind = TorrentState['kind'];

const FULL = { type: 'failed', code: 'DISK_FULL', detail: 'no room', missing: 7 } as const;

/** Every event with every value of what it carries, as far as it matters. */
const EVENTS = {
  start: { type: 'start' },
  stop: { type: 'stop' },
  grantedFull: { type: 'granted', hasMetadata: true },
  grantedBare: { type: 'granted', hasMetadata: false },
  metadataComplete: { type: 'metadataComplete' },
  checkedAll: { type: 'checked', complete: true, run: true },
  checkedSome: { type: 'checked', complete: false, run: true },
  checkedAllIdle: { type: 'checked', complete: true, run: false },
  checkedSomeIdle: { type: 'checked', complete: false, run: false },
  completed: { type: 'completed' },
  incomplete: { type: 'incomplete' },
  endgameOn: { type: 'endgame', on: true },
  endgameOff: { type: 'endgame', on: false },
  recheck: { type: 'recheck' },
  closedToRun: { type: 'closed', run: true },
  closed: { type: 'closed', run: false },
  failedAlike: FULL,
  failedWorse: { ...FULL, missing: 8 },
  recoveredAll: { type: 'recovered', complete: true },
  recoveredSome: { type: 'recovered', complete: false },
} as const satisfies Record<string, LifecycleEvent>;

/** Does not compile, and is not empty, when a type of event has no example above. */
type Forgotten = Exclude<LifecycleEvent['type'], (typeof EVENTS)[keyof typeof EVENTS]['type']>;
const forgotten: readonly Forgotten[] = [] satisfies readonly never[];

/** One state of every kind, and how it is reached. */
const STATES: { readonly [K in Kind]: TorrentState } = {
  stopped: { kind: 'stopped' },
  queued: after('start'),
  checking: after('start', 'grantedFull'),
  metadata: after('start', 'grantedBare'),
  downloading: after('start', 'grantedFull', 'checkedSome'),
  endgame: after('start', 'grantedFull', 'checkedSome', 'endgameOn'),
  seeding: after('start', 'grantedFull', 'checkedAll'),
  stopping: after('start', 'grantedFull', 'stop'),
  failed: after('start', 'failedAlike'),
};

/** Where every event leads from every state; a dot means that nothing changes. */
const TABLE: { readonly [E in keyof typeof EVENTS]: { readonly [K in Kind]: Kind | '.' } } = {
  start: row('queued . . . . . . . stopping'),
  stop: row('. stopped stopping stopping stopping stopping stopping . stopping'),
  grantedFull: row('. checking . . . . . . .'),
  grantedBare: row('. metadata . . . . . . .'),
  metadataComplete: row('. . . checking . . . . .'),
  checkedAll: row('. . seeding . . . . . .'),
  checkedSome: row('. . downloading . . . downloading . .'),
  checkedAllIdle: row('. . stopping . . . . . .'),
  checkedSomeIdle: row('. . stopping . . . downloading . .'),
  completed: row('. . . . seeding seeding . . .'),
  incomplete: row('. . . . . . downloading . .'),
  endgameOn: row('. . . . endgame . . . .'),
  endgameOff: row('. . . . . downloading . . .'),
  recheck: row('queued . . . checking checking checking . checking'),
  closedToRun: row('. . . . . . . queued .'),
  closed: row('. . . . . . . stopped .'),
  failedAlike: row('. failed failed failed failed failed failed . .'),
  failedWorse: row('. failed failed failed failed failed failed . failed'),
  recoveredAll: row('. . . . . . . . seeding'),
  recoveredSome: row('. . . . . . . . downloading'),
};

function after(...names: (keyof typeof EVENTS)[]): TorrentState {
  return names.reduce<TorrentState>((state, name) => next(state, EVENTS[name]), { kind: 'stopped' });
}

function row(text: string): { readonly [K in Kind]: Kind | '.' } {
  const [stopped, queued, checking, metadata, downloading, endgame, seeding, stopping, failed] = text.split(
    ' ',
  ) as [Kind, Kind, Kind, Kind, Kind, Kind, Kind, Kind, Kind];
  return { stopped, queued, checking, metadata, downloading, endgame, seeding, stopping, failed };
}

describe('the life of a torrent', () => {
  for (const [name, cells] of Object.entries(TABLE)) {
    it(`goes where the table says on ${name}`, () => {
      expect(Object.keys(cells)).toEqual(Object.keys(STATES));
      for (const [from, to] of Object.entries(cells)) {
        const state = STATES[from as Kind];
        const result = next(state, EVENTS[name as keyof typeof EVENTS]);
        if (to === '.') expect(result, from).toBe(state);
        else expect([from, result.kind]).toEqual([from, to]);
        if (to !== '.' && to === from) expect(result, from).not.toBe(state);
      }
    });
  }

  it('has an example of every state and event', () => {
    expect(forgotten).toEqual([]);
    expect(Object.keys(TABLE)).toEqual(Object.keys(EVENTS));
    for (const [kind, state] of Object.entries(STATES)) expect(state.kind).toBe(kind);
  });

  it('carries code, detail and missing bytes of a failure', () => {
    const failure = { code: 'DENIED', detail: 'a/b', missing: 3 } as const;
    expect(next(STATES.downloading, { type: 'failed', ...failure })).toEqual({ kind: 'failed', ...failure });
  });

  it('looks at everything again when a file was changed, at once or as soon as it can', () => {
    const changed = { type: 'failed', code: 'FILE_CHANGED', detail: 'a/b', missing: 0 } as const;
    for (const kind of ['downloading', 'endgame', 'seeding'] as const) {
      expect(next(STATES[kind], changed).kind).toBe('checking');
    }
    const failed = next(STATES.failed, changed);
    expect(failed).toMatchObject({ code: 'FILE_CHANGED' });
    expect(next(failed, { ...changed, code: 'DISK_FULL' })).toBe(failed);
    expect(next(failed, { type: 'recovered', complete: true }).kind).toBe('checking');
  });

  it('can reach every state from stopped, and stopped from every state', () => {
    const reachableFrom = (start: Kind): Set<Kind> => {
      const seen = new Set<Kind>([start]);
      for (const kind of seen) {
        for (const event of Object.values(EVENTS)) seen.add(next(STATES[kind], event).kind);
      }
      return seen;
    };
    expect(reachableFrom('stopped').size).toBe(Object.keys(STATES).length);
    for (const kind of Object.keys(STATES) as Kind[]) expect(reachableFrom(kind)).toContain('stopped');
  });
});
