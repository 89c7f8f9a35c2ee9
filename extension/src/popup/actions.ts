/**
 * What the popup's buttons and keys do: shown at once, then asked of the service, taken back with a word when it refuses.
 */
import { ControlError, type ControlEvent, type Result, type TorrentRow } from '@jstorrent/control';
import browser from 'webextension-polyfill';
import { toasts } from '../manager/toasts.ts';
import { ltrPart, ownPart } from '../model/bidi.ts';
import { textOf } from '../model/failures.ts';
import { formatSize } from '../model/format.ts';
import { t } from '../model/i18n.ts';
import { addressOf, type AddSource, type Ask } from '../model/link.ts';
import type { ListStore } from '../model/list-store.ts';
import { noticeText } from '../model/notices.ts';
import { prefs } from '../model/prefs.ts';
import { isStartable } from '../model/row-state.ts';
import type { Session } from '../model/session.ts';
import {
  controlSource,
  fileSource,
  problemText,
  sourceKind,
  sourceName,
  sourcesIn,
} from '../model/sources.ts';
import type { PopupModel } from './model.ts';

/** What was removed can be brought back this long; a toast stays shorter unless it is pointed at. */
const UNDO_MS = 60_000;
const STOPPED = {
  state: 'stopped',
  stoppedBy: 'user',
  waiting: null,
  downRate: 0,
  upRate: 0,
  etaMs: null,
} as const;
const STARTED = { state: 'queued', stoppedBy: null, failure: null } as const;

type Batch = Result<'torrent.stop'>;

/** The actions of a popup. */
export class Actions {
  readonly #session: Session;
  readonly #list: ListStore;
  readonly #model: PopupModel;
  /** One after the other: in their order, which becomes that of the queue, and never more than the service takes at once. */
  #adding: Promise<void> = Promise.resolve();

  constructor(session: Session, list: ListStore, model: PopupModel) {
    this.#session = session;
    this.#list = list;
    this.#model = model;
    session.onEvent((event) => this.#onEvent(event));
  }

  /** Stop what runs, start what does not. */
  toggle(row: TorrentRow): void {
    if (isStartable(row)) this.#start([row.id]);
    else this.#stop([row.id]);
  }

  /** Stop or start everything. */
  toggleAll(shouldStop: boolean): void {
    const rows = [...this.#list.rows.values()];
    const chosen = rows.filter((row) => (shouldStop ? !isStartable(row) : isStartable(row)));
    const ids = chosen.map(({ id }) => id);
    const command = this.#session.call(shouldStop ? 'session.stopAll' : 'session.startAll', {});
    const done = this.#list.assume(ids, shouldStop ? STOPPED : STARTED, command);
    if (ids.length === 0) return this.#tell(done);
    const toast = toasts.show({
      text: shouldStop ? t('popup_all_stopped') : t('popup_all_started'),
      undo: () => (shouldStop ? this.#start(ids) : this.#stop(ids)),
    });
    this.#tell(done, toast);
  }

  openFolder(row: TorrentRow): void {
    this.#tell(this.#session.call('open.folder', { id: row.id }));
  }

  /** Take it off the list; its files stay. */
  remove(row: TorrentRow): void {
    const ids = [row.id];
    const removed = whole(this.#session.call('torrent.remove', { ids, undoMs: UNDO_MS }));
    const restore = async (): Promise<unknown> => {
      await removed;
      return whole(this.#session.call('torrent.restore', { ids }));
    };
    const done = this.#list.assume(ids, null, removed);
    const toast = toasts.show({
      text: t('popup_removed', ownPart(row.name)),
      strong: row.name,
      undo: () => this.#tell(restore()),
    });
    this.#tell(done, toast);
  }

  async copyMagnet(row: TorrentRow): Promise<void> {
    try {
      const { magnet } = await this.#session.call('torrent.magnet', { id: row.id });
      await navigator.clipboard.writeText(magnet);
      toasts.show({ text: t('popup_magnet_copied') });
    } catch (error) {
      fail(error);
    }
  }

  setSlow(isOn: boolean): void {
    const bySchedule = !isOn && this.#list.totals?.slowMode === 'schedule';
    const set = (on: boolean): void => {
      const patch = bySchedule ? { 'slowMode.scheduleOn': on } : { 'slowMode.on': on };
      this.#tell(this.#model.assumeSlow(on, this.#session.call('settings.set', patch)));
    };
    set(isOn);
    if (bySchedule) toasts.show({ text: t('popup_schedule_off'), undo: () => set(true) });
  }

  clearFinished(): void {
    const undo = this.#model.clearFinished();
    toasts.show({ text: t('popup_cleared'), undo });
  }

  /** Add what a text names; gives a sentence when it names nothing. */
  addText(text: string): string | null {
    const { sources, problem, lines } = sourcesIn(text);
    if (sources.length === 0) return problem === null ? null : problemText(problem, lines);
    if (problem !== null) toasts.show({ text: problemText(problem, lines), kind: 'failure' });
    for (const source of sources) this.#add(source);
    return null;
  }

  /** Add what was dropped; a word when it is nothing. */
  addDropped(text: string): void {
    const problem = this.addText(text);
    if (problem !== null) toasts.show({ text: problem, kind: 'failure' });
  }

  /** Add files that were dropped or chosen. */
  async addFiles(files: readonly File[]): Promise<void> {
    for (const file of files) {
      const source = await fileSource(file);
      if (source === null)
        toasts.show({ text: t('source_file_too_large', ownPart(file.name)), kind: 'failure' });
      else this.#add(source);
    }
  }

  /** Open the dialog with nothing in it. */
  addBlank(): void {
    ask({ ask: 'add', source: null });
  }

  openManager(torrent?: string): void {
    ask(torrent === undefined ? { ask: 'manager' } : { ask: 'manager', torrent });
  }

  openSettings(): void {
    ask({ ask: 'settings' });
  }

  openSetup(): void {
    browser.tabs.create({ url: browser.runtime.getURL(addressOf('setup', 'popup')) }).then(leave, fail);
  }

  retry(): void {
    this.#session.retry();
  }

  #start(ids: readonly string[]): void {
    this.#tell(this.#list.assume(ids, STARTED, whole(this.#session.call('torrent.start', { ids }))));
  }

  #stop(ids: readonly string[]): void {
    this.#tell(this.#list.assume(ids, STOPPED, whole(this.#session.call('torrent.stop', { ids }))));
  }

  #add(source: AddSource): void {
    const isReady = this.#session.link.value.kind === 'ready';
    if (!isReady || !prefs.value.addAtOnce.includes(sourceKind(source))) return ask({ ask: 'add', source });
    this.#adding = this.#adding.then(() => this.#addNow(source)).catch(fail);
  }

  async #addNow(source: AddSource): Promise<void> {
    const { id, name } = await this.#session.call('torrent.add', { source: controlSource(source) });
    const shown = name === '' ? sourceName(source) : name;
    toasts.show({
      text: t('popup_added', ownPart(shown)),
      strong: shown,
      undo: () => this.#tell(whole(this.#session.call('torrent.remove', { ids: [id] }))),
    });
  }

  #onEvent(event: ControlEvent): void {
    if (event.event !== 'notice') return;
    if (event.kind === 'moveFailed' || event.kind === 'hookFailed' || event.kind === 'storeRestored')
      toasts.show({ text: noticeText(event), kind: 'failure' });
  }

  /** Say why it failed, instead of what `toast` says of it. */
  #tell(command: Promise<unknown>, toast: number | null = null): void {
    command.catch((error: unknown) => {
      if (toast !== null) toasts.withdraw(toast);
      fail(error);
    });
  }
}

/** What is missing on the disk of a failed torrent, in words; empty when that is not the point. */
export function missingText(row: TorrentRow): string {
  const missing = row.failure?.missing ?? 0;
  return missing === 0 ? '' : t('popup_needs_more', ltrPart(formatSize(missing)));
}

/** A batch of which a part failed, as a failure. */
async function whole(command: Promise<Batch>): Promise<Batch> {
  const batch = await command;
  const [first] = batch.failed;
  if (first !== undefined) {
    const { code, data, message } = first.error;
    throw new ControlError(code, data, message);
  }
  return batch;
}

function fail(error: unknown): void {
  toasts.show({ text: textOf(error), kind: 'failure' });
}

/** Ask the background worker, and make way for what it opens. */
function ask(what: Ask): void {
  browser.runtime.sendMessage(what).then(leave, fail);
}

function leave(): void {
  const popups = browser.extension.getViews?.({ type: 'popup' }) ?? [];
  if (popups.includes(window)) window.close();
}
