/**
 * Extensions beside ours that the user let talk to the service, as they lie in a file of the state folder. Decides its form and
 * what an id is; whether the file is believed is decided by the connector. Imports nothing heavy: connectors use it.
 */
import { ALLOWED_CALLERS } from './identity.ts';

/** Name of the file below the state folder. */
export const CALLERS_FILE = 'callers.json';
/** Nobody builds that many extensions. */
const IDS_MAX = 32;

/** Ids of extensions by family of browsers. */
export interface Callers {
  readonly chromium: readonly string[];
  readonly firefox: readonly string[];
}

type Family = keyof Callers;

const FAMILIES: readonly Family[] = ['chromium', 'firefox'];
const NONE: Callers = { chromium: [], firefox: [] };
/** Letters from a to p; an address, or a UUID in braces. */
const FORMS: Readonly<Record<Family, RegExp>> = {
  chromium: /^[a-p]{32}$/,
  firefox: /^(?:[\w.-]{0,64}@[\w.-]{1,64}|\{[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}\})$/i,
};

/** The family of browsers that gives such ids, or null. */
export function familyOf(id: string): Family | null {
  return FAMILIES.find((family) => FORMS[family].test(id)) ?? null;
}

/** What the text of the file says; what is no id is left out. */
export function readCallers(text: string): Callers {
  let found: Partial<Record<Family, unknown>>;
  try {
    found = (JSON.parse(text) ?? {}) as typeof found;
  } catch {
    return NONE;
  }
  const idsOf = (family: Family): string[] => {
    const ids: unknown = found[family];
    return (Array.isArray(ids) ? ids : [])
      .filter((id): id is string => typeof id === 'string' && FORMS[family].test(id))
      .slice(0, IDS_MAX);
  };
  return { chromium: idsOf('chromium'), firefox: idsOf('firefox') };
}

/** Text of the file for those of `ids` that are not ours; null when there are none. */
export function callersText(ids: Callers): string | null {
  const others = (family: Family): readonly string[] => {
    const ours: readonly string[] = ALLOWED_CALLERS[family];
    return ids[family].filter((id) => !ours.includes(id));
  };
  const callers: Callers = { chromium: others('chromium'), firefox: others('firefox') };
  const count = callers.chromium.length + callers.firefox.length;
  return count === 0 ? null : `${JSON.stringify(callers, null, 2)}\n`;
}

/** Both together, each id once. */
export function joinCallers(some: Callers, more: Callers): Callers {
  const joined = (family: Family): string[] => [...new Set([...some[family], ...more[family]])];
  return { chromium: joined('chromium'), firefox: joined('firefox') };
}
