/** The toasts of the page, and the line that says that the helper is away. */
import { type ReactNode } from 'react';
import { t } from '../model/i18n.ts';
import { formatTimeExactly } from '../model/format.ts';
import { Icon, useObservable } from '../ui/react.tsx';
import { useManager } from './context.tsx';
import { toasts, type Toast } from './toasts.ts';

/** All toasts. */
export function ToastsView(): ReactNode {
  const list = useObservable(toasts.list);
  return (
    <div className="toasts" role="region" aria-label={t('manager_toasts')} id="toasts">
      <LinkToast />
      {list.map((toast) => (
        <ToastView key={toast.id} toast={toast} />
      ))}
    </div>
  );
}

function ToastView({ toast }: { readonly toast: Toast }): ReactNode {
  const { id, text, strong, kind, undo, action } = toast;
  return (
    <div
      className="toast"
      role={kind === 'failure' ? 'alert' : 'status'}
      onPointerEnter={() => toasts.hold(id)}
      onPointerLeave={() => toasts.release(id)}
      onFocus={() => toasts.hold(id)}
      onBlur={() => toasts.release(id)}
    >
      {kind === 'failure' && <Icon name="alert" />}
      <span>
        <Emphasis text={text} strong={strong ?? ''} />
      </span>
      {undo !== undefined && (
        <button type="button" className="b" onClick={() => leave(() => toasts.undo(id))}>
          <Icon name="undo" className="s" />
          {t('manager_undo')}
        </button>
      )}
      {action !== undefined && (
        <button type="button" className="b" onClick={() => leave(action.run)}>
          {action.label}
        </button>
      )}
      <button
        type="button"
        className="ib"
        aria-label={t('manager_dismiss')}
        onClick={() => leave(() => toasts.dismiss(id))}
      >
        <Icon name="x" className="s" />
      </button>
    </div>
  );
}

/** The button that was pressed is gone: the keyboard goes back to the list. */
function leave(run: () => unknown): void {
  run();
  document.getElementById('torrents')?.focus({ preventScroll: true });
}

function Emphasis({ text, strong }: { readonly text: string; readonly strong: string }): ReactNode {
  const at = strong === '' ? -1 : text.indexOf(strong);
  if (at < 0) return text;
  return (
    <>
      {text.slice(0, at)}
      <bdi className="strong">{strong}</bdi>
      {text.slice(at + strong.length)}
    </>
  );
}

function LinkToast(): ReactNode {
  const { session, list, linkWords, shown } = useManager();
  const words = useObservable(linkWords);
  const { ids } = useObservable(shown);
  // In place of a list that was never known stands more about it.
  const isTold = words?.tone === 'trouble' && ids.length === 0 && !list.isLoaded;
  if (words === null || isTold) return null;
  return (
    <div className="toast" role="status">
      <Icon name={words.icon} className={words.tone === 'busy' ? 'spin' : ''} />
      <span>
        <b className="strong">{words.text}</b>
        {words.since !== null && list.rows.size > 0 && (
          <> {t('showing_as_of', formatTimeExactly(words.since))}</>
        )}
      </span>
      {words.tone === 'busy' ? (
        <button type="button" className="b" onClick={() => session.retry()}>
          {t('manager_try_now')}
        </button>
      ) : (
        <a className="b" href="setup.html#manager">
          {t('see_what_helps')}
        </a>
      )}
    </div>
  );
}
