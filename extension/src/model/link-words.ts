/**
 * How the connection to the helper stands, in a few words for a quiet line: a text, an icon, since when. Decides when
 * there is something to say at all; where it is shown is decided by each page.
 */
import { Cell, type Observable } from './observable.ts';
import type { LinkState, Trouble } from './link.ts';
import { t, tn, type TextKey } from './i18n.ts';
import type { IconName } from '../ui/icon-names.ts';
import type { Session } from './session.ts';

/** A quiet line. */
export interface LinkWords {
  /** `busy`: it goes on by itself. `trouble`: the user has to do something; the setup page says what. */
  readonly tone: 'busy' | 'trouble';
  readonly icon: IconName;
  readonly text: string;
  /** Of what is shown meanwhile: since when it may be old, ms since 1970; null when it was never live. */
  readonly since: number | null;
}

/** A start of the helper that takes no longer than this is not worth a word. */
const QUIET_MS = 1500;
/** The part that transfers is there again before this, even when nobody said so. */
const DAEMON_MS = 15_000;

const TROUBLES: Readonly<Record<Trouble, { readonly icon: IconName; readonly text: TextKey }>> = {
  missing: { icon: 'plug', text: 'link_missing' },
  forbidden: { icon: 'lock', text: 'link_forbidden' },
  crashed: { icon: 'refresh', text: 'link_crashed' },
  garbled: { icon: 'alert', text: 'link_garbled' },
  tooOld: { icon: 'up', text: 'link_too_old' },
  tooNew: { icon: 'down', text: 'link_too_new' },
};

/** The title of a trouble. */
export function troubleTitle(why: Trouble): string {
  return t(TROUBLES[why].text);
}

/** The icon of a trouble. */
export function troubleIcon(why: Trouble): IconName {
  return TROUBLES[why].icon;
}

/** What is known beside the state of the link. */
export interface LinkSigns {
  /** Since when the link has been in this state, and now; ms since 1970. */
  readonly changedAt: number;
  readonly now: number;
  /** When what is shown came; null when nothing did. */
  readonly updatedAt: number | null;
  /** The part of the helper that transfers is starting anew. */
  readonly isDaemonRestarting: boolean;
  /** Commands that wait for the helper. */
  readonly waiting: number;
}

/** The words for a state; null when there is nothing to say. */
export function linkWords(link: LinkState, signs: LinkSigns): LinkWords | null {
  const since = signs.updatedAt;
  switch (link.kind) {
    case 'ready':
      return signs.isDaemonRestarting
        ? { tone: 'busy', icon: 'refresh', text: t('link_daemon_restarting'), since: null }
        : null;
    case 'connecting':
      return signs.now - signs.changedAt < QUIET_MS
        ? null
        : { tone: 'busy', icon: 'refresh', text: withWaiting(t('link_connecting'), signs.waiting), since };
    case 'reconnecting':
      return {
        tone: 'busy',
        icon: 'refresh',
        text: withWaiting(t('link_reconnecting'), signs.waiting),
        since: since ?? link.since,
      };
    case 'trouble':
      return { tone: 'trouble', icon: troubleIcon(link.why), text: troubleTitle(link.why), since };
  }
}

function withWaiting(text: string, waiting: number): string {
  return waiting === 0 ? text : `${text} · ${tn('link_waiting', waiting)}`;
}

/** The quiet line of a page, kept up to date. `updatedAt` tells when what is shown came. */
export function watchLink(session: Session, updatedAt: () => number | null): Observable<LinkWords | null> {
  let changedAt = Date.now();
  let daemonTimer: ReturnType<typeof setTimeout> | null = null;
  const cell = new Cell<LinkWords | null>(null);
  const look = (): void => {
    const words = linkWords(session.link.value, {
      changedAt,
      now: Date.now(),
      updatedAt: updatedAt(),
      isDaemonRestarting: daemonTimer !== null,
      waiting: session.waiting.value,
    });
    if (JSON.stringify(words) !== JSON.stringify(cell.value)) cell.set(words);
  };
  const daemonIsBack = (): void => {
    if (daemonTimer === null) return;
    clearTimeout(daemonTimer);
    daemonTimer = null;
    look();
  };
  session.link.subscribe(() => {
    changedAt = Date.now();
    if (session.link.value.kind !== 'ready') daemonIsBack();
    look();
    setTimeout(look, QUIET_MS);
  });
  session.waiting.subscribe(look);
  session.onEvent((event) => {
    if (event.event !== 'service') return;
    if (event.state !== 'daemonRestarting') return daemonIsBack();
    daemonIsBack();
    daemonTimer = setTimeout(daemonIsBack, DAEMON_MS);
    look();
  });
  look();
  setTimeout(look, QUIET_MS);
  return cell;
}
