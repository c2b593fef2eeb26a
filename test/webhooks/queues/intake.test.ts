import { describe, expect, inject, test, vi } from 'vitest'
import type { LockstepApp } from '#test/sandbox/lockstep-app.ts'
import { rowsIn } from '#test/support/rows.ts'
import { givenInstalledShop, useSandbox } from '#test/support/sandbox.ts'
import { givenWeb } from '#test/support/web-process.ts'
import { type Queue, queues } from './given-queue.ts'
import { testGooglesEmulator } from './google-emulator.ts'
import { changeOf, privacySamplesOf, samplesOf } from './samples.ts'

const sandbox = useSandbox()

const SOON = { timeout: 40_000, interval: 20 }

const marksOf = (shop: string) =>
  rowsIn(sandbox.databaseUrl, 'select customer_id, changes from dirty_customer where shop = $1 order by customer_id', [
    shop,
  ])
const untilEmpty = (queue: Queue) => vi.waitUntil(() => queue.waiting() === 0 && queue.inHand() === 0, SOON)
const refusals = (app: LockstepApp) =>
  app.saidOf('queue_messages_refused').map((line) => (JSON.parse(line) as { why: string }).why)

describe.each(queues)('by %s', (_name, givenQueue) => {
  test('every topic of shopify.app.toml but those about privacy is taken, and acknowledged once it is stored', async () => {
    const queue = await givenQueue()
    const { domain, shop } = await givenInstalledShop(sandbox)
    shop.tokens.revokeAll()
    const { app } = await givenWeb(sandbox, queue.env)
    const samples = samplesOf(shop).filter(({ topic }) => topic !== 'app/uninstalled')
    for (const delivery of samples) queue.deliver(delivery)
    await untilEmpty(queue)

    expect(refusals(app)).toEqual([])
    const about = samples.filter(({ topic }) => topic.startsWith('customer') || topic === 'Customer')
    expect(await marksOf(domain)).toMatchObject([
      { customer_id: '7000000000001', changes: about.length },
      { customer_id: '7000000000002', changes: 1 },
    ])

    for (const delivery of samplesOf(shop)) if (delivery.topic === 'app/uninstalled') queue.deliver(delivery)
    await untilEmpty(queue)
    const gone = await rowsIn(sandbox.databaseUrl, 'select uninstalled_at from shop where domain = $1', [domain])
    expect(gone[0]?.uninstalled_at).not.toBeNull()
  })

  test('what can never be taken is acknowledged, counted by its reason, and changes nothing', async () => {
    const queue = await givenQueue()
    const { domain, shop } = await givenInstalledShop(sandbox)
    const stranger = sandbox.shopify.addShop({ domain: 'stranger.myshopify.com' })
    const change = changeOf(shop, 1)
    const { app } = await givenWeb(sandbox, queue.env)

    queue.put('not JSON')
    queue.put('{"source":"aws.partner/other.example","detail":{"metadata":{},"payload":{}}}')
    queue.deliver({ ...change, headers: { ...change.headers, 'x-shopify-topic': 'orders/create' } })
    queue.deliver({ ...change, headers: { ...change.headers, 'x-shopify-shop-domain': 'example.com' } })
    queue.deliver({ ...change, body: '{"id":"none"}' })
    queue.deliver(changeOf(stranger, 1))
    for (const delivery of privacySamplesOf(shop)) queue.deliver(delivery)
    await untilEmpty(queue)

    const reasons = ['no_delivery', 'not_a_shop', 'privacy_topic', 'unknown_shop', 'unknown_topic', 'unreadable']
    await vi.waitUntil(() => new Set(refusals(app)).size === reasons.length, SOON)
    expect([...new Set(refusals(app))].sort()).toEqual(reasons)
    expect(await marksOf(domain)).toEqual([])
    const [hour] = await rowsIn(sandbox.databaseUrl, 'select unreadable from sync_hour where shop = $1', [domain])
    expect(hour).toMatchObject({ unreadable: 1 })
    expect(await rowsIn(sandbox.databaseUrl, 'select 1 from data_request')).toEqual([])
  })

  test('while nothing can be stored nothing is acknowledged, and all of it is stored afterwards', async () => {
    const queue = await givenQueue()
    const { domain, shop } = await givenInstalledShop(sandbox)
    const { app, origin } = await givenWeb(sandbox, queue.env)
    const name = new URL(sandbox.databaseUrl).pathname.slice(1)
    const onServer = (statement: string) => rowsIn(inject('postgresUrl'), statement)
    await onServer(`alter database ${name} allow_connections false`)
    await onServer(`select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`)

    for (let id = 1; id <= 60; id++) queue.deliver(changeOf(shop, id))
    await vi.waitUntil(() => app.saidOf('intake_failed').length > 0, SOON)
    expect(queue.waiting() + queue.inHand()).toBe(60)
    expect((await fetch(`${origin}/healthz`)).status).toBe(503)

    await onServer(`alter database ${name} allow_connections true`)
    queue.expire()
    await untilEmpty(queue)
    expect((await marksOf(domain)).map((mark) => Number(mark.customer_id)).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 60 }, (_, i) => i + 1),
    )
  })

  test('many changes at once are committed together, and one that comes twice is one customer to read', async () => {
    const queue = await givenQueue()
    const { domain, shop } = await givenInstalledShop(sandbox)
    for (let round = 0; round < 2; round++) for (let id = 1; id <= 300; id++) queue.deliver(changeOf(shop, id))
    const before = await commits()
    await givenWeb(sandbox, queue.env)
    await untilEmpty(queue)

    expect(await marksOf(domain)).toHaveLength(300)
    expect((await commits()) - before).toBeLessThan(400)
  })
})

testGooglesEmulator(sandbox)

/** Transactions of this test's database so far. */
async function commits(): Promise<number> {
  const [row] = await rowsIn(
    sandbox.databaseUrl,
    'select pg_stat_clear_snapshot(), xact_commit from pg_stat_database where datname = current_database()',
  )
  return Number(row!.xact_commit)
}
