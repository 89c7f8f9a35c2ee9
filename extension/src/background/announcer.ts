/**
 * What happened, as notifications of the system. Decides what is worth one, what is said together, and that nothing is said
 * twice: notices have numbers, and the last one that was shown is kept by the browser.
 */
import type { NoticeEvent, Result } from '@jstorrent/control';
import { t, tn } from '../model/i18n.ts';
import { noticeText } from '../model/notices.ts';
import type { Prefs } from '../model/prefs.ts';
import type { Clock } from './clock.ts';

/** A notice of the service with its number. */
type Notice = Result<'notices.get'>['notices'][number];

/** A notification; `id` says what a click on it does. */
export interface Announcement {
  readonly id: string;
  readonly title: string;
  readonly message: string;
}

/** Up to where notices were shown. */
export interface Seen {
  readonly instance: string;
  readonly number: number;
}

/** What the announcer needs. */
export interface AnnouncerParts {
  readonly clock: Clock;
  readonly prefs: () => Pick<Prefs, 'notifyCompleted' | 'notifyFailed'>;
  readonly load: () => Promise<Seen | null>;
  readonly save: (seen: Seen) => Promise<void>;
  readonly show: (announcement: Announcement) => void;
}

/** What comes within this is said together. */
const GROUP_MS = 1000;
/** Of one kind: more than this are one notification. */
const SINGLE_MAX = 3;
/** Names in a notification. */
const NAMES_MAX = 3;

/** Turns notices into announcements. */
export class Announcer {
  readonly #parts: AnnouncerParts;
  #seen: Seen | null = null;
  #group: Notice[] = [];
  #isDue = false;
  /** One thing after the other. */
  #work: Promise<void> = Promise.resolve();

  constructor(parts: AnnouncerParts) {
    this.#parts = parts;
  }

  /** The service was greeted: what was missed is asked for. */
  onReady(instance: string, missed: (after: number) => Promise<Result<'notices.get'>>): void {
    this.#next(async () => {
      const stored = this.#seen ?? (await this.#parts.load());
      const isSame = stored?.instance === instance;
      // What comes is said also when nobody tells what was missed.
      if (stored !== null) this.#seen = isSame ? stored : { instance, number: 0 };
      const { last, notices } = await missed(isSame ? stored.number : 0);
      // Without a past there is nothing that was missed.
      const number = isSame ? stored.number : stored === null ? last : 0;
      this.#seen = { instance, number };
      if (!isSame) await this.#parts.save(this.#seen);
      for (const notice of notices) this.#take(notice);
    });
  }

  /** The service said something. */
  onNotice({ kind, id, sentence, data, number }: NoticeEvent): void {
    if (number === undefined) return;
    const notice = { kind, id, sentence, number, ...(data === undefined ? {} : { data }) };
    this.#next(() => Promise.resolve(this.#take(notice)));
  }

  #next(run: () => Promise<void>): void {
    this.#work = this.#work.then(run).catch((error: unknown) => console.error(error));
  }

  #take(notice: Notice): void {
    if (this.#seen === null || notice.number <= this.#seen.number) return;
    this.#seen = { ...this.#seen, number: notice.number };
    this.#group.push(notice);
    if (this.#isDue) return;
    this.#isDue = true;
    this.#parts.clock.after(GROUP_MS, () => this.#next(() => this.#say()));
  }

  async #say(): Promise<void> {
    this.#isDue = false;
    const group = this.#group;
    this.#group = [];
    // Kept first: of a worker that ends between the two, nothing is said twice.
    if (this.#seen !== null) await this.#parts.save(this.#seen);
    for (const announcement of announcementsOf(group, this.#parts.prefs())) this.#parts.show(announcement);
  }
}

/** What is said of a group of notices. */
export function announcementsOf(
  group: readonly Pick<Notice, 'kind' | 'id' | 'sentence' | 'data'>[],
  prefs: Pick<Prefs, 'notifyCompleted' | 'notifyFailed'>,
): Announcement[] {
  const completed = group.filter(({ kind }) => kind === 'completed' && prefs.notifyCompleted);
  const failed = group.filter(({ kind }) => isFailure(kind) && prefs.notifyFailed);
  const said: Announcement[] = [];
  if (completed.length > SINGLE_MAX) {
    said.push({
      id: 'manager',
      title: tn('notify_completed_many', completed.length),
      message: namesOf(completed),
    });
  } else {
    for (const { id, data, sentence } of completed) {
      said.push({
        id: `folder:${id ?? ''}`,
        title: t('notify_completed'),
        message: nameOf(data) ?? sentence,
      });
    }
  }
  if (failed.length > SINGLE_MAX) {
    said.push({ id: 'attention', title: tn('notify_failed_many', failed.length), message: namesOf(failed) });
  } else {
    for (const notice of failed) {
      said.push({
        id: `torrent:${notice.id ?? ''}`,
        title: nameOf(notice.data) ?? t('extension_name'),
        message: noticeText(notice),
      });
    }
  }
  return said;
}

function isFailure(kind: Notice['kind']): boolean {
  return kind === 'failed' || kind === 'diskFull' || kind === 'moveFailed';
}

function nameOf(data: Notice['data']): string | null {
  const name = data?.['name'];
  return typeof name === 'string' && name !== '' ? name : null;
}

function namesOf(notices: readonly Pick<Notice, 'data'>[]): string {
  const names = notices.flatMap(({ data }) => nameOf(data) ?? []);
  const more = names.length > NAMES_MAX ? ' …' : '';
  return names.slice(0, NAMES_MAX).join('\n') + more;
}
