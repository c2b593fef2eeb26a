// npm run drill:backup: a backup is taken while webhooks arrive, everything is lost a while later, and the app goes on with what was restored
// elsewhere. Exit code 0 only if the law holds in the end, also for what was acknowledged, and not sent or only sent, after the backup.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { enterAppKey } from '../support/app-key.ts'
import { withConnection } from '../support/database-server.ts'
import { startDebianPostgres } from './backup/debian-postgres.ts'
import { DrilledShop } from './drilled-shop.ts'

const { values } = parseArgs({
  options: { customers: { type: 'string', default: '2000' }, changes: { type: 'string', default: '500' } },
})
const [customers, changes] = [Number(values.customers), Number(values.changes)]
const ROOT = new URL('../..', import.meta.url).pathname
const folder = mkdtempSync(join(tmpdir(), 'backups-'))
const statusFile = join(folder, 'status')

const postgres = await startDebianPostgres()
const shop = await DrilledShop.open({ customers, databaseUrl: postgres.url('before') })
enterAppKey(shop.shopify)
const createDatabase = (name: string) =>
  withConnection(postgres.url('postgres'), (db) => db.query(`create database ${name}`))
const run = (script: string, argument: string, database: string) =>
  execFileSync('sh', [`${ROOT}deploy/backup/${script}`, argument], {
    encoding: 'utf8',
    env: { ...process.env, ...postgres.libpq(database), BACKUP_STATUS_FILE: statusFile },
  }).trim()
const say = (what: string, figures: object) => console.log(what.padEnd(44), JSON.stringify(figures))
function countBy(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1
  return counts
}
const acknowledged = () => shop.shop.webhooks.stats.acknowledged

let differences: readonly string[] = ['The drill did not come to its end.']
try {
  await createDatabase('before')
  const lost = [await shop.start('web', ROOT), await shop.start('worker', ROOT)]
  await shop.connect()
  await shop.toRest('first sync')

  const living = shop.live(changes)
  const startedAt = performance.now()
  const file = run('backup.sh', folder, 'before')
  const tookMs = Math.round(performance.now() - startedAt)
  say(`backup with Postgres ${postgres.version}, under load`, {
    tookMs,
    bytes: statSync(file).size,
    status: readFileSync(statusFile, 'utf8').trim(),
  })
  const atBackup = acknowledged()
  await living
  await shop.toRest('after the backup')
  // Two renewals later the refresh token of the backup is dead.
  for (const times of ['once', 'twice']) {
    await shop.endToken()
    await shop.live(changes / 10)
    await shop.toRest(`token renewed ${times}`)
  }
  await shop.live(changes / 5)
  await shop.shop.webhooks.flush()

  // The last of them are acknowledged, and not sent yet.
  await Promise.all(lost.map((app) => app.stop('SIGKILL')))
  say('everything is lost', { acknowledgedSinceTheBackup: acknowledged() - atBackup })
  await withConnection(postgres.url('postgres'), (db) => db.query('drop database before with (force)'))

  await createDatabase('restored')
  const restoredAt = performance.now()
  run('restore.sh', file, 'restored')
  say('restored', { tookMs: Math.round(performance.now() - restoredAt) })
  shop.useDatabase(postgres.url('restored'))
  await shop.endToken()
  const back = [await shop.start('web', ROOT), await shop.start('worker', ROOT)]
  await shop.live(changes / 5)
  await shop.toRest('compared')
  const law = await shop.law()
  const tokens = shop.shopify.log.all().filter(({ door }) => door === 'token')
  say('tokens', countBy(tokens.map(({ operations: [operation], status }) => `${operation} ${status}`)))
  differences = law.differences
  say('at rest', {
    seconds: Math.round((performance.now() - restoredAt) / 1000),
    customers: law.customers,
    synced: law.synced,
    differences: differences.length,
  })
  await Promise.all(back.map((app) => app.stop()))
} finally {
  await shop.close()
  postgres.stop()
  rmSync(folder, { recursive: true })
}
for (const difference of differences.slice(0, 10)) console.log(`  ✗ ${difference}`)
console.log(differences.length > 0 ? 'The drill found differences.' : 'The law holds for every customer.')
process.exit(differences.length > 0 ? 1 : 0)
