/** The front ends that are connected. Decides nothing but who is told what happens to everything. */
import {
  noticeSentence,
  type ControlConnection,
  type ControlEvent,
  type ErrorData,
  type NoticeKind,
} from '@jstorrent/control';
import type { TorrentId } from '@jstorrent/engine';

/** All connections of the local socket. */
export class Clients {
  readonly #connections = new Set<ControlConnection>();

  get count(): number {
    return this.#connections.size;
  }

  /** Take part until the connection ends. */
  join(connection: ControlConnection): void {
    this.#connections.add(connection);
    connection.onClosed(() => this.#connections.delete(connection));
  }

  /** Tell everybody who has said hello. */
  emit(event: ControlEvent): void {
    for (const connection of this.#connections) if (connection.peer !== null) connection.emit(event);
  }

  /** Tell everybody something worth a word; the sentence is made of the data. */
  notice(kind: NoticeKind, id: TorrentId | null, data: ErrorData = {}): string {
    const sentence = noticeSentence(kind, data);
    this.emit({ event: 'notice', kind, id, sentence, data });
    return sentence;
  }

  /** Say farewell to everybody. */
  closeAll(): void {
    for (const connection of this.#connections) connection.close();
  }
}
