/** Settings of a service that answers late, and refuses. */
import { ControlError, defaultSettings, type ControlSettings } from '@jstorrent/control';
import { expect, it } from 'vitest';
import type { Session } from '../model/session.ts';
import { isChanged, SettingsStore, type SettingsPatch } from './settings-store.ts';

type Answer = { patch: SettingsPatch; accept: () => void; refuse: () => void };

/** A service whose answers to changes are given by the test. */
function service() {
  let values = defaultSettings();
  const answers: Answer[] = [];
  const call = (name: string, params: SettingsPatch): Promise<ControlSettings> => {
    if (name === 'settings.get') return Promise.resolve(values);
    return new Promise((resolve, reject) => {
      answers.push({
        patch: params,
        accept: () => {
          values = { ...values, ...params };
          resolve(values);
        },
        refuse: () => reject(new ControlError('BAD_PARAMS')),
      });
    });
  };
  const onReady = (listener: () => void): (() => void) => {
    listener();
    return () => {};
  };
  return { session: { call, onReady } as unknown as Session, answers };
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it('shows a change at once and keeps it when it is confirmed', async () => {
  const { session, answers } = service();
  const store = new SettingsStore(session);
  await settle();
  const change = store.set({ 'limits.up': 5 });
  expect(store.values.value?.['limits.up']).toBe(5);
  answers[0]?.accept();
  expect(await change).toEqual({ 'limits.up': 0 });
  expect(store.values.value?.['limits.up']).toBe(5);
});

it('goes back when the service refuses, but not what was changed meanwhile', async () => {
  const { session, answers } = service();
  const store = new SettingsStore(session);
  await settle();
  const refused = store.set({ 'limits.up': 5, 'queue.downloads': 9 });
  const kept = store.set({ 'limits.down': 7 });
  answers[0]?.refuse();
  await expect(refused).rejects.toThrow();
  expect(store.values.value).toMatchObject({ 'limits.up': 0, 'limits.down': 7, 'queue.downloads': 4 });
  answers[1]?.accept();
  expect(await kept).toEqual({ 'limits.down': 0 });
});

it('an answer to an earlier change does not take back a later one', async () => {
  const { session, answers } = service();
  const store = new SettingsStore(session);
  await settle();
  const first = store.set({ 'limits.up': 5 });
  const second = store.set({ 'limits.up': 6 });
  answers[0]?.accept();
  await first;
  expect(store.values.value?.['limits.up']).toBe(6);
  answers[1]?.accept();
  expect(await second).toEqual({ 'limits.up': 5 });
});

it('tells what differs from the defaults', () => {
  const settings = defaultSettings();
  expect(isChanged(settings, ['limits.up', 'seeding.goals'])).toBe(false);
  const goals = { ...settings['seeding.goals'], ratio: 3 };
  expect(isChanged({ ...settings, 'seeding.goals': goals }, ['seeding.goals'])).toBe(true);
});
