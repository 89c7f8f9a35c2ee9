/** Rates of torrents of their own. Empty = no limit of its own. */
import { useEffect, useId, useState, type ReactNode } from 'react';
import { prefs } from '../../model/prefs.ts';
import { t } from '../../model/i18n.ts';
import { openSession } from '../../model/session.ts';
import { setLimits as saveLimits } from '../commands/editing.ts';
import { nameOf } from '../commands/run.ts';
import { useManager } from '../context.tsx';
import { limitText, readLimit } from '../limit-text.ts';
import { Frame } from './frame.tsx';

/** The dialog. */
export function LimitsDialog({
  ids,
  onClose,
}: {
  readonly ids: readonly string[];
  readonly onClose: () => void;
}): ReactNode {
  const manager = useManager();
  const [down, setDown] = useState<string | null>(null);
  const [up, setUp] = useState<string | null>(null);
  const known = useLimitsOf(ids);
  const isBinary = prefs.value.units === 'binary';
  const shownDown = down ?? limitText(known?.downLimit ?? 0, isBinary);
  const shownUp = up ?? limitText(known?.upLimit ?? 0, isBinary);
  const limits = { downLimit: readLimit(shownDown, isBinary), upLimit: readLimit(shownUp, isBinary) };
  const { downLimit, upLimit } = limits;
  const submit = (): void => {
    if (downLimit === null || upLimit === null) return;
    onClose();
    void saveLimits(manager, ids, {
      ...(down === null && ids.length > 1 ? {} : { downLimit }),
      ...(up === null && ids.length > 1 ? {} : { upLimit }),
    });
  };
  const isUntouched = down === null && up === null;
  return (
    <Frame
      title={t('limits_title', nameOf(manager, ids))}
      action={t('limits_do')}
      isDisabled={isUntouched || downLimit === null || upLimit === null}
      onSubmit={submit}
      onClose={onClose}
    >
      <LimitField
        label={t('limits_down')}
        value={shownDown}
        isBad={downLimit === null}
        onChange={setDown}
        isFirst
      />
      <LimitField label={t('limits_up')} value={shownUp} isBad={upLimit === null} onChange={setUp} />
      <p className="dim">{t('limits_hint')}</p>
    </Frame>
  );
}

/** Limits of a single torrent, once the service told them; asked aside, so that the details keep what they look at. */
function useLimitsOf(
  ids: readonly string[],
): { readonly downLimit: number; readonly upLimit: number } | null {
  const [limits, setLimits] = useState<{ downLimit: number; upLimit: number } | null>(null);
  const [only] = ids.length === 1 ? ids : [];
  useEffect(() => {
    if (only === undefined) return undefined;
    const session = openSession('limits');
    session.onEvent((event) => {
      if (event.event !== 'detail' || event.id !== only || event.pane !== 'general') return;
      setLimits(event.data.options);
      session.close();
    });
    session.onReady(() => {
      session.call('detail.subscribe', { id: only, panes: ['general'] }).catch(() => {});
    });
    return () => session.close();
  }, [only]);
  return limits;
}

interface FieldProps {
  readonly label: string;
  readonly value: string;
  readonly isBad: boolean;
  readonly isFirst?: boolean;
  readonly onChange: (value: string) => void;
}

function LimitField({ label, value, isBad, isFirst = false, onChange }: FieldProps): ReactNode {
  const id = useId();
  const unit = prefs.value.units === 'binary' ? 'KiB/s' : 'kB/s';
  return (
    <div className="fld">
      <label htmlFor={id}>{label}</label>
      <div className={isBad ? 'f bad' : 'f'}>
        <input
          id={id}
          autoFocus={isFirst}
          inputMode="decimal"
          aria-invalid={isBad}
          aria-describedby={isBad ? `${id}-bad` : undefined}
          placeholder={t('limits_none')}
          value={value}
          onFocus={(event) => event.target.select()}
          onChange={(event) => onChange(event.target.value)}
        />
        <span className="unit">{unit}</span>
      </div>
      {isBad && (
        <p className="bad" id={`${id}-bad`}>
          {t('limits_bad')}
        </p>
      )}
    </div>
  );
}
