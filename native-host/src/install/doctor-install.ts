/** What the doctor says about the installation: Node, our files, manifests and the launcher. */
import { browserPlaces, type BrowserPlace } from './browsers.ts';
import type { Check, DoctorOptions, Probes } from './doctor.ts';
import { ALLOWED_CALLERS, HOST_NAME } from './identity.ts';
import { findManifest, launcherPath } from './install.ts';
import { readManifest } from './manifest.ts';
import { pathsOf, type InstallWorld } from './world.ts';

/** Oldest Node that runs our sources and has all that the store needs. */
const NODE_OLDEST = 24;
/** A browser user would call the host dead after this. */
const ANSWER_MS = 2000;
const INSTALL = 'Run: jstorrent install';

/** Checks of what is on disk, and whether it works when a browser starts it. */
export async function checkInstalled({ world, probes }: DoctorOptions): Promise<readonly Check[]> {
  const browsers = await checkBrowsers(world, probes);
  return [checkNode(probes), checkPackage(probes), ...browsers, await checkLauncher(world, probes)];
}

function checkNode({ nodeVersion }: Probes): Check {
  const isNew = Number(nodeVersion.split('.')[0]) >= NODE_OLDEST;
  return isNew
    ? { id: 'node', status: 'ok', sentence: `Node ${nodeVersion} runs JSTorrent.`, fix: null }
    : {
        id: 'node',
        status: 'bad',
        sentence: `Node ${nodeVersion} is too old: ${NODE_OLDEST} or newer is needed.`,
        fix: `Install Node ${NODE_OLDEST}, then run: jstorrent install`,
      };
}

function checkPackage(probes: Probes): Check {
  const missing = probes.missingFiles();
  return missing.length === 0
    ? { id: 'package', status: 'ok', sentence: 'All files of JSTorrent are there.', fix: null }
    : {
        id: 'package',
        status: 'bad',
        sentence: `${missing[0]} is missing${missing.length > 1 ? `, and ${missing.length - 1} more` : ''}.`,
        fix: 'Install JSTorrent again.',
      };
}

async function checkBrowsers(world: InstallWorld, probes: Probes): Promise<readonly Check[]> {
  const used = browserPlaces(world).filter(({ configuration }) => world.isFolder(configuration));
  if (used.length === 0) {
    const sentence = 'No browser that JSTorrent knows was used by this user.';
    return [
      { id: 'manifest', status: 'warn', sentence, fix: 'Start a browser once, then run: jstorrent install' },
    ];
  }
  const checks: Check[] = [];
  for (const place of used) checks.push(await checkBrowser(place, world, probes));
  return checks;
}

async function checkBrowser(place: BrowserPlace, world: InstallWorld, probes: Probes): Promise<Check> {
  const id = `manifest.${place.id}`;
  const { name, family } = place;
  const bad = (sentence: string): Check => ({ id, status: 'bad', sentence, fix: INSTALL });
  const path = await findManifest(place, world);
  const found = path === null ? null : world.read(path);
  if (path === null || found === null) return bad(`${name} does not know the host.`);
  const manifest = readManifest(family, found.text);
  if (manifest === null) return bad(`${name} cannot read ${path}.`);
  if (!pathsOf(world).isAbsolute(manifest.path)) return bad(`${path} does not name an absolute path.`);
  if (!probes.isExecutable(manifest.path)) return bad(`${path} names ${manifest.path}, which cannot be run.`);
  const ours: readonly string[] = ALLOWED_CALLERS[family];
  if (!manifest.callers.some((caller) => ours.includes(caller))) {
    return bad(`${path} does not allow the JSTorrent extension.`);
  }
  if ((found.mode & 0o022) !== 0 && world.platform !== 'win32') {
    return { id, status: 'warn', sentence: `${path} can be changed by others.`, fix: INSTALL };
  }
  return { id, status: 'ok', sentence: `${name} knows the host ${HOST_NAME}.`, fix: null };
}

async function checkLauncher(world: InstallWorld, probes: Probes): Promise<Check> {
  const path = launcherPath(world);
  const bad = (sentence: string, fix: string): Check => ({ id: 'launcher', status: 'bad', sentence, fix });
  if (world.read(path) === null) return bad(`${path}, which browsers start, is missing.`, INSTALL);
  if (!probes.isExecutable(path)) return bad(`${path} cannot be run.`, INSTALL);
  const origin = [`chrome-extension://${ALLOWED_CALLERS.chromium[0]}/`];
  const answer = await probes.launcher(path, origin);
  if (answer.kind === 'silent') {
    return bad(
      `The host does not answer: ${answer.reason}.`,
      `${INSTALL}. The log in ${world.stateFolder} says more.`,
    );
  }
  if (answer.kind === 'refused') {
    const fix = 'Close all browsers, run: jstorrent service stop, and try again.';
    return {
      id: 'launcher',
      status: 'warn',
      sentence: `The host answers, but not to us: ${answer.reason}`,
      fix,
    };
  }
  const seconds = (answer.ms / 1000).toFixed(1);
  return answer.ms <= ANSWER_MS
    ? { id: 'launcher', status: 'ok', sentence: `The host answers after ${seconds} s.`, fix: null }
    : {
        id: 'launcher',
        status: 'warn',
        sentence: `The host answers, but only after ${seconds} s.`,
        fix: 'Close other programs; if it stays slow, the log says why.',
      };
}
