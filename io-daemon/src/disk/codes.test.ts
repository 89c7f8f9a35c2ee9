import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { diskError, DiskFailure } from './codes.ts';

function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: something, write`), { code, syscall: 'write', errno: -1 });
}

describe('disk errors', () => {
  it.each([
    ['ENOSPC', 'DISK_FULL'],
    ['EDQUOT', 'DISK_FULL'],
    ['EIO', 'DISK_ERROR'],
    ['EUCLEAN', 'DISK_ERROR'],
    ['EACCES', 'DENIED'],
    ['EPERM', 'DENIED'],
    ['EROFS', 'READ_ONLY'],
    ['EMFILE', 'TOO_MANY_FILES'],
    ['ENFILE', 'TOO_MANY_FILES'],
    ['ENOENT', 'NOT_FOUND'],
    ['ENAMETOOLONG', 'NAME_TOO_LONG'],
    ['EFBIG', 'FILE_TOO_LARGE'],
    ['ELOOP', 'PATH_ESCAPES'],
    ['ENOTDIR', 'EXISTS'],
    ['EISDIR', 'EXISTS'],
    ['EEXIST', 'EXISTS'],
  ])('%s is %s', (system, code) => {
    expect(diskError(systemError(system))).toEqual({
      code,
      detail: `${system}: something, write`,
      missing: 0,
    });
  });

  it('of our own keep their code and what is missing', () => {
    const error = diskError(new DiskFailure('DISK_FULL', 'x'.repeat(10_000), 7));
    expect(error.code).toBe('DISK_FULL');
    expect(error.missing).toBe(7);
    expect(error.detail.length).toBeLessThanOrEqual(500);
  });

  it('of node:fs are recognised', () => {
    const thrown = (): unknown => {
      try {
        return readFileSync('/nonexistent/file');
      } catch (error) {
        return error;
      }
    };
    expect(diskError(thrown()).code).toBe('NOT_FOUND');
  });

  it('that are bugs are thrown again', () => {
    expect(() => diskError(new TypeError('oops'))).toThrow('oops');
    expect(() => diskError('text')).toThrow('text');
  });
});
