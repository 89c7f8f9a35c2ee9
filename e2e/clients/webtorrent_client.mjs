/**
 * WebTorrent under the control of a test; the commands and events are those of libtorrent_client.py.
 * argv[2]: {"uploadBytesPerSecond": n}, -1 = no limit.
 *
 * Its WebRTC needs a binary that is not on every machine. Only TCP is tested, so the module that loads it is replaced by
 * an empty one; everything else is WebTorrent as it is published.
 */
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { createInterface } from 'node:readline';

const WITHOUT_WEBRTC =
  'data:text/javascript,export const RTCPeerConnection = undefined, RTCSessionDescription = undefined, RTCIceCandidate = undefined;';

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'webrtc-polyfill' ? { url: WITHOUT_WEBRTC, shortCircuit: true } : next(specifier, context),
});

const { default: WebTorrent } = await import('webtorrent');

const say = (event, fields = {}) => process.stdout.write(`${JSON.stringify({ event, ...fields })}\n`);
const { uploadBytesPerSecond } = JSON.parse(process.argv[2]);
const client = new WebTorrent({
  uploadLimit: uploadBytesPerSecond,
  dht: false,
  lsd: false,
  utPex: false,
  utp: false,
  natUpnp: false,
  natPmp: false,
  secure: 0,
  webSeeds: false,
});
client.on('error', (error) => say('error', { message: error.message }));
client.on('listening', () => say('listening', { port: client.torrentPort }));

let torrent = null;
const run = (command) => {
  switch (command.op) {
    case 'seed':
    case 'fetch':
      torrent = client.add(command.magnet ?? readFileSync(command.torrent), { path: command.folder });
      torrent.on('metadata', () => say('metadata'));
      torrent.on('done', () => say('complete'));
      torrent.on('error', (error) => say('error', { message: error.message }));
      break;
    case 'dial':
      // Peers are taken once the info-hash is known.
      if (torrent.infoHash) torrent.addPeer(`${command.host}:${command.port}`);
      else torrent.once('infoHash', () => torrent.addPeer(`${command.host}:${command.port}`));
      break;
    case 'uploaded':
      say('uploaded', { bytes: torrent.uploaded });
      break;
  }
};

const input = createInterface({ input: process.stdin });
input.on('line', (line) => run(JSON.parse(line)));
input.on('close', () => process.exit(0));
