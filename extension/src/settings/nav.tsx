/** The sections beside the settings, with what was changed and what is wrong in each. */
import { useEffect, useState, type ReactNode } from 'react';
import { t, tn } from '../model/i18n.ts';
import { Icon } from '../ui/react.tsx';
import { SECTIONS, type SectionId } from './rows.ts';
import type { SectionCount } from './settings-page.tsx';

/** What the list is given. */
export interface NavProps {
  readonly counts: ReadonlyMap<SectionId, SectionCount>;
  readonly isSearching: boolean;
  /** A section was chosen; a search ends. */
  readonly onChoose: () => void;
}

/** The list. */
export function Nav({ counts, isSearching, onChoose }: NavProps): ReactNode {
  const current = useSeenSection(isSearching);
  return (
    <nav className="nav" aria-label={t('settings_sections')}>
      <a className="bk" href="manager.html">
        <svg className="mark" viewBox="0 0 16 16" aria-hidden="true">
          <path className="mk-b" d="M14 5v4A6 6 0 012 9h4a2 2 0 004 0V5z" />
          <path className="mk-p" d="M10 1h4v3h-4zM2 6h4v2H2z" />
        </svg>
        JSTorrent
      </a>
      {SECTIONS.map(({ id, icon, title }) => (
        <a
          key={id}
          className="n"
          href={`#${id}`}
          aria-current={current === id ? 'true' : undefined}
          onClick={onChoose}
        >
          <Icon name={icon} />
          {t(title)}
          <Count count={counts.get(id)} />
        </a>
      ))}
    </nav>
  );
}

function Count({ count }: { readonly count: SectionCount | undefined }): ReactNode {
  if (count === undefined || count.changed + count.problems === 0) return null;
  const { problems, changed } = count;
  return problems > 0 ? (
    <span className="c wrong">{tn('settings_errors', problems)}</span>
  ) : (
    <span className="c">{tn('settings_changed', changed)}</span>
  );
}

/** The section that is at the top of the window; null while something is searched. */
function useSeenSection(isSearching: boolean): SectionId | null {
  const [seen, setSeen] = useState<SectionId>('downloads');
  useEffect(() => {
    if (isSearching) return undefined;
    const look = (): void => {
      const isAtEnd = innerHeight + scrollY >= document.documentElement.scrollHeight - 2 && scrollY > 0;
      const above = SECTIONS.filter(({ id }) => {
        const top = document.getElementById(id)?.getBoundingClientRect().top ?? Number.POSITIVE_INFINITY;
        return top <= (isAtEnd ? innerHeight - 80 : 120);
      });
      const named = SECTIONS.find(({ id }) => isAtEnd && `#${id}` === location.hash);
      setSeen((named ?? above.at(-1))?.id ?? 'downloads');
    };
    look();
    addEventListener('scroll', look, { passive: true });
    addEventListener('hashchange', look);
    return () => {
      removeEventListener('scroll', look);
      removeEventListener('hashchange', look);
    };
  }, [isSearching]);
  return isSearching ? null : seen;
}
