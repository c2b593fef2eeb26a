import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { startEmbeddedPostgres } from '#app/store/embedded/embedded-postgres.ts'
import { migrate } from '#app/store/migrate.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The server's URL; its database `lockstep_template` holds the migrated schema. */
    postgresUrl: string
  }
}

const TEMPLATE = 'lockstep_template'

export default (project: TestProject): Promise<() => Promise<void>> => providePostgres(project, 'test-postgres')

/**
 * One Postgres for the run, with a migrated template that each test file clones. Its data need not survive a crash. Kinds of
 * runs that may overlap have clusters of different names.
 */
export async function providePostgres(project: TestProject, name: string): Promise<() => Promise<void>> {
  const root = new URL('../..', import.meta.url).pathname
  const server = await startEmbeddedPostgres({ root, name, settings: ['fsync=off', 'full_page_writes=off'] })
  await replaceTemplate(server.url)
  project.provide('postgresUrl', server.url)
  return () => server.stop()
}

async function replaceTemplate(url: string): Promise<void> {
  const admin = new pg.Client({ connectionString: url })
  await admin.connect()
  try {
    const { rows } = await admin.query<{ datname: string }>(
      `select datname from pg_database where datname like 'lockstep\\_%'`,
    )
    for (const { datname } of rows) await admin.query(`drop database if exists "${datname}" with (force)`)
    await admin.query(`create database ${TEMPLATE}`)
  } finally {
    await admin.end()
  }
  const template = new URL(url)
  template.pathname = `/${TEMPLATE}`
  await migrate(template.href, new URL('../../prisma/migrations', import.meta.url).pathname)
}
