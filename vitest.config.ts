import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: [
      'packages/*/src/**/*.test.ts',
      'io-daemon/src/**/*.test.ts',
      'bench/src/**/*.test.ts', 'scripts/*.test.ts',
      'e2e/src/**/*.test.ts',
    ],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
  },
});
