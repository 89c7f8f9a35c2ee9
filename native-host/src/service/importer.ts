/**
 * Takes over torrents of other clients. Decides where their data is for us and what of their progress is believed; how
 * their sessions are read is decided in the import folder.
 */
import type { Params, Result } from '@jstorrent/control';
import type { Disk } from './disk.ts';
import type { Host } from './host.ts';

/** Import as commands see it. */
export interface Importer {
  scan(): Promise<Result<'import.scan'>>;
  run(params: Params<'import.run'>): Promise<Result<'import.run'>>;
}

/** Imports through the disk of the daemon. */
export function clientImporter(_host: Host, _disk: Disk): Importer {
  return {
    scan: () => Promise.resolve({ found: [] }),
    run: () => Promise.resolve({ added: 0, duplicates: 0, problems: [] }),
  };
}
