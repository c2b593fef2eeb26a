import pg from 'pg'
import { startEmbeddedPostgres } from '#app/store/embedded/embedded-postgres.ts'
import { ROOT } from './running-process.ts'

export interface BenchDatabase {
  readonly url: string
  /** Drops the database and stops the cluster, if nobody else uses it. */
  close(): Promise<void>
}

/** An empty database of a bench's own, on a durable cluster that only benches use. */
export async function openBenchDatabase(bench: string): Promise<BenchDatabase> {
  const cluster = await startEmbeddedPostgres({ root: ROOT, name: 'bench-postgres', database: 'postgres' })
  const database = `bench_${bench}`
  await run(cluster.url, `drop database if exists ${database} with (force)`)
  await run(cluster.url, `create database ${database}`)
  const url = new URL(cluster.url)
  url.pathname = `/${database}`
  return {
    url: url.href,
    close: async () => {
      await run(cluster.url, `drop database if exists ${database} with (force)`)
      await cluster.stop()
    },
  }
}

async function run(url: string, statement: string): Promise<void> {
  const admin = new pg.Client({ connectionString: url })
  await admin.connect()
  try {
    await admin.query(statement)
  } finally {
    await admin.end()
  }
}
