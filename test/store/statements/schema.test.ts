import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { useStore } from '../given-store.ts'

const root = new URL('../../..', import.meta.url).pathname
const store = useStore()

test('the migrations lead to what schema.prisma says', () => {
  const config = ['--config', 'prisma/prisma.config.ts']
  const compared = ['--from-migrations', 'prisma/migrations', '--to-schema-datamodel', 'prisma/schema.prisma']
  const ended = spawnSync('node_modules/.bin/prisma', ['migrate', 'diff', ...config, ...compared, '--script'], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, DATABASE_URL: store.url },
  })
  expect(ended.status, ended.stderr).toBe(0)
  expect(ended.stdout.trim()).toBe('-- This is an empty migration.')
})
