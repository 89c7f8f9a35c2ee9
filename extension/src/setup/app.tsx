/** The page as a whole: first run or trouble, and that it looks for the helper by itself. */
import { PROTOCOL } from '@jstorrent/control';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import type { FolderBook } from '../model/folders.ts';
import { t } from '../model/i18n.ts';
import type { Session } from '../model/session.ts';
import { useObservable } from '../ui/react.tsx';
import type { BrowserFacts } from './browser-facts.ts';
import type { System } from './commands.ts';
import { FirstRun } from './first-run.tsx';
import { Waiting } from './parts.tsx';
import type { TroubleLink } from './plan.ts';
import { reportText } from './report.ts';
import { TroublePage } from './trouble.tsx';
import { backOf, goBack } from './way-back.ts';

/** The helper was reached once from this browser: from then on, that it is missing is a trouble. */
const SEEN_KEY = 'helper-seen';
const RETRY_MS = 3000;
/** A helper that is there answers before this. */
const LOOK_MS = 1500;
/** That it works again can be read before the page goes. */
const BACK_MS = 900;

/** What the page is given. */
export interface SetupProps {
  readonly session: Session;
  readonly book: FolderBook;
  readonly facts: BrowserFacts;
}

/** The page. */
export function SetupPage({ session, book, facts }: SetupProps): ReactNode {
  const link = useObservable(session.link);
  const [system, setSystem] = useState<System>(facts.around.system);
  const [back] = useState(() => backOf(location.hash));
  const [isFirstRun] = useState(() => localStorage.getItem(SEEN_KEY) === null);
  const trouble = useTrouble(link);
  const hasLooked = useHasLooked(link);
  const isFixed = link.kind === 'ready' && trouble !== null && !isFirstRun;
  useRetry(session);
  useEffect(() => {
    if (link.kind === 'ready') localStorage.setItem(SEEN_KEY, '1');
    const leaves = link.kind === 'ready' && !isFirstRun && (back !== null || trouble !== null);
    if (!leaves) return undefined;
    const timer = setTimeout(() => {
      goBack(back).catch(() => {});
    }, BACK_MS);
    return () => clearTimeout(timer);
  }, [link, back, isFirstRun, trouble]);

  const around = { ...facts.around, system };
  const report = (): string =>
    reportText({
      link,
      id: around.id,
      version: around.version,
      protocol: PROTOCOL,
      system: facts.systemText,
      userAgent: navigator.userAgent,
      now: Date.now(),
    });
  const showsTrouble =
    trouble !== null && link.kind === 'trouble' && !(isFirstRun && trouble.why === 'missing');
  return (
    <>
      <header className="tp">
        <Mark />
        <span>{t('extension_name')}</span>
      </header>
      <main className="wrap">
        {isFixed ? (
          <Waiting text={t('setup_back')} isGood />
        ) : showsTrouble ? (
          <TroublePage
            trouble={trouble}
            around={around}
            onSystem={setSystem}
            onRetry={() => session.retry()}
            report={report}
          />
        ) : hasLooked ? (
          <FirstRun link={link} around={around} onSystem={setSystem} book={book} />
        ) : null}
      </main>
    </>
  );
}

/** The trouble that is or was last. */
function useTrouble(link: Session['link']['value']): TroubleLink | null {
  const last = useRef<TroubleLink | null>(null);
  if (link.kind === 'trouble') last.current = link;
  return last.current;
}

/** Whether it is known how the link stands, or that takes long: a page that says "install" for a moment would mislead. */
function useHasLooked(link: Session['link']['value']): boolean {
  const [isLate, setLate] = useState(false);
  const wasKnown = useRef(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), LOOK_MS);
    return () => clearTimeout(timer);
  }, []);
  if (link.kind !== 'connecting') wasKnown.current = true;
  return wasKnown.current || isLate;
}

/** Look again and again, and at once when the user comes back from a terminal. */
function useRetry(session: Session): void {
  useEffect(() => {
    const look = (): void => {
      if (!document.hidden && session.link.value.kind === 'trouble') session.retry();
    };
    const timer = setInterval(look, RETRY_MS);
    window.addEventListener('focus', look);
    return () => {
      clearInterval(timer);
      window.removeEventListener('focus', look);
    };
  }, [session]);
}

function Mark(): ReactNode {
  return (
    <svg className="mark" viewBox="0 0 16 16" aria-hidden="true">
      <path className="mk-b" d="M14 5v4A6 6 0 012 9h4a2 2 0 004 0V5z" />
      <path className="mk-p" d="M10 1h4v3h-4zM2 6h4v2H2z" />
    </svg>
  );
}
