/** @jsxImportSource preact */
/** What the popup shows instead of a list: that nothing is there, that the helper cannot be reached. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { waitingSources } from '../model/add-queue.ts';
import { ownPart } from '../model/bidi.ts';
import { formatSize } from '../model/format.ts';
import { t, tn } from '../model/i18n.ts';
import type { AddSource } from '../model/link.ts';
import { troubleIcon, troubleTitle } from '../model/link-words.ts';
import { SAMPLE } from '../model/sample.ts';
import { sourceName } from '../model/sources.ts';
import { SmallIcon } from '../ui/preact.tsx';
import type { Actions } from './actions.ts';
import type { TroubleLink } from './model.ts';

/** Nothing is downloading: what one can do. */
export function EmptyState({ actions }: { readonly actions: Actions }): JSX.Element {
  return (
    <div class="scroll">
      <div class="hero">
        <EmptyPicture />
        <h2>{t('popup_empty')}</h2>
        <p>{t('popup_empty_text')}</p>
      </div>
      <ul class="how">
        <li>
          <span class="tile">
            <SmallIcon name="magnet" />
          </span>
          <div>
            <b>{t('popup_empty_magnets')}</b>
            <p>{t('popup_empty_magnets_text')}</p>
          </div>
        </li>
        <li>
          <span class="tile">
            <SmallIcon name="file" />
          </span>
          <div>
            <b>{t('popup_empty_files')}</b>
            <p>{t('popup_empty_files_text')}</p>
          </div>
        </li>
        <li>
          <span class="tile">
            <SmallIcon name="disc" />
          </span>
          <div>
            <b>{t('popup_empty_new')}</b>
            <p>
              <button type="button" class="textlink" onClick={() => actions.addText(SAMPLE.magnet)}>
                {t('popup_empty_try', SAMPLE.name)}
              </button>
              {' · '}
              {t('popup_empty_sample', formatSize(SAMPLE.bytes))}
            </p>
          </div>
        </li>
      </ul>
    </div>
  );
}

/** The helper cannot be reached, and the user has to do something. */
export function TroubleState({
  trouble,
  hasWaiting,
  actions,
}: {
  readonly trouble: TroubleLink;
  readonly hasWaiting: boolean;
  readonly actions: Actions;
}): JSX.Element {
  const isMissing = trouble.why === 'missing';
  return (
    <div class="scroll">
      <div class="hero bad" data-st={isMissing ? 'error' : 'warn'}>
        <span class="tile">
          <SmallIcon name={troubleIcon(trouble.why)} class="l" />
        </span>
        <h2>{troubleTitle(trouble.why)}</h2>
        <p>{t(isMissing ? 'popup_trouble_missing' : 'popup_trouble_other')}</p>
      </div>
      <div class="steps">
        <button type="button" class="b pri" onClick={() => actions.openSetup()}>
          {t(isMissing ? 'popup_install' : 'popup_what_to_do')}
        </button>
        <button type="button" class="b" onClick={() => actions.retry()}>
          <SmallIcon name="refresh" />
          {t(isMissing ? 'popup_installed_it' : 'popup_check_again')}
        </button>
      </div>
      <WaitingNote hasCommands={hasWaiting} />
    </div>
  );
}

/** What was asked for meanwhile is not lost. */
function WaitingNote({ hasCommands }: { readonly hasCommands: boolean }): JSX.Element | null {
  const [sources, setSources] = useState<readonly AddSource[]>([]);
  useEffect(() => {
    waitingSources().then(setSources, () => {});
  }, []);
  const [first] = sources;
  if (first === undefined && !hasCommands) return null;
  return (
    <div class="note">
      <SmallIcon name="magnet" />
      {first === undefined ? (
        <p>{t('popup_waiting')}</p>
      ) : (
        <div>
          <strong>{tn('popup_sources_waiting', sources.length)}</strong>
          <p>{t('popup_source_waits', ownPart(sourceName(first)))}</p>
        </div>
      )}
    </div>
  );
}

function EmptyPicture(): JSX.Element {
  return (
    <svg class="picture" width="132" height="66" viewBox="0 0 132 66" aria-hidden="true">
      <path class="mk-b" d="M86 32v6a20 20 0 01-40 0h12a8 8 0 0016 0v-6z" />
      <path class="mk-p" d="M74 16h12v12H74zM46 28h12v6H46z" />
      <path class="mk-s" d="M44 4h16l-8 12z" />
      <path
        class="bits"
        d="M14 14h9v9h-9zM26 34h9v9h-9zM4 44h7v7H4zM102 12h9v9h-9zM114 34h9v9h-9zM100 50h7v7h-7z"
      />
    </svg>
  );
}
