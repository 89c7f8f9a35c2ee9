/** The part of the ports that is about figures of the plane as a whole. Names and shapes only. */
import type { RequestId } from './ports-ids.ts';

/** What the disk did since its process began, in all threads together, and what it holds now. Times in microseconds. */
export interface DiskFigures {
  /** Of calls that read files, for checks and for peers. */
  readonly bytesRead: number;
  readonly reads: number;
  readonly readUs: number;
  readonly bytesWritten: number;
  readonly writes: number;
  readonly writeUs: number;
  /** Files and folders made durable. */
  readonly syncs: number;
  readonly syncUs: number;
  /** Descriptors of files of torrents that are kept open. */
  readonly openFiles: number;
  /** Pieces to be hashed or written, and other errands: in line for a thread, and given to one. */
  readonly jobsWaiting: number;
  readonly jobsRunning: number;
  /** Memory of the process. */
  readonly memoryBytes: number;
}

/** What the plane did and holds. */
export interface PlaneFigures extends DiskFigures {
  /** Memory that pieces are received into, and what of it holds blocks on their way to the disk. */
  readonly bufferBytes: number;
  readonly bufferUsed: number;
  /** Writes in line, and those the disk was asked for. */
  readonly writesWaiting: number;
  readonly writesRunning: number;
  /** Links that are not read because there is no room for what they bring. */
  readonly linksWaiting: number;
  /** Ranges of data on disk that are being hashed. */
  readonly checksRunning: number;
  /** Torrents whose files are in use. */
  readonly stores: number;
}

/** Answered by `figures`. */
export interface FiguresCommand {
  readonly type: 'askFigures';
  readonly request: RequestId;
}

/** The figures of this moment. */
export interface FiguresEvent extends PlaneFigures {
  readonly type: 'figures';
  readonly request: RequestId;
}
