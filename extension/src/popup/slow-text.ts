/** What stands below the switch of slow mode. */
import type { Totals } from '@jstorrent/control';
import { ltrPart } from '../model/bidi.ts';
import { formatRateOrZero } from '../model/format.ts';
import { t } from '../model/i18n.ts';

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
  if (downLimit > 0) parts.push(ltrPart(`↓ ${formatRateOrZero(downLimit)}`));
  if (upLimit > 0) parts.push(ltrPart(`↑ ${formatRateOrZero(upLimit)}`));
  return parts.join('  ');
}
