// node prisma/with-database.ts <command …>: runs a command with DATABASE_URL set, to the embedded database's where none is.
import { spawnSync } from 'node:child_process'
import { dirname } from 'node:path'
import { startEmbeddedPostgres } from '#app/store/embedded/embedded-postgres.ts'

const embedded = process.env.DATABASE_URL ? null : await startEmbeddedPostgres({ root: dirname(import.meta.dirname) })
const [command, ...args] = process.argv.slice(2)
if (!command) throw new Error('Which command?')
const env = { ...process.env, DATABASE_URL: process.env.DATABASE_URL ?? embedded!.url }
const ended = spawnSync(command, args, { stdio: 'inherit', env })
await embedded?.stop()
process.exit(ended.status ?? 1)
