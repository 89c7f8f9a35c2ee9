/** How commands of the list run: shown at once, taken back with a reason when the service refuses. */
import type { CommandName, Params, Result } from '@jstorrent/control';
import { errorText, textOf } from '../../model/failures.ts';
import { tn } from '../../model/i18n.ts';
import type { Assumption } from '../../model/list-store.ts';
import { toasts } from '../toasts.ts';
import type { Manager } from '../manager.ts';

/** What each of some torrents is assumed to become. */
export type Assume = (id: string) => Assumption;

/** Say why something failed. */
export function sayFailure(error: unknown): void {
  toasts.show({ text: textOf(error), kind: 'failure' });
}

/** Run something whose failure is said, not thrown. Whether it succeeded. */
export async function attempt(work: Promise<unknown>): Promise<boolean> {
  try {
    await work;
    return true;
  } catch (error) {
    sayFailure(error);
    return false;
  }
}

type Batch = Result<'torrent.start'>;

/** Call, and say of a batch what could not be done. Whether all of it was. */
export async function run<N extends CommandName>(
  manager: Manager,
  name: N,
  params: Params<N>,
  assume: Assume | null = null,
): Promise<boolean> {
  const call = manager.session.call(name, params);
  const ids = (params as { readonly ids?: readonly string[] }).ids ?? [];
  if (assume !== null)
    manager.list.assume(ids, assume, call).catch(() => {
      // Said below.
    });
  try {
    const { failed, failedCount } = (await call) as Partial<Batch>;
    const [first] = failed ?? [];
    if (first === undefined) return true;
    const text = errorText(first.error);
    const others = (failedCount ?? 1) - 1;
    toasts.show({ text: others === 0 ? text : `${text} ${tn('failed_others', others)}`, kind: 'failure' });
    return others + 1 < ids.length;
  } catch (error) {
    sayFailure(error);
    return false;
  }
}

/** What some torrents are called together: the name of one, or how many they are. */
export function nameOf(manager: Manager, ids: readonly string[]): string {
  const [first] = manager.rowsOf(ids);
  return ids.length === 1 && first !== undefined ? first.name : tn('manager_n_torrents', ids.length);
}
