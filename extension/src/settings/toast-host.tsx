/** The toasts of the settings page. They stay while somebody points at them or has the focus in them. */
import type { ReactNode } from 'react';
import { t } from '../model/i18n.ts';
import type { Toasts } from '../manager/toasts.ts';
import { Icon, useObservable } from '../ui/react.tsx';

/** Where they stand. */
export function ToastHost({ toasts }: { readonly toasts: Toasts }): ReactNode {
  const shown = useObservable(toasts.list);
  return (
    <div className="saved" role="status" aria-live="polite">
      {shown.map(({ id, text, undo }) => (
        <div
          key={id}
          className="toast"
          onPointerEnter={() => toasts.hold(id)}
          onPointerLeave={() => toasts.release(id)}
          onFocus={() => toasts.hold(id)}
          onBlur={() => toasts.release(id)}
        >
          <span>{text}</span>
          {undo !== undefined && (
            <button type="button" className="b" onClick={() => toasts.undo(id)}>
              <Icon name="undo" className="s" />
              {t('settings_undo')}
            </button>
          )}
          <button
            type="button"
            className="ib"
            aria-label={t('settings_dismiss')}
            onClick={() => toasts.dismiss(id)}
          >
            <Icon name="x" />
          </button>
        </div>
      ))}
    </div>
  );
}
