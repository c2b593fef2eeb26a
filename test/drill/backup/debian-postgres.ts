import { execFileSync } from 'node:child_process'
import { chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from '#test/support/free-port.ts'

const DEBIAN = '/usr/lib/postgresql'
/** Outside the checkout, which Postgres' own user may not be able to read. */
const OUTSIDE = '/tmp/lockstep-postgres-'
const PASSWORD = 'only-for-the-drill'

/** A server with its own client programs: the embedded Postgres has neither pg_dump nor pg_restore. */
export interface DebianPostgres {
  readonly version: string
  /** What libpq's programs read, for a database of this server. */
  libpq(database: string): Readonly<Record<string, string>>
  url(database: string): string
  stop(): void
}

/** Starts the newest Postgres of Debian's packages (`apt-get install postgresql`) with a cluster of its own. */
export async function startDebianPostgres(): Promise<DebianPostgres> {
  const version = existsSync(DEBIAN) && readdirSync(DEBIAN).toSorted((one, other) => Number(other) - Number(one))[0]
  if (!version)
    throw new Error(`The drill needs a Postgres with its client programs under ${DEBIAN}: apt-get install postgresql`)
  const bin = join(DEBIAN, version, 'bin')
  const user: Partial<Account> = process.getuid?.() === 0 ? accountOf('postgres') : {}
  const dir = mkdtempSync(OUTSIDE)
  if (user.uid !== undefined) chownSync(dir, user.uid, user.gid!)
  const [data, passwordFile, port] = [join(dir, 'data'), join(dir, 'password'), String(await freePort())]
  const run = (program: string, ...args: string[]) =>
    execFileSync(join(bin, program), args, { ...user, cwd: '/', stdio: ['ignore', 'ignore', 'inherit'] })
  mkdirSync(data, { mode: 0o700 })
  writeFileSync(passwordFile, PASSWORD)
  if (user.uid !== undefined) for (const path of [data, passwordFile]) chownSync(path, user.uid, user.gid!)
  run(
    'initdb',
    '-D',
    data,
    '-U',
    'postgres',
    '--auth=scram-sha-256',
    `--pwfile=${passwordFile}`,
    '--encoding=UTF8',
    '--locale=C',
  )
  run(
    'pg_ctl',
    'start',
    '-D',
    data,
    '-w',
    '-l',
    join(dir, 'log'),
    '-o',
    `-p ${port} -c listen_addresses=127.0.0.1 -k ''`,
  )
  return {
    version,
    libpq: (database) => ({
      PATH: `${bin}:${process.env.PATH}`,
      PGHOST: '127.0.0.1',
      PGPORT: port,
      PGUSER: 'postgres',
      PGPASSWORD: PASSWORD,
      PGDATABASE: database,
    }),
    url: (database) => `postgresql://postgres:${PASSWORD}@127.0.0.1:${port}/${database}`,
    stop() {
      run('pg_ctl', 'stop', '-D', data, '-m', 'immediate')
      rmSync(dir, { recursive: true })
    },
  }
}

/** Postgres refuses to run as root. */
interface Account {
  readonly uid: number
  readonly gid: number
}

function accountOf(name: string): Account {
  const idOf = (flag: string) => Number(execFileSync('id', [flag, name], { encoding: 'utf8' }))
  return { uid: idOf('-u'), gid: idOf('-g') }
}
