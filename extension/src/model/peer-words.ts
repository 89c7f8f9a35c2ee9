/** Peers in words: what happens with each, how it is connected, how it was found; and the order of their list. */
import type { Panes } from '@jstorrent/control';
import type { IconName } from '../ui/icon-names.ts';
import { formatSpan } from './format.ts';
import { t, tn, type TextKey } from './i18n.ts';
import type { Look } from './row-state.ts';

/** A peer as it is sent. */
export type Peer = Panes['peers']['peers'][number];

/** What happens with a peer. */
export interface PeerState {
  readonly look: Look;
  readonly icon: IconName;
  readonly text: string;
}

/** What happens with it. */
export function peerState(peer: Peer): PeerState {
  switch (peer.activity) {
    case 'connecting':
      return { look: 'queued', icon: 'refresh', text: t('peer_connecting') };
    case 'handshake':
      return { look: 'queued', icon: 'refresh', text: t('peer_greeting') };
    case 'both':
      return { look: 'downloading', icon: 'down', text: t('peer_both') };
    case 'sendsToUs':
      return { look: 'downloading', icon: 'down', text: t('peer_sends') };
    case 'weSend':
      return { look: 'seeding', icon: 'up', text: t('peer_takes') };
    case 'chokesUs':
      return { look: 'queued', icon: 'queued', text: t('peer_chokes') };
    case 'nothingWanted':
      return { look: 'queued', icon: 'clock', text: idleText(peer) };
    case 'snubbed':
      return { look: 'checking', icon: 'clock', text: t('peer_snubbed') };
    case 'blocked':
      return { look: 'error', icon: 'ban', text: blockedText(peer) };
  }
}

function idleText({ progress }: Peer): string {
  return progress >= 1 ? t('peer_idle_seed') : t('peer_idle');
}

function blockedText({ hashFailures }: Peer): string {
  return hashFailures > 0 ? tn('peer_blocked_corrupt', hashFailures) : t('peer_blocked');
}

/** A mark of a peer, and what it means. */
export interface PeerFlag {
  readonly text: string;
  readonly meaning: string;
}

/** Marks that are always explained: the source of addresses is one of them. */
const SOURCES: Readonly<Partial<Record<string, readonly [TextKey, TextKey]>>> = {
  tracker: ['peer_from_tracker', 'peer_from_tracker_long'],
  magnet: ['peer_from_magnet', 'peer_from_magnet_long'],
  user: ['peer_from_user', 'peer_from_user_long'],
  pex: ['peer_from_pex', 'peer_from_pex_long'],
  dht: ['peer_from_dht', 'peer_from_dht_long'],
  lsd: ['peer_from_lsd', 'peer_from_lsd_long'],
  saved: ['peer_from_saved', 'peer_from_saved_long'],
  webSeed: ['peer_from_web', 'peer_from_web_long'],
};

/** How it is connected and how it was found. */
export function peerFlags(peer: Peer): readonly PeerFlag[] {
  const flags: PeerFlag[] = [
    peer.transport === 'utp'
      ? { text: 'uTP', meaning: t('peer_utp_long') }
      : { text: 'TCP', meaning: t('peer_tcp_long') },
  ];
  if (peer.encrypted) flags.push({ text: t('peer_encrypted'), meaning: t('peer_encrypted_long') });
  const source = SOURCES[peer.foundBy];
  if (peer.incoming) flags.push({ text: t('peer_incoming'), meaning: t('peer_incoming_long') });
  else if (source !== undefined) flags.push({ text: t(source[0]), meaning: t(source[1]) });
  return flags;
}

/** How long it has been as it is. */
export function peerSince(peer: Peer): string {
  return t('peer_since', formatSpan(peer.activityMs));
}

/** Names a peer among those of its torrent. */
export function peerKey({ address, port }: Pick<Peer, 'address' | 'port'>): string {
  return `${address} ${port}`;
}

/** What the list of peers can be sorted by. */
export type PeerColumn = 'address' | 'client' | 'progress' | 'downRate' | 'upRate' | 'activity';

/** Peers in order: figures with the largest first. Equal ones stay as they come. */
export function sortPeers(
  peers: readonly Peer[],
  { column, isUp }: { readonly column: PeerColumn; readonly isUp: boolean },
): readonly Peer[] {
  const compare = (a: Peer, b: Peer): number => {
    const [x, y] = [a[column], b[column]];
    const order = typeof x === 'number' ? x - Number(y) : String(x).localeCompare(String(y));
    return isUp ? order : -order;
  };
  return peers.toSorted(compare);
}

/** Peers in the order of before, for as long as somebody points at them; new ones come last. */
export function keepOrder(keys: readonly string[], peers: readonly Peer[]): readonly Peer[] {
  const places = new Map(keys.map((key, place) => [key, place]));
  const placeOf = (peer: Peer): number => places.get(peerKey(peer)) ?? Number.MAX_SAFE_INTEGER;
  return peers.toSorted((a, b) => placeOf(a) - placeOf(b));
}

/** An address as people write it: with its port, IPv6 in brackets. */
export function addressText(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Addresses that were typed, one per line or with spaces between; or the first that is none. */
export function readAddresses(
  text: string,
):
  | { readonly peers: readonly { readonly host: string; readonly port: number }[] }
  | { readonly wrong: string } {
  const peers: { host: string; port: number }[] = [];
  for (const word of text.split(/[\s,;]+/u).filter((part) => part !== '')) {
    const parts = /^(?:\[([\da-fA-F:.]+)\]|([^:[\]]+)):(\d{1,5})$/u.exec(word);
    const host = parts?.[1] ?? parts?.[2] ?? '';
    const port = Number(parts?.[3] ?? 0);
    if (host === '' || host.length > 64 || port < 1 || port > 65_535) return { wrong: word };
    peers.push({ host, port });
  }
  return { peers };
}
