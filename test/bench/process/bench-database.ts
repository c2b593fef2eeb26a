import pg from 'pg'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '#app/store/embedded/embedded-postgres.ts'
import { ROOT } from './running-process.ts'

export interface BenchDatabase {
  readonly url: string
  drop(): Promise<void>
}

let cluster: Promise<EmbeddedPostgres> | null = null

/** An empty database of a bench's own, on a durable cluster that only benches use. */
export async function openBenchDatabase(bench: string): Promise<BenchDatabase> {
  cluster ??= startEmbeddedPostgres({ root: ROOT, name: 'bench-postgres', throwaway: true, database: 'postgres' })
  const server = (await cluster).url
  const database = `bench_${bench}`
  await run(server, `drop database if exists ${database} with (force)`)
  await run(server, `create database ${database}`)
  const url = new URL(server)
  url.pathname = `/${database}`
  return { url: url.href, drop: () => run(server, `drop database if exists ${database} with (force)`) }
}

/** At the end of all benches. */
export async function stopBenchCluster(): Promise<void> {
  await (await cluster)?.stop()
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
