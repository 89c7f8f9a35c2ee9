/** What was transferred, in this session and in all. */
import type { Result } from '@jstorrent/control';
import { useEffect, useState, type ReactNode } from 'react';
import { formatCount, formatDate, formatRatio, formatSize, formatSpan } from '../model/format.ts';
import { t } from '../model/i18n.ts';
import { useSettingsPage } from './page.ts';

type Stats = Result<'stats.get'>;

/** Read this often while somebody looks. */
const REFRESH_MS = 5000;

/** The table. */
export function Statistics(): ReactNode {
  const { session } = useSettingsPage();
  const [stats, setStats] = useState<Stats | null>(null);
  useEffect(() => {
    const ask = (): void => {
      if (!document.hidden) session.call('stats.get', {}, { now: true }).then(setStats, () => {});
    };
    const leave = session.onReady(ask);
    const timer = setInterval(ask, REFRESH_MS);
    return () => {
      leave();
      clearInterval(timer);
    };
  }, [session]);
  if (stats === null) return <span className="dim">–</span>;
  const lines: readonly (readonly [string, (of: Stats['session']) => string])[] = [
    [t('settings_stats_downloaded'), ({ downloaded }) => formatSize(downloaded)],
    [t('settings_stats_uploaded'), ({ uploaded }) => formatSize(uploaded)],
    [
      t('settings_stats_ratio'),
      ({ downloaded, uploaded }) => formatRatio(downloaded === 0 ? null : uploaded / downloaded),
    ],
    [t('settings_stats_wasted'), ({ wasted }) => formatSize(wasted)],
    [t('settings_stats_active'), ({ activeMs }) => formatSpan(activeMs)],
  ];
  return (
    <div className="list">
      <table className="stats">
        <thead>
          <tr>
            <td />
            <th scope="col">{t('settings_stats_session')}</th>
            <th scope="col">{t('settings_stats_all')}</th>
          </tr>
        </thead>
        <tbody>
          {lines.map(([name, figure]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td className="num">{figure(stats.session)}</td>
              <td className="num">{figure(stats.allTime)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="dim small num">
        {t('settings_stats_since', formatDate(stats.startedAt))} ·{' '}
        {t(
          'settings_stats_more',
          formatCount(stats.torrents),
          formatCount(stats.torrentsEver),
          formatCount(stats.sessions),
        )}
      </p>
    </div>
  );
}
