/** What can be added to the engine, and what a torrent is made of then. */
import { equalBytes, parseMagnet, parseMetainfo, toHex, type Endpoint } from '@jstorrent/protocol';
import type { Digests } from './ports.ts';
import type { Priority } from './rules/picker.ts';
import type { ResumeData } from './rules/resume.ts';
import type { PickingOptions } from './swarm/content.ts';
import type { TorrentSource } from './torrent-parts.ts';

/** What to add: a .torrent file or a magnet link. */
export type AddSource = { readonly metainfo: Uint8Array } | { readonly magnet: string };

/** How to add it; absent members have the usual values. */
export interface AddOptions extends Partial<PickingOptions> {
  /** Opaque key of the folder. */
  readonly root: string;
  /** One per file; absent = normal. */
  readonly priorities?: readonly Priority[];
  readonly preallocate?: 'sparse' | 'full';
  readonly resume?: ResumeData | null;
  /** Begin at once; default true. */
  readonly start?: boolean;
  /** Ignore the trackers it names. */
  readonly noTrackers?: boolean;
  readonly extraTrackers?: readonly string[];
}

/** Thrown for a call that cannot be carried out. Codes are append-only. */
export class EngineError extends Error {
  readonly code: 'DUPLICATE' | 'UNKNOWN_TORRENT' | 'V2_ONLY';

  constructor(code: EngineError['code'], message: string) {
    super(message);
    this.name = 'EngineError';
    this.code = code;
  }
}

/** A checked source. */
export interface ReadSource {
  readonly given: TorrentSource;
  /** Peers the source names. */
  readonly peers: readonly Endpoint[];
}

/** Check a source. Throws ProtocolError, or EngineError V2_ONLY. */
export function readSource(source: AddSource, options: AddOptions, digests: Digests): ReadSource {
  const extra = (options.extraTrackers ?? []).map((url) => [url]);
  if ('metainfo' in source) {
    const { info, trackers } = parseMetainfo(source.metainfo, digests);
    const infoHash = requireV1(info.infoHash);
    const tiers = [...(options.noTrackers === true ? [] : trackers), ...extra];
    return { given: { id: toHex(infoHash), infoHash, name: info.name, info, trackers: tiers }, peers: [] };
  }
  const magnet = parseMagnet(source.magnet);
  const infoHash = requireV1(magnet.infoHash);
  const id = toHex(infoHash);
  const own = options.noTrackers === true ? [] : magnet.trackers.map((url) => [url]);
  const given = { id, infoHash, name: magnet.name ?? id, info: null, trackers: [...own, ...extra] };
  return { given, peers: magnet.peers };
}

function requireV1(infoHash: Uint8Array | null): Uint8Array {
  if (infoHash !== null) return infoHash;
  throw new EngineError('V2_ONLY', 'this torrent exists in version 2 only, which cannot be downloaded yet');
}

/** Resume data of another torrent is none. */
export function usableResume(resume: ResumeData | null, infoHash: Uint8Array): ResumeData | null {
  return resume !== null && equalBytes(resume.infoHash, infoHash) ? resume : null;
}
