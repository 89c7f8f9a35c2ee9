/** The io-daemon of a command. Decides what the one folder that its torrents are kept in is called. */
export { beginDaemon } from '@jstorrent/native-host/begin-daemon';

/** The key of the one folder that torrents are kept in. */
export const ROOT = 'downloads';
