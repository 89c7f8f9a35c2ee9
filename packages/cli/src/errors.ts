/**
 * How the program fails: exit codes, and one error whose code and sentence the user sees. Decides what system errors
 * mean; what is printed where is decided in output.ts.
 */
/** Exit codes of the program. */
export const EXIT = {
  done: 0,
  /** Something in the program or its installation is broken. */
  broken: 1,
  /** Called wrongly. */
  usage: 2,
  /** A bad torrent or magnet link. */
  source: 3,
  disk: 4,
  /** Nothing to connect to, or nothing came, in the time given. */
  network: 5,
  /** The service does not do it: there already, under way, not possible. */
  refused: 6,
  interrupted: 130,
} as const;

/** One of `EXIT`. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** The program ends: `code` for programs, `message` for people, one sentence that says what to do. */
export class CliError extends Error {
  readonly exitCode: ExitCode;
  readonly code: string;

  constructor(exitCode: ExitCode, code: string, message: string) {
    super(message);
    this.name = 'CliError';
    this.exitCode = exitCode;
    this.code = code;
  }
}

/** A wrong call. */
export function usageError(message: string): CliError {
  return new CliError(EXIT.usage, 'USAGE', message);
}

const SYSTEM_ERRORS: Readonly<Record<string, readonly [code: string, sentence: string]>> = {
  ENOENT: ['NOT_FOUND', 'is not there'],
  ENOTDIR: ['NOT_FOUND', 'is not there'],
  EACCES: ['DENIED', 'may not be used by you; check its permissions'],
  EPERM: ['DENIED', 'may not be used by you; check its permissions'],
  EROFS: ['READ_ONLY', 'is on a disk that takes no writes'],
  ENOSPC: ['DISK_FULL', 'is on a full disk; free some space'],
  EDQUOT: ['DISK_FULL', 'is beyond your disk quota; free some space'],
  EEXIST: ['EXISTS', 'is taken by something else'],
  EISDIR: ['NOT_A_FILE', 'is a folder, not a file'],
  ENAMETOOLONG: ['NAME_TOO_LONG', 'has too long a name'],
  EMFILE: ['TOO_MANY_FILES', 'cannot be opened: too many open files'],
};

/** What a failed file operation means; anything but a system error is thrown again. */
export function diskError(path: string, error: unknown): CliError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (typeof code !== 'string') throw error;
  const [name, sentence] = SYSTEM_ERRORS[code] ?? ['DISK_ERROR', `cannot be used (${code})`];
  return new CliError(EXIT.disk, name, `${path} ${sentence}`);
}
