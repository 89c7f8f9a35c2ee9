/**
 * Makes the host known to the browsers of this user, and unknown again. Decides what is written for whom; nothing is asked and
 * nothing printed.
 */
import { BROWSER_IDS, browserPlaces, type BrowserId, type BrowserPlace } from './browsers.ts';
import { HOST_NAME } from './identity.ts';
import { launcherName, launcherText } from './launcher.ts';
import { manifestText, readManifest, type ExtensionIds } from './manifest.ts';
import { CALLERS_FILE, callersText, joinCallers, readCallers } from './more-callers.ts';
import { readRegQuery, regAdd, regDelete, regQuery } from './registry.ts';
import { pathsOf, type InstallWorld } from './world.ts';

/** Manifests are read by the browser alone, launchers run by it. */
const MANIFEST_MODE = 0o644;
const LAUNCHER_MODE = 0o755;
/** Whoever can write it decides who may call. */
const CALLERS_MODE = 0o600;

/** What is installed. */
export interface InstallOptions {
  /** Only these, whether their configuration exists or not; all that are there when absent. */
  readonly browsers?: readonly BrowserId[];
  /** Who may call; those of earlier installations stay. */
  readonly extensionIds: ExtensionIds;
  /** Absolute path of Node and the words that start the connector. */
  readonly command: readonly string[];
  /** Variables it needs. */
  readonly env?: Readonly<Record<string, string>>;
}

/** What happened for one browser. */
export interface BrowserOutcome {
  readonly browser: BrowserId;
  readonly outcome: 'written' | 'unchanged' | 'removed' | 'skipped' | 'failed';
  /** Absolute path of the manifest; null when there is none. */
  readonly path: string | null;
  readonly sentence: string;
}

/** What was installed. */
export interface Installed {
  /** Absolute path of what browsers start. */
  readonly launcher: string;
  readonly browsers: readonly BrowserOutcome[];
}

/** Install for this user. Throws a system error when the launcher cannot be written; browsers fail one by one. */
export async function install(options: InstallOptions, world: InstallWorld): Promise<Installed> {
  const launcher = launcherPath(world);
  const own = world.env['JSTORRENT_HOME'];
  const env = { ...options.env, ...(own === undefined || own === '' ? {} : { JSTORRENT_HOME: own }) };
  const text = launcherText({ command: options.command, env }, world.platform);
  writeIfChanged(world, launcher, text, LAUNCHER_MODE);
  const ids = keepCallers(options.extensionIds, world);
  const browsers: BrowserOutcome[] = [];
  for (const place of browserPlaces(world)) {
    const isChosen = options.browsers?.includes(place.id);
    if (isChosen === false) continue;
    browsers.push(await installFor(place, { launcher, ids, isForced: isChosen === true }, world));
  }
  return { launcher, browsers: [...browsers, ...absent(options.browsers ?? [], world)] };
}

/** Remove what was installed, for all browsers. The session of the user stays. */
export async function uninstall(world: InstallWorld): Promise<readonly BrowserOutcome[]> {
  const browsers: BrowserOutcome[] = [];
  for (const place of browserPlaces(world)) browsers.push(await uninstallFor(place, world));
  world.remove(launcherPath(world));
  world.remove(callersPath(world));
  return browsers;
}

/** All who may call, those of before included; the connector reads who is not ours. */
function keepCallers(ids: ExtensionIds, world: InstallWorld): ExtensionIds {
  const path = callersPath(world);
  const all = joinCallers(ids, readCallers(world.read(path)?.text ?? ''));
  const text = callersText(all);
  if (text !== null) writeIfChanged(world, path, text, CALLERS_MODE);
  return all;
}

function callersPath(world: InstallWorld): string {
  return pathsOf(world).join(world.stateFolder, CALLERS_FILE);
}

/** Absolute path of what browsers start. */
export function launcherPath(world: InstallWorld): string {
  return pathsOf(world).join(world.stateFolder, launcherName(world.platform));
}

/** Absolute path of the manifest that a browser reads, or null when it has none. */
export async function findManifest(place: BrowserPlace, world: InstallWorld): Promise<string | null> {
  if (place.hosts.kind === 'folder') return manifestPath(place, world);
  const asked = await world.run(regQuery(`${place.hosts.key}\\${HOST_NAME}`, null));
  return asked?.status === 0 ? readRegQuery(asked.output) : null;
}

/** On Windows the manifest lies with the state, and the registry names it. */
function manifestPath({ hosts, family }: BrowserPlace, world: InstallWorld): string {
  const paths = pathsOf(world);
  if (hosts.kind === 'folder') return paths.join(hosts.path, `${HOST_NAME}.json`);
  return paths.join(world.stateFolder, `${HOST_NAME}.${family}.json`);
}

interface Wanted {
  readonly launcher: string;
  readonly ids: ExtensionIds;
  readonly isForced: boolean;
}

async function installFor(place: BrowserPlace, wanted: Wanted, world: InstallWorld): Promise<BrowserOutcome> {
  const { id, name, configuration, hosts } = place;
  if (!wanted.isForced && !world.isFolder(configuration)) {
    const sentence = `${name} is not used here: ${configuration} does not exist.`;
    return { browser: id, outcome: 'skipped', path: null, sentence };
  }
  const path = manifestPath(place, world);
  const failed = (why: string): BrowserOutcome => {
    return {
      browser: id,
      outcome: 'failed',
      path,
      sentence: `${name} could not be told of the host: ${why}.`,
    };
  };
  try {
    let isChanged = writeIfChanged(
      world,
      path,
      manifestText(place.family, wanted.launcher, wanted.ids),
      MANIFEST_MODE,
    );
    if (hosts.kind === 'registry' && (await findManifest(place, world)) !== path) {
      const added = await world.run(regAdd({ key: `${hosts.key}\\${HOST_NAME}`, name: null, text: path }));
      if (added?.status !== 0) return failed('the registry cannot be written');
      isChanged = true;
    }
    return isChanged
      ? { browser: id, outcome: 'written', path, sentence: `${name} finds the host.` }
      : { browser: id, outcome: 'unchanged', path, sentence: `${name} found the host already.` };
  } catch (error) {
    return failed(error instanceof Error ? error.message : String(error));
  }
}

async function uninstallFor(place: BrowserPlace, world: InstallWorld): Promise<BrowserOutcome> {
  const { id, name, hosts } = place;
  const path = manifestPath(place, world);
  try {
    const key = hosts.kind === 'registry' ? `${hosts.key}\\${HOST_NAME}` : null;
    // What another program put there under our name is not ours to remove.
    const isKnown = key === null || (await findManifest(place, world)) === path;
    if (key !== null && isKnown) await world.run(regDelete(key));
    const found = world.read(path);
    const isOurs = found !== null && (key !== null || readManifest(place.family, found.text) !== null);
    const isGone = isOurs && world.remove(path);
    return isGone
      ? { browser: id, outcome: 'removed', path, sentence: `${name} does not know the host any more.` }
      : { browser: id, outcome: 'skipped', path: null, sentence: `${name} did not know the host.` };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { browser: id, outcome: 'failed', path, sentence: `${name} could not be told: ${why}.` };
  }
}

/** Browsers that were asked for and do not exist on this platform. */
function absent(asked: readonly BrowserId[], world: InstallWorld): readonly BrowserOutcome[] {
  const known = new Set(browserPlaces(world).map(({ id }) => id));
  return BROWSER_IDS.filter((id) => asked.includes(id) && !known.has(id)).map((id) => ({
    browser: id,
    outcome: 'skipped',
    path: null,
    sentence: `The host cannot be started by ${id} on this system.`,
  }));
}

/** Whether something had to be written. */
function writeIfChanged(world: InstallWorld, path: string, text: string, mode: number): boolean {
  const found = world.read(path);
  const isSame = found?.text === text && (world.platform === 'win32' || found.mode === mode);
  if (!isSame) world.write(path, text, mode);
  return !isSame;
}
