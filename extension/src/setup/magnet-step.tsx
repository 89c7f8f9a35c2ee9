/** The step of magnet links: the permission for all sites, or the browser's own way. */
import { useState, type ReactNode } from 'react';
import { t } from '../model/i18n.ts';
import { setPrefs } from '../model/prefs.ts';
import { Icon } from '../ui/react.tsx';
import { askForSites, canRegisterHandler, registerHandler } from './browser-facts.ts';

interface MagnetStepProps {
  readonly stage: 'later' | 'now' | 'done';
  readonly isOn: boolean;
  readonly onSkip: () => void;
  readonly onOff: () => void;
  /** It was skipped and is wanted after all. */
  readonly onAgain: () => void;
}

/** The step. */
export function MagnetStep({ stage, isOn, onSkip, onOff, onAgain }: MagnetStepProps): ReactNode {
  if (stage === 'now') return <Asking onSkip={onSkip} />;
  if (stage === 'later') {
    return (
      <section className="sp off">
        <div className="sh">
          <span className="no">2</span>
          <h2>{t('setup_magnets')}</h2>
        </div>
      </section>
    );
  }
  return (
    <section className={isOn ? 'sp ok' : 'sp'}>
      <div className="sh">
        <span className="no">
          <Icon name={isOn ? 'check' : 'x'} className="s" />
        </span>
        <h2>{t(isOn ? 'setup_magnets_on' : 'setup_magnets_off')}</h2>
        <button type="button" className="b sm" onClick={isOn ? onOff : onAgain}>
          {t(isOn ? 'setup_switch_off' : 'setup_magnets')}
        </button>
      </div>
    </section>
  );
}

function Asking({ onSkip }: { readonly onSkip: () => void }): ReactNode {
  const [isRefused, setRefused] = useState(false);
  const switchOn = async (): Promise<void> => {
    const isGiven = await askForSites();
    setRefused(!isGiven);
    if (isGiven) await setPrefs({ captureMagnets: true });
  };
  return (
    <section className="sp now">
      <div className="sh">
        <span className="no">2</span>
        <h2>{t('setup_magnets')}</h2>
      </div>
      <div className="bd">
        <p>{t('setup_magnets_text')}</p>
        <div className="perm">
          <div>
            <b>
              <Icon name="check" className="s" />
              {t('setup_does')}
            </b>
            <p>{t('setup_does_text')}</p>
          </div>
          <div>
            <b>
              <Icon name="shield" className="s" />
              {t('setup_never')}
            </b>
            <p>{t('setup_never_text')}</p>
          </div>
        </div>
        <div className="row">
          <button
            type="button"
            className="b pri"
            onClick={() => {
              switchOn().catch(() => setRefused(true));
            }}
          >
            <Icon name="magnet" />
            {t('setup_magnets')}
          </button>
          <button type="button" className="b" onClick={onSkip}>
            {t('setup_not_now')}
          </button>
        </div>
        {isRefused && (
          <p role="alert" className="refused">
            {t('setup_refused')}
          </p>
        )}
        {canRegisterHandler && <OtherWay isOpen={isRefused} onDone={onSkip} />}
      </div>
    </section>
  );
}

function OtherWay({ isOpen, onDone }: { readonly isOpen: boolean; readonly onDone: () => void }): ReactNode {
  const [isFailed, setFailed] = useState(false);
  const register = (): void => {
    try {
      registerHandler();
      onDone();
    } catch {
      setFailed(true);
    }
  };
  return (
    <details open={isOpen}>
      <summary>{t('setup_handler')}</summary>
      <p>{t('setup_handler_text')}</p>
      <button type="button" className="b sm out" onClick={register}>
        {t('setup_handler_do')}
      </button>
      {isFailed && <p role="alert">{t('setup_handler_failed')}</p>}
    </details>
  );
}
