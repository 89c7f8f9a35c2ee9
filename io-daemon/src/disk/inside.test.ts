import { execFileSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { OpenMode } from './inside.ts';
import type { Root } from './jobs.ts';

/** Run once, right before and after the next file is opened, on an otherwise real file system. */
const hooks = vi.hoisted(() => ({ beforeOpen: (): void => {}, afterOpen: (): void => {} }));
/** Whether there is a /proc, and how often it has told where an open file is. */
const proc = vi.hoisted(() => ({ isThere: true, answers: 0 }));
vi.mock('node:fs', async (importOriginal) => {
  const fs = await importOriginal<typeof import('node:fs')>();
  const once = (name: keyof typeof hooks): void => {
    const hook = hooks[name];
    hooks[name] = () => {};
    hook();
  };
  const readlinkSync = (path: string): string => {
    const found = fs.readlinkSync(proc.isThere ? path : `/nowhere${path}`);
    proc.answers++;
    return found;
  };
  const openSync: typeof fs.openSync = (...parameters) => {
    once('beforeOpen');
    try {
      return fs.openSync(...parameters);
    } finally {
      once('afterOpen');
    }
  };
  return { ...fs, openSync, readlinkSync };
});

/** The modules under test, loaded anew: what the system can tell is found out once. */
async function load(): Promise<typeof import('./inside.ts') & typeof import('./codes.ts')> {
  vi.resetModules();
  return { ...(await import('./inside.ts')), ...(await import('./codes.ts')) };
}

let disk: Awaited<ReturnType<typeof load>>;
let base = '';
let root: Root;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'jst-inside-'));
  for (const folder of ['root', 'root/t', 'outside']) mkdirSync(join(base, folder));
  writeFileSync(join(base, 'outside/f'), 'secret');
  root = disk.findRoot(join(base, 'root'));
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

/** `open`, `missing`, or the code of the failure. */
function attempt(path: string, mode: OpenMode): string {
  try {
    const opened = disk.openInside(root, path, mode, []);
    if (opened === null) return 'missing';
    closeSync(opened.fd);
    return 'open';
  } catch (error) {
    return disk.diskError(error).code;
  }
}

/** The system's tool: Node cannot make pipes with a name. */
const MKFIFO = 'mkfifo';
const MODES: readonly OpenMode[] = ['read', 'write', 'create'];

const SYSTEMS = [
  { system: 'that tells where an open file is', isThere: true },
  { system: 'that does not tell', isThere: false },
];

describe.each(SYSTEMS)('opening inside a root, on a system $system', ({ isThere }) => {
  const tells = isThere && existsSync('/proc/self/fd');
  beforeAll(async () => {
    proc.isThere = isThere;
    disk = await load();
  });
  beforeEach(() => void (proc.answers = 0));
  afterAll(() => void (proc.isThere = true));

  it('asks it, or does not', () => {
    writeFileSync(join(root.path, 't/f'), '');
    expect(MODES.map((mode) => attempt('t/f', mode))).toEqual(['open', 'open', 'open']);
    expect(proc.answers).toBe(tells ? 3 : 0);
  });

  it.skipIf(process.platform === 'win32')(
    'takes names that look as if their file were deleted or no text',
    () => {
      for (const name of ['f (deleted)', 'f\uFFFD', ' ', 'f\n']) {
        expect(attempt(`t/${name}`, 'create')).toBe('open');
        expect(MODES.map((mode) => attempt(`t/${name}`, mode))).toEqual(['open', 'open', 'open']);
      }
      expect(proc.answers).toBe(tells ? 8 : 0);
    },
  );

  it('goes on when the system tells no more', () => {
    proc.isThere = false;
    expect(attempt('t/f', 'create')).toBe('open');
    symlinkSync('../outside', join(root.path, 'link'));
    expect(attempt('link/f', 'read')).toBe('PATH_ESCAPES');
    proc.isThere = isThere;
  });

  it('creates folders and files only when asked', () => {
    expect(attempt('a/b/f', 'read')).toBe('missing');
    expect(attempt('a/b/f', 'write')).toBe('missing');
    expect(existsSync(join(root.path, 'a'))).toBe(false);
    expect(attempt('a/b/f', 'create')).toBe('open');
    expect(MODES.map((mode) => attempt('a/b/f', mode))).toEqual(['open', 'open', 'open']);
  });

  it('tells which folders a creation changed', () => {
    const made: string[] = [];
    const opened = disk.openInside(root, 'a/b/f', 'create', made);
    closeSync(opened?.fd ?? -1);
    const folders = ['', 'a', 'a/b'].map((folder) => join(root.path, folder).replace(/\/$/u, ''));
    expect([...new Set(made)].toSorted()).toEqual(folders);
    const again: string[] = [];
    closeSync(disk.openInside(root, 'a/b/f', 'create', again)?.fd ?? -1);
    expect(again).toEqual([]);
  });

  it('follows no link in the place of a file, dangling or not', () => {
    symlinkSync('../../outside/f', join(root.path, 't/link'));
    symlinkSync('../../outside/new', join(root.path, 't/dangling'));
    symlinkSync('real', join(root.path, 't/near'));
    writeFileSync(join(root.path, 't/real'), '');
    for (const mode of MODES) {
      expect(attempt('t/link', mode)).toBe('PATH_ESCAPES');
      expect(attempt('t/dangling', mode)).toBe('PATH_ESCAPES');
      expect(attempt('t/near', mode)).toBe('PATH_ESCAPES');
    }
    expect(readdirSync(join(base, 'outside'))).toEqual(['f']);
  });

  it('follows no link in the place of a folder and creates nothing behind it', () => {
    symlinkSync('../outside', join(root.path, 'link'));
    for (const mode of MODES) {
      expect(attempt('link/f', mode)).toBe('PATH_ESCAPES');
      expect(attempt('link/new', mode)).toBe('PATH_ESCAPES');
      expect(attempt('link/deep/er/new', mode)).toBe('PATH_ESCAPES');
    }
    expect(readdirSync(join(base, 'outside'))).toEqual(['f']);
  });

  it('allows the root itself to be behind a link', () => {
    symlinkSync('root', join(base, 'alias'));
    root = disk.findRoot(join(base, 'alias'));
    expect(attempt('t/f', 'create')).toBe('open');
    expect(existsSync(join(base, 'root/t/f'))).toBe(true);
  });

  it.skipIf(process.platform === 'win32')('waits for no pipe in the place of a file', () => {
    execFileSync(MKFIFO, [join(root.path, 't/pipe')]);
    expect(MODES.map((mode) => attempt('t/pipe', mode))).toEqual(['EXISTS', 'EXISTS', 'EXISTS']);
  });

  it('takes nothing but regular files', () => {
    mkdirSync(join(root.path, 't/folder'));
    writeFileSync(join(root.path, 't/file'), '');
    expect(MODES.map((mode) => attempt('t/folder', mode))).toEqual(['EXISTS', 'EXISTS', 'EXISTS']);
    expect(MODES.map((mode) => attempt('t/file/below', mode))).toEqual(['EXISTS', 'EXISTS', 'EXISTS']);
  });

  it('notices that the root is gone or is on another device', () => {
    rmSync(root.path, { recursive: true });
    expect(MODES.map((mode) => attempt('t/f', mode))).toEqual(['NOT_FOUND', 'NOT_FOUND', 'NOT_FOUND']);
    mkdirSync(root.path);
    expect(attempt('t/f', 'create')).toBe('open');
    // What lies under an unmounted drive is another device.
    root = { ...root, dev: root.dev + 1 };
    expect(MODES.map((mode) => attempt('t/f', mode))).toEqual(['NOT_FOUND', 'NOT_FOUND', 'NOT_FOUND']);
    // The same, by the time the file is open.
    root = disk.findRoot(root.path);
    for (const mode of MODES) {
      const found = { ...root };
      root = found;
      hooks.beforeOpen = () => void found.dev++;
      expect(attempt('t/f', mode)).toBe('NOT_FOUND');
      root = disk.findRoot(root.path);
    }
    expect(() => disk.findRoot(join(base, 'nowhere'))).toThrow('gone');
    expect(() => disk.findRoot(join(base, 'outside/f'))).toThrow('gone');
  });

  describe('while something is exchanged between looking and opening', () => {
    it('hands out nothing behind a link in the place of a folder, also when it is gone again', () => {
      writeFileSync(join(root.path, 't/f'), 'ours');
      const exchange = (): void => {
        renameSync(join(root.path, 't'), join(root.path, 'aside'));
        symlinkSync('../outside', join(root.path, 't'));
      };
      const restore = (): void => {
        rmSync(join(root.path, 't'));
        renameSync(join(root.path, 'aside'), join(root.path, 't'));
      };
      for (const mode of MODES) {
        hooks.beforeOpen = exchange;
        hooks.afterOpen = () => {};
        expect(attempt('t/f', mode)).toBe('PATH_ESCAPES');
        restore();
        hooks.beforeOpen = exchange;
        hooks.afterOpen = restore;
        expect(attempt('t/f', mode)).toBe('PATH_ESCAPES');
      }
    });

    it('follows no link that was put in the place of a file, and creates nothing behind it', () => {
      for (const mode of MODES) {
        for (const target of ['../../outside/f', '../../outside/new']) {
          writeFileSync(join(root.path, 't/f'), 'ours');
          hooks.beforeOpen = () => {
            rmSync(join(root.path, 't/f'));
            symlinkSync(target, join(root.path, 't/f'));
          };
          expect(attempt('t/f', mode)).toBe('PATH_ESCAPES');
          rmSync(join(root.path, 't/f'));
        }
      }
      expect(readdirSync(join(base, 'outside'))).toEqual(['f']);
    });

    it('hands out no file that has lost its name or whose name is another file now', () => {
      for (const mode of MODES) {
        for (const name of ['t/f', 't/f (deleted)']) {
          writeFileSync(join(root.path, name), 'ours');
          hooks.afterOpen = () => rmSync(join(root.path, name));
          expect(attempt(name, mode)).toBe('PATH_ESCAPES');
          writeFileSync(join(root.path, name), 'ours');
          hooks.afterOpen = () => {
            renameSync(join(root.path, name), join(root.path, 't/old'));
            writeFileSync(join(root.path, name), 'theirs');
          };
          expect(attempt(name, mode)).toBe('PATH_ESCAPES');
        }
      }
    });

    it('hands out nothing when the root itself is a link by then', () => {
      writeFileSync(join(root.path, 't/f'), 'ours');
      mkdirSync(join(base, 'outside/t'));
      writeFileSync(join(base, 'outside/t/f'), 'secret');
      for (const mode of MODES) {
        hooks.beforeOpen = () => {
          renameSync(root.path, join(base, 'aside'));
          symlinkSync('outside', root.path);
        };
        expect(attempt('t/f', mode)).toBe('PATH_ESCAPES');
        rmSync(root.path);
        renameSync(join(base, 'aside'), root.path);
      }
    });

    it('makes nothing of a folder that is gone', () => {
      for (const mode of MODES) {
        mkdirSync(join(root.path, 'gone'), { recursive: true });
        writeFileSync(join(root.path, 'gone/f'), 'ours');
        hooks.beforeOpen = () => rmSync(join(root.path, 'gone'), { recursive: true });
        expect(attempt('gone/f', mode)).toBe(mode === 'create' ? 'NOT_FOUND' : 'missing');
      }
      expect(existsSync(join(root.path, 'gone'))).toBe(false);
    });

    it.skipIf(process.platform === 'win32')('waits for no pipe', () => {
      for (const mode of MODES) {
        writeFileSync(join(root.path, 't/f'), 'ours');
        hooks.beforeOpen = () => {
          rmSync(join(root.path, 't/f'));
          execFileSync(MKFIFO, [join(root.path, 't/f')]);
        };
        expect(attempt('t/f', mode)).toBe('EXISTS');
        rmSync(join(root.path, 't/f'));
      }
    });
  });
});
