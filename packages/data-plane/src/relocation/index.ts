/** How a torrent's files come to other places and names, as steps that any disk can take. */
export { arrive, settle, type ArrivalRequest } from './arrive.ts';
export { isSamePlace, move, type MoveRequest } from './move.ts';
export { Notes } from './notes.ts';
export { remove, type RemoveRequest } from './remove.ts';
export { rename, type RenameRequest } from './rename.ts';
export type { DiskSteps, Entry, Headway, OwnPath, Slice, Steps } from './steps.ts';
