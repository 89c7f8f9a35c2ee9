/** A field for a folder: typed as a path, chosen in a window, or one of those used of late. What it is for decides its owner. */
import type { Place } from '@jstorrent/control';
import { useEffect, useId, useState, type KeyboardEvent, type ReactNode } from 'react';
import { textOf } from '../model/failures.ts';
import { isSamePlace, textOfPlace, type FolderBook } from '../model/folders.ts';
import { t } from '../model/i18n.ts';
import { FolderDialog } from './folder-dialog.tsx';
import './folders.css';
import { Icon, useObservable } from './react.tsx';

/** What a folder field is given. */
export interface FolderFieldProps {
  readonly book: FolderBook;
  readonly value: Place | null;
  /** Called with a place that the service knows; may reject, and then the reason is shown. */
  readonly onChange: (place: Place) => void | Promise<unknown>;
  readonly id?: string;
  readonly labelledBy?: string;
  /** What the folder is for, as the title of a window. */
  readonly title: string;
  /** Shown while there is none. */
  readonly placeholder?: string;
  /** Offer those used of late. */
  readonly offersRecent?: boolean;
  /** Makes it no folder, where that means something. */
  readonly clear?: { readonly label: string; readonly run: () => void };
}

/** The field with its button, and what is wrong with what was typed. */
export function FolderField(props: FolderFieldProps): ReactNode {
  const { book, value, onChange, title } = props;
  const roots = useObservable(book.roots) ?? [];
  const shown = textOfPlace(value, roots);
  const [text, setText] = useState(shown);
  const [problem, setProblem] = useState('');
  const [isChoosing, setChoosing] = useState(false);
  const problemId = useId();
  useEffect(() => setText(shown), [shown]);

  const attempt = (action: () => Promise<unknown>): void => {
    setProblem('');
    action().catch((error: unknown) => setProblem(textOf(error)));
  };
  const take = async (place: Place): Promise<void> => {
    await onChange(place);
    setText(textOfPlace(place, book.roots.value ?? []));
  };
  const takeText = (): void => {
    if (text.trim() === shown) return setProblem('');
    attempt(async () => {
      const place = text.trim() === '' ? null : await book.use(text);
      if (place === null) return setProblem(t('folder_not_whole'));
      await take(place);
    });
  };
  const browse = (): void =>
    attempt(async () => {
      try {
        const place = await book.pick(title, value);
        if (place !== null) await take(place);
      } catch (error) {
        if ((error as { code?: string }).code !== 'UNSUPPORTED') throw error;
        setChoosing(true);
      }
    });
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' && text.trim() !== shown) {
      event.preventDefault();
      event.stopPropagation();
      takeText();
    } else if (event.key === 'Escape' && text !== shown) {
      event.stopPropagation();
      setText(shown);
      setProblem('');
    }
  };
  return (
    <div className="folderfield">
      <div className="row">
        <div className={`f grow ${problem === '' ? '' : 'bad'}`}>
          <Icon name="folder" />
          <input
            id={props.id}
            dir="ltr"
            spellCheck={false}
            autoComplete="off"
            value={text}
            placeholder={props.placeholder ?? ''}
            aria-labelledby={props.labelledBy}
            aria-invalid={problem !== ''}
            aria-describedby={problem === '' ? undefined : problemId}
            onChange={(event) => setText(event.target.value)}
            onBlur={takeText}
            onKeyDown={onKeyDown}
          />
          {props.clear !== undefined && value !== null && (
            <button
              type="button"
              className="ib sm"
              aria-label={props.clear.label}
              title={props.clear.label}
              onClick={props.clear.run}
            >
              <Icon name="x" className="s" />
            </button>
          )}
        </div>
        <button type="button" className="b out" onClick={browse}>
          {t('folder_browse')}
        </button>
      </div>
      {problem !== '' && (
        <p className="ferr" id={problemId} role="alert">
          <Icon name="alert" />
          <span>{problem}</span>
        </p>
      )}
      {props.offersRecent === true && (
        <RecentFolders book={book} value={value} onChoose={(place) => attempt(() => take(place))} />
      )}
      {isChoosing && (
        <FolderDialog
          book={book}
          start={value}
          title={title}
          onChoose={(place) => attempt(() => take(place))}
          onClose={() => setChoosing(false)}
        />
      )}
    </div>
  );
}

interface RecentProps {
  readonly book: FolderBook;
  readonly value: Place | null;
  readonly onChoose: (place: Place) => void;
}

/** Chips for folders used of late, and for roots when there is room. */
function RecentFolders({ book, value, onChoose }: RecentProps): ReactNode {
  const roots = useObservable(book.roots);
  const recent = useObservable(book.recent);
  if (roots === null) return null;
  const known = recent.filter(({ root }) => roots.some(({ key }) => key === root));
  const others = roots.map(({ key }): Place => ({ root: key, folder: [] }));
  const offered = [...known, ...others.filter((place) => !known.some((one) => isSamePlace(one, place)))];
  if (offered.length < 2 && isSamePlace(offered[0] ?? null, value)) return null;
  return (
    <div className="recent" role="group" aria-label={t('folder_recent')}>
      {offered.slice(0, 5).map((place) => {
        const text = textOfPlace(place, roots);
        const isOn = isSamePlace(place, value);
        return (
          <button
            type="button"
            key={text}
            className={`chip ${isOn ? 'on' : ''}`}
            aria-pressed={isOn}
            title={text}
            onClick={() => onChoose(place)}
          >
            <bdi dir="ltr" className="el">
              {text}
            </bdi>
          </button>
        );
      })}
    </div>
  );
}
