import { randomUUID } from 'node:crypto'
import { inject } from 'vitest'
import { createMigratedDatabase, dropDatabase, urlOf, withConnection } from './database-server.ts'

/** Creates a database for this test with all tables. Returns its URL, and a function that drops it. */
export async function freshDatabase(): Promise<{ url: string; drop: () => Promise<void> }> {
  const server = inject('postgresUrl')
  const prefix = inject('databasePrefix')
  const name = `${prefix}_${randomUUID().replaceAll('-', '')}`
  if (inject('isDistributed')) await createMigratedDatabase(server, name)
  else await withConnection(server, (db) => db.query(`create database ${name} template ${prefix}_template`))
  return { url: urlOf(server, name), drop: () => dropDatabase(server, name) }
}
