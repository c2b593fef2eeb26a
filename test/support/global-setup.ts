import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { startEmbeddedPostgres } from '#app/store/embedded/embedded-postgres.ts'
import { isAlive } from '#app/store/embedded/process-lock.ts'
import { migrate } from '#app/store/migrate.ts'

declare module 'vitest' {
  interface ProvidedContext {
    postgresUrl: string
    /** Begins the names of this run's databases; the one that ends in `_template` holds the migrated schema. */
    databasePrefix: string
  }
}

export default (project: TestProject): Promise<() => Promise<void>> => providePostgres(project, 'test-postgres')

/**
 * One Postgres for the run, with a migrated template that each test file clones. Its data need not survive a crash. Kinds of
 * runs that may overlap have clusters of different names.
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
  await makeTemplate(server.url, `${prefix}_template`)
  project.provide('postgresUrl', server.url)
  project.provide('databasePrefix', prefix)
  return () => server.stop()
}

async function makeTemplate(url: string, name: string): Promise<void> {
  const admin = new pg.Client({ connectionString: url })
  await admin.connect()
  try {
    const { rows } = await admin.query<{ datname: string }>(
      `select datname from pg_database where datname like 'lockstep\\_%'`,
    )
    // What runs that have ended left behind; one that goes on beside this keeps its own.
    const left = rows.filter(({ datname }) => !isAlive(Number(datname.split('_')[1])) || datname === name)
    for (const { datname } of left) await admin.query(`drop database if exists "${datname}" with (force)`)
    await admin.query(`create database ${name}`)
  } finally {
    await admin.end()
  }
  const template = new URL(url)
  template.pathname = `/${name}`
  await migrate(template.href, new URL('../../prisma/migrations', import.meta.url).pathname)
}
