/** What the popup's actions ask of the service, and what they say when it refuses. */
import { ControlError } from '@jstorrent/control';
import { afterEach, expect, it, vi } from 'vitest';
import { rowOf } from '@jstorrent/control/testing';
import { toasts } from '../manager/toasts.ts';
import type { ListStore } from '../model/list-store.ts';
import { Cell } from '../model/observable.ts';
import { setPrefs } from '../model/prefs.ts';
import type { Session } from '../model/session.ts';
import { Actions } from './actions.ts';
import type { PopupModel } from './model.ts';

afterEach(() => {
  for (const { id } of toasts.list.value) toasts.withdraw(id);
});

const texts = (): string[] => toasts.list.value.map(({ text }) => text.replaceAll(/[\u2066-\u2069]/g, ''));

function actionsOver(call: (name: string, params: unknown) => Promise<unknown>): Actions {
  const session = { link: new Cell({ kind: 'ready' }), call, onEvent: () => () => {} } as unknown as Session;
  const list = {
    rows: new Map([['a', rowOf(1)]]),
    assume: (_ids: unknown, _become: unknown, command: Promise<unknown>) => command,
  } as unknown as ListStore;
  return new Actions(session, list, {} as PopupModel);
}

it('adds many links one after the other, in their order', async () => {
  await setPrefs({ addAtOnce: ['magnet'] });
  const hashes = Array.from({ length: 100 }, (_, at) => at.toString(16).padStart(40, '0'));
  const added: string[] = [];
  let running = 0;
  let most = 0;
  const actions = actionsOver(async (_, params) => {
    running += 1;
    most = Math.max(most, running);
    await Promise.resolve();
    running -= 1;
    const { magnet } = (params as { source: { magnet: string } }).source;
    added.push(magnet.slice(-40));
    // One that cannot be added stops none of the others.
    if (added.length === 5) throw new ControlError('DUPLICATE');
    return { id: magnet, name: magnet };
  });
  expect(actions.addText(hashes.join('\n'))).toBeNull();
  await vi.waitFor(() => expect(added).toEqual(hashes));
  expect(most).toBe(1);
});

it('does not say that something was done which was refused', async () => {
  const actions = actionsOver(() => Promise.reject(new ControlError('FAILED')));
  actions.remove(rowOf(1, { name: 'Sintel' }));
  actions.toggleAll(true);
  expect(texts()).toEqual(['Sintel is removed. Its files stay.', 'All torrents are stopped.']);
  await vi.waitFor(() => expect(toasts.list.value.map(({ kind }) => kind)).toEqual(['failure', 'failure']));
});
