import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'deploy/*.test.ts'],
    environment: 'node',
    reporters: ['default'],
    // A slow or busy machine is no failure: nothing here asserts a time.
    testTimeout: 60_000,
  },
});
