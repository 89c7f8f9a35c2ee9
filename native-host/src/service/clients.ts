/** The front ends that are connected. Decides nothing but who is told what happens to everything. */
import {
  CONTROL_LIMITS,
  noticeSentence,
  type ControlConnection,
  type ControlEvent,
  type ErrorData,
  type NoticeKind,
  type Result,
} from '@jstorrent/control';
import type { TorrentId } from '@jstorrent/engine';

/** All connections of the local socket. */
export class Clients {
  readonly #connections = new Set<ControlConnection>();
  /** The newest notices, oldest first. */
  readonly #notices: Result<'notices.get'>['notices'][number][] = [];
  #lastNotice = 0;

  get count(): number {
    return this.#connections.size;
  }

  /** Take part until the connection ends. */
  join(connection: ControlConnection): void {
    this.#connections.add(connection);
    connection.onClosed(() => this.#connections.delete(connection));
  }

  /** The connection that came last of those that fit; null when there is none. */
  lastThat(fits: (connection: ControlConnection) => boolean): ControlConnection | null {
    return [...this.#connections].findLast(fits) ?? null;
  }

  /** Tell everybody who has said hello. */
  emit(event: ControlEvent): void {
    for (const connection of this.#connections) if (connection.peer !== null) connection.emit(event);
  }

  /** Tell everybody something worth a word, and keep it for those who are away; the sentence is made of the data. */
  notice(kind: NoticeKind, id: TorrentId | null, data: ErrorData = {}): string {
    const sentence = noticeSentence(kind, data);
    this.#lastNotice += 1;
    const notice = { kind, id, sentence, data, number: this.#lastNotice };
    this.#notices.push(notice);
    if (this.#notices.length > CONTROL_LIMITS.heldNotices) this.#notices.shift();
    this.emit({ event: 'notice', ...notice });
    return sentence;
  }

  /** What was told after the notice of that number, as far as it is kept. */
  noticesAfter(after: number): Result<'notices.get'> {
    return { last: this.#lastNotice, notices: this.#notices.filter(({ number }) => number > after) };
  }

  /** Say farewell to everybody. */
  closeAll(): void {
    for (const connection of this.#connections) connection.close();
  }
}
