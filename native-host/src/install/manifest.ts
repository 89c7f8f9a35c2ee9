/** The manifest by which a browser finds the host. Decides its members; where it lies is decided by browsers.ts. */
import type { Family } from './browsers.ts';
import { HOST_DESCRIPTION, HOST_NAME } from './identity.ts';

/** Ids of the extensions that may call, by family of browsers. */
export type ExtensionIds = Readonly<Record<Family, readonly string[]>>;

/** Text of a manifest; `launcher` is an absolute path. */
export function manifestText(family: Family, launcher: string, ids: ExtensionIds): string {
  const callers =
    family === 'firefox'
      ? { allowed_extensions: ids.firefox }
      : { allowed_origins: ids.chromium.map((id) => `chrome-extension://${id}/`) };
  const manifest = {
    name: HOST_NAME,
    description: HOST_DESCRIPTION,
    path: launcher,
    type: 'stdio',
    ...callers,
  };
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

/** What a manifest of our name says. */
export interface FoundManifest {
  readonly path: string;
  /** Ids of extensions. */
  readonly callers: readonly string[];
}

/** Read a manifest; null when a browser would refuse it or it is not of our host. */
export function readManifest(family: Family, text: string): FoundManifest | null {
  const found = parse(text);
  if (found === null || found['name'] !== HOST_NAME || found['type'] !== 'stdio') return null;
  const { path, description } = found as { path?: unknown; description?: unknown };
  const callers: unknown = found[family === 'firefox' ? 'allowed_extensions' : 'allowed_origins'];
  if (typeof path !== 'string' || typeof description !== 'string' || description === '') return null;
  if (!Array.isArray(callers)) return null;
  const ids = callers
    .map(String)
    .map((caller) => /^chrome-extension:\/\/(.*)\/$/.exec(caller)?.[1] ?? caller);
  return { path, callers: ids };
}

function parse(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
