import { describe, expect, it } from 'vitest';
import { next, type LifecycleEvent, type TorrentState } from './lifecycle.ts';

type Kind = TorrentState['kind'];

const DISK_FULL = { code: 'DISK_FULL', detail: 'no room', missing: 7 } as const;

/** One state of every kind. */
const STATES: { readonly [K in Kind]: Extract<TorrentState, { kind: K }> } = {
  stopped: { kind: 'stopped' },
  queued: { kind: 'queued' },
  checking: { kind: 'checking' },
  metadata: { kind: 'metadata' },
  downloading: { kind: 'downloading' },
  endgame: { kind: 'endgame' },
  seeding: { kind: 'seeding' },
  stopping: { kind: 'stopping' },
  failed: { kind: 'failed', ...DISK_FULL },
};

/** Every event with every value of what it carries, as far as it matters. */
const EVENTS = {
  start: { type: 'start' },
  stop: { type: 'stop' },
  'granted with metadata': { type: 'granted', hasMetadata: true },
  'granted without metadata': { type: 'granted', hasMetadata: false },
  metadataComplete: { type: 'metadataComplete' },
  'checked complete': { type: 'checked', complete: true, run: true },
  'checked incomplete': { type: 'checked', complete: false, run: true },
  'checked complete unwanted': { type: 'checked', complete: true, run: false },
  'checked incomplete unwanted': { type: 'checked', complete: false, run: false },
  completed: { type: 'completed' },
  incomplete: { type: 'incomplete' },
  'endgame begins': { type: 'endgame', on: true },
  'endgame ends': { type: 'endgame', on: false },
  recheck: { type: 'recheck' },
  'closed wanted': { type: 'closed', run: true },
  'closed unwanted': { type: 'closed', run: false },
  'failed alike': { type: 'failed', ...DISK_FULL },
  'failed otherwise': { type: 'failed', ...DISK_FULL, missing: 8 },
  'recovered complete': { type: 'recovered', complete: true },
  'recovered incomplete': { type: 'recovered', complete: false },
} as const satisfies Record<string, LifecycleEvent>;

/** Fails to compile when a type of event has no example above. */
type Missing = Exclude<LifecycleEvent['type'], (typeof EVENTS)[keyof typeof EVENTS]['type']>;
const noneMissing: [Missing] extends [never] ? true : Missing = true;

/** Where each event leads; `same`: nothing changes. */
const TABLE: { readonly [K in Kind]: { readonly [E in keyof typeof EVENTS]: Kind | 'same' } } = {
  stopped: {
    start: 'queued',
    stop: 'same',
    'granted with metadata': 'same',
    'granted without metadata': 'same',
    metadataComplete: 'same',
    'checked complete': 'same',
    'checked incomplete': 'same',
    'checked complete unwanted': 'same',
    'checked incomplete unwanted': 'same',
    completed: 'same',
    incomplete: 'same',
    'endgame begins': 'same',
    'endgame ends': 'same',
    recheck: 'checking',
    'closed wanted': 'same',
    'closed unwanted': 'same',
    'failed alike': 'same',
    'failed otherwise': 'same',
    'recovered complete': 'same',
    'recovered incomplete': 'same',
  },
  queued: {
    start: 'same',
    stop: 'stopped',
    'granted with metadata': 'checking',
    'granted without metadata': 'metadata',
    metadataComplete: 'same',
    'checked complete': 'same',
    'checked incomplete': 'same',
    'checked complete unwanted': 'same',
    'checked incomplete unwanted': 'same',
    completed: 'same',
    incomplete: 'same',
    'endgame begins': 'same',
    'endgame ends': 'same',
    recheck: 'same',
    'closed wanted': 'same',
    'closed unwanted': 'same',
    'failed alike': 'failed',
    'failed otherwise': 'failed',
    'recovered complete': 'same',
    'recovered incomplete': 'same',
  },
  checking: {
    start: 'same',
    stop: 'stopping',
    'granted with metadata': 'same',
    'granted without metadata': 'same',
    metadataComplete: 'same',
    'checked complete': 'seeding',
    'checked incomplete': 'downloading',
    'checked complete unwanted': 'stopping',
    'checked incomplete unwanted': 'stopping',
    completed: 'same',
    incomplete: 'same',
    'endgame begins': 'same',
    'endgame ends': 'same',
    recheck: 'same',
    'closed wanted': 'same',
    'closed unwanted': 'same',
    'failed alike': 'failed',
    'failed otherwise': 'failed',
    'recovered complete': 'same',
    'recovered incomplete': 'same',
  },
  metadata: {
    start: 'same',
    stop: 'stopping',
    'granted with metadata': 'same',
    'granted without metadata': 'same',
    metadataComplete: 'checking',
    'checked complete': 'same',
    'checked incomplete': 'same',
    'checked complete unwanted': 'same',
    'checked incomplete unwanted': 'same',
    completed: 'same',
    incomplete: 'same',
    'endgame begins': 'same',
    'endgame ends': 'same',
    recheck: 'same',
    'closed wanted': 'same',
    'closed unwanted': 'same',
    'failed alike': 'failed',
    'failed otherwise': 'failed',
    'recovered complete': 'same',
    'recovered incomplete': 'same',
  },
  downloading: {
    start: 'same',
    stop: 'stopping',
    'granted with metadata': 'same',
    'granted without metadata': 'same',
    metadataComplete: 'same',
    'checked complete': 'same',
    'checked incomplete': 'same',
    'checked complete unwanted': 'same',
    'checked incomplete unwanted': 'same',
    completed: 'seeding',
    incomplete: 'same',
    'endgame begins': 'endgame',
    'endgame ends': 'same',
    recheck: 'checking',
    'closed wanted': 'same',
    'closed unwanted': 'same',
    'failed alike': 'failed',
    'failed otherwise': 'failed',
    'recovered complete': 'same',
    'recovered incomplete': 'same',
  },
  endgame: {
    start: 'same',
    stop: 'stopping',
    'granted with metadata': 'same',
    'granted without metadata': 'same',
    metadataComplete: 'same',
    'checked complete': 'same',
    'checked incomplete': 'same',
    'checked complete unwanted': 'same',
    'checked incomplete unwanted': 'same',
    completed: 'seeding',
    incomplete: 'same',
    'endgame begins': 'same',
    'endgame ends': 'downloading',
    recheck: 'checking',
    'closed wanted': 'same',
    'closed unwanted': 'same',
    'failed alike': 'failed',
    'failed otherwise': 'failed',
    'recovered complete': 'same',
    'recovered incomplete': 'same',
  },
  seeding: {
    start: 'same',
    stop: 'stopping',
    'granted with metadata': 'same',
    'granted without metadata': 'same',
    metadataComplete: 'same',
    'checked complete': 'same',
    'checked incomplete': 'same',
    'checked complete unwanted': 'same',
    'checked incomplete unwanted': 'same',
    completed: 'seeding',
    incomplete: 'downloading',
    'endgame begins': 'same',
    'endgame ends': 'same',
    recheck: 'checking',
    'closed wanted': 'same',
    'closed unwanted': 'same',
    'failed alike': 'failed',
    'failed otherwise': 'failed',
    'recovered complete': 'same',
    'recovered incomplete': 'same',
  },
  stopping: {
    start: 'same',
    stop: 'same',
    'granted with metadata': 'same',
    'granted without metadata': 'same',
    metadataComplete: 'same',
    'checked complete': 'same',
    'checked incomplete': 'same',
    'checked complete unwanted': 'same',
    'checked incomplete unwanted': 'same',
    completed: 'same',
    incomplete: 'same',
    'endgame begins': 'same',
    'endgame ends': 'same',
    recheck: 'same',
    'closed wanted': 'queued',
    'closed unwanted': 'stopped',
    'failed alike': 'same',
    'failed otherwise': 'same',
    'recovered complete': 'same',
    'recovered incomplete': 'same',
  },
  failed: {
    start: 'stopping',
    stop: 'stopping',
    'granted with metadata': 'same',
    'granted without metadata': 'same',
    metadataComplete: 'same',
    'checked complete': 'same',
    'checked incomplete': 'same',
    'checked complete unwanted': 'same',
    'checked incomplete unwanted': 'same',
    completed: 'same',
    incomplete: 'same',
    'endgame begins': 'same',
    'endgame ends': 'same',
    recheck: 'same',
    'closed wanted': 'same',
    'closed unwanted': 'same',
    'failed alike': 'same',
    'failed otherwise': 'failed',
    'recovered complete': 'seeding',
    'recovered incomplete': 'downloading',
  },
};

describe('the life of a torrent', () => {
  for (const [from, row] of Object.entries(TABLE)) {
    for (const [name, to] of Object.entries(row)) {
      it(`${from}, ${name}: ${to}`, () => {
        const state = STATES[from as Kind];
        const after = next(state, EVENTS[name as keyof typeof EVENTS]);
        if (to === 'same') expect(after).toBe(state);
        else expect(after.kind).toBe(to);
      });
    }
  }

  it('covers every state with every event', () => {
    expect(noneMissing).toBe(true);
    for (const row of Object.values(TABLE)) expect(Object.keys(row)).toEqual(Object.keys(EVENTS));
    expect(Object.keys(TABLE)).toEqual(Object.keys(STATES));
  });

  it('carries code, detail and missing bytes of a failure', () => {
    const failure = { code: 'DENIED', detail: 'a/b', missing: 3 } as const;
    expect(next({ kind: 'downloading' }, { type: 'failed', ...failure })).toEqual({
      kind: 'failed',
      ...failure,
    });
  });

  it('can reach every state from stopped, and stopped from every state', () => {
    const reachableFrom = (start: Kind): Set<Kind> => {
      const seen = new Set<Kind>([start]);
      for (const kind of seen)
        for (const event of Object.values(EVENTS)) seen.add(next(STATES[kind], event).kind);
      return seen;
    };
    expect([...reachableFrom('stopped')].sort()).toEqual(Object.keys(STATES).sort());
    for (const kind of Object.keys(STATES) as Kind[]) expect(reachableFrom(kind).has('stopped')).toBe(true);
  });
});
