/** The thread that makes one backup and ends. */
import { parentPort, workerData } from 'node:worker_threads';
import { makeBackup, type CopyOrder } from './copy.ts';

parentPort?.postMessage(makeBackup(workerData as CopyOrder));
