/**
 * Peer ids: ours, and what those of others tell (BEP 20).
 */
import { assert } from './assert.ts';
import { encodeUtf8 } from './utf8.ts';

/** The Azureus-style prefix of our peer ids (BEP 20): client JS, version 0.1.0. */
export const PEER_ID_PREFIX = '-JS0100-';
/** Random bytes that `makePeerId` needs. */
export const PEER_ID_RANDOM_LENGTH = 12;

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_';

const AZUREUS: ReadonlyMap<string, string> = new Map([
  ['7T', 'aTorrent'],
  ['AG', 'Ares'],
  ['AZ', 'Vuze'],
  ['BC', 'BitComet'],
  ['BI', 'BiglyBT'],
  ['BT', 'BitTorrent'],
  ['DE', 'Deluge'],
  ['FD', 'Free Download Manager'],
  ['FL', 'Folx'],
  ['GT', 'go.torrent'],
  ['JS', 'JSTorrent'],
  ['KT', 'KTorrent'],
  ['LT', 'libtorrent'],
  ['lt', 'rTorrent'],
  ['PI', 'PicoTorrent'],
  ['qB', 'qBittorrent'],
  ['RN', 'rain'],
  ['rQ', 'rqbit'],
  ['SD', 'Xunlei'],
  ['TL', 'Tribler'],
  ['TR', 'Transmission'],
  ['TX', 'Tixati'],
  ['UM', 'µTorrent Mac'],
  ['UT', 'µTorrent'],
  ['UW', 'µTorrent Web'],
  ['WD', 'WebTorrent Desktop'],
  ['WW', 'WebTorrent'],
  ['XL', 'Xunlei'],
]);

const SHADOW: ReadonlyMap<string, string> = new Map([
  ['A', 'ABC'],
  ['O', 'Osprey'],
  ['Q', 'BTQueue'],
  ['R', 'Tribler'],
  ['S', 'Shadow'],
  ['T', 'BitTornado'],
  ['U', 'UPnP NAT'],
]);

/** A peer id of ours (BEP 20), 20 fresh bytes, from PEER_ID_RANDOM_LENGTH random bytes. */
export function makePeerId(random: Uint8Array): Uint8Array {
  assert(random.length === PEER_ID_RANDOM_LENGTH, `${PEER_ID_RANDOM_LENGTH} random bytes`);
  let text = PEER_ID_PREFIX;
  for (const byte of random) text += ALPHABET.charAt(byte & 63);
  return encodeUtf8(text);
}

/** A readable client name from a peer id (BEP 20: Azureus, Shadow and aria2 styles), or null when it tells nothing. */
export function clientName(peerId: Uint8Array): string | null {
  const text = String.fromCharCode(...peerId.subarray(0, 20));
  const azureus = /^-([A-Za-z0-9~]{2})([A-Za-z0-9]{4})[-A-Za-z0-9]/.exec(text);
  if (azureus !== null) {
    const [, code = '', version = ''] = azureus;
    return `${AZUREUS.get(code) ?? code} ${versionText(version)}`;
  }
  const aria2 = /^A2-(\d+)-(\d+)-(\d+)-/.exec(text);
  if (aria2 !== null) return `aria2 ${aria2.slice(1).join('.')}`;
  const mainline = /^M(\d+)-(\d+)-(\d+)-/.exec(text);
  if (mainline !== null) return `BitTorrent ${mainline.slice(1).join('.')}`;
  const shadow = /^([AOQRSTU])([A-Za-z0-9]{3})[A-Za-z0-9-]{2}-/.exec(text);
  if (shadow !== null) return `${SHADOW.get(shadow[1] ?? '')} ${versionText(shadow[2] ?? '')}`;
  return null;
}

/** Digits of a version with dots; letters count on from ten, zeros at the end beyond the second are dropped. */
function versionText(digits: string): string {
  const numbers = Array.from(digits, (digit) => String(Number.parseInt(digit, 36)));
  while (numbers.length > 2 && numbers.at(-1) === '0') numbers.pop();
  return numbers.join('.');
}
