/**
 * Folders beside torrents, over a worker of their own: a drive that hangs must not stop torrents on others. Decides when
 * that worker is started: with the first question.
 */
import type { Answer, DiskFolders } from '@jstorrent/data-plane';
import { ask, settle } from './ask.ts';
import type { FolderAnswer, FolderJob, WorkerStart } from './jobs.ts';
import { WorkerPool } from './pool.ts';
import type { Roots } from './roots.ts';

/** The port, and the end of its thread. */
export interface NodeFolders {
  readonly folders: DiskFolders;
  close(): Promise<void>;
}

/** Folders below these roots. */
export function nodeFolders(roots: Roots, start: WorkerStart): NodeFolders {
  let pool: WorkerPool | null = null;
  const run = async (key: string, question: FolderJob['ask']): Promise<FolderAnswer> => {
    const root = roots.find(key);
    pool ??= new WorkerPool({ start, size: 1, kind: 'daemons', onTooManyFiles: () => {} });
    return await ask<'folder'>(pool, { kind: 'folder', root, ask: question });
  };
  const give = <K extends keyof FolderAnswer>(
    work: Promise<FolderAnswer>,
    member: K,
    answer: Answer<NonNullable<FolderAnswer[K]>>,
  ): void => settle(pick(work, member), answer);
  return {
    folders: {
      list: ({ root, folder }, answer) => give(run(root, { type: 'list', folder }), 'listing', answer),
      make: ({ root, folder }, answer) => settle(nothing(run(root, { type: 'make', folder })), answer),
      space: ({ root, folder }, answer) => give(run(root, { type: 'space', folder }), 'space', answer),
      read: ({ root, path, offset, length }, answer) =>
        give(run(root, { type: 'read', path, offset, length }), 'part', answer),
      rename: ({ root, from, to }, answer) =>
        settle(nothing(run(root, { type: 'rename', from, to })), answer),
    },
    close: async () => {
      await pool?.close();
    },
  };
}

async function pick<K extends keyof FolderAnswer>(
  work: Promise<FolderAnswer>,
  member: K,
): Promise<NonNullable<FolderAnswer[K]>> {
  const value = (await work)[member];
  if (value === null) throw new Error(`no ${member} in an answer`);
  return value;
}

async function nothing(work: Promise<FolderAnswer>): Promise<void> {
  await work;
}
