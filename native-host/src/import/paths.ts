/**
 * Paths as other clients write them. Decides what is a usable path; whether anything lies there is seen by whoever opens
 * it.
 */
import { utf8Length } from '@jstorrent/protocol';
import { IMPORT_LIMITS } from './limits.ts';

/** Whether a text is an absolute path of some platform, without `..` and what no system takes. */
export function isAbsolutePath(text: string): boolean {
  if (text.length > IMPORT_LIMITS.pathLength || text.includes('\0')) return false;
  if (!/^(\/|[A-Za-z]:[\\/]|\\\\[^\\])/.test(text)) return false;
  return !text.split(separator(text)).includes('..');
}

/** An absolute path without separators at its end. */
export function trimPath(text: string): string {
  const trimmed = text.replace(isWindows(text) ? /[\\/]+$/ : /\/+$/, '');
  if (trimmed === '') return '/';
  return /^[A-Za-z]:$/.test(trimmed) ? `${trimmed}\\` : trimmed;
}

/**
 * The components of a path below `folder`, given as relative or absolute text; null when it does not lie below or is not
 * usable.
 */
export function componentsBelow(folder: string, text: string): readonly string[] | null {
  const parts = text.split(separator(folder));
  const own = folder.split(separator(folder)).filter((part) => part !== '');
  const isInside = isAbsolutePath(text) && own.every((part, i) => parts.filter(Boolean)[i] === part);
  const below = isInside ? parts.filter(Boolean).slice(own.length) : parts;
  return areComponents(below) ? below : null;
}

/** Whether these are names of folders and of a file that lie where they say. */
export function areComponents(parts: readonly string[]): boolean {
  if (parts.length === 0 || parts.length > IMPORT_LIMITS.components) return false;
  if (parts.reduce((sum, part) => sum + part.length + 1, 0) > IMPORT_LIMITS.pathLength) return false;
  return parts.every(
    (part) =>
      part !== '' &&
      part !== '.' &&
      part !== '..' &&
      !/[/\0]/.test(part) &&
      utf8Length(part) <= IMPORT_LIMITS.componentBytes,
  );
}

function isWindows(path: string): boolean {
  return !path.startsWith('/');
}

function separator(path: string): RegExp {
  return isWindows(path) ? /[\\/]/ : /\//;
}
