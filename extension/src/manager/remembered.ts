/** Choices about the form of the page, kept in the browser so that they are there with the first frame. */
import { Cell } from '../model/observable.ts';

const storage = (): Storage | null => (typeof localStorage === 'undefined' ? null : localStorage);

/** A value that is kept; `read` makes the best of what was stored. */
export function remembered<T>(key: string, read: (stored: unknown) => T): Cell<T> {
  const cell = new Cell(read(parsed(storage()?.getItem(key) ?? 'null')));
  cell.subscribe(() => storage()?.setItem(key, JSON.stringify(cell.value)));
  return cell;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
