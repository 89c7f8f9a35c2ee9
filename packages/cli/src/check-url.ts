/** Addresses of trackers and web seeds as the user types them. Decides that an unusable one is a usage error. */
import { cleanUrl, type TRACKER_SCHEMES } from '@jstorrent/protocol';
import { usageError } from './errors.ts';

/** Throws a usage error that says what is right. */
export function checkUrl(url: string, schemes: typeof TRACKER_SCHEMES, option: string): void {
  if (cleanUrl(url, schemes) !== null) return;
  const known = schemes.join(', ');
  throw usageError(
    `"${url}" is no usable address for ${option}; it begins with one of ${known} and names a host`,
  );
}
