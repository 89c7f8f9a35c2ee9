/** The folder that new torrents go to before the user chose one. Decides when the user's own for downloads is taken. */
import type { Host } from './host.ts';
import type { Places } from './places.ts';

/** Take the folder (absolute path) when nothing was chosen and no folder is known; one that cannot be used is left out. */
export async function takeFirstFolder(host: Host, places: Places, path: string | undefined): Promise<void> {
  const { store, settings, log } = host;
  if (path === undefined || path === '' || store.roots().length > 0) return;
  if (settings.values['downloads.place'] !== null) return;
  try {
    const { key } = await places.addRoot(path);
    if (settings.values['downloads.place'] === null)
      settings.set({ 'downloads.place': { root: key, folder: [] } });
  } catch (error) {
    log.say(
      'notable',
      'FIRST_FOLDER',
      `${path} is not used: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
