/** Folders below the roots through the engine. Decides which failure of the disk is told as what. */
import type { Engine, FolderAnswer, PlaneFigures } from '@jstorrent/engine';
import type { DaemonGate } from './daemon-gate.ts';
import type { Disk } from './disk.ts';
import { engineError } from './errors.ts';

/** The disk as the engine's daemon sees it. */
export function engineDisk(engine: Engine, gate: DaemonGate): Disk {
  const { disk } = engine;
  const answered = async <T>(path: readonly string[], ask: (answer: FolderAnswer<T>) => void): Promise<T> => {
    await gate.passed();
    return await new Promise<T>((resolve, reject) => {
      const name = path.at(-1);
      const named = name === undefined ? {} : { folder: name, name };
      ask({
        onDone: resolve,
        onFailed: (code, detail) => reject(engineError(code, { why: detail, ...named })),
      });
    });
  };
  return {
    list: (place) => answered(place.folder, (answer) => disk.listFolder(place, answer)),
    makeFolder: (place) => answered(place.folder, (answer) => disk.makeFolder(place, answer)),
    space: (place) => answered(place.folder, (answer) => disk.freeSpace(place, answer)),
    readFile: (root, path, maxBytes) =>
      answered(path, (answer) => disk.readFile({ root, path, maxBytes }, answer)),
    figures: () =>
      gate.isOpen
        ? answered<PlaneFigures>([], (answer) => disk.figures(answer)).catch(() => null)
        : Promise.resolve(null),
    rename: (root, from, to) => answered(to, (answer) => disk.renameEntry(root, from, to, answer)),
  };
}
