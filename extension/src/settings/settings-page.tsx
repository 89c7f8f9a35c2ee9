/** The settings page: sections with their lines, or what a search found. Decides what is told of a change. */
import { defaultSettings } from '@jstorrent/control';
import { useCallback, useDeferredValue, useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { Toasts } from '../manager/toasts.ts';
import { textOf } from '../model/failures.ts';
import type { FolderBook } from '../model/folders.ts';
import { t, tn, type TextKey } from '../model/i18n.ts';
import { troubleTitle } from '../model/link-words.ts';
import { onList, prefs as prefsCell, setPrefs, type Prefs } from '../model/prefs.ts';
import type { Session } from '../model/session.ts';
import { Icon, useObservable } from '../ui/react.tsx';
import { hasChanged } from './line.tsx';
import { Nav } from './nav.tsx';
import { SettingsContext, type SettingsPage as Page } from './page.ts';
import { RowView } from './row-view.tsx';
import { ROWS, SECTIONS, type SectionId, type SettingRow } from './rows.ts';
import { search, type Searched } from './search.ts';
import { pick, type SettingsPatch, type SettingsStore } from './settings-store.ts';
import { ToastHost } from './toast-host.tsx';

/** What the page is given. */
export interface SettingsPageProps {
  readonly session: Session;
  readonly store: SettingsStore;
  readonly book: FolderBook;
}

/** The page. */
export function SettingsPage({ session, store, book }: SettingsPageProps): ReactNode {
  const [toasts] = useState(() => new Toasts());
  const [typed, setTyped] = useState('');
  const query = useDeferredValue(typed.trim());
  const [problems, setProblems] = useState<ReadonlyMap<string, string>>(new Map());
  const setProblem = useCallback(
    (id: string, problem: string) => setProblems((before) => new Map([...before, [id, problem]])),
    [],
  );
  const known = useObservable(store.values);
  const prefs = useObservable(prefsCell);
  const values = known ?? defaultSettings();
  const changes = useChanges(store, toasts);
  const page: Page = {
    session,
    book,
    values,
    isKnown: known !== null,
    prefs,
    query,
    ...changes,
    setProblem,
  };
  useUndoKey(toasts);
  useHash(query);
  const counts = useMemo(() => countsOf(values, prefs, problems), [values, prefs, problems]);
  return (
    <SettingsContext.Provider value={page}>
      <div className="app">
        <Nav counts={counts} isSearching={query !== ''} onChoose={() => setTyped('')} />
        <main className="main">
          <div className="in">
            <div className="hd">
              <h1>{t('settings_title')}</h1>
              <SearchField value={typed} onChange={setTyped} />
            </div>
            <p className="dim">{t('settings_intro')}</p>
            <LinkNote session={session} isKnown={page.isKnown} />
            {query === '' ? <Sections /> : <Hits query={query} />}
          </div>
          <ToastHost toasts={toasts} />
        </main>
      </div>
    </SettingsContext.Provider>
  );
}

type Changes = Pick<Page, 'change' | 'changePrefs' | 'changeList'>;

function useChanges(store: SettingsStore, toasts: Toasts): Changes {
  return useMemo(() => {
    const fail = (error: unknown): void => void toasts.show({ text: textOf(error), kind: 'failure' });
    const tell = (title: TextKey, now: string | undefined, undo: () => unknown): void => {
      const text =
        now === undefined || now === '' ? t('settings_saved', t(title)) : t('settings_now', t(title), now);
      toasts.show({ text, undo });
    };
    return {
      change: async (title: TextKey, patch: SettingsPatch, now?: string) => {
        const before = store.values.value ?? defaultSettings();
        const undo = pick(before, Object.keys(patch) as (keyof SettingsPatch)[]);
        tell(title, now, () => store.set(undo).catch(fail));
        await store.set(patch).catch(fail);
      },
      changePrefs: async (title: TextKey, patch: Partial<Prefs>, now?: string) => {
        const before = prefsCell.value;
        const undo = Object.fromEntries(
          (Object.keys(patch) as (keyof Prefs)[]).map((key) => [key, before[key]]),
        ) as Partial<Prefs>;
        await setPrefs(patch);
        tell(title, now, () => setPrefs(undo).catch(fail));
      },
      changeList: async (title: TextKey, ...[key, member, isOn]: Parameters<typeof onList>) => {
        await setPrefs(onList(key, member, isOn));
        tell(title, undefined, () => setPrefs(onList(key, member, !isOn)).catch(fail));
      },
    };
  }, [store, toasts]);
}

/** What is told beside the name of a section. */
export interface SectionCount {
  readonly changed: number;
  readonly problems: number;
}

function countsOf(
  values: ReturnType<typeof defaultSettings>,
  prefs: Prefs,
  problems: ReadonlyMap<string, string>,
): ReadonlyMap<SectionId, SectionCount> {
  const of = (section: SectionId): SectionCount => {
    const rows = ROWS.filter((row) => row.section === section);
    return {
      changed: rows.filter((row) => hasChanged(row, values, prefs)).length,
      problems: rows.filter((row) => (problems.get(row.id) ?? '') !== '').length,
    };
  };
  return new Map(SECTIONS.map(({ id }) => [id, of(id)]));
}

function Sections(): ReactNode {
  return SECTIONS.map(({ id, icon, title }) => (
    <section key={id} id={id} aria-labelledby={`${id}-head`}>
      <h2 id={`${id}-head`}>
        <Icon name={icon} />
        {t(title)}
      </h2>
      <div className="grp">
        {ROWS.filter((row) => row.section === id).map((row) => (
          <RowView key={row.id} row={row} />
        ))}
      </div>
    </section>
  ));
}

function Hits({ query }: { readonly query: string }): ReactNode {
  const found = search(query, ROWS, textsOf);
  return (
    <>
      <p className="crumb num" role="status">
        {found.length === 0 ? t('settings_found_none', query) : tn('settings_found', found.length, query)}
      </p>
      {found.length > 0 && (
        <div className="grp">
          {found.map((row) => (
            <RowView key={row.id} row={row} />
          ))}
        </div>
      )}
    </>
  );
}

function textsOf({ title, help, words, section }: SettingRow): Searched {
  const of = SECTIONS.find(({ id }) => id === section);
  const keys = [help, words, of?.title].filter((key) => key !== undefined);
  return { title: t(title), more: keys.map((key) => t(key)) };
}

function SearchField(props: {
  readonly value: string;
  readonly onChange: (text: string) => void;
}): ReactNode {
  const { value, onChange } = props;
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      const isTyping =
        event.target instanceof Element && event.target.closest('input, textarea, select') !== null;
      if (event.key !== '/' || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      field.current?.focus();
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, []);
  return (
    <div className="f">
      <Icon name="search" />
      <input
        ref={field}
        type="search"
        aria-label={t('settings_search')}
        placeholder={t('settings_search')}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') onChange('');
        }}
      />
      <kbd>/</kbd>
    </div>
  );
}

/** How the helper stands, where that matters here. */
function LinkNote({ session, isKnown }: { readonly session: Session; readonly isKnown: boolean }): ReactNode {
  const link = useObservable(session.link);
  if (link.kind === 'ready' || (link.kind === 'connecting' && !isKnown)) return null;
  const isTrouble = link.kind === 'trouble';
  return (
    <div className="note away" data-st={isTrouble ? 'error' : 'queued'} role="status">
      <Icon name={isTrouble ? 'plug' : 'refresh'} className={isTrouble ? '' : 'spin'} />
      <p className="grow">
        {isTrouble && <strong>{troubleTitle(link.why)}. </strong>}
        {t(isKnown ? 'settings_away' : 'settings_unknown')}
      </p>
      {isTrouble && (
        <a className="b sm out" href="setup.html#settings">
          {t('settings_set_up')}
        </a>
      )}
    </div>
  );
}

/** Ctrl Z takes back the last change, but for text that is being typed. */
function useUndoKey(toasts: Toasts): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      const isTyping =
        event.target instanceof Element && event.target.matches('input:not([type=checkbox]), textarea');
      if (event.key !== 'z' || !(event.ctrlKey || event.metaKey) || event.shiftKey || isTyping) return;
      if (toasts.undoLast()) event.preventDefault();
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [toasts]);
}

/** Goes to the section or the line that the address names, and points it out. */
function useHash(query: string): void {
  useEffect(() => {
    const go = (): void => {
      const target = document.getElementById(location.hash.slice(1));
      if (target === null || query !== '') return;
      target.scrollIntoView({ block: target.classList.contains('set') ? 'center' : 'start' });
      if (target.classList.contains('set')) {
        target.classList.add('target');
        const field =
          target.querySelector<HTMLElement>('input, select, textarea') ?? target.querySelector('button');
        field?.focus({ preventScroll: true });
      }
    };
    go();
    addEventListener('hashchange', go);
    return () => removeEventListener('hashchange', go);
  }, [query]);
}
