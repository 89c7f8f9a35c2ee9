import process from 'node:process';
import { defineConfig } from 'vitest/config';

/** A file to write all results to, for programs. */
const results = process.env['TEST_RESULTS'];

export default defineConfig({
  test: {
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    reporters: results === undefined ? ['default'] : ['default', ['json', { outputFile: results }]],
    projects: [
      {
        extends: true,
        test: {
          name: 'fast',
          include: [
            'packages/*/src/**/*.test.ts',
            'io-daemon/src/**/*.test.ts',
            'native-host/src/**/*.test.ts',
            'bench/src/**/*.test.ts',
            'scripts/**/*.test.ts',
          ],
        },
      },
      {
        extends: true,
        test: {
          name: 'extension',
          include: ['extension/src/**/*.test.{ts,tsx}'],
          alias: {
            'webextension-polyfill': new URL('extension/src/testing/fake-browser.ts', import.meta.url)
              .pathname,
          },
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['e2e/src/**/*.test.ts'],
          // After everything else and one file at a time: each test runs several programs.
          sequence: { groupOrder: 1 },
          fileParallelism: false,
          maxConcurrency: 4,
          testTimeout: 120_000,
        },
      },
    ],
  },
});
