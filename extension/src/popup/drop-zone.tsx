/** @jsxImportSource preact */
/** Files, links and text that are dragged over the popup. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { t, tn } from '../model/i18n.ts';
import { SmallIcon } from '../ui/preact.tsx';
import type { Actions } from './actions.ts';

/** Covers the popup while something that could be added is above it. */
export function DropZone({ actions }: { readonly actions: Actions }): JSX.Element | null {
  const [hint, setHint] = useState<string | null>(null);
  useEffect(() => {
    const onOver = (event: DragEvent): void => {
      const said = hintOf(event.dataTransfer);
      if (said === null) return;
      event.preventDefault();
      setHint(said);
    };
    const onLeave = (event: DragEvent): void => {
      if (event.relatedTarget === null) setHint(null);
    };
    const onDrop = (event: DragEvent): void => {
      setHint(null);
      const data = event.dataTransfer;
      if (data === null) return;
      event.preventDefault();
      const files = [...data.files];
      if (files.length > 0) void actions.addFiles(files);
      else actions.addDropped(data.getData('text/uri-list') || data.getData('text/plain'));
    };
    document.addEventListener('dragover', onOver);
    document.addEventListener('dragleave', onLeave);
    document.addEventListener('drop', onDrop);
    return () => {
      document.removeEventListener('dragover', onOver);
      document.removeEventListener('dragleave', onLeave);
      document.removeEventListener('drop', onDrop);
    };
  }, [actions]);
  if (hint === null) return null;
  return (
    <div class="dropz" role="status">
      <SmallIcon name="tray" />
      <b>{t('popup_drop')}</b>
      <span class="mut">{hint}</span>
    </div>
  );
}

function hintOf(data: DataTransfer | null): string | null {
  if (data === null) return null;
  const files = [...data.items].filter(({ kind }) => kind === 'file').length;
  if (files > 0) return tn('popup_drop', files);
  return data.types.some((type) => type === 'text/uri-list' || type === 'text/plain')
    ? t('popup_drop_text')
    : null;
}
