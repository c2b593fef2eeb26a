import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { vi } from 'vitest'
import { freePort } from './free-port.ts'
import { rowsIn } from './rows.ts'

const PROGRAM = '/usr/sbin/pgbouncer'
/** The user nobody; pgbouncer refuses to run as root. */
const NOBODY = 65_534

/** Whether Debian's pgbouncer is on this machine. */
export const hasPgbouncer = existsSync(PROGRAM)

/** Starts a real PgBouncer in transaction mode for the database of a URL, with fewer connections than its clients. */
export async function startPgbouncer(serverUrl: string): Promise<{ url: string; stop(): Promise<void> }> {
  const server = new URL(serverUrl)
  const port = await freePort()
  const dir = mkdtempSync(join(tmpdir(), 'pgbouncer-'))
  chmodSync(dir, 0o755)
  const config = join(dir, 'pgbouncer.ini')
  const parts = [
    `host=${server.hostname}`,
    `port=${server.port || 5432}`,
    `user=${decodeURIComponent(server.username)}`,
  ]
  if (server.password) parts.push(`password='${decodeURIComponent(server.password).replaceAll("'", "''")}'`)
  writeFileSync(
    config,
    `[databases]
* = ${parts.join(' ')}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 4
`,
    { mode: 0o644 },
  )
  const ids = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {}
  const bouncer = spawn(PROGRAM, ['-q', config], { ...ids, stdio: 'ignore', cwd: '/' })
  const ended = once(bouncer, 'exit')
  const url = new URL(serverUrl)
  url.host = `127.0.0.1:${port}`
  await vi.waitFor(() => rowsIn(url.href, 'select 1'), { timeout: 10_000, interval: 50 })
  return {
    url: url.href,
    async stop() {
      bouncer.kill('SIGKILL')
      await ended
      rmSync(dir, { recursive: true })
    },
  }
}
