/** The dialogs of the page: names, places, limits, labels, keys. Which is open is told by the state of the page. */
import type { Place } from '@jstorrent/control';
import { useId, useState, type ReactNode } from 'react';
import { formatSize } from '../../model/format.ts';
import { t } from '../../model/i18n.ts';
import { renameLabelLook } from '../../model/label-look.ts';
import { FolderField } from '../../ui/folder-field.tsx';
import { useObservable } from '../../ui/react.tsx';
import { addLabel, locate, move, rename, renameLabel } from '../commands/editing.ts';
import { attempt, nameOf } from '../commands/run.ts';
import { useManager } from '../context.tsx';
import type { OpenDialog } from '../manager.ts';
import { Frame } from './frame.tsx';
import { KeysDialog } from './keys-dialog.tsx';
import { LabelsDialog } from './labels-dialog.tsx';
import { LimitsDialog } from './limits-dialog.tsx';

/** The dialog that is open, if any. */
export function Dialogs(): ReactNode {
  const manager = useManager();
  const dialog = useObservable(manager.dialog);
  if (dialog === null) return null;
  const close = (): void => manager.dialog.set(null);
  switch (dialog.kind) {
    case 'rename':
      return <RenameDialog dialog={dialog} onClose={close} />;
    case 'move':
    case 'locate':
      return <PlaceDialog dialog={dialog} onClose={close} />;
    case 'labels':
      return <LabelsDialog ids={dialog.ids} onClose={close} />;
    case 'limits':
      return <LimitsDialog ids={dialog.ids} onClose={close} />;
    case 'newLabel':
      return <LabelDialog dialog={dialog} onClose={close} />;
    case 'keys':
      return <KeysDialog onClose={close} />;
  }
}

interface DialogProps {
  readonly dialog: OpenDialog;
  readonly onClose: () => void;
}

function RenameDialog({ dialog, onClose }: DialogProps): ReactNode {
  const manager = useManager();
  const [id = ''] = dialog.ids;
  const [name, setName] = useState(() => manager.rows.get(id)?.name ?? '');
  const submit = (): void => {
    onClose();
    void rename(manager, id, name.trim());
  };
  return (
    <Frame
      title={t('rename_title')}
      action={t('rename_do')}
      isDisabled={name.trim() === ''}
      onSubmit={submit}
      onClose={onClose}
    >
      <TextField label={t('rename_label')} value={name} onChange={setName} hint={t('rename_hint')} />
    </Frame>
  );
}

function LabelDialog({ dialog, onClose }: DialogProps): ReactNode {
  const manager = useManager();
  const { label } = dialog;
  const [name, setName] = useState(label ?? '');
  const submit = (): void => {
    const next = name.trim();
    onClose();
    if (label === undefined) return void attempt(addLabel(manager, next));
    if (next === label) return;
    void attempt(renameLabelLook(label, next).then(() => renameLabel(manager, label, next)));
  };
  return (
    <Frame
      title={t(label === undefined ? 'label_new' : 'label_rename')}
      action={t(label === undefined ? 'label_create' : 'rename_do')}
      isDisabled={name.trim() === ''}
      onSubmit={submit}
      onClose={onClose}
    >
      <TextField label={t('label_name')} value={name} onChange={setName} limit={64} />
    </Frame>
  );
}

function PlaceDialog({ dialog, onClose }: DialogProps): ReactNode {
  const manager = useManager();
  const roots = useObservable(manager.book.roots);
  const rows = manager.rowsOf(dialog.ids);
  const [place, setPlace] = useState<Place | null>(() => rows[0]?.place ?? null);
  const labelId = useId();
  const isMove = dialog.kind === 'move';
  const root = roots?.find(({ key }) => key === place?.root);
  const size = rows.reduce((sum, row) => sum + row.wantedLength - row.bytesLeft, 0);
  const submit = (): void => {
    if (place === null) return;
    onClose();
    void (isMove ? move(manager, dialog.ids, place) : locate(manager, dialog.ids, place));
  };
  return (
    <Frame
      title={t(isMove ? 'move_title' : 'locate_title', nameOf(manager, dialog.ids))}
      action={t(isMove ? 'move_do' : 'locate_do')}
      isDisabled={place === null}
      onSubmit={submit}
      onClose={onClose}
    >
      <p className="mut" id={labelId}>
        {t(isMove ? 'move_hint' : 'locate_hint')}
      </p>
      <FolderField
        book={manager.book}
        value={place}
        onChange={setPlace}
        title={t('move_do')}
        labelledBy={labelId}
        offersRecent
      />
      {isMove && (
        <p className="dim num">
          {root?.freeBytes === null || root?.freeBytes === undefined
            ? t('move_size', formatSize(size))
            : t('move_size_free', formatSize(size), formatSize(root.freeBytes))}
        </p>
      )}
    </Frame>
  );
}

interface TextFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly hint?: string;
  readonly limit?: number;
}

function TextField({ label, value, onChange, hint, limit = 255 }: TextFieldProps): ReactNode {
  const id = useId();
  return (
    <div className="fld">
      <label htmlFor={id}>{label}</label>
      <div className="f">
        <input
          id={id}
          // The dialog is about this field.
          autoFocus
          dir="auto"
          maxLength={limit}
          value={value}
          onFocus={(event) => event.target.select()}
          onChange={(event) => onChange(event.target.value)}
        />
      </div>
      {hint !== undefined && <p className="dim">{hint}</p>}
    </div>
  );
}
