import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, afterEach, expect, test, vi } from 'vitest'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '#app/store/embedded/embedded-postgres.ts'
import { findPostgresHome, removeOutside } from '#app/store/embedded/postgres-home.ts'
import { isAlive, lockFile } from '#app/store/embedded/process-lock.ts'
import { rowsIn } from '#test/support/rows.ts'

const root = new URL('../..', import.meta.url).pathname
const name = `test-embedded-${process.pid}`
const home = await findPostgresHome(root, name)
const { dir } = home
const started: EmbeddedPostgres[] = []
const children = new Set<ChildProcess>()

async function start(database?: string): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ root, name, ...(database && { database }) })
  started.push(server)
  return server
}

/** Another process that starts the same server, or joins it, and then stays. Returns its URL. */
async function startElsewhere(): Promise<{ process: ChildProcess; url: string }> {
  const code = `
    import { startEmbeddedPostgres } from '#app/store/embedded/embedded-postgres.ts'
    const server = await startEmbeddedPostgres({ root: ${JSON.stringify(root)}, name: ${JSON.stringify(name)} })
    process.once('SIGTERM', () => server.stop().then(() => process.exit(0)))
    setInterval(() => {}, 60_000)
    console.log(server.url)`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', code], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  children.add(child)
  const [url] = await once(createInterface({ input: child.stdout! }), 'line')
  return { process: child, url }
}

async function end(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  child.kill(signal)
  await once(child, 'exit')
  children.delete(child)
}

const pidFile = join(dir, 'data', 'postmaster.pid')
const postmaster = () => Number(readFileSync(pidFile, 'utf8').split('\n')[0])

/** Until the children of a killed server have noticed, they hold its memory and keep another from starting. */
const untilGone = (pid: number) =>
  vi.waitUntil(() => !isAlive(pid) && !hasProcessIn(join(dir, 'data')), { timeout: 20_000 })

function hasProcessIn(folder: string): boolean {
  if (!existsSync('/proc')) return false
  return readdirSync('/proc').some((pid) => {
    try {
      return readlinkSync(`/proc/${pid}/cwd`) === folder
    } catch {
      return false // no process, or one that ended meanwhile
    }
  })
}

afterEach(async () => {
  for (const child of children) await end(child, 'SIGKILL')
  // A server whose owner was killed is stopped by the process that takes it over.
  if (existsSync(pidFile)) await start()
  for (const server of started.splice(0)) await server.stop()
})
afterAll(() => {
  removeOutside(home)
  rmSync(dir, { recursive: true, force: true })
})

test('the server is there when it is started, takes connections with a password only, and is gone when it is stopped', async () => {
  const { url, stop } = await start()
  expect(await rowsIn(url, 'select 1 as one')).toEqual([{ one: 1 }])
  const stranger = new URL(url)
  stranger.password = 'guess'
  await expect(rowsIn(stranger.href, 'select 1')).rejects.toThrow('password authentication failed')
  expect(stranger.hostname).toBe('127.0.0.1')

  await stop()
  await expect(rowsIn(url, 'select 1')).rejects.toThrow()
  expect(existsSync(pidFile)).toBe(false)
})

test('a process that calls while it runs joins it, and ends without stopping it', async () => {
  const first = await start()
  const pid = postmaster()
  const joined = await startElsewhere()

  expect(joined.url).toBe(first.url)
  expect((await start()).url).toBe(first.url)
  await end(joined.process, 'SIGTERM')
  expect(postmaster()).toBe(pid)
  expect(await rowsIn(first.url, 'select 1 as one')).toEqual([{ one: 1 }])
})

test('many callers at once start one server and make one database', async () => {
  const servers = await Promise.all([startElsewhere(), startElsewhere(), start('other'), start('other')])
  expect(new Set(servers.map(({ url }) => new URL(url).port)).size).toBe(1)
  for (const { url } of servers) expect(await rowsIn(url, 'select 1 as one')).toEqual([{ one: 1 }])
})

test('a server whose owner was killed is taken over, and stopped by its new owner', async () => {
  const starter = await startElsewhere()
  const pid = postmaster()
  await end(starter.process, 'SIGKILL')
  expect(isAlive(pid)).toBe(true)

  const heir = await start()
  expect(heir.url).toBe(starter.url)
  expect(postmaster()).toBe(pid)
  await heir.stop()
  expect(existsSync(pidFile)).toBe(false)
  await expect(rowsIn(heir.url, 'select 1')).rejects.toThrow()
})

test('a Postgres that was killed with -9 comes back with what was committed', async () => {
  const before = await start()
  await rowsIn(before.url, 'create table if not exists kept (n int)')
  await rowsIn(before.url, 'insert into kept values (42)')
  const pid = postmaster()
  process.kill(pid, 'SIGKILL')
  await untilGone(pid)

  const after = await start()

  expect(await rowsIn(after.url, 'select n from kept')).toEqual([{ n: 42 }])
  expect(postmaster()).not.toBe(pid)
  await before.stop()
  expect(await rowsIn(after.url, 'select n from kept')).toEqual([{ n: 42 }])
})

test('stopping a Postgres that was killed meanwhile does not wait', async () => {
  const { stop } = await start()
  const pid = postmaster()
  process.kill(pid, 'SIGKILL')
  await untilGone(pid)

  await stop()

  expect(existsSync(pidFile)).toBe(true)
})

test('a pid file that remained after a crash, with a pid that is another program’s by now, is not trusted', async () => {
  const { url, stop } = await start()
  const left = readFileSync(pidFile, 'utf8').split('\n')
  await stop()
  const stranger = spawn('sleep', ['60'])
  writeFileSync(pidFile, [String(stranger.pid), ...left.slice(1)].join('\n'))

  const again = await start()

  expect(await rowsIn(again.url, 'select 1 as one')).toEqual([{ one: 1 }])
  expect(isAlive(stranger.pid!)).toBe(true)
  expect(new URL(again.url).password).toBe(new URL(url).password)
  stranger.kill()
})

// In a checkout that other users cannot read, root has its Postgres run outside of it; other users do not.
if (process.getuid?.() === 0) {
  test('a throwaway Postgres outside the checkout leaves nothing there when it is stopped', async () => {
    const closed = mkdtempSync(join(tmpdir(), 'closed-'))
    const options = { root: closed, name: 'thrown-away', throwaway: true }
    const home = await findPostgresHome(closed, 'thrown-away')
    expect(home.outside).toBe(true)

    const first = await startEmbeddedPostgres(options)
    const joined = await startEmbeddedPostgres(options)
    await joined.stop()
    expect(await rowsIn(first.url, 'select 1 as one')).toEqual([{ one: 1 }])
    await first.stop()
    expect(existsSync(dirname(home.dir))).toBe(false)

    const again = await startEmbeddedPostgres(options)
    expect(await rowsIn(again.url, 'select 1 as one')).toEqual([{ one: 1 }])
    await again.stop()
    expect(existsSync(dirname(home.dir))).toBe(false)
    rmSync(closed, { recursive: true })
  })

  test('what is kept outside the checkout stays when it is stopped', async () => {
    const closed = mkdtempSync(join(tmpdir(), 'closed-'))
    const kept = await startEmbeddedPostgres({ root: closed, name: 'kept' })
    await kept.stop()

    const home = await findPostgresHome(closed, 'kept')
    expect(existsSync(join(home.dir, 'data', 'PG_VERSION'))).toBe(true)
    removeOutside(home)
    expect(existsSync(dirname(home.dir))).toBe(false)
    rmSync(closed, { recursive: true })
  })
}

test('a lock is held by one process, and one whose holder died does not count', async () => {
  const file = join(dir, 'some-lock')
  const release = await lockFile(file)
  let second = false
  const waiting = lockFile(file).then((let_go) => {
    second = true
    return let_go
  })
  await new Promise((turn) => setImmediate(turn))
  expect(second).toBe(false)
  release()
  ;(await waiting)()

  const dead = spawn('true')
  await once(dead, 'exit')
  writeFileSync(file, String(dead.pid))
  const freed = await lockFile(file)
  freed()
  expect(existsSync(file)).toBe(false)
})
