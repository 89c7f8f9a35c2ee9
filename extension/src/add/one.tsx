/**
 * The dialog for one torrent, in each of its states: its file list is fetched, known, or the torrent is in the list
 * already, or cannot be added. Decides what each button does; what comes next is decided by the page.
 */
import type { PreviewView } from '@jstorrent/control';
import browser from 'webextension-polyfill';
import { useEffect, useState, type ReactNode } from 'react';
import { textOf } from '../model/failures.ts';
import { iconOfFile } from '../model/file-tree.ts';
import type { FolderBook } from '../model/folders.ts';
import { t, tn } from '../model/i18n.ts';
import type { AddSource, Ask } from '../model/link.ts';
import { onList, prefs, setPrefs } from '../model/prefs.ts';
import type { Session } from '../model/session.ts';
import { sourceKind, sourceName } from '../model/sources.ts';
import type { IconName } from '../ui/icon-names.ts';
import { Icon, useObservable } from '../ui/react.tsx';
import { addOptions, fileChoice, type Choice } from './choice.ts';
import { Duplicate } from './duplicate.tsx';
import { Fetching } from './fetching.tsx';
import { Files } from './files.tsx';
import { Foot, Head, MainButton } from './frame.tsx';
import { Options } from './options.tsx';
import { PreviewStore, type PreviewFiles } from './preview-store.ts';
import { SpaceBar, useDiskSpace } from './space.tsx';
import { useKeys } from './keys.ts';

/** What the dialog is given. */
export interface OneProps {
  readonly session: Session;
  readonly book: FolderBook;
  readonly source: AddSource;
  readonly defaults: Choice;
  readonly knownLabels: readonly string[];
  /** It was added, shown or merged. */
  readonly onDone: () => void;
  /** It is not wanted. */
  readonly onLeave: () => void;
  /** It cannot be added; the user brings something else. */
  readonly onOther: () => void;
}

/** The dialog. */
export function One(props: OneProps): ReactNode {
  const { session, onLeave } = props;
  const [source, setSource] = useState(props.source);
  const [attempt, setAttempt] = useState(0);
  const [store, setStore] = useState<PreviewStore | null>(null);
  useEffect(() => {
    const opened = new PreviewStore(session, source);
    setStore(opened);
    return () => opened.close();
  }, [session, source, attempt]);
  if (store === null) return null;
  const retry = (): void => setAttempt(attempt + 1);
  const addTrackers = (urls: readonly string[]): void => {
    if (source.kind !== 'magnet') return;
    const more = urls.map((url) => `&tr=${encodeURIComponent(url)}`).join('');
    setSource({ kind: 'magnet', magnet: source.magnet + more });
  };
  return (
    <Open
      {...props}
      source={source}
      store={store}
      onRetry={retry}
      onTrackers={addTrackers}
      onLeave={onLeave}
    />
  );
}

interface OpenProps extends OneProps {
  readonly store: PreviewStore;
  readonly onRetry: () => void;
  readonly onTrackers: (urls: readonly string[]) => void;
}

function Open(props: OpenProps): ReactNode {
  const state = useObservable(props.store.state);
  if (state.kind === 'failed') return <Failed {...props} problem={state.problem} />;
  if (state.kind === 'opening') return <Opening {...props} />;
  if (state.view.duplicate) return <Existing {...props} view={state.view} />;
  return <Addable {...props} view={state.view} files={state.files} />;
}

/** Nothing is known yet. */
function Opening({ source, onLeave }: OpenProps): ReactNode {
  useKeys({ onLeave });
  return (
    <>
      <Head
        icon={iconOf(source, null)}
        title={sourceName(source)}
        what={[kindText(source)]}
        onClose={onLeave}
      />
      <div className="meta" data-st="metadata">
        <span className="bar" role="progressbar" aria-label={t('add_opening')}>
          <i />
        </span>
        <p className="mut">{t('add_opening')}</p>
      </div>
      <Foot>
        <button type="button" className="b" onClick={onLeave}>
          {t('add_cancel')}
        </button>
      </Foot>
    </>
  );
}

function Failed({
  source,
  problem,
  onRetry,
  onLeave,
  onOther,
}: OpenProps & { readonly problem: string }): ReactNode {
  useKeys({ onLeave });
  // A link or a file does not become better; what is fetched may.
  const isFixed = source.kind === 'magnet' || source.kind === 'file';
  return (
    <>
      <Head icon="alert" title={sourceName(source)} what={[kindText(source)]} onClose={onLeave} />
      <div className="notes">
        <div className="note" data-st="error" role="alert">
          <Icon name="alert" />
          <div className="grow">
            <strong>{t('add_cannot')}</strong>
            <p>{problem}</p>
          </div>
        </div>
      </div>
      <Foot>
        <button type="button" className="b" onClick={onLeave}>
          {t('add_cancel')}
        </button>
        {isFixed ? (
          <MainButton key="other" text={t('add_other')} onPress={onOther} />
        ) : (
          <MainButton key="retry" text={t('add_try_again')} onPress={onRetry} />
        )}
      </Foot>
    </>
  );
}

/** In the list already. */
function Existing(props: OpenProps & { readonly view: PreviewView }): ReactNode {
  const { session, source, view, onDone, onLeave } = props;
  const [problem, setProblem] = useState('');
  const show = (): void => {
    const ask: Ask = { ask: 'manager', ...(view.infoHash === null ? {} : { torrent: view.infoHash }) };
    browser.runtime.sendMessage(ask).then(onDone, (error: unknown) => setProblem(textOf(error)));
  };
  const merge = (): void => {
    session
      .call('torrent.add', { source: { preview: view.preview }, mergeTrackers: true })
      .then(onDone, (error: unknown) => setProblem(textOf(error)));
  };
  const canMerge = view.newTrackers > 0;
  useKeys({ onLeave, onAdd: canMerge ? merge : show });
  return (
    <>
      <Head
        icon={iconOf(source, null)}
        title={view.name || sourceName(source)}
        what={[kindText(source)]}
        onClose={onLeave}
      />
      <Duplicate session={session} view={view} />
      <Foot problem={problem}>
        <button type="button" className="b" onClick={onLeave}>
          {t('add_cancel')}
        </button>
        {canMerge && (
          <button type="button" className="b out" onClick={show}>
            {t('add_show_it')}
          </button>
        )}
        {canMerge ? (
          <MainButton key="merge" text={tn('add_trackers_add', view.newTrackers)} onPress={merge} />
        ) : (
          <MainButton key="show" text={t('add_show_it')} onPress={show} />
        )}
      </Foot>
    </>
  );
}

interface AddableProps extends OpenProps {
  readonly view: PreviewView;
  readonly files: PreviewFiles | null;
}

/** It can be added, with its file list or without. */
function Addable(props: AddableProps): ReactNode {
  const { session, book, source, store, view, files, onLeave } = props;
  const [changed, setChanged] = useState<Partial<Choice>>({});
  const choice = { ...props.defaults, ...changed };
  const { addAtOnce } = useObservable(prefs);
  const kind = sourceKind(source);
  const [isAtOnce, setAtOnce] = useState(addAtOnce.includes(kind));
  const disk = useDiskSpace(session, choice.place);
  const needed = files?.sums.total.wantedLength ?? 0;
  const isFull = files !== null && disk.freeBytes !== null && needed > disk.freeBytes;
  const isNothing = files !== null && files.sums.total.wantedFiles === 0;
  const adding = useAdding(props, choice, { kind, isOn: isAtOnce });
  const isFetching = view.state === 'fetching';
  const add = (): void => adding.add(isFull ? { start: false } : {});
  useKeys({ onLeave, onAdd: add });
  return (
    <>
      <Head
        icon={iconOf(source, files)}
        title={view.name || sourceName(source)}
        what={subtitle(source, view)}
        onClose={onLeave}
      />
      {isFetching ? (
        <Fetching view={view} onKeepLooking={add} onTrackers={props.onTrackers} />
      ) : files === null ? (
        <div className="meta">
          <p className="mut">{t('add_loading_files')}</p>
        </div>
      ) : (
        <Files chosen={files} onPriority={(places, priority) => store.setPriority(places, priority)} />
      )}
      <Options
        book={book}
        choice={choice}
        knownLabels={props.knownLabels}
        onChange={(some) => setChanged({ ...changed, ...some })}
        atOnce={{ kind, isOn: isAtOnce }}
        onAtOnce={setAtOnce}
        isSingle
      />
      <Foot
        problem={adding.problem}
        told={<Told needed={needed} isKnown={files !== null} isNothing={isNothing} disk={disk} />}
      >
        <button type="button" className="b" onClick={onLeave}>
          {t('add_cancel')}
        </button>
        <MainButton
          text={
            adding.isAdding
              ? t('add_adding')
              : mainText({ isFetching, isFull, isNothing, start: choice.start })
          }
          isDisabled={adding.isAdding}
          onPress={add}
        />
      </Foot>
    </>
  );
}

function Told(props: {
  readonly needed: number;
  readonly isKnown: boolean;
  readonly isNothing: boolean;
  readonly disk: ReturnType<typeof useDiskSpace>;
}): ReactNode {
  if (!props.isKnown) return <p className="dim">{t('add_size_later')}</p>;
  if (props.isNothing) return <p className="dim">{t('add_nothing_chosen')}</p>;
  return <SpaceBar needed={props.needed} disk={props.disk} />;
}

interface Adding {
  readonly isAdding: boolean;
  readonly problem: string;
  readonly add: (over: Partial<Choice>) => void;
}

function useAdding(
  { session, book, store, view, onDone }: AddableProps,
  choice: Choice,
  atOnce: { readonly kind: 'magnet' | 'torrent'; readonly isOn: boolean },
): Adding {
  const [isAdding, setAdding] = useState(false);
  const [problem, setProblem] = useState('');
  const run = async (over: Partial<Choice>): Promise<void> => {
    const state = store.state.value;
    const files = state.kind === 'open' && store.isChanged ? (state.files?.files ?? null) : null;
    const options = addOptions({ ...choice, ...over }, files === null ? null : fileChoice(files));
    await session.call('torrent.add', { source: { preview: view.preview }, ...options });
    // It is added: what cannot be remembered is no reason to add it again.
    if (choice.place !== null) await book.remember(choice.place).catch(() => {});
    if (prefs.value.addAtOnce.includes(atOnce.kind) !== atOnce.isOn)
      await setPrefs(onList('addAtOnce', atOnce.kind, atOnce.isOn)).catch(() => {});
  };
  const add = (over: Partial<Choice>): void => {
    if (isAdding) return;
    setAdding(true);
    setProblem('');
    run(over).then(onDone, (error: unknown) => {
      setAdding(false);
      setProblem(textOf(error));
    });
  };
  return { isAdding, problem, add };
}

function mainText(is: {
  readonly isFetching: boolean;
  readonly isFull: boolean;
  readonly isNothing: boolean;
  readonly start: boolean;
}): string {
  if (is.isFetching) return t('add_later');
  if (is.isFull) return t('add_stopped');
  return is.start && !is.isNothing ? t('add_start') : t('add_add');
}

/** What is told below the name. */
function subtitle(source: AddSource, view: PreviewView): string[] {
  const parts = [kindText(source)];
  if (view.state === 'fetching') {
    const isNamed = source.kind === 'magnet' && /[?&]dn=[^&]/.test(source.magnet);
    parts.push(t(isNamed ? 'add_name_by_link' : 'add_no_name'));
  }
  if (view.seeds !== null && view.seeds > 0) parts.push(tn('add_seeds', view.seeds));
  if (view.private) parts.push(t('add_private'));
  return parts;
}

function kindText(source: AddSource): string {
  if (source.kind === 'magnet') return t('add_from_magnet');
  if (source.kind === 'url' && URL.canParse(source.url)) return t('add_from_host', new URL(source.url).host);
  return t('add_from_file');
}

/** That of the largest file, where it is known. */
function iconOf(source: AddSource, files: PreviewFiles | null): IconName {
  if (files === null) return source.kind === 'magnet' ? 'magnet' : 'file';
  let largest = files.files[0];
  for (const file of files.files) if (file.length > (largest?.length ?? 0)) largest = file;
  return iconOfFile(largest?.path.at(-1) ?? '');
}
