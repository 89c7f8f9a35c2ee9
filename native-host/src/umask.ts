/**
 * Whose permissions new files get: what the service keeps is private, what it does for the user is as the user's own
 * programs would do it.
 */
import process from 'node:process';

let usersUmask = process.umask();

/** From now on files of this process are for this user alone. */
export function keepPrivate(): void {
  usersUmask = process.umask(0o077);
}

/** The umask that this process was started with. */
export function umaskOfUser(): number {
  return usersUmask;
}

/** Begin something for the user: a program started in `work` makes files as if the user had started it. */
export function asUser<T>(work: () => T): T {
  const own = process.umask(usersUmask);
  try {
    return work();
  } finally {
    process.umask(own);
  }
}
