import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'deploy/*.test.ts'],
    environment: 'node',
    reporters: ['default'],
    // Every core, and no world of its own for each of a hundred files: what is tested here keeps nothing between tests.
    pool: 'threads',
    maxWorkers: '100%',
    isolate: false,
    // A slow or busy machine is no failure: nothing here asserts a time.
    testTimeout: 60_000,
  },
});
