/** Web seeds of a torrent: which servers are asked for its files, and how each stands (BEP 19). */
import type { Panes } from '@jstorrent/control';
import type { ReactNode } from 'react';
import { formatRate, formatSize } from '../../model/format.ts';
import { t } from '../../model/i18n.ts';
import { webSeedLook, webSeedText } from '../../model/tracker-words.ts';
import { Icon } from '../../ui/react.tsx';

/** The table of web seeds. */
export function WebSeeds({ seeds }: { readonly seeds: Panes['general']['webSeedStates'] }): ReactNode {
  return (
    <table className="tb" aria-label={t('web_seeds')}>
      <thead>
        <tr>
          <th>{t('web_seeds')}</th>
          <th>{t('trackers_status')}</th>
          <th className="r">{t('peers_down')}</th>
          <th className="r hm">{t('web_seeds_received')}</th>
        </tr>
      </thead>
      <tbody>
        {seeds.map((seed) => {
          const { look, icon } = webSeedLook(seed.status);
          const text = webSeedText(seed);
          return (
            <tr key={seed.url} data-st={look}>
              <td className="k wrap" title={seed.url}>
                <bdi dir="ltr" className="mono">
                  {seed.url}
                </bdi>
              </td>
              <td className="wrap second" title={text}>
                <span className="st">
                  <Icon name={icon} className="s" />
                  <span className="el" dir="auto">
                    {text}
                  </span>
                </span>
              </td>
              <td className="r num second">{formatRate(seed.downRate)}</td>
              <td className="r num hm">{formatSize(seed.downloaded)}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
