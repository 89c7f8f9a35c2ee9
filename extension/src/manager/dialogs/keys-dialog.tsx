/** The sheet of keys. */
import { Fragment, type ReactNode } from 'react';
import { t } from '../../model/i18n.ts';
import { prefs, setPrefs } from '../../model/prefs.ts';
import { useObservable } from '../../ui/react.tsx';
import { attempt } from '../commands/run.ts';
import { keyName } from '../../model/key-names.ts';
import { KEY_SHEET } from '../keys.ts';
import { Frame } from './frame.tsx';

/** The dialog. */
export function KeysDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const { letterKeys } = useObservable(prefs);
  return (
    <Frame title={t('keys_title')} onClose={onClose} className="wide">
      <div className="keys">
        {KEY_SHEET.map(({ title, lines }) => (
          <section key={title}>
            <h3>{t(title)}</h3>
            <dl>
              {lines.map(({ keys, text }) => (
                <Fragment key={text}>
                  <dt>
                    {keys.map((key) => (
                      <kbd key={key}>{keyName(key)}</kbd>
                    ))}
                  </dt>
                  <dd>{t(text)}</dd>
                </Fragment>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <label className="lblrow">
        <input
          type="checkbox"
          role="switch"
          className="sw"
          checked={letterKeys}
          onChange={(event) => void attempt(setPrefs({ letterKeys: event.target.checked }))}
        />
        {t('keys_letters')}
      </label>
    </Frame>
  );
}
