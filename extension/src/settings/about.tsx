/** Versions, a report to copy, and the licences of what the extension is built with. */
import { PROTOCOL } from '@jstorrent/control';
import browser from 'webextension-polyfill';
import { useEffect, useState, type ReactNode } from 'react';
import type { Licence } from '../build/licences.ts';
import { textOf } from '../model/failures.ts';
import { formatCount } from '../model/format.ts';
import { locale, t } from '../model/i18n.ts';
import type { LinkState } from '../model/link.ts';
import { useObservable } from '../ui/react.tsx';
import { diagnostics } from './diagnostics.ts';
import { useLine } from './line.tsx';
import { useSettingsPage, type SettingsPage } from './page.ts';

const version = (): string => browser.runtime.getManifest().version;

/** `Chromium 156`, from the words that the browser tells every page. */
function browserName(): string {
  const agent = navigator.userAgent;
  const found = /(Firefox|Edg|OPR|Chrome)\/([\d.]+)/.exec(agent);
  return found === null ? agent : `${found[1] === 'Edg' ? 'Edge' : found[1]} ${found[2]}`;
}

/** The versions. */
export function Versions(): ReactNode {
  const { session } = useSettingsPage();
  const link = useObservable(session.link);
  const lines: readonly (readonly [string, string])[] = [
    [t('settings_version_extension'), version()],
    [t('settings_version_helper'), helperVersion(link)],
    [t('settings_version_protocol'), String(PROTOCOL)],
    [t('settings_version_browser'), browserName()],
    ...(link.kind === 'ready' ? [[t('settings_version_system'), link.platform] as const] : []),
  ];
  return (
    <dl className="versions">
      {lines.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            <bdi dir="ltr">{value}</bdi>
          </dd>
        </div>
      ))}
    </dl>
  );
}

function helperVersion(link: LinkState): string {
  if (link.kind === 'ready') return link.version;
  return (link.kind === 'trouble' ? link.helper : null) ?? t('settings_version_absent');
}

async function report({ session, book, prefs, values, isKnown }: SettingsPage): Promise<string> {
  const [status, log] = await Promise.all([
    session.call('service.status', {}, { now: true }).catch(() => null),
    session.call('log.get', {}, { now: true }).catch(() => ({ entries: [] })),
  ]);
  return diagnostics({
    extension: version(),
    browser: browserName(),
    locale,
    link: session.link.value,
    prefs,
    settings: isKnown ? values : null,
    status,
    log: log.entries,
    roots: book.roots.value ?? [],
    now: Date.now(),
  });
}

/** The report. */
export function Diagnostics(): ReactNode {
  const page = useSettingsPage();
  const { say } = useLine();
  const [isCopied, setCopied] = useState(false);
  const [text, setText] = useState('');
  const copy = (): void => {
    report(page)
      .then((made) => navigator.clipboard.writeText(made))
      .then(
        () => setCopied(true),
        (error: unknown) => say(textOf(error)),
      );
  };
  return (
    <div className="list">
      <div className="row">
        <button type="button" className="b out" onClick={copy}>
          {t('settings_diagnostics_copy')}
        </button>
        <span role="status" className="mut">
          {isCopied && t('settings_diagnostics_copied')}
        </span>
      </div>
      <details onToggle={(event) => event.currentTarget.open && void report(page).then(setText)}>
        <summary>{t('settings_diagnostics_show')}</summary>
        <pre className="mono report" dir="ltr" tabIndex={0}>
          {text}
        </pre>
      </details>
    </div>
  );
}

/** The licences, read when somebody wants to see them. */
export function Licences(): ReactNode {
  const [all, setAll] = useState<readonly Licence[] | null>(null);
  useEffect(() => {
    fetch(browser.runtime.getURL('licences.json'))
      .then((response) => response.json())
      .then(
        (read) => setAll(read as readonly Licence[]),
        // It stands beside the built page only.
        () => {},
      );
  }, []);
  if (all === null) return null;
  return (
    <details className="licences">
      <summary>{t('settings_licences_show', formatCount(all.length))}</summary>
      {all.map(({ name, version: of, licence, text }) => (
        <details key={`${name}${of}`}>
          <summary>
            <bdi dir="ltr">
              {name} {of}
            </bdi>{' '}
            <span className="dim">{licence}</span>
          </summary>
          <pre className="mono report" dir="ltr" tabIndex={0}>
            {text || licence}
          </pre>
        </details>
      ))}
    </details>
  );
}
