/** Commands about the files of torrents, and about their order in the queue. */
import { ControlError, type FileRow, type Handlers, type Params } from '@jstorrent/control';
import type { FileView, PlaceFailure, QueueMove, TorrentId } from '@jstorrent/engine';
import { engineError, told } from '../errors.ts';
import type { Host } from '../host.ts';
import type { Moves } from '../moves.ts';
import { prioritiesOf } from '../sources.ts';
import { eachOf, knownIds, type BatchResult } from './batch.ts';

type FileHandlers = Pick<
  Handlers,
  | 'torrent.files'
  | 'torrent.setFiles'
  | 'torrent.renameFile'
  | 'torrent.renameFolder'
  | 'torrent.move'
  | 'torrent.cancelMove'
  | 'torrent.relocate'
  | 'queue.move'
>;

/** JSON bytes of one reply about files: paths may be long. */
const PAGE_BYTES = 900_000;

/** The handlers. */
export function fileCommands(host: Host, moves: Moves): FileHandlers {
  const { catalog, engine } = host;
  return {
    'torrent.files': ({ id, from, count }) => {
      catalog.get(id);
      const files = told(() => engine.files(id));
      return { total: files.length, files: pageOf(files.slice(from, from + count).map(fileRow)) };
    },
    'torrent.setFiles': (params) => {
      setFiles(host, params);
      return {};
    },
    'torrent.renameFile': async ({ id, file, path }) => {
      assertFilesKnown(host, id);
      await settled((onEnd) => engine.disk.renameFile(id, file, path, onEnd));
      return {};
    },
    'torrent.renameFolder': async ({ id, folder, path }) => {
      assertFilesKnown(host, id);
      await settled((onEnd) => engine.disk.renameFolder(id, { from: folder, to: path }, onEnd));
      return {};
    },
    'torrent.move': ({ ids, place }) =>
      eachOf(host, ids, (id) => {
        // Its end is told by a notice: a move may take an hour.
        void moves.move(id, place).catch(() => {});
      }),
    'torrent.cancelMove': ({ ids }) => eachOf(host, ids, (id) => moves.cancel(id)),
    'torrent.relocate': async ({ id, place }) => {
      catalog.get(id);
      await settled((onEnd) => engine.disk.relocate(id, place, onEnd));
      return {};
    },
    'queue.move': ({ ids, to }) => moveInQueue(host, ids, to),
  };
}

function assertFilesKnown({ catalog, engine }: Host, id: TorrentId): void {
  catalog.get(id);
  if (told(() => engine.info(id)) === null) throw new ControlError('NO_METADATA');
}

/** One file as it is shown. */
export function fileRow({ index, path, length, have, priority }: FileView): FileRow {
  return { index, path: path.map((part) => part.slice(0, 1024)), length, have, priority };
}

function pageOf(rows: readonly FileRow[]): FileRow[] {
  const page: FileRow[] = [];
  let bytes = 0;
  for (const row of rows) {
    bytes += Buffer.byteLength(JSON.stringify(row)) + 1;
    if (bytes > PAGE_BYTES && page.length > 0) break;
    page.push(row);
  }
  return page;
}

/** Choose files. Throws ControlError NO_METADATA, BAD_PARAMS. */
export function setFiles(host: Host, { id, files }: Params<'torrent.setFiles'>): void {
  const { catalog, engine, store } = host;
  const record = catalog.get(id);
  const info = told(() => engine.info(id));
  if (info === null) throw new ControlError('NO_METADATA');
  const saved = store.files(id);
  const priorities = prioritiesOf(files, info, saved.priorities);
  told(() => store.setFiles(id, { ...saved, priorities }));
  engine.choose(id, priorities, { sequential: record.sequential, endsFirst: record.endsFirst });
  const { wantedLength, bytesLeft } = engine.view(id);
  catalog.note(id, { wantedLength, bytesLeft });
}

async function settled(ask: (onEnd: (failure: PlaceFailure | null) => void) => void): Promise<void> {
  const failure = await new Promise<PlaceFailure | null>((resolve) => {
    told(() => ask(resolve));
  });
  if (failure !== null) {
    throw engineError(failure.code, { why: failure.detail, missing: failure.missing });
  }
}

/** What moving in the queue needs. */
interface QueueParts extends Pick<Host, 'engine' | 'store' | 'catalog'> {
  readonly removals: Pick<Host['removals'], 'putLast'>;
}

/** Move torrents in the queue; several keep their order among themselves. */
export function moveInQueue(
  host: QueueParts,
  ids: readonly TorrentId[],
  to: Params<'queue.move'>['to'],
): BatchResult {
  const { engine } = host;
  const { known, failures } = knownIds(host, ids);
  const inOrder = [...known].sort((a, b) => engine.positionOf(a) - engine.positionOf(b));
  const count = inOrder.length;
  const isFromBelow = to === 'down' || to === 'top';
  engine.batch(() => {
    host.removals.putLast();
    for (let turn = 0; turn < count; turn += 1) {
      const index = isFromBelow ? count - 1 - turn : turn;
      const id = inOrder[index] as TorrentId;
      engine.move(id, targetOf(to, { position: engine.positionOf(id), index, count }, host));
    }
  });
  told(() => keepPlaces(host, inOrder));
  return failures.result;
}

/** Where one of several goes, the `index`th of `count`: at the ends they stay side by side. */
function targetOf(
  to: Params<'queue.move'>['to'],
  one: { readonly position: number; readonly index: number; readonly count: number },
  { catalog }: QueueParts,
): QueueMove {
  const { position, index, count } = one;
  if (to === 'up') return Math.max(position - 1, index);
  if (to === 'down') return Math.min(position + 1, catalog.size - count + index);
  return typeof to === 'number' ? to + index : to;
}

/** Keep where torrents stand in the queue; those side by side are put there together. */
function keepPlaces({ engine, store, catalog }: QueueParts, ids: readonly TorrentId[]): void {
  const moved = new Set(ids);
  const listed = (position: number): TorrentId | null => {
    const id = engine.idAt(position);
    return id !== null && catalog.has(id) ? id : null;
  };
  store.batch(() => {
    for (const id of ids) {
      const position = engine.positionOf(id);
      const after = listed(position - 1);
      if (after !== null && moved.has(after)) continue;
      const run = [id];
      let before = listed(position + 1);
      while (before !== null && moved.has(before)) {
        run.push(before);
        before = listed(position + run.length);
      }
      store.place(run, { after, before });
    }
  });
}
