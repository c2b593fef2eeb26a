import { defineConfig } from 'vitest/config'

const NEED_POSTGRES = [
  'test/klaviyo/find-profiles.test.ts',
  'test/shopify/ask-admin.test.ts',
  'test/shopify/application-token.test.ts',
]
/** Wait for the longest time that an answer may take. */
const SLOW = ['test/klaviyo/answer-deadline.test.ts', 'test/klaviyo/ask-klaviyo.test.ts']

/** Fast test files that need no Postgres: `npm run check` runs these, and no database is started for them. */
export default defineConfig({
  root: new URL('..', import.meta.url).pathname,
  test: {
    include: [
      ...['core', 'ui', 'klaviyo', 'shopify', 'soak'].map((folder) => `test/${folder}/**/*.test.{ts,tsx}`),
      'test/simulate/forecast.test.ts',
      'test/store/statements/{one-shop,every-statement,row-types}.test.ts',
    ],
    exclude: [...NEED_POSTGRES, ...SLOW],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    setupFiles: ['test/support/environment.ts'],
    reporters: ['default', './test/support/closing-line.ts'],
  },
})
