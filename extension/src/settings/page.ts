/** What every line of the settings page reaches: values, ways to change them, and the session. */
import type { ControlSettings } from '@jstorrent/control';
import { createContext, useContext } from 'react';
import type { FolderBook } from '../model/folders.ts';
import type { TextKey } from '../model/i18n.ts';
import type { onList, Prefs } from '../model/prefs.ts';
import type { Session } from '../model/session.ts';
import type { SettingsPatch } from './settings-store.ts';

/** The page as its lines see it. */
export interface SettingsPage {
  readonly session: Session;
  readonly book: FolderBook;
  /** Those of the service, or their defaults until it answered. */
  readonly values: ControlSettings;
  /** Whether the service answered. */
  readonly isKnown: boolean;
  readonly prefs: Prefs;
  /** What is searched; empty = nothing. */
  readonly query: string;
  /** Change settings of the service; a toast says so and can take it back. `now` is the new value in words. */
  readonly change: (title: TextKey, patch: SettingsPatch, now?: string) => Promise<void>;
  /** The same for choices of the interface. */
  readonly changePrefs: (title: TextKey, patch: Partial<Prefs>, now?: string) => Promise<void>;
  /** Put something on a list of choices, or take it off. */
  readonly changeList: (title: TextKey, ...change: Parameters<typeof onList>) => Promise<void>;
  /** Something a line has to say about itself; empty = nothing is wrong. */
  readonly setProblem: (id: string, problem: string) => void;
}

/** Given by the page. */
export const SettingsContext = createContext<SettingsPage | null>(null);

/** The page. */
export function useSettingsPage(): SettingsPage {
  const page = useContext(SettingsContext);
  if (page === null) throw new Error('outside of the settings page');
  return page;
}
