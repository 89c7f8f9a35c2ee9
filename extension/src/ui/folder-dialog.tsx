/** Chooses a folder below those that JSTorrent may use, for systems without a window of their own for it. */
import type { Place } from '@jstorrent/control';
import { useEffect, useRef, useState, type FormEvent, type ReactNode } from 'react';
import { textOf } from '../model/failures.ts';
import { shortPath, textOfPlace, type FolderBook, type Root } from '../model/folders.ts';
import { formatSize } from '../model/format.ts';
import { t } from '../model/i18n.ts';
import { Icon, useObservable } from './react.tsx';

/** What the dialog is given. */
export interface FolderDialogProps {
  readonly book: FolderBook;
  readonly start: Place | null;
  readonly title: string;
  readonly onChoose: (place: Place) => void;
  /** The dialog is gone, with or without a choice. */
  readonly onClose: () => void;
}

/** The dialog, open as long as it is there. */
export function FolderDialog({ book, start, title, onChoose, onClose }: FolderDialogProps): ReactNode {
  const roots = useObservable(book.roots) ?? [];
  const [at, setAt] = useState(start);
  const [problem, setProblem] = useState('');
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const close = (): void => dialog.current?.close();
  const choose = (): void => {
    if (at === null) return;
    onChoose(at);
    close();
  };
  return (
    <dialog
      ref={dialog}
      className="folderdlg card"
      aria-label={title}
      onClose={onClose}
      onKeyDown={(event) => event.stopPropagation()}
    >
      <header className="row">
        <h2 className="grow">{title}</h2>
        <button type="button" className="ib" aria-label={t('folder_close')} onClick={close}>
          <Icon name="x" />
        </button>
      </header>
      <div className="row where">
        <button
          type="button"
          className="ib sm"
          aria-label={t('folder_up')}
          disabled={at === null}
          onClick={() => setAt(above(at))}
        >
          <Icon name="cl" className="flip" />
        </button>
        <bdi dir="ltr" className="el grow">
          {at === null ? t('folder_all_roots') : textOfPlace(at, roots)}
        </bdi>
      </div>
      {at === null ? (
        <RootList roots={roots} onOpen={(key) => setAt({ root: key, folder: [] })} />
      ) : (
        <SubfolderList key={textOfPlace(at, roots)} book={book} at={at} onOpen={setAt} onFail={setProblem} />
      )}
      <NewFolder book={book} at={at} onMade={setAt} onFail={setProblem} />
      {problem !== '' && (
        <p className="ferr" role="alert">
          <Icon name="alert" />
          <span>{problem}</span>
        </p>
      )}
      <footer className="row">
        <span className="grow" />
        <button type="button" className="b" onClick={close}>
          {t('folder_cancel')}
        </button>
        <button type="button" className="b pri" disabled={at === null} onClick={choose}>
          {t('folder_choose')}
        </button>
      </footer>
    </dialog>
  );
}

function above(at: Place | null): Place | null {
  if (at === null || at.folder.length === 0) return null;
  return { root: at.root, folder: at.folder.slice(0, -1) };
}

function RootList(props: {
  readonly roots: readonly Root[];
  readonly onOpen: (key: string) => void;
}): ReactNode {
  return (
    <ul className="folders">
      {props.roots.map((root) => (
        <li key={root.key}>
          <button
            type="button"
            className="mi"
            disabled={!root.available}
            onClick={() => props.onOpen(root.key)}
          >
            <Icon name="folder" />
            <bdi dir="ltr" className="el">
              {shortPath(root.path)}
            </bdi>
            <span className="k num">
              {root.freeBytes === null ? '' : t('folder_free', formatSize(root.freeBytes))}
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}

interface SubfolderProps {
  readonly book: FolderBook;
  readonly at: Place;
  readonly onOpen: (place: Place) => void;
  readonly onFail: (problem: string) => void;
}

function SubfolderList({ book, at, onOpen, onFail }: SubfolderProps): ReactNode {
  const [names, setNames] = useState<readonly string[] | null>(null);
  useEffect(() => {
    let isGone = false;
    onFail('');
    book.session.call('folders.list', { place: at, from: 0, count: 1000 }).then(
      ({ entries }) => {
        if (!isGone) setNames(entries.filter((entry) => entry.isFolder).map(({ name }) => name));
      },
      (error: unknown) => {
        if (isGone) return;
        setNames([]);
        onFail(textOf(error));
      },
    );
    return () => {
      isGone = true;
    };
  }, [book, at, onFail]);
  if (names?.length === 0) return <p className="folders dim">{t('folder_none_inside')}</p>;
  return (
    <ul className="folders" aria-busy={names === null}>
      {names?.map((name) => (
        <li key={name}>
          <button
            type="button"
            className="mi"
            onClick={() => onOpen({ root: at.root, folder: [...at.folder, name] })}
          >
            <Icon name="folder" />
            <bdi className="el">{name}</bdi>
          </button>
        </li>
      ))}
    </ul>
  );
}

interface NewFolderProps {
  readonly book: FolderBook;
  readonly at: Place | null;
  readonly onMade: (place: Place) => void;
  readonly onFail: (problem: string) => void;
}

/** Makes a folder in the one shown; at the top, adds one by its path. */
function NewFolder({ book, at, onMade, onFail }: NewFolderProps): ReactNode {
  const [text, setText] = useState('');
  const make = async (): Promise<void> => {
    const name = text.trim();
    if (name === '') return;
    if (at !== null) {
      const { place } = await book.session.call('folders.create', { place: at, name });
      onMade(place);
    } else {
      const place = await book.use(name);
      if (place === null) return onFail(t('folder_not_whole'));
      onMade(place);
    }
    setText('');
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    onFail('');
    make().catch((error: unknown) => onFail(textOf(error)));
  };
  const label = at === null ? t('folder_add_path') : t('folder_new');
  return (
    <form className="row" onSubmit={submit}>
      <div className="f grow">
        <Icon name="plus" />
        <input
          aria-label={label}
          placeholder={label}
          value={text}
          maxLength={at === null ? 4096 : 255}
          dir={at === null ? 'ltr' : 'auto'}
          onChange={(event) => setText(event.target.value)}
        />
      </div>
      <button type="submit" className="b out" disabled={text.trim() === ''}>
        {at === null ? t('folder_add') : t('folder_create')}
      </button>
    </form>
  );
}
