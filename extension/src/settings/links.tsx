/** Lines about links on web pages: what is taken there, on which sites it is not, and the browser's own way. */
import browser from 'webextension-polyfill';
import { useEffect, useState, type FormEvent, type ReactNode } from 'react';
import { textOf } from '../model/failures.ts';
import { t } from '../model/i18n.ts';
import { Icon } from '../ui/react.tsx';
import '../ui/chips.css';
import { useLine } from './line.tsx';
import {
  askForDownloads,
  askForNotifications,
  askForSites,
  giveBack,
  hostOf,
  mayNotify,
} from './permissions.ts';
import { Switch } from './plain.tsx';
import { useSettingsPage } from './page.ts';

/** Asks within the click, and keeps the choice when the browser allowed it. */
function usePermission(
  refused: string,
): (ask: () => Promise<boolean>, onAllowed: () => Promise<void>) => void {
  const { say } = useLine();
  return (ask, onAllowed) => {
    say('');
    ask()
      .then((isAllowed) => (isAllowed ? onAllowed() : say(refused)))
      .catch((error: unknown) => say(textOf(error)));
  };
}

interface CaptureProps {
  readonly pref: 'captureMagnets' | 'captureTorrents';
}

/** Whether links are taken. */
export function Capture({ pref }: CaptureProps): ReactNode {
  const { row, say } = useLine();
  const { prefs, changePrefs } = useSettingsPage();
  const withPermission = usePermission(t('settings_permission_refused'));
  const ask = pref === 'captureMagnets' ? askForSites : askForDownloads;
  const change = (isOn: boolean): void => {
    if (isOn) return withPermission(ask, () => changePrefs(row.title, { [pref]: true }, t('settings_on')));
    changePrefs(row.title, { [pref]: false }, t('settings_off'))
      .then(giveBack)
      .catch((error: unknown) => say(textOf(error)));
  };
  return <Switch isOn={prefs[pref]} onChange={change} />;
}

/** Sites where links are left alone. */
export function Sites(): ReactNode {
  const { row, titleId, say, problem, problemId } = useLine();
  const { prefs, changeList } = useSettingsPage();
  const [text, setText] = useState('');
  const add = (event: FormEvent): void => {
    event.preventDefault();
    const host = hostOf(text);
    if (host === null) return say(t('settings_sites_bad'));
    say('');
    setText('');
    if (!prefs.sitesOff.includes(host)) void changeList(row.title, 'sitesOff', host, true);
  };
  const remove = (host: string): void => void changeList(row.title, 'sitesOff', host, false);
  return (
    <div className="list">
      {prefs.sitesOff.length > 0 && (
        <ul className="chips" aria-labelledby={titleId}>
          {prefs.sitesOff.toSorted().map((host) => (
            <li key={host} className="chip">
              <bdi dir="ltr">{host}</bdi>
              <button
                type="button"
                aria-label={t('settings_sites_remove', host)}
                onClick={() => remove(host)}
              >
                <Icon name="x" className="s" />
              </button>
            </li>
          ))}
        </ul>
      )}
      <form className="row" onSubmit={add}>
        <div className={`f grow ${problem === '' ? '' : 'bad'}`}>
          <input
            dir="ltr"
            value={text}
            placeholder="example.org"
            aria-label={t('settings_sites_add')}
            aria-invalid={problem !== ''}
            aria-describedby={problem === '' ? undefined : problemId}
            onChange={(event) => setText(event.target.value)}
          />
        </div>
        <button type="submit" className="b out" disabled={text.trim() === ''}>
          {t('settings_sites_add')}
        </button>
      </form>
    </div>
  );
}

/** The browser's own list of programs for kinds of links. */
export function Handler(): ReactNode {
  const { say } = useLine();
  const [isAsked, setAsked] = useState(false);
  const ask = (): void => {
    try {
      navigator.registerProtocolHandler('magnet', `${browser.runtime.getURL('magnet.html')}?u=%s`);
      setAsked(true);
    } catch (error) {
      say(textOf(error));
    }
  };
  return (
    <>
      <button type="button" className="b out" onClick={ask}>
        {t('settings_handler_do')}
      </button>
      <p className="told" role="status">
        {isAsked && t('settings_handler_asked')}
      </p>
    </>
  );
}

interface NotifyProps {
  readonly pref: 'notifyCompleted' | 'notifyFailed';
}

/** Whether a notification is shown; the browser is asked with the first click. */
export function Notify({ pref }: NotifyProps): ReactNode {
  const { row } = useLine();
  const { prefs, changePrefs } = useSettingsPage();
  const [canNotify, setCanNotify] = useState(false);
  useEffect(() => {
    mayNotify().then(setCanNotify, () => {});
  }, []);
  const withPermission = usePermission(t('settings_notify_refused'));
  const isOn = prefs[pref] && canNotify;
  const change = (next: boolean): void => {
    if (!next) return void changePrefs(row.title, { [pref]: false }, t('settings_off'));
    withPermission(askForNotifications, () => {
      setCanNotify(true);
      return changePrefs(row.title, { [pref]: true }, t('settings_on'));
    });
  };
  return <Switch isOn={isOn} onChange={change} />;
}

/** Which kinds are asked about before they are added. */
export function Ask(): ReactNode {
  const { row } = useLine();
  const { prefs, changeList } = useSettingsPage();
  const kinds = ['magnet', 'torrent'] as const;
  return (
    <div className="asks">
      {kinds.map((kind) => {
        const name = t(kind === 'magnet' ? 'settings_ask_magnets' : 'settings_ask_torrents');
        const isAsked = !prefs.addAtOnce.includes(kind);
        return (
          <label key={kind}>
            {name}
            <Switch
              label={`${t('settings_ask')}: ${name}`}
              isOn={isAsked}
              onChange={(next) => void changeList(row.title, 'addAtOnce', kind, !next)}
            />
          </label>
        );
      })}
    </div>
  );
}
