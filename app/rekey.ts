// npm run rekey: seals everything in the database again with the first of ENCRYPTION_KEYS, while web and worker run. It may be repeated.
import { configuredOrExit } from './process/configured.ts'

const config = await configuredOrExit('command')
const { openDatabase } = await import('./process/open-database.ts')
const { closeStore } = await import('#app/store/database.ts')
const { rekey } = await import('#app/store/rekey/rekey.ts')
const { newestPrefix } = await import('#app/store/sealing.ts')

const say = (sentence: string) => void process.stdout.write(`${sentence}\n`)

const newest = newestPrefix()
if (newest === null) {
  say('ENCRYPTION_KEYS is not set: there is no new key. See "Keys and secrets" in docs/operating.md.')
  process.exit(1)
}
const database = await openDatabase(config.databaseUrl, { connections: 2 })
let [remaining, unopened] = [0, 0]
await rekey(newest, (column) => {
  remaining += column.remaining
  unopened += column.unopened
  const words = `${column.resealed} sealed again, ${column.remaining} still sealed by another key`
  say(
    `${column.table} ${column.column}: ${words}${column.unopened > 0 ? `, ${column.unopened} that no key opens` : ''}`,
  )
})
if (remaining === 0) say('Nothing is sealed by another key any more: all keys but the first can be removed.')
else if (unopened > 0) say('A key is missing: what no key opens stays as it is.')
else
  say(
    'Some values were sealed by another key meanwhile: restart every process with the new key first, and run this again.',
  )
if (remaining > 0) process.exitCode = 1
await closeStore()
await database.stop()
