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
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { diskError } from './codes.ts';
import { findRoot, openInside, type OpenMode } from './inside.ts';
import type { Root } from './jobs.ts';

/** Run once, right before and after the next file is opened, on an otherwise real file system. */
const hooks = vi.hoisted(() => ({ beforeOpen: (): void => {}, afterOpen: (): void => {} }));
vi.mock('node:fs', async (importOriginal) => {
  const fs = await importOriginal<typeof import('node:fs')>();
  const once = (name: keyof typeof hooks): void => {
    const hook = hooks[name];
    hooks[name] = () => {};
    hook();
  };
  const openSync: typeof fs.openSync = (...parameters) => {
    once('beforeOpen');
    try {
      return fs.openSync(...parameters);
    } finally {
      once('afterOpen');
    }
  };
  return { ...fs, openSync };
});

let base = '';
let root: Root;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'jst-inside-'));
  for (const folder of ['root', 'root/t', 'outside']) mkdirSync(join(base, folder));
  writeFileSync(join(base, 'outside/f'), 'secret');
  root = findRoot(join(base, 'root'));
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

/** `open`, `missing`, or the code of the failure. */
function attempt(path: string, mode: OpenMode): string {
  try {
    const opened = openInside(root, path, mode, []);
    if (opened === null) return 'missing';
    closeSync(opened.fd);
    return 'open';
  } catch (error) {
    return diskError(error).code;
  }
}

/** The system's tool: Node cannot make pipes with a name. */
const MKFIFO = 'mkfifo';
const MODES: readonly OpenMode[] = ['read', 'write', 'create'];

describe('opening inside a root', () => {
  it('creates folders and files only when asked', () => {
    expect(attempt('a/b/f', 'read')).toBe('missing');
    expect(attempt('a/b/f', 'write')).toBe('missing');
    expect(existsSync(join(root.path, 'a'))).toBe(false);
    expect(attempt('a/b/f', 'create')).toBe('open');
    expect(MODES.map((mode) => attempt('a/b/f', mode))).toEqual(['open', 'open', 'open']);
  });

  it('tells which folders a creation changed', () => {
    const made: string[] = [];
    const opened = openInside(root, 'a/b/f', 'create', made);
    closeSync(opened?.fd ?? -1);
    const folders = ['', 'a', 'a/b'].map((folder) => join(root.path, folder).replace(/\/$/u, ''));
    expect([...new Set(made)].toSorted()).toEqual(folders);
    const again: string[] = [];
    closeSync(openInside(root, 'a/b/f', 'create', again)?.fd ?? -1);
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
    root = findRoot(join(base, 'alias'));
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
    expect(() => findRoot(join(base, 'nowhere'))).toThrow('gone');
    expect(() => findRoot(join(base, 'outside/f'))).toThrow('gone');
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
