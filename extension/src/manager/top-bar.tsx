/** The top of the page: adding, what is done most, search, rates, slow mode, settings. */
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { formatRateOrZero } from '../model/format.ts';
import { t } from '../model/i18n.ts';
import type { Observable } from '../model/observable.ts';
import { Icon, useObservable } from '../ui/react.tsx';
import { PopupMenu } from '../ui/popup-menu.tsx';
import { addFromClipboard, chooseFiles, openAdd, openSettings } from './commands/adding.ts';
import { remove } from './commands/removing.ts';
import { start, stop, setSlowMode } from './commands/running.ts';
import { useManager, useTotals } from './context.tsx';
import { keyName } from '../model/key-names.ts';
import { curve, type Trail } from './rate-trail.ts';

/** The top bar. */
export function TopBar({ trail }: { readonly trail: Observable<Trail> }): ReactNode {
  return (
    <header className="top" id="bar">
      <div className="brand">
        <Mark />
        <span>JSTorrent</span>
      </div>
      <AddButton />
      <span className="sep" />
      <Actions />
      <Search />
      <Rates trail={trail} />
      <SlowMode />
      <button
        type="button"
        className="ib"
        aria-label={t('manager_settings')}
        title={`${t('manager_settings')} (,)`}
        onClick={() => void openSettings()}
      >
        <Icon name="gear" />
      </button>
    </header>
  );
}

function Mark(): ReactNode {
  return (
    <svg className="mark" viewBox="0 0 16 16" aria-hidden="true">
      <path className="mk-b" d="M14 5v4A6 6 0 012 9h4a2 2 0 004 0V5z" />
      <path className="mk-p" d="M10 1h4v3h-4zM2 6h4v2H2z" />
      <path className="mk-s" d="M1 0h6L4 4.500z" />
    </svg>
  );
}

function AddButton(): ReactNode {
  const [at, setAt] = useState<Element | null>(null);
  return (
    <span className="split">
      <button
        type="button"
        className="b pri"
        title={`${t('manager_add')} (N)`}
        onClick={() => void openAdd([])}
      >
        <Icon name="plus" />
        {t('manager_add')}
      </button>
      <button
        type="button"
        className="b pri"
        aria-label={t('manager_add_more')}
        aria-haspopup="menu"
        onClick={(event) => setAt(event.currentTarget)}
      >
        <Icon name="cd" className="s" />
      </button>
      {at !== null && (
        <PopupMenu
          at={at}
          label={t('manager_add_more')}
          entries={[
            { id: 'file', text: t('manager_add_from_file'), icon: 'file' },
            { id: 'text', text: t('add_from_text'), icon: 'magnet', keys: 'N' },
            { id: 'clipboard', text: t('add_from_clipboard'), icon: 'copy', keys: keyName('Ctrl V') },
          ]}
          onAction={(action) => {
            if (action === 'file') chooseFiles();
            else if (action === 'text') void openAdd([]);
            else void addFromClipboard();
          }}
          onClose={() => setAt(null)}
        />
      )}
    </span>
  );
}

function Actions(): ReactNode {
  const manager = useManager();
  const selection = useObservable(manager.selection);
  const isNone = selection.ids.size === 0 && selection.focus === null;
  return (
    <>
      <Action
        icon="play"
        text={t('command_start')}
        isDisabled={isNone}
        run={() => start(manager, manager.targets)}
      />
      <Action
        icon="pause"
        text={t('command_stop')}
        isDisabled={isNone}
        run={() => stop(manager, manager.targets)}
      />
      <Action
        icon="trash"
        text={t('remove_short')}
        isDisabled={isNone}
        run={() => remove(manager, manager.targets)}
      />
      <button
        type="button"
        className="ib hide-n"
        aria-label={t('command_more')}
        aria-haspopup="menu"
        disabled={isNone}
        onClick={(event) =>
          manager.menu.set({ kind: 'torrent', at: event.currentTarget, about: selection.focus ?? '' })
        }
      >
        <Icon name="more" />
      </button>
    </>
  );
}

interface ActionProps {
  readonly icon: 'play' | 'pause' | 'trash';
  readonly text: string;
  readonly isDisabled: boolean;
  readonly run: () => Promise<unknown>;
}

function Action({ icon, text, isDisabled, run }: ActionProps): ReactNode {
  return (
    <button
      type="button"
      className="b act"
      aria-label={text}
      title={text}
      disabled={isDisabled}
      onClick={() => void run()}
    >
      <Icon name={icon} />
      <span className="lbl">{text}</span>
    </button>
  );
}

function Search(): ReactNode {
  const manager = useManager();
  const search = useObservable(manager.search);
  const input = useRef<HTMLInputElement>(null);
  return (
    <div className="f quiet search">
      <Icon name="search" />
      <input
        ref={input}
        id="search"
        type="search"
        aria-label={t('search_torrents')}
        placeholder={t('manager_search')}
        value={search}
        onChange={(event) => {
          manager.search.set(event.target.value);
          manager.scroll.set({ to: null });
        }}
        onKeyDown={(event) => {
          if (event.key === 'Escape' && search !== '') manager.search.set('');
          else if (event.key === 'Escape' || event.key === 'ArrowDown' || event.key === 'Enter')
            document.getElementById('torrents')?.focus();
          else return;
          event.preventDefault();
          event.stopPropagation();
        }}
      />
      <kbd className="hide-n" aria-hidden="true">
        /
      </kbd>
    </div>
  );
}

const BOX = { width: 56, height: 24 };

function Rates({ trail }: { readonly trail: Observable<Trail> }): ReactNode {
  const totals = useTotals();
  const { down, up } = useObservable(trail);
  const { session, overall } = useManager();
  const isOverall = useObservable(overall);
  const isThere = useObservable(session.link).kind === 'ready';
  const most = Math.max(1, ...down, ...up);
  const line = curve(down, most, BOX);
  const text = (rate: number | undefined): string =>
    rate === undefined || !isThere ? '–' : formatRateOrZero(rate);
  return (
    <button
      type="button"
      className="trate"
      aria-pressed={isOverall}
      title={t('rates_global_show')}
      onClick={() => overall.set(!isOverall)}
    >
      <svg
        width={BOX.width}
        height={BOX.height}
        className="flip"
        role="img"
        aria-label={t('rates_last_minute')}
      >
        {down.length > 1 && (
          <path
            className="area"
            d={`${line}V${BOX.height}H${BOX.width - (down.length - 1) * (BOX.width / 59)}Z`}
          />
        )}
        <path className="down" d={line} />
        <path className="up" d={curve(up, most, BOX)} />
      </svg>
      <span className="rt" data-st="downloading" title={t('manager_rate_down')}>
        <Icon name="down" className="s" />
        <span className="num">{text(totals?.downRate)}</span>
      </span>
      <span className="rt" data-st="seeding" title={t('manager_rate_up')}>
        <Icon name="up" className="s" />
        <span className="num">{text(totals?.upRate)}</span>
      </span>
    </button>
  );
}

function SlowMode(): ReactNode {
  const manager = useManager();
  const totals = useTotals();
  const told = (totals?.slowMode ?? null) !== null;
  // What was clicked holds until the service says how it is.
  const [wanted, setWanted] = useState<boolean | null>(null);
  useEffect(() => setWanted(null), [told]);
  const isOn = wanted ?? told;
  const toggle = (): void => {
    setWanted(!isOn);
    void setSlowMode(manager, !isOn).then((isDone) => isDone || setWanted(null));
  };
  return (
    <button
      type="button"
      className="ib"
      id="slow"
      aria-label={t('manager_slow_mode')}
      aria-pressed={isOn}
      title={t('manager_slow_mode_hint')}
      onClick={toggle}
    >
      <Icon name="gauge" />
    </button>
  );
}
