/**
 * Codes and data as sentences for people, in English: what happened, what is not lost, what to do. Every problem that a
 * front end shows is worded here; when something is a problem is decided elsewhere.
 */
import { formatSize, formatSpan } from './format.ts';
import type { ErrorCode, ErrorData } from './schema/errors.ts';
import type { NoticeKind } from './schema/events.ts';

type Wording = (data: ErrorData) => string;

/** A member of the data as text, or what to say without it. */
function word(data: ErrorData, key: string, otherwise: string): string {
  const value = data[key];
  return typeof value === 'string' && value !== '' ? cut(value) : otherwise;
}

function number(data: ErrorData, key: string): number {
  const value = data[key];
  return typeof value === 'number' && Number.isFinite(value) ? value : 0;
}

/** Words from outside, short enough to stand in a sentence. */
function cut(text: string): string {
  return text.length <= 200 ? text : `${text.slice(0, 199)}…`;
}

const where = (data: ErrorData): string => word(data, 'folder', 'the folder');

function diskFull(data: ErrorData): string {
  const missing = number(data, 'missing');
  const disk = `the disk that holds ${where(data)}`;
  if (missing === 0) return `There is no room left on ${disk}. It continues by itself once there is.`;
  return `${formatSize(missing)} are missing on ${disk}. It continues by itself once there is room.`;
}

function filesChanged(data: ErrorData): string {
  const files = number(data, 'files');
  const subject = files === 0 ? 'Files differ' : files === 1 ? '1 file differs' : `${files} files differ`;
  return `${subject} from what was downloaded. Checking finds what to fetch again.`;
}

function tooLarge(data: ErrorData): string {
  const limit = number(data, 'limit');
  return limit === 0
    ? 'This is too large to be sent. Ask for less at once.'
    : `This is too large to be sent: ${formatSize(limit)} is the most at once. Ask for less.`;
}

const SENTENCES: Readonly<Record<ErrorCode, Wording>> = {
  BAD_MESSAGE: () => 'The helper could not read this message. Update JSTorrent if it happens again.',
  TOO_LARGE: tooLarge,
  UNKNOWN_COMMAND: (data) =>
    `The helper does not know the command ${word(data, 'command', 'that was sent')}. Update the helper.`,
  BAD_PARAMS: (data) =>
    `The value of ${word(data, 'at', 'a parameter')} is not allowed: ${word(data, 'why', 'it has the wrong form')}.`,
  UNKNOWN_TORRENT: () => 'This torrent is not in the list any more.',
  DUPLICATE: (data) => `You already have ${word(data, 'name', 'this torrent')}.`,
  BAD_TORRENT: (data) =>
    `This is not a valid .torrent file${because(data)}. Download it again from where it came from.`,
  BAD_MAGNET: (data) => `This isn’t a complete magnet link${because(data)}. Copy the link again.`,
  UNKNOWN_ROOT: () => 'This folder is not one that JSTorrent may use. Choose a folder.',
  PATH_ESCAPES: () =>
    'The path leads out of the folders that JSTorrent may use. Choose a place inside of one, or add its folder.',
  NOT_FOUND: (data) =>
    `${word(data, 'folder', 'The file or folder')} isn’t there. Connect the disk, or choose a new place.`,
  DENIED: (data) =>
    `The helper may not write to ${where(data)}. Choose another folder, or change who may write to it.`,
  DISK_FULL: diskFull,
  BUSY: (data) => `${word(data, 'what', 'Something else')} is still under way. Try again in a moment.`,
  TIMED_OUT: () => 'The helper did not answer in time. Try again.',
  CANCELLED: () => 'This was cancelled.',
  CLOSED: () => 'The connection to the helper ended. It is made again by itself.',
  VERSION_TOO_OLD: (data) =>
    `The helper is ${word(data, 'service', 'newer')} and ${word(data, 'client', 'this program')} is too old for it. Update ${word(data, 'side', 'this program')}.`,
  VERSION_TOO_NEW: (data) =>
    `The helper is ${word(data, 'service', 'older')} and too old for ${word(data, 'client', 'this program')}. Update the helper; running torrents continue until you do.`,
  FAILED: (data) => `This did not work${because(data)}. Nothing is lost; the log says more.`,
  DISK_ERROR: (data) =>
    `The disk that holds ${where(data)} reports an error. Check that it is connected and healthy, then try again.`,
  READ_ONLY: (data) =>
    `${word(data, 'folder', 'The folder')} is on a disk that cannot be written. Choose another folder.`,
  TOO_MANY_FILES: () => 'The system allows no more open files. It continues by itself once some are closed.',
  NAME_TOO_LONG: () =>
    'A name is longer than this disk allows. Choose a shorter name, or a folder nearer to the top.',
  FILE_TOO_LARGE: () => 'A file is larger than this disk allows. Choose a folder on another disk.',
  EXISTS: (data) =>
    `${word(data, 'name', 'Something else')} is already there. Choose another name or folder.`,
  BAD_LAYOUT: () =>
    'The files of this torrent cannot be laid out on this disk. Choose a folder on another disk.',
  BAD_METADATA: () =>
    'What is stored of this torrent is damaged. Remove it and add it again; its files stay.',
  FILE_CHANGED: filesChanged,
  HELLO_FIRST: () => 'The helper was not greeted. Update JSTorrent if it happens again.',
  V2_ONLY: () => 'This torrent exists in version 2 only, which cannot be downloaded yet.',
  NO_METADATA: () => 'The file list of this torrent is not known yet. Wait until it is fetched.',
  TOO_SOON: (data) =>
    `The tracker asks for a pause. It can be asked again in ${formatSpan(Math.max(1000, number(data, 'waitMs')))}.`,
  UNSUPPORTED: (data) => `${word(data, 'what', 'This')} is not possible on this system.`,
};

function because(data: ErrorData): string {
  const why = word(data, 'why', '');
  return why === '' ? '' : `: ${why}`;
}

/** The sentence for an error. Words that data may have: folder, name, why, at, what, missing, files, limit, waitMs. */
export function errorSentence(code: ErrorCode, data: ErrorData = {}): string {
  return SENTENCES[code](data);
}

const TITLES: Readonly<Partial<Record<ErrorCode, string>>> = {
  DISK_FULL: 'Disk is full',
  NOT_FOUND: 'Folder is missing',
  UNKNOWN_ROOT: 'Folder is missing',
  DENIED: 'Can’t write here',
  READ_ONLY: 'Can’t write here',
  PATH_ESCAPES: 'Can’t write here',
  FILE_CHANGED: 'Files changed',
  DISK_ERROR: 'Disk error',
  TOO_MANY_FILES: 'Too many open files',
  NAME_TOO_LONG: 'Name is too long',
  FILE_TOO_LARGE: 'File is too large',
  EXISTS: 'Name is taken',
  BAD_METADATA: 'Damaged',
  BUSY: 'In use elsewhere',
};

/** A few words for a line of the list. */
export function failureTitle(code: ErrorCode): string {
  return TITLES[code] ?? 'Failed';
}

/** What a tracker's failure is called; `failingMs` = for how long it has gone on. */
export function trackerSentence(status: 'noAnswer' | 'refused', message: string, failingMs: number): string {
  if (status === 'refused') return message === '' ? 'Refused' : `Refused: “${cut(message)}”`;
  return failingMs < 60_000
    ? 'No answer, will keep trying'
    : `No answer for ${formatSpan(failingMs)}, will keep trying`;
}

/** Why files could not be moved: of what an error says, what is true also of something that is not tried again by itself. */
export function moveProblem(code: ErrorCode, data: ErrorData = {}): string {
  if (code === 'TOO_MANY_FILES') return 'The system allows no more open files.';
  if (code !== 'DISK_FULL') return errorSentence(code, data);
  const missing = number(data, 'missing');
  const disk = `the disk that holds ${where(data)}`;
  return missing === 0
    ? `There is no room left on ${disk}. Make room there, or choose another folder.`
    : `${formatSize(missing)} are missing on ${disk}. Make room there, or choose another folder.`;
}

const subject = (data: ErrorData): string => word(data, 'name', 'The torrent');

const NOTICES: Readonly<Record<NoticeKind, Wording>> = {
  added: (data) => `${subject(data)} was added.`,
  removed: (data) => `${subject(data)} was removed from the list.`,
  completed: (data) => `${subject(data)} is complete.`,
  failed: (data) => `${subject(data)} stopped: ${word(data, 'why', 'the log says why.')}`,
  diskFull: diskFull,
  duplicate: (data) => `You already have ${word(data, 'name', 'this torrent')}.`,
  goalReached: (data) => `${subject(data)} reached its goal and stopped seeding.`,
  moved: (data) => `${subject(data)} is now in ${where(data)}.`,
  moveFailed: (data) =>
    `${subject(data)} could not be moved, and its files are where they were: ${word(data, 'why', 'The log says why.')}`,
  watchFailed: (data) =>
    `${word(data, 'name', 'A file')} in a watched folder could not be added${because(data)}.`,
  hookFailed: (data) => `The program for completed torrents failed${because(data)}.`,
  storeRestored: (data) =>
    `The list of torrents was damaged and is restored from ${word(data, 'backup', 'the last good copy')}. The damaged file is kept.`,
  storeNew: () =>
    'The list of torrents could not be read and is empty now. The old file is kept, and so are all downloads.',
  portClosed: (data) =>
    `Port ${number(data, 'port') || 'that was chosen'} cannot be used${because(data)}. Others reach you once another is chosen.`,
};

/** The sentence of a notice. Words that data may have: name, folder, why, backup, missing, port. */
export function noticeSentence(kind: NoticeKind, data: ErrorData = {}): string {
  return NOTICES[kind](data);
}
