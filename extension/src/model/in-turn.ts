/**
 * One after the other, in all pages of the extension and its worker: for what is read, changed and written where several of
 * them may do so at once. Decides nothing about what is done.
 */

/** Runs what it is given when nothing else of that name runs anywhere in the extension; ends as that does. */
export function inTurn<T>(name: string, act: () => Promise<T>): Promise<T> {
  return navigator.locks.request(`jstorrent ${name}`, act) as Promise<T>;
}
