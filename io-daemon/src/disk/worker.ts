/**
 * One disk worker: takes orders, does them one after the other, sends replies. Decides when replies travel together.
 */
import assert from 'node:assert/strict';
import { symlinkSync, type Stats } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import type { FileStat } from '@jstorrent/engine/ports';
import { adopt } from './adopt.ts';
import { countWith } from './bytes.ts';
import { diskError, DiskFailure, systemCode } from './codes.ts';
import { Counters } from './counters.ts';
import { askFolder } from './folder-jobs.ts';
import { absolute, checkFolders, findRoot, lookInside } from './inside.ts';
import type {
  EmptyJob,
  Job,
  OpenedFile,
  OpenJob,
  Order,
  Reply,
  Results,
  Root,
  SurveyJob,
  WorkerStart,
} from './jobs.ts';
import { REPLY_DELAY_MS } from './limits.ts';
import { OpenFiles } from './open-files.ts';
import { finishPiece, hashPieces, writePiece, type Bench } from './piece-jobs.ts';
import { arriveNow, moveNow, removeNow, renameNow, settleNow } from './relocate.ts';
import { fileStat } from './stats.ts';
import { partPaths } from './tree.ts';

const port = parentPort;
assert(port !== null, 'runs as a worker');
const start = workerData as WorkerStart;
const counters = new Counters(start.counters);
countWith(counters);
const bench: Bench = {
  arena: new Uint8Array(start.arena),
  files: new OpenFiles(start.openFilesMax, (change) => counters.add('openFiles', change)),
};

port.on('message', (orders: readonly Order[]) => {
  let replies: Reply[] = [];
  let sentAt = performance.now();
  for (const { id, job } of orders) {
    replies.push(reply(id, job));
    if (performance.now() - sentAt < REPLY_DELAY_MS) continue;
    port.postMessage(replies);
    replies = [];
    sentAt = performance.now();
  }
  if (replies.length > 0) port.postMessage(replies);
});

function reply(id: number, job: Job): Reply {
  let outcome: Reply['outcome'];
  try {
    outcome = { value: perform(job), error: null };
  } catch (error) {
    outcome = { error: diskError(error) };
  }
  return { id, outcome, folders: bench.files.takeFolders() };
}

function perform(job: Job): Results[Job['kind']] {
  switch (job.kind) {
    case 'finish':
      return finishPiece(bench, job);
    case 'write':
      return writePiece(bench, job);
    case 'hash':
      return hashPieces(bench, job);
    case 'open':
      return openFile(job);
    case 'forget':
      bench.files.forget(job.store);
      return null;
    case 'vanished':
      return bench.files.takeVanished(job.store);
    case 'survey':
      return survey(job);
    case 'empty':
      return makeEmpty(job);
    case 'parts':
      return partPaths(job.root, job.folder);
    case 'adopt':
      return adopt(job);
    case 'arrive':
      return arriveNow(job);
    case 'rename':
      return renameNow(job);
    case 'move':
      return moveNow(job);
    case 'remove':
      return removeNow(job);
    case 'settle':
      return settleNow(job);
    case 'folder':
      return askFolder(job);
  }
}

function openFile(job: OpenJob): OpenedFile | null {
  const opened = bench.files.openOwned({ ...job, mode: job.write ? 'write' : 'read' });
  return opened === null ? null : { fd: opened.fd, stat: fileStat(opened.stat) };
}

function survey(job: SurveyJob): Results['survey'] {
  const root = findRoot(job.root);
  const stats: FileStat[] = job.files.map((path) => fileStat(path === null ? null : lookForFile(root, path)));
  return { root, stats };
}

/** A folder in a file's place is no file; whoever wants to write there is told then. */
function lookForFile(root: Root, path: string): Stats | null {
  const stat = lookInside(root, path);
  if (stat?.isSymbolicLink() === true) throw new DiskFailure('PATH_ESCAPES', `${path} is a link`);
  return stat?.isFile() === true ? stat : null;
}

function makeEmpty(job: EmptyJob): null {
  const { store, root } = job;
  for (const path of job.files) bench.files.get({ store, root, path, mode: 'create' });
  for (const { path, target } of job.links) {
    checkFolders(root, path, []);
    if (lookInside(root, path) !== null) continue;
    try {
      symlinkSync(target, absolute(root, path));
    } catch (error) {
      // No torrent is worth less without its links, and some file systems or users cannot make them.
      if (systemCode(error) === '') throw error;
    }
  }
  return null;
}
