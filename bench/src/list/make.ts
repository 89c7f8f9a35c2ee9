/** `node make.ts STATE DOWNLOADS COUNT`: writes a session of many torrents, for whoever starts a service over it. */
import process from 'node:process';
import { makeSession } from './session.ts';

const [stateFolder = '', downloads = '', count = ''] = process.argv.slice(2);
await makeSession(stateFolder, downloads, Number(count));
