import pg from 'pg'
import { migrate } from '#app/store/migrate.ts'
import { distribute, isCitusAvailable } from '../../prisma/distribute.ts'

const MIGRATIONS = new URL('../../prisma/migrations', import.meta.url).pathname
/** Enough to have shops on each of a few servers; each part costs time for every table. */
const SHARDS = 4

/** Returns the URL by which an administrator of the server connects on which tests are to run; null for the embedded one. */
export function givenServer(): string | null {
  return process.env.TEST_DATABASE_URL || null
}

/** Returns the URL of a database of the server. */
export function urlOf(server: string, database: string): string {
  const url = new URL(server)
  url.pathname = `/${database}`
  return url.href
}

/** Runs `work` on a connection of its own. */
export async function withConnection<Result>(url: string, work: (db: pg.Client) => Promise<Result>): Promise<Result> {
  const db = new pg.Client({ connectionString: url })
  await db.connect()
  try {
    return await work(db)
  } finally {
    await db.end()
  }
}

/** Whether databases on this server are distributed. */
export function hasCitus(server: string): Promise<boolean> {
  return withConnection(server, isCitusAvailable)
}

/** Creates a database with all tables. With Citus, its tables are distributed over the servers that the administrator's database knows. */
export async function createMigratedDatabase(server: string, name: string): Promise<void> {
  await withConnection(server, (db) => db.query(`create database ${name}`))
  if (await hasCitus(server)) {
    await openCluster(server, name)
    await distribute(urlOf(server, name), { report: () => {}, shards: SHARDS })
  } else await migrate(urlOf(server, name), MIGRATIONS)
}

export async function dropDatabase(server: string, name: string): Promise<void> {
  const drop = `drop database if exists ${name} with (force)`
  await withConnection(server, (db) => db.query(drop))
  for (const worker of await listWorkers(server))
    await withConnection(worker.url, (db) => db.query(drop)).catch(() => {})
}

interface Worker {
  readonly host: string
  readonly port: number
  readonly url: string
}

/** Returns the servers beside the coordinator that hold shards. None where the administrator's database is on one server. */
async function listWorkers(server: string): Promise<Worker[]> {
  return withConnection(server, async (db) => {
    const { rows: extension } = await db.query(`select 1 from pg_extension where extname = 'citus'`)
    if (extension.length === 0) return []
    const { rows } = await db.query<{ host: string; port: number }>(
      `select nodename as host, nodeport as port from pg_dist_node where noderole = 'primary' and groupid <> 0 order by nodeid`,
    )
    return rows.map(({ host, port }) => {
      const url = new URL(server)
      url.hostname = host
      url.port = String(port)
      return { host, port, url: url.href }
    })
  })
}

/**
 * Makes a new database a Citus cluster of the same servers as the administrator's. Where one of them cannot be reached from here, the
 * coordinator alone holds the shards: Citus refuses the same statements there.
 */
async function openCluster(server: string, name: string): Promise<void> {
  const workers = await listWorkers(server)
  try {
    for (const { url } of workers) {
      await withConnection(url, (db) => db.query(`create database ${name}`)).catch(ifNotThere)
      await withConnection(urlOf(url, name), (db) => db.query('create extension if not exists citus'))
    }
  } catch (error) {
    console.warn(`Tests run on the coordinator alone, because a worker cannot be used: ${(error as Error).message}`)
    workers.length = 0
  }
  await withConnection(urlOf(server, name), async (db) => {
    await db.query('create extension if not exists citus')
    if (workers.length === 0) return // Citus adds the coordinator by itself
    const coordinator = await withConnection(server, findCoordinator)
    if (coordinator) await db.query('select citus_set_coordinator_host($1, $2)', [coordinator.host, coordinator.port])
    for (const { host, port } of workers) await db.query('select citus_add_node($1, $2)', [host, port])
  })
}

async function findCoordinator(db: pg.Client): Promise<{ host: string; port: number } | undefined> {
  const { rows } = await db.query(`select nodename as host, nodeport as port from pg_dist_node where groupid = 0`)
  return rows[0]
}

const DUPLICATE_DATABASE = '42P04'

/** Citus itself creates databases on the workers, if it is set up to. */
function ifNotThere(error: { code?: string }): void {
  if (error.code !== DUPLICATE_DATABASE) throw error
}
