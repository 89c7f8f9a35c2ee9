/**
 * What becomes of something that can be added. Decides between the dialog and adding at once, which a person chose and did
 * something for just now; how often pages on the web may bring anything is bounded by flood.ts.
 */
import type { ControlEvent, Result } from '@jstorrent/control';
import type { AddSource, Found } from '../model/link.ts';
import type { Prefs } from '../model/prefs.ts';
import type { Session } from '../model/session.ts';
import { controlSource, sourceKind } from '../model/sources.ts';
import { Flood } from './flood.ts';

/** What the intake needs. */
export interface IntakeParts {
  readonly session: Pick<Session, 'call'>;
  readonly prefs: () => Prefs;
  readonly now: () => number;
  /** Shows the add dialog. */
  readonly ask: (source: AddSource | null) => Promise<void>;
  /** Notes that pages bring more than is taken, for whoever looks at the dialog. */
  readonly dropped: () => Promise<void>;
  /** Says that something was added without the dialog. */
  readonly added: (torrent: Result<'torrent.add'>) => void;
}

/** Stands for all downloads where tabs are counted. */
const DOWNLOADS = -1;

/** Takes what is found. */
export class Intake {
  readonly #parts: IntakeParts;
  readonly #flood = new Flood();

  constructor(parts: IntakeParts) {
    this.#parts = parts;
  }

  /** A person named it, in the browser's own interface. */
  async fromPerson(source: AddSource): Promise<void> {
    const { prefs, session, ask, added } = this.#parts;
    if (!prefs().addAtOnce.includes(sourceKind(source))) return ask(source);
    try {
      added(await session.call('torrent.add', { source: controlSource(source) }));
    } catch {
      // The dialog says what is wrong, or shows the one that is there already.
      await ask(source);
    }
  }

  /** The browser finished a download of a .torrent file. Pages can begin downloads, so the dialog asks. */
  async fromDownload(source: AddSource): Promise<void> {
    const verdict = this.#flood.judge(DOWNLOADS, source, false, this.#parts.now());
    if (verdict === 'taken') await this.#parts.ask(source);
    else if (verdict === 'tooMany') await this.#parts.dropped();
  }

  /** A page on the web brought it. False when it is the browser's: on sites that are switched off. */
  async fromWeb({ found, active }: Found, tab: number, site: string): Promise<boolean> {
    const { prefs, now, ask, dropped } = this.#parts;
    if (prefs().sitesOff.includes(site)) return false;
    const verdict = this.#flood.judge(tab, found, active, now());
    if (verdict === 'tooMany') await dropped();
    else if (verdict === 'taken') await (active ? this.fromPerson(found) : ask(found));
    return true;
  }
}

/** What the user opened with JSTorrent elsewhere, as it can be added. */
export function openedSource({ source, name }: Extract<ControlEvent, { event: 'opened' }>): AddSource {
  if ('magnet' in source) return { kind: 'magnet', magnet: source.magnet };
  if ('url' in source) return { kind: 'url', url: source.url };
  return { kind: 'opened', number: source.opened, name };
}
