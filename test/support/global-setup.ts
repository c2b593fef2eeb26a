import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { startEmbeddedPostgres } from '#app/store/embedded/embedded-postgres.ts'
import { isAlive } from '#app/store/embedded/process-lock.ts'
import { migrate } from '#app/store/migrate.ts'

declare module 'vitest' {
  interface ProvidedContext {
    postgresUrl: string
    /** The prefix of the names of this run's databases. The one that ends in `_template` contains the migrated schema. */
    databasePrefix: string
  }
}

export default (project: TestProject): Promise<() => Promise<void>> => providePostgres(project, 'test-postgres')

/**
 * Starts one Postgres for the run, with a migrated template that each test file clones. Its data need not survive a crash. Kinds of runs
 * that may overlap use clusters with different names.
 */
export async function providePostgres(project: TestProject, name: string): Promise<() => Promise<void>> {
  const root = new URL('../..', import.meta.url).pathname
  const server = await startEmbeddedPostgres({
    root,
    name,
    throwaway: true,
    settings: ['fsync=off', 'full_page_writes=off'],
  })
  const prefix = `lockstep_${process.pid}`
  await createTemplate(server.url, `${prefix}_template`)
  project.provide('postgresUrl', server.url)
  project.provide('databasePrefix', prefix)
  return () => server.stop()
}

async function createTemplate(url: string, name: string): Promise<void> {
  const admin = new pg.Client({ connectionString: url })
  await admin.connect()
  try {
    const { rows } = await admin.query<{ datname: string }>(
      `select datname from pg_database where datname like 'lockstep\\_%'`,
    )
    // Drops databases that earlier runs left behind. A run that is still going on keeps its own.
    const abandoned = rows.filter(({ datname }) => !isAlive(Number(datname.split('_')[1])) || datname === name)
    for (const { datname } of abandoned) await admin.query(`drop database if exists "${datname}" with (force)`)
    await admin.query(`create database ${name}`)
  } finally {
    await admin.end()
  }
  const template = new URL(url)
  template.pathname = `/${name}`
  await migrate(template.href, new URL('../../prisma/migrations', import.meta.url).pathname)
}
