/**
 * What a torrent of another client consists of: its .torrent or magnet link, and where its files lie. Decides under which
 * names other clients keep the files of a torrent; which pieces are there is decided by the readers.
 */
import {
  buildMagnet,
  decodeUtf8Lossy,
  fromHex,
  getBytes,
  getInteger,
  getList,
  parseMagnet,
  parseMetainfo,
  ProtocolError,
  scanBencode,
  toHex,
  type BencodeNode,
  type Info,
} from '@jstorrent/protocol';
import { nodeDigests } from '../digests.ts';
import { ImportError, type ImportedPath, type ImportedTorrent } from './imported.ts';
import { IMPORT_LIMITS } from './limits.ts';
import { areComponents, componentsBelow } from './paths.ts';

/** A .torrent file, checked. */
export interface Content {
  readonly kind: 'metainfo';
  readonly id: string;
  readonly metainfo: Uint8Array;
  readonly info: Info;
  readonly trackers: readonly (readonly string[])[];
  readonly webSeeds: readonly string[];
  /** The path of each file as the torrent has it; null where no file system would take it. */
  readonly paths: readonly (readonly string[] | null)[];
}

/** A magnet link, checked. */
export interface Link {
  readonly kind: 'magnet';
  readonly id: string;
  readonly magnet: string;
  readonly trackers: readonly (readonly string[])[];
  readonly webSeeds: readonly string[];
}

/** Check a .torrent file; `bytes` is kept. Throws ImportError. */
export function readContent(bytes: Uint8Array): Content {
  try {
    const { info, trackers, webSeeds } = parseMetainfo(bytes, nodeDigests);
    if (info.infoHash === null) throw new ImportError('It exists in version 2 only, which is not supported.');
    const id = toHex(info.infoHash);
    return { kind: 'metainfo', id, metainfo: bytes, info, trackers, webSeeds, paths: rawPaths(info) };
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    throw new ImportError(`Its .torrent file is damaged: ${error.message}.`);
  }
}

/** Check a magnet link. Throws ImportError. */
export function readLink(text: string): Link {
  try {
    const { infoHash, trackers, webSeeds } = parseMagnet(text);
    if (infoHash === null) throw new ImportError('It exists in version 2 only, which is not supported.');
    const tiers = trackers.map((url) => [url]);
    return { kind: 'magnet', id: toHex(infoHash), magnet: text.trim(), trackers: tiers, webSeeds };
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    throw new ImportError(`Its magnet link is damaged: ${error.message}.`);
  }
}

/** A magnet link from its parts. Throws ImportError when `id` is no info-hash. */
export function makeLink(
  id: string,
  name: string | null,
  trackers: readonly (readonly string[])[],
  webSeeds: readonly string[] = [],
): Link {
  const infoHash = fromHex(id);
  if (infoHash?.length !== 20) throw new ImportError('Its info-hash is not known.');
  const magnet = buildMagnet({ infoHash, name, trackers: trackers.flat(), webSeeds });
  return { kind: 'magnet', id: toHex(infoHash), magnet, trackers, webSeeds };
}

/** What a torrent is added from. */
export function sourceOf(content: Content | Link): ImportedTorrent['source'] {
  return content.kind === 'metainfo'
    ? { kind: 'metainfo', metainfo: content.metainfo }
    : { kind: 'magnet', magnet: content.magnet };
}

/** The files that are called otherwise than by our engine, and sentences about those that cannot be. */
export interface NamedFiles {
  /** The path of each file below the folder. */
  readonly paths: readonly (readonly string[])[];
  readonly renamed: readonly ImportedPath[];
  readonly warnings: readonly string[];
}

/**
 * Where the files of a torrent lie below `folder`: `given` has a path as text for each file, '' where the client did not
 * rename it; null = none was renamed.
 */
export function nameFiles(content: Content, folder: string, given: readonly string[] | null): NamedFiles {
  const { files } = content.info;
  const unusable: string[] = [];
  const renamed: ImportedPath[] = [];
  const paths = files.map((file, index) => {
    const text = given?.length === files.length ? (given[index] ?? '') : '';
    const path = text === '' ? content.paths[index] : componentsBelow(folder, text);
    if (path === undefined || path === null || file.kind !== 'file') {
      if (text !== '' && file.kind === 'file') unusable.push(file.path.join('/'));
      return file.path;
    }
    if (path.join('/') !== file.path.join('/')) renamed.push({ file: index, path });
    return path;
  });
  return { paths, renamed, warnings: unusable.length === 0 ? [] : [aboutPaths(unusable)] };
}

function aboutPaths(names: readonly string[]): string {
  const some = names.slice(0, IMPORT_LIMITS.namedFiles).join(', ');
  const more =
    names.length > IMPORT_LIMITS.namedFiles ? ` and ${names.length - IMPORT_LIMITS.namedFiles} more` : '';
  return `${some}${more} lies outside of the torrent's folder and will be downloaded again.`;
}

/** Paths as the torrent has them, by file index (BEP 3); null where they are of no use or not known. */
function rawPaths(info: Info): (readonly string[] | null)[] {
  const dict = scanBencode(info.raw, { maxBytes: info.raw.length });
  const none = info.files.map(() => null);
  if (dict.type !== 'dict') return none;
  const name = decodeUtf8Lossy(getBytes(dict, 'name.utf-8') ?? getBytes(dict, 'name') ?? new Uint8Array());
  const list = getList(dict, 'files');
  if (list === null)
    return getInteger(dict, 'length') === null ? none : [areComponents([name]) ? [name] : null];
  if (list.length !== info.files.length) return none;
  return list.map((entry) => {
    const parts = entry.type === 'dict' ? (getList(entry, 'path.utf-8') ?? getList(entry, 'path') ?? []) : [];
    const path = [name, ...parts.map(textOf)];
    return areComponents(path) ? path : null;
  });
}

function textOf(node: BencodeNode): string {
  return node.type === 'bytes' ? decodeUtf8Lossy(node.bytes) : '';
}
