/** What the benchmark's own peers, seeder and leecher, are told by whoever starts them. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { parseMetainfo } from '@jstorrent/protocol';
import type { ContentFile } from './content.ts';
import { digests } from './digests.ts';

/** The first message to a peer's process. */
export interface PeerOptions {
  /** Addresses of this machine that a seeder listens on and a leecher dials from: one connection each. */
  readonly addresses: readonly string[];
  readonly files: readonly ContentFile[];
  readonly pieceLength: number;
  readonly torrentFile: string;
}

/** What the torrent file says. */
export interface PeerFacts {
  /** 20 bytes. */
  readonly infoHash: Uint8Array;
  /** The bytes of the info dictionary. */
  readonly metadata: Uint8Array;
  readonly pieceCount: number;
}

/** The options this process gets first, and what the torrent says. */
export async function readPeerOptions(): Promise<{
  readonly options: PeerOptions;
  readonly facts: PeerFacts;
}> {
  const [options] = (await once(process, 'message')) as [PeerOptions];
  const { info } = parseMetainfo(new Uint8Array(readFileSync(options.torrentFile)), digests);
  if (info.infoHash === null) throw new Error('a torrent without an info-hash');
  const pieceCount = info.pieceHashes.length / 20;
  return { options, facts: { infoHash: info.infoHash, metadata: info.raw, pieceCount } };
}

/** A fresh peer id of 20 bytes. */
export function peerId(): Uint8Array {
  return new Uint8Array(Buffer.concat([Buffer.from('-JB0100-'), randomBytes(12)]));
}
