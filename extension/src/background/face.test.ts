/** What the toolbar shows. */
import type { Totals } from '@jstorrent/control';
import { expect, it } from 'vitest';
import { totalsOf } from '@jstorrent/control/testing';
import type { LinkState } from '../model/link.ts';
import { ManualClock } from '../testing/manual-clock.ts';
import { faceOf, FaceKeeper, type Face, type FaceSigns } from './face.ts';

const READY: LinkState = { kind: 'ready', epoch: 1, version: '1', platform: 'linux', instance: 'a' };
const MISSING: LinkState = { kind: 'trouble', why: 'missing', detail: '', helper: null };
const totals = (members: Partial<Totals> = {}): Totals => ({
  ...totalsOf(0),
  torrents: 5,
  downloadingWanted: 0,
  downloadingLeft: 0,
  ...members,
});

/** With plain spaces in its tooltip. */
function face(members: Partial<Totals>, signs: Partial<FaceSigns> = {}): Face | null {
  const made = faceOf({ link: READY, totals: totals(members), isDone: false, badge: 'count', ...signs });
  return made === null ? null : { ...made, title: made.title.replaceAll(/[^\S\n]/g, ' ') };
}

it('is empty while nothing happens, and as it was while nothing is known', () => {
  expect(face({})).toMatchObject({ icon: 'idle', badge: '', title: 'JSTorrent' });
  expect(faceOf({ link: READY, totals: null, isDone: false, badge: 'count' })).toBeNull();
});

it('counts downloads up to 99, and says how fast they are and when they are there', () => {
  const loading = { downloading: 3, downRate: 12_300_000, downloadingLeft: 1_476_000_000 };
  expect(face(loading)).toMatchObject({
    icon: 'active',
    badge: '3',
    title: 'JSTorrent\n3 downloading · 12.3 MB/s · 2 min left',
  });
  expect(face({ downloading: 99 })?.badge).toBe('99');
  expect(face({ downloading: 100 })?.badge).toBe('99+');
});

it('shows how much is there of everything that is downloaded, if that is chosen', () => {
  const loading = { downloading: 2, downloadingWanted: 300, downloadingLeft: 177 };
  expect(face(loading, { badge: 'percent' })?.badge).toBe('41%');
  expect(face({ downloading: 1 }, { badge: 'percent' })?.badge).toBe('…');
  expect(face({ seeding: 1 }, { badge: 'percent' })?.badge).toBe('');
});

it('shows trouble before everything else', () => {
  const signs = { isDone: true };
  expect(face({ attention: 1, downloading: 4 }, signs)).toMatchObject({ icon: 'error', badge: '!' });
  expect(face({ downloading: 4 }, { ...signs, link: MISSING })).toMatchObject({
    icon: 'error',
    badge: '!',
    title: 'JSTorrent\nThe helper isn’t installed',
  });
  expect(face({ downloading: 4 }, signs)).toMatchObject({ icon: 'active', badge: '✓' });
});

it('has no badge at all, if that is chosen', () => {
  expect(face({ attention: 1 }, { badge: 'none' })).toMatchObject({ icon: 'error', badge: '' });
});

it('is paused when everything is stopped or slow', () => {
  expect(face({ stopped: 2 })?.icon).toBe('paused');
  expect(face({ stopped: 2, queued: 1 })?.icon).toBe('idle');
  expect(face({ downloading: 1, slowMode: 'switch' })?.icon).toBe('paused');
  expect(face({ seeding: 1, upRate: 5000 })).toMatchObject({
    icon: 'active',
    badge: '',
    title: 'JSTorrent\n1 seeding · 5 kB/s',
  });
});

it('is drawn when it changes, at most every two seconds, and a finished download for five', () => {
  const clock = new ManualClock();
  let now = totals({ downloading: 1 });
  const drawn: string[] = [];
  const keeper = new FaceKeeper(
    clock,
    () => ({ link: READY, totals: now, badge: 'count' }),
    ({ badge }) => drawn.push(badge),
  );
  keeper.look();
  keeper.look();
  for (const downloading of [2, 3]) {
    now = totals({ downloading });
    keeper.look();
  }
  expect(drawn).toEqual(['1']);
  clock.pass(2000);
  expect(drawn).toEqual(['1', '3']);
  clock.pass(2000);
  keeper.done();
  clock.pass(4999);
  expect(drawn).toEqual(['1', '3', '✓']);
  clock.pass(1);
  expect(drawn).toEqual(['1', '3', '✓', '3']);
  clock.pass(60_000);
  expect(drawn).toHaveLength(4);
});
