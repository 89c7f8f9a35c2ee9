/** @jsxImportSource preact */
/** Words about what was just done, above the footer. */
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { toasts } from '../manager/toasts.ts';
import { t } from '../model/i18n.ts';
import { SmallIcon, useValue } from '../ui/preact.tsx';

/** The newest toast; one is enough in a window of this size. */
export function ToastHost(): JSX.Element {
  const shown = useValue(toasts.list).at(-1);
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const isUndo = (event.ctrlKey || event.metaKey) && !event.shiftKey && event.key === 'z';
      if (isUndo && !(event.target instanceof HTMLInputElement) && toasts.undoLast()) event.preventDefault();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
  return (
    <div class="toasts" role="status">
      {shown !== undefined && (
        <div
          class="toast"
          key={shown.id}
          onPointerEnter={() => toasts.hold(shown.id)}
          onPointerLeave={() => toasts.release(shown.id)}
          onFocusIn={() => toasts.hold(shown.id)}
          onFocusOut={() => toasts.release(shown.id)}
        >
          {shown.kind === 'failure' && <SmallIcon name="alert" />}
          <span class="grow" dir="auto">
            {shown.text}
          </span>
          {shown.undo !== undefined && (
            <button type="button" class="b" onClick={() => toasts.undo(shown.id)}>
              {t('popup_undo')}
            </button>
          )}
          <button
            type="button"
            class="ib"
            aria-label={t('popup_dismiss')}
            title={t('popup_dismiss')}
            onClick={() => toasts.dismiss(shown.id)}
          >
            <SmallIcon name="x" />
          </button>
        </div>
      )}
    </div>
  );
}
