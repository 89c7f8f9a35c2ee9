/** What the command line needs to install the host, to look after it, and to register it with the system. */
export { makeDownloadsFolder } from '../downloads-folder.ts';
export { BROWSER_IDS, type BrowserId } from './browsers.ts';
export { connectorCommand, programCommand } from './connector-command.ts';
export { doctor, type Check, type DoctorOptions } from './doctor.ts';
export { installHandler, uninstallHandler, type HandlerOutcome } from './handler.ts';
export { ALLOWED_CALLERS, CHROMIUM_EXTENSION_ID, HOST_NAME } from './identity.ts';
export { install, uninstall, type BrowserOutcome, type Installed, type InstallOptions } from './install.ts';
export { manifestText } from './manifest.ts';
export { realProbes, type ProbeOptions } from './probes.ts';
export { familyOf } from './more-callers.ts';
export { thisMachine, type InstallWorld } from './world.ts';
