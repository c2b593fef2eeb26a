import { onTestFinished, vi } from 'vitest'
import { wakeShops } from '#app/queue/sync-queue.ts'
import { readLockstepRows } from '#test/sandbox/law/lockstep-rows.ts'
import { LockstepApp } from '#test/sandbox/lockstep-app.ts'
import { rowsIn } from '#test/support/rows.ts'
import type { InstalledShop, Sandbox } from '#test/support/sandbox.ts'

/** The configuration of a child process that shares this test's database, key and stand-ins. */
export function environmentOf(sandbox: Sandbox): Record<string, string> {
  const names = [
    'SHOPIFY_API_KEY',
    'SHOPIFY_API_SECRET',
    'SHOPIFY_APP_URL',
    'ENCRYPTION_KEY',
    'KLAVIYO_BASE_URL',
    'KLAVIYO_CLIENT_ID',
    'KLAVIYO_CLIENT_SECRET',
  ] as const
  return { ...Object.fromEntries(names.map((name) => [name, process.env[name]!])), DATABASE_URL: sandbox.databaseUrl }
}

const shiftedClock = new URL('./shifted-clock.mjs', import.meta.url).pathname

/** For a machine whose clock is off by this many milliseconds. */
export const clockAhead = (ms: number) => ({ CLOCK_AHEAD_MS: String(ms), NODE_OPTIONS: `--import=${shiftedClock}` })

/** A worker as it ships, in its own process; it ends with the test at the latest. */
export async function givenWorker(
  sandbox: Sandbox,
  env: Record<string, string> = {},
  onLine: (line: string) => void = () => {},
): Promise<LockstepApp> {
  const worker = new LockstepApp({
    entry: 'app/worker/main.ts',
    shopifyOrigin: sandbox.shopify.origin,
    env: { ...environmentOf(sandbox), ...env },
    onLine,
  })
  onTestFinished(async () => void (await worker.stop('SIGKILL')))
  await worker.event('worker_started')
  return worker
}

/**
 * As if time had passed: Klaviyo has done what it was sent, also by a worker that is dead by now, that worker's leases expire, and what waits
 * for a time is due.
 */
export async function letTimePass({ databaseUrl, klaviyo }: Sandbox, { domain }: InstalledShop): Promise<void> {
  await vi.waitUntil(() => klaviyo.underWay() === 0, { timeout: 10_000 })
  await rowsIn(databaseUrl, 'update shop set lease_until = now() where domain = $1 and lease_holder is not null', [
    domain,
  ])
  await rowsIn(
    databaseUrl,
    `update dirty_customer set leased_until = least(leased_until, now()), not_before = least(not_before, now()),
      marked_at = marked_at - interval '1 minute' where shop = $1`,
    [domain],
  )
  await rowsIn(
    databaseUrl,
    `update outbox set not_before = least(not_before, now()) where shop = $1 and kind in ('import', 'run_import')`,
    [domain],
  )
  await wakeShops([domain])
}

/** Resolves when the shop has no work any more. */
export async function untilAtRest(sandbox: Sandbox, { domain }: InstalledShop): Promise<void> {
  const open = `select 1 from sync_run where shop = $1 and finished_at is null`
  await vi.waitFor(
    async () => {
      const { pending } = await readLockstepRows(sandbox.databaseUrl, domain)
      const runs = await rowsIn(sandbox.databaseUrl, open, [domain])
      if (pending > 0 || runs.length > 0) throw new Error(`${pending} pending, ${runs.length} runs open`)
    },
    { timeout: 45_000, interval: 50 },
  )
}
