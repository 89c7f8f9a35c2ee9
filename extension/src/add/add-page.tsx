/** The add dialog as a page: what waits to be added, one after the other. Decides which state is shown and when it closes. */
import type { Place } from '@jstorrent/control';
import { useEffect, useRef, useState, type DragEvent, type ReactNode } from 'react';
import browser from 'webextension-polyfill';
import { queueSource, type AddQueue, type Waiting } from '../model/add-queue.ts';
import { textOf } from '../model/failures.ts';
import type { FolderBook } from '../model/folders.ts';
import { t, tn } from '../model/i18n.ts';
import { troubleIcon, troubleTitle } from '../model/link-words.ts';
import type { AddSource } from '../model/link.ts';
import type { Session } from '../model/session.ts';
import { sourcesIn } from '../model/sources.ts';
import { Icon, useObservable } from '../ui/react.tsx';
import { Blank, sourcesOf } from './blank.tsx';
import type { Choice } from './choice.ts';
import { List } from './list.tsx';
import { One } from './one.tsx';

/** What the page is given. */
export interface AddPageProps {
  readonly session: Session;
  readonly queue: AddQueue;
  readonly book: FolderBook;
}

/** The page. */
export function AddPage({ session, queue, book }: AddPageProps): ReactNode {
  const waiting = useObservable(queue.waiting);
  const [isList, setList] = useState(false);
  const [problem, setProblem] = useState('');
  const leaving = useRef(false);
  const settings = useDefaults(session);
  const useful = useUsefulPlace(book);
  const close = (): void => {
    leaving.current = true;
    queue.clear().then(closeWindow, closeWindow);
  };
  const done = (id: string): void => {
    const isLast = (queue.waiting.value ?? []).every((entry) => entry.id === id);
    if (isLast) return close();
    queue.done(id).catch(() => {});
  };
  const take = (sources: readonly AddSource[]): void => {
    setProblem('');
    if (sources.length > 1) setList(true);
    // Of very much at once the browser keeps only a part.
    Promise.all(sources.map((source) => queueSource(source))).catch((error: unknown) =>
      setProblem(textOf(error)),
    );
  };
  const takeFiles = (files: readonly File[]): void => {
    sourcesOf(files).then(
      (read) => {
        take(read.sources);
        setProblem(read.problem);
      },
      () => {},
    );
  };
  const onDrop = (event: DragEvent): void => {
    event.preventDefault();
    if (event.dataTransfer.files.length > 0) return takeFiles([...event.dataTransfer.files]);
    const text = event.dataTransfer.getData('text/uri-list') || event.dataTransfer.getData('text');
    take(sourcesIn(text).sources);
  };
  if (waiting === null || leaving.current) return null;
  const shared = { session, book, ...withPlace(settings, useful) };
  const [first] = waiting;
  return (
    <main onDragOver={(event) => event.preventDefault()} onDrop={onDrop}>
      <div className="dlg" role="dialog" aria-label={t('add_dialog')}>
        <LinkLine session={session} />
        <CutLine queue={queue} />
        {first === undefined ? (
          <Blank onSources={take} onFiles={takeFiles} problem={problem} onLeave={close} />
        ) : isList && waiting.length > 1 ? (
          <List
            {...shared}
            waiting={waiting}
            onChoose={(id) => {
              setList(false);
              queue.putFirst(id);
            }}
            onDone={done}
            onLeave={close}
          />
        ) : (
          <>
            <MoreWaiting waiting={waiting} onShow={() => setList(true)} />
            <One
              key={first.id}
              {...shared}
              source={first.source}
              onDone={() => done(first.id)}
              onLeave={() => done(first.id)}
              onOther={() => void queue.done(first.id)}
            />
          </>
        )}
      </div>
    </main>
  );
}

function MoreWaiting(props: {
  readonly waiting: readonly Waiting[];
  readonly onShow: () => void;
}): ReactNode {
  const others = props.waiting.length - 1;
  if (others === 0) return null;
  return (
    <p className="morewait" role="status">
      <span className="grow num">{tn('add_waiting', others)}</span>
      <button type="button" className="b sm" onClick={props.onShow}>
        {t('add_show_all')}
      </button>
    </p>
  );
}

/** Why not everything waits that pages brought. */
function CutLine({ queue }: { readonly queue: AddQueue }): ReactNode {
  const isCut = useObservable(queue.isCut);
  if (!isCut) return null;
  return (
    <p className="morewait" role="status">
      <Icon name="info" className="s" />
      <span className="grow">{t('add_cut')}</span>
    </p>
  );
}

/** What is wrong with the connection to the helper, where the user has to do something. */
function LinkLine({ session }: { readonly session: Session }): ReactNode {
  const link = useObservable(session.link);
  if (link.kind !== 'trouble') return null;
  return (
    <p className="morewait" data-st="error" role="alert">
      <Icon name={troubleIcon(link.why)} />
      <span className="grow">{troubleTitle(link.why)}</span>
      <a className="b sm out" href="setup.html#popup" target="_blank" rel="noreferrer">
        {t('add_set_up')}
      </a>
    </p>
  );
}

interface Defaults {
  readonly defaults: Choice;
  readonly knownLabels: readonly string[];
}

/** What holds until the user chooses otherwise, by the settings of the service. */
function useDefaults(session: Session): Defaults {
  const [values, setValues] = useState<Defaults>({ defaults: NOTHING, knownLabels: [] });
  useEffect(
    () =>
      session.onReady(() => {
        session.call('settings.get', {}).then(
          (settings) =>
            setValues({
              defaults: {
                ...NOTHING,
                place: settings['downloads.place'],
                start: settings['downloads.startNew'],
              },
              knownLabels: settings['downloads.labels'],
            }),
          () => {},
        );
      }),
    [session],
  );
  return values;
}

/** Where to save without a default place: where it was saved the last time, or the first folder there is. */
function useUsefulPlace(book: FolderBook): Place | null {
  const roots = useObservable(book.roots) ?? [];
  const recent = useObservable(book.recent);
  const known = recent.find(({ root }) => roots.some(({ key }) => key === root));
  const [first] = roots;
  return known ?? (first === undefined ? null : { root: first.key, folder: [] });
}

function withPlace({ defaults, knownLabels }: Defaults, useful: Place | null): Defaults {
  return { defaults: { ...defaults, place: defaults.place ?? useful }, knownLabels };
}

const NOTHING: Choice = {
  place: null,
  labels: [],
  start: true,
  queueTop: false,
  sequential: false,
  skipCheck: false,
  name: '',
};

function closeWindow(): void {
  // What was opened as a tab by somebody else is closed by its number.
  const close = async (): Promise<void> => {
    const tab = await browser.tabs.getCurrent();
    if (tab?.id === undefined) window.close();
    else await browser.tabs.remove(tab.id);
  };
  close().catch(() => window.close());
}
