// npm run drill:upgrade: the processes of earlier releases are exchanged for those of this checkout while webhooks arrive. The releases are the
// commits before the last migrations. Exit code 0 only if no delivery was lost and the law held after each exchange.
import { parseArgs } from 'node:util'
import { startEmbeddedPostgres } from '#app/store/embedded/embedded-postgres.ts'
import { withConnection } from '../support/database-server.ts'
import { playUpgrade } from './upgrade/play-upgrade.ts'
import { buildRelease, releasesBeforeMigrations } from './upgrade/releases.ts'

const { values } = parseArgs({
  options: {
    releases: { type: 'string', default: '3' },
    customers: { type: 'string', default: '500' },
    changes: { type: 'string', default: '500' },
  },
})
const ROOT = new URL('../..', import.meta.url).pathname

const postgres = await startEmbeddedPostgres({ root: ROOT, name: 'drill-postgres', throwaway: true })
let failed = false
try {
  for (const release of releasesBeforeMigrations(Number(values.releases))) {
    console.log(`\n${release.commit}, before ${release.before.join(', ')}`)
    const oldRoot = buildRelease(release)
    const name = `upgrade_${release.commit}_${Date.now()}`
    await withConnection(postgres.url, (db) => db.query(`create database ${name}`))
    const url = new URL(postgres.url)
    url.pathname = `/${name}`
    const setup = { customers: Number(values.customers), changes: Number(values.changes) }
    const results = await playUpgrade({ ...setup, databaseUrl: url.href, oldRoot, newRoot: ROOT })
    for (const { differences, ...result } of results) {
      console.log(JSON.stringify({ ...result, differences: differences.length }))
      for (const difference of differences.slice(0, 5)) console.log(`  ✗ ${difference}`)
      failed ||= differences.length > 0 || result.givenUp > 0
    }
  }
} finally {
  await postgres.stop()
}
console.log(failed ? '\nThe drill found differences.' : '\nEach release ran beside this one, and the law held.')
process.exit(failed ? 1 : 0)
