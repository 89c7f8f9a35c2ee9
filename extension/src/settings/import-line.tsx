/** Taking over torrents from other clients: what was found, how far it is, what became of it. */
import type { Result } from '@jstorrent/control';
import { useEffect, useState, type ReactNode } from 'react';
import { textOf } from '../model/failures.ts';
import { shortPath } from '../model/folders.ts';
import { formatCount } from '../model/format.ts';
import { t, tn } from '../model/i18n.ts';
import { Icon } from '../ui/react.tsx';
import { useLine } from './line.tsx';
import { Select } from './plain.tsx';
import { useSettingsPage } from './page.ts';

type Found = Result<'import.scan'>['found'][number];
type Report = Result<'import.run'>;
type Stage =
  | { readonly kind: 'idle' | 'scanning' }
  | { readonly kind: 'found'; readonly found: readonly Found[] }
  | { readonly kind: 'running'; readonly of: Found }
  | { readonly kind: 'done'; readonly report: Report };

const NAMES: Readonly<Record<Found['client'], string>> = {
  qbittorrent: 'qBittorrent',
  transmission: 'Transmission',
  deluge: 'Deluge',
};

/** The line. */
export function Import(): ReactNode {
  const { say } = useLine();
  const { session } = useSettingsPage();
  const [stage, setStage] = useState<Stage>({ kind: 'idle' });
  const [after, setAfter] = useState('there');
  const fail = (error: unknown): void => {
    setStage({ kind: 'idle' });
    say(textOf(error));
  };
  const scan = (): void => {
    say('');
    setStage({ kind: 'scanning' });
    session.call('import.scan', {}).then(({ found }) => setStage({ kind: 'found', found }), fail);
  };
  const run = (of: Found): void => {
    setStage({ kind: 'running', of });
    const { client, where } = of;
    const start = after === 'there' ? {} : { start: false };
    session
      .call('import.run', { client, where, ...start })
      .then((report) => setStage({ kind: 'done', report }), fail);
  };
  return (
    <div className="list">
      {stage.kind === 'found' && (
        <FoundList found={stage.found} after={after} onAfter={setAfter} onRun={run} />
      )}
      {stage.kind === 'running' && <Running />}
      {stage.kind === 'done' && <ReportView report={stage.report} />}
      {stage.kind !== 'running' && (
        <button type="button" className="b out" disabled={stage.kind === 'scanning'} onClick={scan}>
          {t(stage.kind === 'scanning' ? 'settings_import_scanning' : 'settings_import_scan')}
        </button>
      )}
    </div>
  );
}

interface FoundListProps {
  readonly found: readonly Found[];
  readonly after: string;
  readonly onAfter: (after: string) => void;
  readonly onRun: (found: Found) => void;
}

function FoundList({ found, after, onAfter, onRun }: FoundListProps): ReactNode {
  if (found.length === 0) return <p role="status">{t('settings_import_none')}</p>;
  return (
    <>
      <ul>
        {found.map((one) => (
          <li key={`${one.client}${one.where}`} className="row">
            <Icon name="archive" />
            <span className="grow">
              <b>{NAMES[one.client]}</b>{' '}
              <span className="num">
                {tn('settings_import_found', one.torrents)}
                {one.duplicates > 0 && ` · ${tn('settings_import_known', one.duplicates)}`}
              </span>
              <bdi dir="ltr" className="dim small el">
                {shortPath(one.where)}
              </bdi>
            </span>
            <button
              type="button"
              className="b sm pri"
              disabled={one.torrents === one.duplicates}
              aria-label={t('settings_import_run_from', NAMES[one.client])}
              onClick={() => onRun(one)}
            >
              {t('settings_import_run')}
            </button>
          </li>
        ))}
      </ul>
      <div className="row">
        <span className="mut">{t('settings_import_as')}</span>
        <Select
          label={t('settings_import_as')}
          value={after}
          choices={[
            { value: 'there', text: t('settings_import_as_there') },
            { value: 'stopped', text: t('settings_import_stopped') },
          ]}
          onChange={onAfter}
        />
      </div>
    </>
  );
}

/** Counts what appears in the list meanwhile. */
function Running(): ReactNode {
  const { session } = useSettingsPage();
  const [count, setCount] = useState(0);
  useEffect(
    () =>
      session.onEvent((event) => {
        if (event.event === 'notice' && event.kind === 'added') setCount((before) => before + 1);
      }),
    [session],
  );
  return (
    <p role="status" className="row num">
      <Icon name="refresh" className="spin" />
      {t('settings_import_running', formatCount(count))}
    </p>
  );
}

function ReportView({ report }: { readonly report: Report }): ReactNode {
  const { added, duplicates, problems } = report;
  return (
    <div role="status">
      <p className="st" data-st={added > 0 ? 'done' : 'queued'}>
        <Icon name={added > 0 ? 'done' : 'info'} />
        {tn('settings_import_done', added)}
      </p>
      {duplicates > 0 && <p className="mut">{tn('settings_import_skipped', duplicates)}</p>}
      {problems.length > 0 && (
        <>
          <p className="gap">{tn('settings_import_problems', problems.length)}</p>
          <ul className="problems">
            {problems.map(({ name, message }) => (
              <li key={`${name}${message}`}>
                <bdi dir="auto">{name}</bdi>
                <span className="dim"> – {message}</span>
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}
