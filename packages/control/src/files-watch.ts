/**
 * The files of one torrent to one front end: all of them in parts, then what changed. A front end that does not keep up
 * gets the rest when it does.
 */
import { runsOf } from './file-runs.ts';
import { intoParts } from './packing.ts';
import type { FileRow, Panes } from './schema/details.ts';
import type { ControlConnection } from './server.ts';

type FilePatch = Panes['files']['files'][number];

/** What one front end knows of the files of one torrent. */
export class FilesWatch {
  readonly #id: string;
  #known: readonly FileRow[] | null = null;
  #revision = 0;
  #parts: Panes['files'][] = [];

  constructor(id: string) {
    this.#id = id;
  }

  /** Send what changed, unless earlier parts are still waiting. */
  update(rows: readonly FileRow[], connection: ControlConnection): void {
    if (this.#parts.length > 0 || rows === this.#known) return;
    const known = this.#known;
    const reset = known === null || known.length !== rows.length;
    const files = reset ? [] : changedFiles(known, rows);
    this.#known = rows;
    if (!reset && files.length === 0) return;
    this.#revision += 1;
    const revision = this.#revision;
    const parts = reset
      ? intoParts(runsOf(rows)).map((runs) => ({ runs, files: [] }))
      : intoParts<FilePatch>(files).map((filesOfPart) => ({ runs: [], files: filesOfPart }));
    this.#parts = parts.map((content, part) => ({
      total: rows.length,
      revision,
      reset,
      part,
      parts: parts.length,
      ...content,
    }));
    this.pump(connection);
  }

  /** Send the parts that wait, as long as the front end keeps up. */
  pump(connection: ControlConnection): void {
    while (this.#parts.length > 0 && connection.isWritable) {
      const data = this.#parts.shift();
      if (data !== undefined) connection.emit({ event: 'detail', id: this.#id, pane: 'files', data });
    }
  }
}

function changedFiles(known: readonly FileRow[], rows: readonly FileRow[]): FilePatch[] {
  const patches: FilePatch[] = [];
  for (const [index, row] of rows.entries()) {
    const before = known[index];
    if (before === undefined || before === row) continue;
    const isMoved = before.path.join('/') !== row.path.join('/');
    if (before.have === row.have && before.priority === row.priority && !isMoved) continue;
    patches.push({
      index: row.index,
      ...(before.have === row.have ? {} : { have: row.have }),
      ...(before.priority === row.priority ? {} : { priority: row.priority }),
      ...(isMoved ? { path: row.path } : {}),
    });
  }
  return patches;
}
