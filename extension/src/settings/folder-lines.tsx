/** Lines about folders: where downloads go, which folders may be used, which are watched, where completed ones are moved. */
import { CONTROL_LIMITS, type ControlSettings, type Place, type WatchFolder } from '@jstorrent/control';
import { useId, useState, type ReactNode } from 'react';
import { textOf } from '../model/failures.ts';
import { shortPath, textOfPlace, type Root } from '../model/folders.ts';
import { formatSize } from '../model/format.ts';
import { t, tn } from '../model/i18n.ts';
import { FolderField } from '../ui/folder-field.tsx';
import { LabelField } from '../ui/label-field.tsx';
import { Icon, useObservable } from '../ui/react.tsx';
import { useLine } from './line.tsx';
import { useSettingsPage } from './page.ts';

/** Where new torrents go. */
export function DefaultPlace(): ReactNode {
  const { row, titleId } = useLine();
  const { book, values, change } = useSettingsPage();
  const take = (place: Place): Promise<void> =>
    change(row.title, { 'downloads.place': place }, textOfPlace(place, book.roots.value ?? []));
  return (
    <FolderField
      book={book}
      title={t('settings_place')}
      labelledBy={titleId}
      placeholder={t('settings_place_default')}
      value={values['downloads.place']}
      onChange={take}
    />
  );
}

/** Where completed torrents are moved, or nowhere. */
export function MoveTo(): ReactNode {
  const { row, titleId } = useLine();
  const { book, values, change } = useSettingsPage();
  const place = values['done.moveTo'];
  return (
    <FolderField
      book={book}
      title={t('settings_move_to')}
      labelledBy={titleId}
      placeholder={t('settings_move_to_none')}
      clear={{
        label: t('settings_move_to_clear'),
        run: () => void change(row.title, { 'done.moveTo': null }, t('settings_move_to_none')),
      }}
      value={place}
      onChange={(next) =>
        change(row.title, { 'done.moveTo': next }, textOfPlace(next, book.roots.value ?? []))
      }
    />
  );
}

/** The folders that JSTorrent may use. */
export function Roots(): ReactNode {
  const { titleId, say } = useLine();
  const { book } = useSettingsPage();
  const roots = useObservable(book.roots) ?? [];
  const [added, setAdded] = useState(0);
  const remove = (root: Root): void => {
    say('');
    book.removeRoot(root.key).catch((error: unknown) => say(textOf(error)));
  };
  return (
    <div className="list">
      <ul aria-labelledby={titleId}>
        {roots.map((root) => (
          <li key={root.key} className="row">
            <Icon name="folder" />
            <span className="grow">
              <bdi dir="ltr" className="el">
                {shortPath(root.path)}
              </bdi>
              <span className="dim small num">{rootWords(root)}</span>
            </span>
            <button
              type="button"
              className="ib sm"
              disabled={root.torrents > 0}
              title={root.torrents > 0 ? t('settings_root_in_use') : undefined}
              aria-label={t('settings_root_remove', shortPath(root.path))}
              onClick={() => remove(root)}
            >
              <Icon name="x" />
            </button>
          </li>
        ))}
      </ul>
      <FolderField
        key={added}
        book={book}
        title={t('settings_root_add')}
        labelledBy={titleId}
        placeholder={t('settings_root_add')}
        value={null}
        onChange={() => setAdded(added + 1)}
      />
    </div>
  );
}

function rootWords({ available, freeBytes, totalBytes, torrents }: Root): string {
  const space = !available
    ? [t('settings_root_away')]
    : freeBytes === null || totalBytes === null
      ? []
      : [t('settings_root_free', formatSize(freeBytes), formatSize(totalBytes))];
  const held = torrents === 0 ? [] : [tn('settings_root_torrents', torrents)];
  return [...space, ...held].join(' · ');
}

/** Folders whose .torrent files are added. */
export function WatchFolders(): ReactNode {
  const { row } = useLine();
  const { book, values, change } = useSettingsPage();
  const folders = values['watch.folders'];
  const [isAdding, setAdding] = useState(false);
  const set = (next: ControlSettings['watch.folders']): Promise<void> =>
    change(row.title, { 'watch.folders': next });
  const replace = (index: number, next: WatchFolder): Promise<void> =>
    set(folders.map((other, at) => (at === index ? next : other)));
  const add = async (place: Place): Promise<void> => {
    await set([...folders, { place, saveTo: null, start: true, labels: [] }]);
    setAdding(false);
  };
  return (
    <div className="list">
      {folders.map((folder, index) => (
        <WatchForm
          // Two may watch the same folder for a moment; their order is what tells them apart.
          key={`${index}${JSON.stringify(folder.place)}`}
          folder={folder}
          onChange={(next) => replace(index, next)}
          onRemove={() => void set(folders.filter((_, at) => at !== index))}
        />
      ))}
      {isAdding ? (
        <FolderField
          book={book}
          title={t('settings_watch_folder')}
          placeholder={t('settings_watch_folder')}
          labelledBy={`${row.id}-title`}
          value={null}
          onChange={add}
        />
      ) : (
        folders.length < CONTROL_LIMITS.watchFolders && (
          <button type="button" className="b sm out" onClick={() => setAdding(true)}>
            <Icon name="plus" />
            {t('settings_watch_add')}
          </button>
        )
      )}
    </div>
  );
}

interface WatchFormProps {
  readonly folder: WatchFolder;
  readonly onChange: (folder: WatchFolder) => Promise<void>;
  readonly onRemove: () => void;
}

function WatchForm({ folder, onChange, onRemove }: WatchFormProps): ReactNode {
  const { book, values } = useSettingsPage();
  const roots = useObservable(book.roots) ?? [];
  const id = useId();
  const name = textOfPlace(folder.place, roots);
  return (
    <fieldset className="watch">
      <legend className="sr">{name}</legend>
      <label htmlFor={`${id}w`}>{t('settings_watch_folder')}</label>
      <div className="row">
        <div className="grow">
          <FolderField
            id={`${id}w`}
            book={book}
            title={t('settings_watch_folder')}
            value={folder.place}
            onChange={(place) => onChange({ ...folder, place })}
          />
        </div>
        <button
          type="button"
          className="ib sm"
          aria-label={t('settings_watch_remove', name)}
          onClick={onRemove}
        >
          <Icon name="x" />
        </button>
      </div>
      <label htmlFor={`${id}s`}>{t('settings_watch_save')}</label>
      <FolderField
        id={`${id}s`}
        book={book}
        title={t('settings_watch_save')}
        placeholder={t('settings_watch_default')}
        value={folder.saveTo}
        onChange={(saveTo) => onChange({ ...folder, saveTo })}
        clear={{
          label: t('settings_watch_clear'),
          run: () => void onChange({ ...folder, saveTo: null }),
        }}
      />
      <span id={`${id}l`}>{t('settings_watch_labels')}</span>
      <LabelField
        value={folder.labels}
        known={values['downloads.labels']}
        labelledBy={`${id}l`}
        onChange={(labels) => void onChange({ ...folder, labels })}
      />
      <span />
      <label className="row">
        <input
          className="cb"
          type="checkbox"
          checked={folder.start}
          onChange={(event) => void onChange({ ...folder, start: event.target.checked })}
        />
        {t('settings_watch_start')}
      </label>
    </fieldset>
  );
}

/** Labels that are offered. */
export function Labels(): ReactNode {
  const { row, titleId } = useLine();
  const { values, change } = useSettingsPage();
  return (
    <LabelField
      value={values['downloads.labels']}
      known={[]}
      max={CONTROL_LIMITS.labels}
      labelledBy={titleId}
      onChange={(labels) => void change(row.title, { 'downloads.labels': labels })}
    />
  );
}
