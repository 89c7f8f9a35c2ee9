/**
 * Progress between runs: resume data by torrent and download folder, and the metadata that magnet links have led to.
 * Decides where and how it is kept; damaged files count as absent, then the data on disk is checked instead.
 */
import { createHash } from 'node:crypto';
import { readFileSync, realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { decodeResume, encodeResume, type ResumeData, type TorrentId } from '@jstorrent/engine';
import {
  concatBytes,
  encodeUtf8,
  equalBytes,
  parseMetainfo,
  ProtocolError,
  toHex,
} from '@jstorrent/protocol';
import { writeAtomically } from './atomic-file.ts';
import { nodeDigests } from '@jstorrent/native-host/digests';

const SHA256_LENGTH = 32;
/** Names torrents, folders and habits: for the user alone. */
const PRIVATE = { mode: 0o600 };

/** Kept progress of one download folder. */
export class ResumeStore {
  readonly #folder: string;
  readonly #place: string;
  readonly #onFailed: (error: unknown) => void;
  /** The newest bytes to be written, by path. */
  readonly #waiting = new Map<string, Uint8Array>();
  #writing: Promise<void> | null = null;
  #failed = false;

  /** `onFailed` is told once, when the state folder takes no writes. */
  constructor(stateFolder: string, downloadFolder: string, onFailed: (error: unknown) => void) {
    this.#folder = join(stateFolder, 'resume');
    this.#place = createHash('sha256').update(realPath(downloadFolder)).digest('hex').slice(0, 16);
    this.#onFailed = onFailed;
  }

  /** What is known of a torrent in this folder, or null. */
  load(id: TorrentId): ResumeData | null {
    const bytes = readIfThere(this.#resumePath(id));
    if (bytes === null || bytes.length < SHA256_LENGTH) return null;
    const body = bytes.subarray(0, -SHA256_LENGTH);
    if (!equalBytes(nodeDigests.sha256(body), bytes.subarray(-SHA256_LENGTH))) return null;
    const data = decodeResume(body);
    return data !== null && toHex(data.infoHash) === id ? data : null;
  }

  /** Keep progress; written soon, in order, newest only. */
  save(id: TorrentId, data: ResumeData): void {
    const body = encodeResume(data);
    this.#write(this.#resumePath(id), concatBytes([body, nodeDigests.sha256(body)]));
  }

  /** The .torrent file of a torrent whose metadata came from peers once, or null. */
  loadMetainfo(id: TorrentId): Uint8Array | null {
    const bytes = readIfThere(this.#metainfoPath(id));
    if (bytes === null) return null;
    try {
      const { info } = parseMetainfo(bytes, nodeDigests);
      return info.infoHash !== null && toHex(info.infoHash) === id ? bytes : null;
    } catch (error) {
      if (error instanceof ProtocolError) return null;
      throw error;
    }
  }

  /** Keep metadata, the exact bytes of the info dictionary. */
  saveMetainfo(id: TorrentId, info: Uint8Array): void {
    this.#write(this.#metainfoPath(id), wrapInfo(info));
  }

  /** Resolved when everything is on disk or has failed. */
  async flush(): Promise<void> {
    while (this.#writing !== null) await this.#writing;
  }

  #resumePath(id: TorrentId): string {
    return join(this.#folder, `${id}-${this.#place}.resume`);
  }

  #metainfoPath(id: TorrentId): string {
    return join(this.#folder, `${id}.torrent`);
  }

  #write(path: string, bytes: Uint8Array): void {
    this.#waiting.set(path, bytes);
    this.#start();
  }

  #start(): void {
    if (this.#writing !== null || this.#waiting.size === 0) return;
    this.#writing = this.#drain().finally(() => {
      this.#writing = null;
      this.#start();
    });
  }

  async #drain(): Promise<void> {
    for (const [path, bytes] of this.#waiting) {
      this.#waiting.delete(path);
      try {
        await writeAtomically(path, bytes, PRIVATE);
      } catch (error) {
        if (!this.#failed) this.#onFailed(error);
        this.#failed = true;
      }
    }
  }
}

/** A .torrent file around the exact bytes of an info dictionary: encoding them anew could change the info-hash. */
export function wrapInfo(info: Uint8Array): Uint8Array {
  return concatBytes([encodeUtf8('d4:info'), info, encodeUtf8('e')]);
}

/** One name for a folder however it is reached. */
function realPath(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    return resolve(folder);
  }
}

/** A file's bytes; null when it is absent or unreadable. */
function readIfThere(path: string): Uint8Array | null {
  try {
    return new Uint8Array(readFileSync(path));
  } catch {
    return null;
  }
}
