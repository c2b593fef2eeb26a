import type { TestProject } from 'vitest/node'
import { startEmbeddedPostgres } from '#app/store/embedded/embedded-postgres.ts'
import { isAlive } from '#app/store/embedded/process-lock.ts'
import { createMigratedDatabase, dropDatabase, givenServer, hasCitus, withConnection } from './database-server.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The URL by which an administrator connects to the server. */
    postgresUrl: string
    /** The prefix of the names of this run's databases. The one that ends in `_template` contains the migrated schema. */
    databasePrefix: string
    /** Whether databases are distributed by Citus: they are then not cloned from the template, but each is created. */
    isDistributed: boolean
  }
}

export default (project: TestProject): Promise<() => Promise<void>> => providePostgres(project, 'test-postgres')

/**
 * Provides a Postgres for the run, with a migrated template that each test file clones: the server that TEST_DATABASE_URL names, or one that
 * is started for the run, whose data need not survive a crash. Kinds of runs that may overlap use clusters with different names.
 */
export async function providePostgres(project: TestProject, name: string): Promise<() => Promise<void>> {
  const server = givenServer()
  if (server) return provideOn(server, project, { isShared: true })
  const { url, stop } = await startEmbeddedPostgres({
    root: new URL('../..', import.meta.url).pathname,
    name,
    throwaway: true,
    settings: ['fsync=off', 'full_page_writes=off'],
  })
  const close = await provideOn(url, project, { isShared: false })
  return async () => {
    await close()
    await stop()
  }
}

/** A shared server may hold databases of runs on other machines, and it cannot be seen from here whether those still go on. */
async function provideOn(
  url: string,
  project: TestProject,
  { isShared }: { isShared: boolean },
): Promise<() => Promise<void>> {
  const prefix = `lockstep_${process.pid}`
  const isOwn = (name: string) => name.startsWith(`${prefix}_`)
  const isAbandoned = (name: string) => isOwn(name) || (!isShared && !isAlive(Number(name.split('_')[1])))
  await dropDatabases(url, isAbandoned)
  const isDistributed = await hasCitus(url)
  if (!isDistributed) await createMigratedDatabase(url, `${prefix}_template`)
  project.provide('postgresUrl', url)
  project.provide('databasePrefix', prefix)
  project.provide('isDistributed', isDistributed)
  return () => (isShared ? dropDatabases(url, isOwn) : Promise.resolve())
}

async function dropDatabases(url: string, isDropped: (name: string) => boolean): Promise<void> {
  const { rows } = await withConnection(url, (db) =>
    db.query<{ datname: string }>(`select datname from pg_database where datname like 'lockstep\\_%'`),
  )
  for (const { datname } of rows) if (isDropped(datname)) await dropDatabase(url, datname)
}
