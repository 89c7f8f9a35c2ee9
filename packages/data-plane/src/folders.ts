/**
 * Folders beside torrents: passes questions to the disk and its answers back. Decides which paths are none.
 */
import type { FolderCommand, RequestId, StoreCode } from '@jstorrent/engine/ports';
import type { EventBatch } from './events.ts';
import type { Limits } from './limits.ts';
import type { Answer, Disk } from './ports.ts';
import { isSafeFolder, isSafePath } from './store/layout.ts';

/** What folders are reached through. */
export interface FoldersParts {
  readonly disk: Disk;
  readonly events: EventBatch;
  readonly limits: Limits;
}

/** Carries out the folder commands. */
export class Folders {
  readonly #parts: FoldersParts;

  constructor(parts: FoldersParts) {
    this.#parts = parts;
  }

  /** Carry out one command. */
  submit(command: FolderCommand): void {
    const { disk, events, limits } = this.#parts;
    if (command.type === 'setRoot') return disk.setRoot(command.key, command.path);
    if (command.type === 'dropRoot') return disk.setRoot(command.key, null);
    const { request } = command;
    const code = problemOf(command, limits);
    if (code !== null) {
      events.push({ type: 'folderFailed', request, code, detail: command.type });
      return;
    }
    const done = this.#answer(request, () => events.push({ type: 'folderDone', request }));
    switch (command.type) {
      case 'listFolder':
        return disk.folders.list(
          command,
          this.#answer(request, (listing) => events.push({ type: 'folderListed', request, ...listing })),
        );
      case 'makeFolder':
        return disk.folders.make(command, done);
      case 'freeSpace':
        return disk.folders.space(
          command,
          this.#answer(request, (space) => events.push({ type: 'spaceKnown', request, ...space })),
        );
      case 'readFile':
        return disk.folders.read(
          command,
          this.#answer(request, (part) => events.push({ type: 'fileRead', request, ...part })),
        );
      case 'renameEntry':
        return disk.folders.rename(command, done);
    }
  }

  #answer<T>(request: RequestId, onDone: (value: T) => void): Answer<T> {
    const onError: Answer<T>['onError'] = ({ code, detail }) =>
      this.#parts.events.push({ type: 'folderFailed', request, code, detail });
    return { onDone, onError };
  }
}

type Question = Exclude<FolderCommand, { readonly type: 'setRoot' | 'dropRoot' }>;

function problemOf(command: Question, limits: Limits): StoreCode | null {
  if (!hasSafePaths(command)) return 'PATH_ESCAPES';
  return command.type === 'readFile' && command.length > limits.readBytes ? 'FILE_TOO_LARGE' : null;
}

function hasSafePaths(command: Question): boolean {
  switch (command.type) {
    case 'readFile':
      return isSafePath(command.path);
    case 'renameEntry':
      return isSafePath(command.from) && isSafePath(command.to);
    case 'makeFolder':
      return isSafePath(command.folder);
    default:
      return isSafeFolder(command.folder);
  }
}
