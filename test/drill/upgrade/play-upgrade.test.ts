import { expect, onTestFinished, test } from 'vitest'
import { freshDatabase } from '../../support/fresh-database.ts'
import { playUpgrade } from './play-upgrade.ts'
import { releasesBeforeMigrations } from './releases.ts'

const ROOT = new URL('../../..', import.meta.url).pathname

// The short form of `npm run drill:upgrade`: this release is exchanged for itself.
test('web and worker are exchanged one by one while the shop lives on: every delivery is acknowledged, and the law holds after each', {
  timeout: 180_000,
}, async () => {
  const { url, drop } = await freshDatabase()
  onTestFinished(drop)
  const results = await playUpgrade({ databaseUrl: url, oldRoot: ROOT, newRoot: ROOT, customers: 40, changes: 60 })
  expect(results.map(({ phase }) => phase)).toEqual([
    'old web + new worker',
    'new web + old worker',
    'new web + new worker',
  ])
  for (const { differences, givenUp, acknowledged } of results) {
    expect(differences).toEqual([])
    expect(givenUp).toBe(0)
    expect(acknowledged).toBeGreaterThan(0)
  }
})

test('the releases that are drilled are the commits before the last migrations', () => {
  const releases = releasesBeforeMigrations(3)
  expect(releases.length).toBe(3)
  for (const { commit, before } of releases) {
    expect(commit).toMatch(/^[0-9a-f]{7,}$/)
    expect(before[0]).toMatch(/^\d{14}_\w+$/)
  }
})
