import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { Found } from '#app/doctor/run-checks.ts'
import { rowsIn } from '#test/support/rows.ts'
import { givenConnectedShop, useSandbox } from '#test/support/sandbox.ts'
import { environmentOf, givenWorker } from '../worker/given-worker.ts'

const sandbox = useSandbox()
const ROOT = new URL('../..', import.meta.url).pathname
const redirect = ['--import', `${ROOT}test/sandbox/redirect-shopify.mjs`]

interface Run {
  readonly out: string
  readonly code: number
  readonly seconds: number
  /** What was found, by the check's name. */
  readonly of: (check: string) => Found | undefined
}

/** Runs the doctor as a person or CI does. */
function doctor(env: Readonly<Record<string, string>> = {}, args: readonly string[] = ['--json']): Promise<Run> {
  const around: NodeJS.ProcessEnv = { ...process.env, LOG_LEVEL: 'fatal', ...environmentOf(sandbox), ...env }
  Reflect.deleteProperty(around, 'NODE_ENV')
  const options = { cwd: ROOT, env: { SANDBOX_SHOPIFY_ORIGIN: sandbox.shopify.origin, ...around } }
  const began = performance.now()
  return new Promise((resolve) =>
    execFile(process.execPath, [...redirect, 'app/doctor.ts', ...args], options, (error, out) => {
      const found = args.includes('--json') ? (JSON.parse(out) as Found[]) : []
      const seconds = (performance.now() - began) / 1_000
      resolve({ out, code: Number(error?.code ?? 0), seconds, of: (check) => found.find((one) => one.check === check) })
    }),
  )
}

test('an installation in order: every check says so, and each fault that the world causes is named with its mend', async () => {
  const { domain } = await givenConnectedShop(sandbox)
  const dead = await doctor()
  expect(dead.of('worker')).toMatchObject({ state: 'fault', mend: expect.stringContaining('start:worker') })
  expect(dead.code).toBe(1)

  await givenWorker(sandbox)
  const healthy = await doctor()
  for (const check of [
    'configuration',
    'database',
    'migrations',
    "this machine's clock",
    'keys',
    'worker',
    'oldest due change',
    'Klaviyo',
    "Shopify's Admin API and scopes",
    "Shopify's clock",
  ])
    expect(healthy.of(check), check).toMatchObject({ state: 'ok' })
  expect(healthy.of('backup')).toMatchObject({ state: 'skipped' })

  sandbox.shopify.faults.cause({ kind: 'address-refused' })
  expect((await doctor()).of("Shopify's Admin API and scopes")).toMatchObject({
    state: 'fault',
    mend: expect.stringContaining('IP allowlist'),
  })
  sandbox.shopify.faults.clear()

  const other = await doctor({ ENCRYPTION_KEY: 'f'.repeat(64) })
  expect(other.of('keys')).toMatchObject({ state: 'fault', says: expect.stringContaining('connection') })
  expect(JSON.stringify(other)).not.toContain(domain.slice(0, 12))

  await rowsIn(
    sandbox.databaseUrl,
    `update _prisma_migrations set finished_at = null where migration_name = (select max(migration_name) from _prisma_migrations)`,
  )
  expect((await doctor()).of('migrations')).toMatchObject({ state: 'fault', says: expect.stringContaining('failed') })
  await rowsIn(sandbox.databaseUrl, 'delete from _prisma_migrations where finished_at is null')
  expect((await doctor()).of('migrations')).toMatchObject({ state: 'warning', says: '1 are not applied yet.' })
}, 180_000)

test('the age of the backup is that of the file it touches', async () => {
  const file = join(tmpdir(), `backup-${process.pid}`)
  expect((await doctor({ BACKUP_STATUS_FILE: file }, ['--json', '--offline'])).of('backup')).toMatchObject({
    state: 'fault',
  })
  writeFileSync(file, '')
  expect((await doctor({ BACKUP_STATUS_FILE: file }, ['--json', '--offline'])).of('backup')).toMatchObject({
    state: 'ok',
  })
})

test('without its configuration it names what is missing, and with --offline neither Shopify nor Klaviyo is asked', async () => {
  const bare = await doctor({ SHOPIFY_API_KEY: '', ENCRYPTION_KEY: 'short' }, [])
  expect(bare.out).toContain('✗ configuration')
  expect(bare.out).toMatch(/\): SHOPIFY_API_KEY is missing, ENCRYPTION_KEY must be /)
  expect(bare.code).toBe(1)

  const offline = await doctor({}, ['--offline'])
  expect(offline.out).toContain('This installation')
  expect(offline.out).not.toContain('Shopify and Klaviyo')
})

test('a database that is away and a host that hangs keep no other check from being made, and it ends within ten seconds', async () => {
  const hanging = createServer(() => {}).listen(0, '127.0.0.1')
  onTestFinished(() => void hanging.close())
  await new Promise((resolve) => hanging.once('listening', resolve))
  const { port } = hanging.address() as { port: number }
  const run = await doctor({
    DATABASE_URL: `postgresql://x:y@127.0.0.1:${port}/x`,
    KLAVIYO_BASE_URL: `http://127.0.0.1:${port}`,
  })
  expect(run.of('database')).toMatchObject({ state: 'fault' })
  expect(run.of('Klaviyo')).toMatchObject({ state: 'fault', says: expect.stringContaining('no answer within') })
  // Skipped if it was heard in time that the database is away; on a slow machine the check ends before.
  expect(run.of('keys')).not.toMatchObject({ state: 'ok' })
  expect(run.of('configuration')).toMatchObject({ state: 'ok' })
  // Ten, and what a busy machine takes to start the process and to end it.
  expect(run.seconds).toBeLessThan(15)
  expect(run.code).toBe(1)
})

test('a queue that Shopify fills is read by somebody, and a client at Klaviyo is one that Klaviyo knows', async () => {
  const queue = await doctor({ PUBSUB_SUBSCRIPTION: 'projects/a/subscriptions/b' }, ['--json', '--offline'])
  expect(queue.of('queues of webhooks')).toMatchObject({ state: 'ok' })
  const wrong = await doctor({ KLAVIYO_CLIENT_ID: 'nobody', KLAVIYO_CLIENT_SECRET: 'nothing' })
  expect(wrong.of("Klaviyo's app")).toMatchObject({
    state: 'fault',
    mend: expect.stringContaining('KLAVIYO_CLIENT_SECRET'),
  })
})

test('before the first start, what needs tables is not looked at, and nothing reads as broken but the worker', async () => {
  const name = `doctor_${process.pid}`
  await rowsIn(sandbox.databaseUrl, `create database ${name}`)
  onTestFinished(async () => void (await rowsIn(sandbox.databaseUrl, `drop database ${name} with (force)`)))
  const empty = new URL(sandbox.databaseUrl)
  empty.pathname = name
  const run = await doctor({ DATABASE_URL: empty.href })
  expect(run.of('migrations')).toMatchObject({ state: 'warning', mend: expect.stringContaining('starts') })
  for (const check of ['keys', 'oldest due change', 'webhooks and events that came', 'what Shopify refuses'])
    expect(run.of(check), check).toMatchObject({ state: 'skipped', says: expect.stringContaining('no tables yet') })
  expect(run.of("Shopify's clock")).toMatchObject({ state: 'skipped', says: expect.stringContaining('no tables yet') })
  expect(run.of('worker')).toMatchObject({ state: 'fault' })
})

test('where Shopify does not answer at all, the way out is named, not the merchant', async () => {
  await givenConnectedShop(sandbox)
  const away = await doctor({ SANDBOX_SHOPIFY_ORIGIN: 'http://127.0.0.1:9' })
  expect(away.of("Shopify's Admin API and scopes")).toMatchObject({
    state: 'fault',
    mend: expect.stringContaining('reaches the internet'),
  })
})
