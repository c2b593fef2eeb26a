import { defineConfig } from 'vitest/config'

export default defineConfig({
  root: new URL('../..', import.meta.url).pathname,
  test: {
    include: ['test/e2e/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: 2,
    globalSetup: ['test/e2e/support/global-setup.ts'],
    reporters: ['default', './test/support/closing-line.ts'],
    expect: { poll: { timeout: 20_000 } },
    testTimeout: 300_000,
    hookTimeout: 180_000,
  },
})
