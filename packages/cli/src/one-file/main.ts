/**
 * Entry of the one executable file that holds Node and all programs. Decides which of them this process is, and where their
 * files are kept: unpacked once per version in the state folder, for the user alone. It is bundled as CommonJS.
 */
import {
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import process from 'node:process';
import { getRawAsset } from 'node:sea';
import { pathToFileURL } from 'node:url';
import { constants, Script } from 'node:vm';
import { makePrivateFolder, stateDir } from '@jstorrent/native-host/state-dir';

/** Folders of other versions are kept for so long after their last start: one of their programs may still run. */
const OLD_MS = 7 * 86_400_000;

/** What stands in the asset `programs`: a text of this form, its length before it in eight digits, then the files. */
interface Index {
  /** Of all that follows; names the folder. */
  readonly digest: string;
  /** In order: name and length in bytes. */
  readonly files: readonly (readonly [name: string, length: number])[];
}

const HEADER = 8;

/** Unpack the programs if this version has not been; the folder of their files. */
function unpack(): string {
  const packed = Buffer.from(getRawAsset('programs') as ArrayBuffer);
  const indexEnd = HEADER + Number(packed.toString('latin1', 0, HEADER));
  const index = JSON.parse(packed.toString('utf8', HEADER, indexEnd)) as Index;
  const state = stateDir();
  const all = join(state, 'program');
  const folder = join(all, index.digest);
  if (existsSync(join(folder, 'cli.mjs'))) {
    noteUse(folder);
    return folder;
  }
  makePrivateFolder(state);
  makePrivateFolder(all);
  const fresh = join(all, `${index.digest}.${process.pid}.new`);
  mkdirSync(fresh, { mode: 0o700 });
  let at = indexEnd;
  for (const [name, length] of index.files) {
    writeFileSync(join(fresh, name), packed.subarray(at, at + length));
    at += length;
  }
  try {
    renameSync(fresh, folder);
  } catch (error) {
    // Another process was faster.
    rmSync(fresh, { recursive: true, force: true });
    if (!existsSync(join(folder, 'cli.mjs'))) throw error;
  }
  forgetOld(all, index.digest);
  return folder;
}

/** How long ago it was used is seen at the folder. A process that may not write there need not. */
function noteUse(folder: string): void {
  try {
    utimesSync(folder, new Date(), new Date());
  } catch {
    // Others note it.
  }
}

function forgetOld(all: string, current: string): void {
  for (const name of readdirSync(all)) {
    const path = join(all, name);
    try {
      if (name !== current && Date.now() - statSync(path).mtimeMs > OLD_MS) {
        rmSync(path, { recursive: true, force: true });
      }
    } catch {
      // Another process was faster, or uses it: the next version tries again.
    }
  }
}

/** The program and its words: a path of one of ours names it, whichever version the path is of; all else is the command line. */
function choose(folder: string): { readonly entry: string; readonly words: readonly string[] } {
  const [first, ...rest] = process.argv.slice(2);
  if (first?.endsWith('.mjs') === true) {
    const entry = join(folder, basename(first));
    if (existsSync(entry)) return { entry, words: rest };
  }
  return { entry: join(folder, 'cli.mjs'), words: process.argv.slice(2) };
}

/** Run what Node warns of as experimental. */
function quietly<T>(run: () => T): T {
  const emitWarning = process.emitWarning.bind(process);
  process.emitWarning = () => {};
  try {
    return run();
  } finally {
    process.emitWarning = emitWarning;
  }
}

const folder = unpack();
const { entry, words } = choose(folder);
process.argv = [process.execPath, entry, ...words];
// Was for this process alone.
delete process.env['NODE_OPTIONS'];
const importer = quietly(
  () =>
    new Script('(url) => import(url)', {
      importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    }).runInThisContext() as (url: string) => Promise<unknown>,
);
quietly(() => importer(pathToFileURL(entry).href)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
});
