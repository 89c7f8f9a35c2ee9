/** @jsxImportSource preact */
/** The bottom of the popup: slow mode, settings, the manager; or what holds while the helper is away. */
import type { JSX } from 'preact';
import { t } from '../model/i18n.ts';
import { SmallIcon } from '../ui/preact.tsx';
import type { Actions } from './actions.ts';
import type { View } from './model.ts';
import { slowText } from './slow-text.ts';

/** The footer. */
export function Footer({ view, actions }: { readonly view: View; readonly actions: Actions }): JSX.Element {
  const { isSlow, totals, link } = view;
  if (link.kind === 'reconnecting') {
    return (
      <footer class="ft">
        <span class="dim away">{t('popup_offline')}</span>
        <span class="grow" />
        <button type="button" class="b sm" onClick={() => actions.openSetup()}>
          {t('popup_details')}
        </button>
      </footer>
    );
  }
  return (
    <footer class="ft">
      <label>
        <input
          class="sw"
          type="checkbox"
          role="switch"
          checked={isSlow}
          aria-describedby="slow-text"
          onChange={(event) => actions.setSlow(event.currentTarget.checked)}
        />
        <span>
          <span class="ttl">{t('popup_slow')}</span>
          <span class="sub" id="slow-text">
            {slowText(isSlow, totals)}
          </span>
        </span>
      </label>
      <span class="grow" />
      <button
        type="button"
        class="ib"
        aria-label={t('popup_settings')}
        title={t('popup_settings')}
        onClick={() => actions.openSettings()}
      >
        <SmallIcon name="gear" />
      </button>
      <button type="button" class="b sm out" onClick={() => actions.openManager()}>
        {t('popup_manager')}
        <SmallIcon name="open" class="s" />
      </button>
    </footer>
  );
}
