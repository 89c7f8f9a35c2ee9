/** A magnet link whose file list is not known yet: how the search for it goes, and what helps when nobody answers. */
import type { PreviewView } from '@jstorrent/control';
import { useId, useState, type ReactNode } from 'react';
import { formatCount, formatSpan } from '../model/format.ts';
import { t, tn } from '../model/i18n.ts';
import { Icon } from '../ui/react.tsx';

/** After this without an answer the user is told what that may mean. */
const NO_ANSWER_MS = 120_000;
const DOTS = 8;

/** Whether nobody has answered for long. */
function isUnanswered({ state, peers, sinceMs }: PreviewView): boolean {
  return state === 'fetching' && peers === 0 && sinceMs >= NO_ANSWER_MS;
}

/** What the state is given. */
export interface FetchingProps {
  readonly view: PreviewView;
  /** Add it as it is. */
  readonly onKeepLooking: () => void;
  /** Ask these trackers too. */
  readonly onTrackers: (urls: readonly string[]) => void;
}

/** The state. */
export function Fetching({ view, onKeepLooking, onTrackers }: FetchingProps): ReactNode {
  if (isUnanswered(view)) {
    return (
      <div className="meta start" data-st="warn">
        <div className="note" data-st="warn">
          <Icon name="alert" />
          <div className="grow">
            <strong>{t('add_no_answer', formatSpan(view.sinceMs))}</strong>
            <p>{t('add_no_answer_why')}</p>
            <MoreTrackers onKeepLooking={onKeepLooking} onTrackers={onTrackers} />
          </div>
        </div>
      </div>
    );
  }
  return (
    <div className="meta" data-st="metadata">
      <Swarm peers={view.peers} connecting={view.connecting} />
      <span className="bar" role="progressbar" aria-label={t('add_fetching_bar')}>
        <i />
      </span>
      <h2>{t('add_fetching')}</h2>
      <p className="mut num">{progressWords(view)}</p>
      <p className="dim small">{t('add_no_wait')}</p>
    </div>
  );
}

/** `3 peers found, 2 being tried · 6 of 14 parts · 8 s`. */
function progressWords({ peers, connecting, metadataHave, metadataParts, sinceMs }: PreviewView): string {
  const found = tn('add_peers', peers);
  const swarm = connecting === 0 ? found : `${found}, ${t('add_trying', formatCount(connecting))}`;
  const parts =
    metadataParts === 0 ? [] : [t('add_parts', formatCount(metadataHave), formatCount(metadataParts))];
  return [swarm, ...parts, formatSpan(sinceMs)].join(' · ');
}

function Swarm({ peers, connecting }: { readonly peers: number; readonly connecting: number }): ReactNode {
  const on = Math.min(peers, DOTS);
  const tried = Math.min(connecting, DOTS - on);
  const words = t('add_swarm', formatCount(peers), formatCount(connecting));
  return (
    <div className="swarm" role="img" aria-label={words}>
      {Array.from({ length: DOTS }, (_, dot) => (
        <span key={`dot${dot}`} className={dot < on ? 'on' : dot < on + tried ? 'try' : ''} />
      ))}
    </div>
  );
}

function MoreTrackers({ onKeepLooking, onTrackers }: Omit<FetchingProps, 'view'>): ReactNode {
  const [text, setText] = useState<string | null>(null);
  const [isBad, setBad] = useState(false);
  const id = useId();
  const ask = (): void => {
    const urls = (text ?? '').split(/\s+/).filter((url) => url !== '');
    const areUrls = urls.length > 0 && urls.every((url) => /^(?:https?|udp):\/\/\S+$/i.test(url));
    setBad(!areUrls);
    if (areUrls) onTrackers(urls.slice(0, 200));
  };
  return (
    <>
      <div className="mrow">
        <button type="button" className="b sm out" onClick={onKeepLooking}>
          {t('add_keep_looking')}
        </button>
        {text === null && (
          <button type="button" className="b sm" onClick={() => setText('')}>
            {t('add_trackers')}
          </button>
        )}
      </div>
      {text !== null && (
        <div className="more-trackers">
          <label htmlFor={id}>{t('add_trackers_label')}</label>
          <textarea
            id={id}
            autoFocus
            rows={3}
            dir="ltr"
            className="mono"
            value={text}
            aria-invalid={isBad}
            onChange={(event) => setText(event.target.value)}
          />
          {isBad && (
            <p className="ferr" role="alert">
              <Icon name="alert" />
              <span>{t('add_trackers_bad')}</span>
            </p>
          )}
          <button type="button" className="b sm out" onClick={ask}>
            {t('add_trackers_use')}
          </button>
        </div>
      )}
    </>
  );
}
