import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { startPubSub } from '#test/sandbox/queues/pubsub.ts'
import { attributesOf } from '#test/sandbox/queues/queue-messages.ts'
import { freePort } from '#test/support/free-port.ts'
import { startFreezingProxy } from '#test/support/freezing-proxy.ts'
import { expectLaw } from '#test/support/law.ts'
import { rowsIn } from '#test/support/rows.ts'
import { givenConnectedShop, givenInstalledShop, syncToRest, useSandbox } from '#test/support/sandbox.ts'
import { givenWeb } from '#test/support/web-process.ts'
import { queues } from './given-queue.ts'
import { changeOf } from './samples.ts'

const sandbox = useSandbox()

const SOON = { timeout: 50_000, interval: 20 }

const markedIn = async (shop: string): Promise<number> =>
  (await rowsIn(sandbox.databaseUrl, 'select 1 from dirty_customer where shop = $1', [shop])).length

/** Keeps every mark from being written until the returned function is called. */
async function lockMarks(): Promise<() => Promise<void>> {
  const lock = rowsIn(sandbox.databaseUrl, 'begin; lock table dirty_customer; select pg_sleep(120)').catch(() => 'cut')
  const held = `select pid from pg_locks where mode = 'AccessExclusiveLock' and granted and relation = 'dirty_customer'::regclass`
  await vi.waitUntil(async () => (await rowsIn(sandbox.databaseUrl, held)).length > 0, SOON)
  return async () => {
    await rowsIn(sandbox.databaseUrl, `select pg_terminate_backend(pid) from (${held}) as holder`)
    await lock
  }
}

describe.each(queues)('by %s', (_name, givenQueue) => {
  test('a process that is killed with messages in hand loses none: another takes them, and the law holds', {
    timeout: 150_000,
  }, async () => {
    const queue = await givenQueue()
    const given = await givenConnectedShop(sandbox, (shop) => {
      for (let i = 0; i < 80; i++) shop.customers.create({ email: `customer${i}@example.com`, firstName: 'Before' })
    })
    const first = await givenWeb(sandbox, queue.env)
    const unlock = await lockMarks()
    for (const customer of given.shop.customers.all()) {
      given.shop.customers.update(customer.id, { firstName: 'After' })
      queue.deliver(changeOf(given.shop, customer.id))
    }
    await vi.waitUntil(() => queue.inHand() > 10, SOON)
    await first.app.stop('SIGKILL')
    await unlock()
    queue.expire()

    await givenWeb(sandbox, queue.env)
    await vi.waitUntil(() => queue.waiting() === 0 && queue.inHand() === 0, SOON)
    expect(await markedIn(given.domain)).toBe(80)
    await syncToRest(given.domain)
    expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 80 })
  })

  test('a process that is told to stop takes nothing further, settles what it has in hand, and ends well', async () => {
    const queue = await givenQueue()
    const { domain, shop } = await givenInstalledShop(sandbox)
    const { app } = await givenWeb(sandbox, queue.env)
    const unlock = await lockMarks()
    for (let id = 1; id <= 500; id++) queue.deliver(changeOf(shop, id))
    await vi.waitUntil(() => queue.inHand() > 10, SOON)

    const ended = app.stop('SIGTERM')
    await unlock()
    expect(await ended).toBe(0)
    expect(queue.waiting() + queue.inHand()).toBeGreaterThan(0)
    expect((await markedIn(domain)) + queue.waiting() + queue.inHand()).toBe(500)
  })
})

test('a queue that is away when the process starts keeps no page from being served, and is read once it is there', async () => {
  const port = await freePort()
  const { domain, shop } = await givenInstalledShop(sandbox)
  const env = {
    PUBSUB_SUBSCRIPTION: 'projects/shop/subscriptions/lockstep',
    PUBSUB_EMULATOR_HOST: `127.0.0.1:${port}`,
    SQS_QUEUE_URL: `http://127.0.0.1:${port}/000000000000/lockstep`,
    ...{ AWS_REGION: 'eu-central-1', AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' },
  }
  const { app, origin } = await givenWeb(sandbox, env)
  await app.event('webhook_queue_failed')
  expect((await fetch(`${origin}/healthz`)).status).toBe(200)

  const queue = await startPubSub(port)
  onTestFinished(queue.close)
  const change = changeOf(shop, 1)
  queue.messages.add({ attributes: attributesOf(change), data: Buffer.from(change.body) })
  await vi.waitUntil(async () => (await markedIn(domain)) === 1, SOON)
  expect(await app.stop()).toBe(0)
})

test('a subscription that Google does not know is said in the log, and tried again', async () => {
  const queue = await startPubSub()
  onTestFinished(queue.close)
  const { app, origin } = await givenWeb(sandbox, {
    PUBSUB_SUBSCRIPTION: 'projects/shop/subscriptions/another',
    PUBSUB_EMULATOR_HOST: queue.host,
  })
  await vi.waitUntil(() => app.saidOf('webhook_queue_failed').length >= 2, SOON)
  expect(await app.event('webhook_queue_failed')).toMatchObject({
    queue: 'pubsub',
    error: expect.stringContaining('not found'),
  })
  expect((await fetch(`${origin}/healthz`)).status).toBe(200)
  expect(await app.stop()).toBe(0)
})

test.each(queues)(
  '%s that stops answering, as for the acknowledgement of what is stored, keeps neither pages nor a stop waiting',
  async (_name, givenQueue) => {
    const queue = await givenQueue()
    const { domain, shop } = await givenInstalledShop(sandbox)
    const variable = queue.env.SQS_QUEUE_URL ? 'SQS_QUEUE_URL' : 'PUBSUB_EMULATOR_HOST'
    const address = queue.env[variable]!
    const proxy = await startFreezingProxy(address.startsWith('http') ? address : `http://${address}`)
    onTestFinished(proxy.close)
    const env = { ...queue.env, [variable]: address.startsWith('http') ? proxy.url : new URL(proxy.url).host }
    const { app, origin } = await givenWeb(sandbox, env)
    const unlock = await lockMarks()
    queue.deliver(changeOf(shop, 1))
    const waits = `select pid from pg_locks where not granted and relation = 'dirty_customer'::regclass`
    await vi.waitUntil(async () => (await rowsIn(sandbox.databaseUrl, waits)).length > 0, SOON)
    proxy.freeze({ new: true })
    await unlock()
    await vi.waitUntil(async () => (await markedIn(domain)) === 1, SOON)

    expect((await fetch(`${origin}/healthz`)).status).toBe(200)
    expect(await app.stop()).toBe(0)
    expect(queue.inHand()).toBe(1)
  },
)
