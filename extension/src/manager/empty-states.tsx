/** What is shown in place of an empty list: how torrents come here, what was searched in vain, or that the helper is missing. */
import { useDeferredValue, useMemo, useState, type ReactNode } from 'react';
import { t } from '../model/i18n.ts';
import type { Trouble } from '../model/link.ts';
import { troubleIcon, troubleTitle } from '../model/link-words.ts';
import { prefs } from '../model/prefs.ts';
import { Icon, useObservable } from '../ui/react.tsx';
import { openAdd } from './commands/adding.ts';
import { useManager, useRows } from './context.tsx';
import { ALL, isSameFilter } from './filters.ts';
import { keyName } from '../model/key-names.ts';
import { nearestName } from './nearest-name.ts';
import { useFilterGroups } from './sidebar.tsx';

/** What a newcomer may try: free software, seeded well. */
const EXAMPLE = 'https://cdimage.debian.org/debian-cd/current/amd64/bt-cd/';

/** Stands in a text where a key goes; browsers take control characters out of texts. */
const KEY_PLACE = '\uFFFC';

/** No torrent at all. */
export function NoTorrents(): ReactNode {
  const { captureMagnets } = useObservable(prefs);
  const [before, after] = t('empty_how', KEY_PLACE).split(KEY_PLACE);
  return (
    <div className="empty">
      <svg width="148" height="74" viewBox="0 0 132 66" aria-hidden="true">
        <path className="mk-b" d="M86 32v6a20 20 0 01-40 0h12a8 8 0 0016 0v-6z" />
        <path className="mk-p" d="M74 16h12v12H74zM46 28h12v6H46z" />
        <path className="mk-s" d="M44 4h16l-8 12z" />
        <g className="mk-t">
          <rect x="14" y="14" width="9" height="9" rx="2" />
          <rect x="26" y="34" width="9" height="9" rx="2" />
          <rect x="4" y="44" width="7" height="7" rx="2" />
          <rect x="102" y="12" width="9" height="9" rx="2" />
          <rect x="114" y="34" width="9" height="9" rx="2" />
          <rect x="100" y="50" width="7" height="7" rx="2" />
        </g>
      </svg>
      <h2>{t('empty_title')}</h2>
      <p>
        {before}
        <kbd>{keyName('Ctrl V')}</kbd>
        {after}
      </p>
      <div className="row">
        <button type="button" className="b pri" onClick={() => void openAdd([])}>
          <Icon name="plus" />
          {t('empty_add')}
        </button>
        {!captureMagnets && (
          <a className="b out" href="setup.html">
            <Icon name="magnet" />
            {t('setup_magnets')}
          </a>
        )}
        <a className="b out" href={EXAMPLE} target="_blank" rel="noreferrer">
          {t('empty_example')}
        </a>
      </div>
    </div>
  );
}

/** The helper cannot be reached, and no list was ever known. */
export function NoHelper({ why }: { readonly why: Trouble }): ReactNode {
  const { session } = useManager();
  const isMissing = why === 'missing';
  return (
    <div className="empty" role="status" data-st={isMissing ? 'error' : 'warn'}>
      <span className="tile">
        <Icon name={troubleIcon(why)} className="l" />
      </span>
      <h2>{troubleTitle(why)}</h2>
      <p>{t(isMissing ? 'popup_trouble_missing' : 'popup_trouble_other')}</p>
      <div className="row">
        <a className="b pri" href="setup.html#manager">
          {t('see_what_helps')}
        </a>
        <button type="button" className="b out" onClick={() => session.retry()}>
          <Icon name="refresh" />
          {t('popup_check_again')}
        </button>
      </div>
    </div>
  );
}

/** Nothing that matches. */
export function NoMatch(): ReactNode {
  const manager = useManager();
  const rows = useRows();
  const search = useObservable(manager.search);
  const filter = useObservable(manager.filter);
  const groups = useFilterGroups();
  // Names hardly change while something is typed; looking at all of them again with each figure would be waste.
  const [names] = useState(() => [...rows.values()].map(({ name }) => name));
  // Of very many names it takes long enough to be felt between two letters.
  const settled = useDeferredValue(search);
  const nearest = useMemo(() => nearestName(settled, names), [settled, names]);
  const where =
    groups.flatMap(({ lines }) => lines).find((line) => isSameFilter(line.filter, filter))?.text ?? '';
  const clear = (): void => {
    manager.search.set('');
    manager.filter.set(ALL);
  };
  return (
    <div className="empty">
      <Icon name={search === '' ? 'filter' : 'search'} className="l" />
      <h2>{search === '' ? t('nothing_in', where) : t('no_match', search)}</h2>
      {search !== '' && (
        <p>
          {t('searched_where', where)}{' '}
          {nearest !== null && (
            <>
              {t('closest_name')}{' '}
              <button type="button" className="link" dir="auto" onClick={() => manager.search.set(nearest)}>
                {nearest}
              </button>
            </>
          )}
        </p>
      )}
      <div className="row">
        <button type="button" className="b out" onClick={clear}>
          {t(search === '' ? 'manager_show_all' : 'clear_search')}
        </button>
      </div>
    </div>
  );
}
