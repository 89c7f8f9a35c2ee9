/**
 * The toolbar icon with its badge and tooltip. Decides what it shows for a state of the session, and how often that is
 * looked at; drawing is the browser's.
 */
import type { Totals } from '@jstorrent/control';
import { formatRate, formatSpan, formatWholePercent } from '../model/format.ts';
import { t, tn } from '../model/i18n.ts';
import type { LinkState } from '../model/link.ts';
import { troubleTitle } from '../model/link-words.ts';
import type { Prefs } from '../model/prefs.ts';
import type { Clock } from './clock.ts';

/** What the toolbar shows. */
export interface Face {
  readonly icon: 'idle' | 'active' | 'paused' | 'error';
  readonly badge: string;
  readonly colour: string;
  readonly title: string;
}

/** What it is decided by. */
export interface FaceSigns {
  readonly link: LinkState;
  /** Null while nothing is known. */
  readonly totals: Totals | null;
  /** A download was completed a moment ago. */
  readonly isDone: boolean;
  readonly badge: Prefs['badge'];
}

const BLUE = '#1F55C9';
const RED = '#C4311F';
const GREEN = '#1A7F42';
/** Where the badge has no room for more. */
const COUNT_MAX = 99;
/** More often than this is flicker. */
const SHOW_MS = 2000;
/** So long a finished download is shown. */
const DONE_MS = 5000;

/** What to show; null to leave it as it is, because nothing is known for a moment. */
export function faceOf({ link, totals, isDone, badge }: FaceSigns): Face | null {
  const withBadge = (face: Face): Face => (badge === 'none' ? { ...face, badge: '' } : face);
  if (link.kind === 'trouble') {
    return withBadge({ icon: 'error', badge: '!', colour: RED, title: named(troubleTitle(link.why)) });
  }
  if (totals === null) return null;
  const title = titleOf(totals);
  if (totals.attention > 0) return withBadge({ icon: 'error', badge: '!', colour: RED, title });
  const icon = iconOf(totals);
  if (isDone) return withBadge({ icon, badge: '✓', colour: GREEN, title });
  return withBadge({
    icon,
    badge: badge === 'percent' ? percentOf(totals) : countOf(totals),
    colour: BLUE,
    title,
  });
}

function iconOf(totals: Totals): Face['icon'] {
  const { downloading, queued, seeding, checking, stopped, slowMode, downRate, upRate } = totals;
  const isAllStopped = stopped > 0 && downloading + queued + seeding + checking === 0;
  if (slowMode !== null || isAllStopped) return 'paused';
  return downloading > 0 || downRate + upRate > 0 ? 'active' : 'idle';
}

function countOf({ downloading }: Totals): string {
  if (downloading === 0) return '';
  return downloading > COUNT_MAX ? `${COUNT_MAX}+` : String(downloading);
}

function percentOf({ downloading, downloadingWanted, downloadingLeft }: Totals): string {
  if (downloading === 0) return '';
  if (downloadingWanted === 0) return '…';
  return formatWholePercent((downloadingWanted - downloadingLeft) / downloadingWanted).replaceAll(/\s/g, '');
}

function titleOf(totals: Totals): string {
  const { attention, downloading, seeding, downRate, upRate, downloadingLeft } = totals;
  const parts: string[] = [];
  if (attention > 0) parts.push(tn('face_attention', attention));
  if (downloading > 0) {
    parts.push(tn('face_downloading', downloading));
    if (downRate > 0) {
      parts.push(formatRate(downRate));
      if (downloadingLeft > 0) parts.push(t('time_left', formatSpan((downloadingLeft / downRate) * 1000)));
    }
  } else if (seeding > 0) {
    parts.push(tn('face_seeding', seeding));
    if (upRate > 0) parts.push(formatRate(upRate));
  }
  return named(parts.join(' · '));
}

function named(words: string): string {
  return words === '' ? t('extension_name') : `${t('extension_name')}\n${words}`;
}

/** Shows a face when it changes, at most every two seconds. */
export class FaceKeeper {
  readonly #clock: Clock;
  readonly #signs: () => Omit<FaceSigns, 'isDone'>;
  readonly #draw: (face: Face, before: Face | null) => void;
  #shown: Face | null = null;
  #shownAt = Number.NEGATIVE_INFINITY;
  #doneUntil = 0;
  #isDue = false;
  #stopDone: () => void = () => {};

  /** `draw` is told what stood there before, null at first. */
  constructor(
    clock: Clock,
    signs: () => Omit<FaceSigns, 'isDone'>,
    draw: (face: Face, before: Face | null) => void,
  ) {
    this.#clock = clock;
    this.#signs = signs;
    this.#draw = draw;
  }

  /** Something may have changed. */
  look(): void {
    if (this.#isDue) return;
    const left = this.#shownAt + SHOW_MS - this.#clock.now();
    if (left <= 0) return this.#show();
    this.#isDue = true;
    this.#clock.after(left, () => {
      this.#isDue = false;
      this.#show();
    });
  }

  /** A download was completed. */
  done(): void {
    this.#doneUntil = this.#clock.now() + DONE_MS;
    this.#stopDone();
    this.#stopDone = this.#clock.after(DONE_MS, () => this.look());
    // Not later: it is gone again soon.
    this.#show();
  }

  #show(): void {
    const now = this.#clock.now();
    const face = faceOf({ ...this.#signs(), isDone: now < this.#doneUntil });
    if (face === null || isSame(face, this.#shown)) return;
    this.#draw(face, this.#shown);
    this.#shown = face;
    this.#shownAt = now;
  }
}

function isSame(one: Face, other: Face | null): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
