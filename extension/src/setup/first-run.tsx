/** The first run: the helper, magnet links, and something to try. */
import type { Place } from '@jstorrent/control';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import browser from 'webextension-polyfill';
import type { FolderBook } from '../model/folders.ts';
import { formatSize } from '../model/format.ts';
import { t } from '../model/i18n.ts';
import type { Ask, LinkState } from '../model/link.ts';
import { prefs, setPrefs } from '../model/prefs.ts';
import { SAMPLE } from '../model/sample.ts';
import { FolderField } from '../ui/folder-field.tsx';
import { Icon, useObservable } from '../ui/react.tsx';
import { isPinned } from './browser-facts.ts';
import { installCommand, type Origin, type System } from './commands.ts';
import { MagnetStep } from './magnet-step.tsx';
import { Command, Systems, Waiting } from './parts.tsx';
import { whereText, type Surroundings } from './plan.ts';

/** Kept, so that a page that is loaded again does not ask again. */
const SKIPPED_KEY = 'setup-magnets-skipped';

interface FirstRunProps {
  readonly link: LinkState;
  readonly around: Surroundings;
  readonly onSystem: (system: System) => void;
  readonly book: FolderBook;
}

/** The three steps; one at a time is open. */
export function FirstRun({ link, around, onSystem, book }: FirstRunProps): ReactNode {
  const { captureMagnets } = useObservable(prefs);
  const [isSkipped, setSkipped] = useState(() => localStorage.getItem(SKIPPED_KEY) === '1');
  const version = useVersion(link);
  const isConnected = version !== null;
  const isDone = isConnected && (captureMagnets || isSkipped);
  const stage = !isConnected ? 'helper' : isDone ? 'done' : 'magnet';
  const skip = (isNow: boolean): void => {
    localStorage.setItem(SKIPPED_KEY, isNow ? '1' : '0');
    setSkipped(isNow);
  };
  const [title, lead] = HEADS[stage];
  return (
    <>
      <h1>{t(title)}</h1>
      <p className="lead">{t(lead)}</p>
      <div className="sts">
        {version === null ? (
          <HelperStep around={around} onSystem={onSystem} />
        ) : (
          <HelperDone version={version} isAway={link.kind !== 'ready'} />
        )}
        <MagnetStep
          stage={!isConnected ? 'later' : isDone ? 'done' : 'now'}
          isOn={captureMagnets}
          onSkip={() => skip(true)}
          onOff={() => {
            skip(true);
            setPrefs({ captureMagnets: false }).catch(() => {});
          }}
          onAgain={() => skip(false)}
        />
        <TryStep isNow={isDone} book={book} />
      </div>
    </>
  );
}

const HEADS = {
  helper: ['setup_title', 'setup_lead'],
  magnet: ['setup_title_magnet', 'setup_lead_magnet'],
  done: ['setup_title_done', 'setup_lead_done'],
} as const;

/** Version of the helper while it is there, or starts again; null while it is not. */
function useVersion(link: LinkState): string | null {
  const last = useRef<string | null>(null);
  if (link.kind === 'ready') last.current = link.version;
  if (link.kind === 'trouble') last.current = null;
  return last.current;
}

function HelperDone({ version, isAway }: { readonly version: string; readonly isAway: boolean }): ReactNode {
  return (
    <section className="sp ok">
      <div className="sh">
        <span className="no">
          <Icon name="check" className="s" />
        </span>
        <h2>{t('setup_helper')}</h2>
        <span className={isAway ? 'chip' : 'chip good'} role="status">
          {isAway ? t('link_reconnecting') : t('setup_connected', version)}
        </span>
      </div>
    </section>
  );
}

function HelperStep({ around, onSystem }: Pick<FirstRunProps, 'around' | 'onSystem'>): ReactNode {
  const [other, setOther] = useState<Origin>(around.origin);
  const instead: Origin = other === 'sources' ? 'download' : 'sources';
  return (
    <section className="sp now">
      <div className="sh">
        <span className="no">1</span>
        <h2>{t('setup_helper')}</h2>
      </div>
      <div className="bd">
        <p>
          {t('setup_helper_text')} {whereText(other)}
        </p>
        <Systems value={around.system} onChange={onSystem} />
        <Command text={installCommand(around.system, other)} />
        <p className="fine">
          {t('setup_fine')}{' '}
          <button type="button" className="textlink" onClick={() => setOther(instead)}>
            {t(instead === 'sources' ? 'setup_other_sources' : 'setup_other_download')}
          </button>
        </p>
        <Waiting text={t('setup_waiting')} />
      </div>
    </section>
  );
}

function TryStep({ isNow, book }: { readonly isNow: boolean; readonly book: FolderBook }): ReactNode {
  if (!isNow) {
    return (
      <section className="sp off">
        <div className="sh">
          <span className="no">3</span>
          <h2>{t('setup_try')}</h2>
        </div>
      </section>
    );
  }
  return (
    <section className="sp now">
      <div className="sh">
        <span className="no">3</span>
        <h2>{t('setup_try')}</h2>
      </div>
      <div className="bd">
        <Sample />
        <PinHint />
        <FolderChoice book={book} />
        <div className="row">
          <a className="b out" href="manager.html">
            {t('setup_manager')}
          </a>
          <a className="b" href="settings.html">
            {t('setup_settings')}
          </a>
        </div>
      </div>
    </section>
  );
}

function Sample(): ReactNode {
  const add: Ask = { ask: 'add', source: { kind: 'magnet', magnet: SAMPLE.magnet } };
  return (
    <div className="sample">
      <span className="tile" data-st="downloading">
        <Icon name="film" className="l" />
      </span>
      <div className="grow">
        <b className="el">{SAMPLE.name}</b>
        <span className="dim num">{t('setup_sample', formatSize(SAMPLE.bytes))}</span>
      </div>
      <button
        type="button"
        className="b pri"
        onClick={() => {
          browser.runtime.sendMessage(add).catch(() => {});
        }}
      >
        <Icon name="down" />
        {t('setup_download')}
      </button>
    </div>
  );
}

function PinHint(): ReactNode {
  const [isIn, setIn] = useState<boolean | null>(null);
  useEffect(() => {
    const look = (): void => {
      isPinned().then(setIn, () => {});
    };
    look();
    window.addEventListener('focus', look);
    return () => window.removeEventListener('focus', look);
  }, []);
  if (isIn === true) return null;
  return (
    <div className="sample">
      <span className="tile" data-st="stopped">
        <Icon name="pin" className="l" />
      </span>
      <div className="grow">
        <b>{t('setup_pin')}</b>
        <span className="mut">{t('setup_pin_text')}</span>
      </div>
    </div>
  );
}

function FolderChoice({ book }: { readonly book: FolderBook }): ReactNode {
  const [place, setPlace] = useState<Place | null>(null);
  useEffect(
    () =>
      book.session.onReady(() => {
        book.session.call('settings.get', {}).then(
          (settings) => setPlace(settings['downloads.place']),
          () => {},
        );
      }),
    [book],
  );
  const change = async (to: Place): Promise<void> => {
    const settings = await book.session.call('settings.set', { 'downloads.place': to });
    setPlace(settings['downloads.place']);
  };
  return (
    <div className="folderchoice">
      <label id="folder-label" htmlFor="folder">
        {t('setup_folder')}
      </label>
      <FolderField
        book={book}
        id="folder"
        labelledBy="folder-label"
        title={t('setup_folder_title')}
        value={place}
        onChange={change}
      />
    </div>
  );
}
