/** Which links the script in pages takes. Decides by the address alone. */

/** What is taken. */
export interface Taking {
  readonly magnets: boolean;
  readonly torrents: boolean;
}

/** Whether a link is taken, and as what. */
export function kindOf(link: string, taking: Taking): 'magnet' | 'url' | null {
  if (/^magnet:\?/i.test(link)) return taking.magnets ? 'magnet' : null;
  if (!taking.torrents || !/^https?:/i.test(link)) return null;
  return /\.torrent$/i.test(link.split(/[?#]/, 1)[0] ?? '') ? 'url' : null;
}

/** Whether the user wants links of a page left alone: `hosts` are those of the frame and of the page around it. */
export function isOff(sitesOff: readonly string[] | undefined, hosts: readonly string[]): boolean {
  return sitesOff?.some((site) => hosts.includes(site)) ?? false;
}
