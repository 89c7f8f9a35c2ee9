/** @jsxImportSource preact */
/** The bottom of the popup: slow mode, settings, the manager; or what holds while the helper is away. */
import type { Totals } from '@jstorrent/control';
import type { JSX } from 'preact';
import { formatRateOrZero } from '../model/format.ts';
import { t } from '../model/i18n.ts';
import { SmallIcon } from '../ui/preact.tsx';
import type { Actions } from './actions.ts';
import type { View } from './model.ts';

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
          <span class="sub num" id="slow-text">
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

/** Slow mode and its limits in words. What was switched and not confirmed yet has no limits to tell. */
export function slowText(isSlow: boolean, totals: Totals | null): string {
  const isConfirmed = totals !== null && (totals.slowMode !== null) === isSlow;
  const limits = isConfirmed ? limitsText(totals) : '';
  if (!isSlow) return limits === '' ? t('popup_slow_off') : t('popup_slow_off_limited', limits);
  const key = totals?.slowMode === 'schedule' ? 'popup_slow_schedule' : 'popup_slow_on';
  return t(key, isConfirmed ? limits || t('popup_no_limits') : '…');
}

function limitsText({ downLimit, upLimit }: Totals): string {
  const parts = [];
  if (downLimit > 0) parts.push(`↓ ${formatRateOrZero(downLimit)}`);
  if (upLimit > 0) parts.push(`↑ ${formatRateOrZero(upLimit)}`);
  return parts.join('  ');
}
