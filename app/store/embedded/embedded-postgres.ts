import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chownSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import { freePort } from './free-port.ts'
import { watchOwner } from './owner-watch.ts'
import { findPostgresHome, type PostgresHome, removeOutside } from './postgres-home.ts'
import { isAlive, lockFile, pidIn } from './process-lock.ts'

export interface EmbeddedPostgres {
  readonly url: string
  /** Stops the server if this process owns it; a server that another live process started keeps running. */
  stop(): Promise<void>
  /** Whether the server has died, or the process that owned it. */
  isOrphaned(): boolean
}

export interface EmbeddedOptions {
  /** The checkout: its data are in `.data` there, where the server's user can reach it. */
  readonly root: string
  /** A folder under `.data`, so that tests never share the application's cluster. */
  readonly name?: string
  readonly database?: string
  /** The port to listen on if the server has to be started. Default: any free port. */
  readonly port?: number
  /** Server settings, such as `fsync=off`. */
  readonly settings?: readonly string[]
  /** Whether nothing may remain outside the checkout once it has stopped. */
  readonly throwaway?: boolean
}

/**
 * Starts the Postgres that belongs to this checkout, or joins the one that is running. Two processes may call it at once. A server whose
 * owner was killed is taken over.
 */
export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const { home, unlock } = await lockedHome(options)
  let started: EmbeddedPostgres | null = null
  try {
    const cluster = openCluster(home)
    started = (await joinServer(cluster, options)) ?? (await startServer(cluster, options))
    return options.throwaway ? throwaway(started, options) : started
  } finally {
    if (options.throwaway && !started) removeOutside(home)
    unlock()
  }
}

async function lockedHome(options: EmbeddedOptions): Promise<{ home: PostgresHome; unlock: () => void }> {
  for (;;) {
    const home = await findPostgresHome(options.root, options.name ?? 'postgres')
    try {
      return { home, unlock: await lockFile(join(home.dir, 'lock')) }
    } catch (error) {
      // The folder was removed between the two checks, by the process that stopped the server.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    }
  }
}

function throwaway(started: EmbeddedPostgres, options: EmbeddedOptions): EmbeddedPostgres {
  return {
    ...started,
    async stop() {
      await started.stop()
      const { home, unlock } = await lockedHome(options)
      // Another process may have started it again, or own it now.
      const server = runningServer({ pidFile: join(home.dir, 'data', 'postmaster.pid') })
      if (!server || !isPostmaster(server.pid)) removeOutside(home)
      unlock()
    },
  }
}

interface Cluster extends PostgresHome {
  readonly dataDir: string
  readonly password: string
  /** Holds the pid of the process that stops this server when it ends. */
  readonly ownerFile: string
  readonly pidFile: string
}

function openCluster(home: PostgresHome): Cluster {
  const dataDir = join(home.dir, 'data')
  const passwordFile = join(home.dir, 'password')
  if (!existsSync(passwordFile)) writeFileSync(passwordFile, randomBytes(18).toString('base64url'), { mode: 0o600 })
  const password = readFileSync(passwordFile, 'utf8')
  if (!existsSync(join(dataDir, 'PG_VERSION'))) initCluster(home, dataDir, password)
  return { ...home, dataDir, password, ownerFile: join(home.dir, 'owner'), pidFile: join(dataDir, 'postmaster.pid') }
}

function initCluster({ nativeDir, user, dir }: PostgresHome, dataDir: string, password: string): void {
  rmSync(dataDir, { recursive: true, force: true }) // an incomplete cluster
  mkdirSync(dataDir, { mode: 0o700 })
  const passwordFile = join(dir, 'initdb-password')
  writeFileSync(passwordFile, password, { mode: 0o600 })
  if (user.uid !== undefined) for (const path of [dataDir, passwordFile]) chownSync(path, user.uid, user.gid!)
  const locale = ['--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C']
  const made = spawnSync(
    join(nativeDir, 'bin', 'initdb'),
    [
      '-D',
      dataDir,
      '-U',
      'postgres',
      '--auth=scram-sha-256',
      `--pwfile=${passwordFile}`,
      '--no-instructions',
      ...locale,
    ],
    { ...user, encoding: 'utf8', cwd: '/', env: { ...process.env, LC_ALL: 'C' } },
  )
  rmSync(passwordFile)
  if (made.status === 0) return
  rmSync(dataDir, { recursive: true, force: true })
  throw new Error(`initdb failed: ${made.error?.message ?? made.stderr}`)
}

async function joinServer(cluster: Cluster, options: EmbeddedOptions): Promise<EmbeddedPostgres | null> {
  const server = runningServer(cluster)
  if (!server) return null
  if (!(await answers(cluster, server.port))) {
    // A file that remained after a kill -9; its pid may be another process's by now.
    if (!isPostmaster(server.pid)) rmSync(cluster.pidFile, { force: true })
    return null
  }
  await ensureDatabase(cluster, server.port, options.database)
  const url = urlOf(cluster, server.port, options.database)
  const owner = pidIn(cluster.ownerFile)
  if (owner === null || !isAlive(owner)) return own(cluster, url, server.pid)
  return { url, stop: async () => {}, isOrphaned: () => !isPostmaster(server.pid) || !isAlive(owner) }
}

/** Makes this process the owner of the server. */
function own(cluster: Cluster, url: string, pid: number): EmbeddedPostgres {
  writeFileSync(cluster.ownerFile, String(process.pid))
  const endWatch = watchOwner(cluster)
  return {
    url,
    async stop() {
      await stopServer(cluster, pid)
      endWatch()
    },
    isOrphaned: () => {
      const isOrphaned = !isPostmaster(pid)
      if (isOrphaned) endWatch() // the process that starts it again has its own watch
      return isOrphaned
    },
  }
}

async function startServer(cluster: Cluster, options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const port = options.port ?? (await freePort())
  const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'jit=off', ...(options.settings ?? [])]
  const server = spawn(
    join(cluster.nativeDir, 'bin', 'postgres'),
    ['-D', cluster.dataDir, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])],
    // In its own process group: a Ctrl-C in the terminal stops this process first, which then stops Postgres.
    {
      ...cluster.user,
      stdio: ['ignore', 'ignore', 'pipe'],
      detached: true,
      cwd: '/',
      env: { ...process.env, LC_ALL: 'C' },
    },
  )
  const ready = readyToAccept(server)
  // Called at once, so that the server is watched however early this process dies.
  const owned = server.pid === undefined ? null : own(cluster, urlOf(cluster, port, options.database), server.pid)
  try {
    await ready
    await ensureDatabase(cluster, port, options.database)
  } catch (error) {
    await owned?.stop()
    throw error
  }
  server.unref()
  ;(server.stderr as unknown as { unref(): void }).unref()
  return owned!
}

function readyToAccept(server: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = ''
    server.once('error', reject)
    server.once('exit', (code) => reject(new Error(`Postgres ended with ${code}: ${said.slice(-2000)}`)))
    server.stderr!.on('data', (text) => {
      said = (said + text).slice(-4000)
      if (said.includes('ready to accept connections')) resolve()
    })
  })
}

/** Waits for this server only: one that was killed leaves its pid file behind, or another server's is in its place. */
async function stopServer(cluster: Cluster, pid: number): Promise<void> {
  if (isPostmaster(pid)) process.kill(pid, 'SIGINT')
  while (pidIn(cluster.pidFile) === pid && isPostmaster(pid)) await wait(20)
}

function runningServer({ pidFile }: Pick<Cluster, 'pidFile'>): { pid: number; port: number } | null {
  if (!existsSync(pidFile)) return null
  const lines = readFileSync(pidFile, 'utf8').split('\n')
  return { pid: Number(lines[0]), port: Number(lines[3]) }
}

function urlOf({ password }: Cluster, port: number, database = 'lockstep'): string {
  return `postgresql://postgres:${password}@127.0.0.1:${port}/${database}`
}

async function answers(cluster: Cluster, port: number): Promise<boolean> {
  const client = new pg.Client({ connectionString: urlOf(cluster, port, 'postgres'), connectionTimeoutMillis: 2000 })
  try {
    await client.connect()
    return (await client.query('show data_directory')).rows[0].data_directory === cluster.dataDir
  } catch {
    return false // nothing listens, or another server does
  } finally {
    await client.end().catch(() => {})
  }
}

async function ensureDatabase(cluster: Cluster, port: number, database = 'lockstep'): Promise<void> {
  const client = new pg.Client({ connectionString: urlOf(cluster, port, 'postgres') })
  await client.connect()
  try {
    await client.query(`create database "${database}"`)
  } catch (error) {
    const there = ['42P04', '23505'] // duplicate_database; unique_violation in the catalogue, when two processes create it at once
    if (!there.includes((error as { code?: string }).code ?? '')) throw error
  } finally {
    await client.end()
  }
}

function isPostmaster(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('postgres')
  } catch {
    return process.platform !== 'linux' && isAlive(pid)
  }
}
