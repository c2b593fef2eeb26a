import { afterEach, expect, inject, test, vi } from 'vitest'
import { useDoor } from '#test/support/door.ts'
import { rowsIn } from '#test/support/rows.ts'
import { givenInstalledShop, useSandbox } from '#test/support/sandbox.ts'

const sandbox = useSandbox()
const door = useDoor(sandbox)

const nameOf = () => new URL(sandbox.databaseUrl).pathname.slice(1)
const onServer = (statement: string) => rowsIn(inject('postgresUrl'), statement)
const cutConnections = () =>
  onServer(`select pg_terminate_backend(pid) from pg_stat_activity where datname = '${nameOf()}'`)

async function takeDatabaseAway(): Promise<void> {
  await onServer(`alter database ${nameOf()} allow_connections false`)
  await cutConnections()
}

afterEach(() => onServer(`alter database ${nameOf()} allow_connections true`))

const marksOf = (shop: string) =>
  rowsIn(sandbox.databaseUrl, 'select customer_id, changes from dirty_customer where shop = $1 order by customer_id', [
    shop,
  ])

test('while the database is away every delivery is answered 503, and 200 once it is back', async () => {
  const { domain, shop } = await givenInstalledShop(sandbox)
  const { webhooks } = shop
  const customer = shop.customers.create({ email: 'ada@example.com' })
  const deliveries = [
    webhooks.compose('customers/update', customer),
    webhooks.compose('shop/update'),
    webhooks.compose('customers/data_request', customer),
  ]
  const update = deliveries[0]!

  await takeDatabaseAway()
  for (const delivery of deliveries) expect(await webhooks.deliverOnce(delivery)).toBe(503)
  expect(await Promise.all(Array.from({ length: 30 }, () => webhooks.deliverOnce(update)))).toEqual(Array(30).fill(503))

  await onServer(`alter database ${nameOf()} allow_connections true`)
  for (const delivery of deliveries) expect(await webhooks.deliverOnce(delivery)).toBe(200)
  expect(await marksOf(domain)).toEqual([{ customer_id: customer.id, changes: 1 }])
})

test('what Shopify repeats until it is acknowledged is all there in the end', async () => {
  const { domain, shop } = await givenInstalledShop(sandbox)
  shop.webhooks.configure({ retryDelayMs: 40 })
  await takeDatabaseAway()

  for (let i = 1; i <= 50; i++)
    shop.webhooks.send('customers/update', { id: String(i), updatedAt: '2026-11-20T10:00:00Z' })
  await vi.waitUntil(() => shop.webhooks.stats.retried >= 50, { timeout: 20_000 })
  await onServer(`alter database ${nameOf()} allow_connections true`)
  await shop.webhooks.flush()

  expect(shop.webhooks.stats).toMatchObject({ acknowledged: 50, givenUp: 0 })
  expect((await marksOf(domain)).map((mark) => mark.customer_id)).toEqual(
    Array.from({ length: 50 }, (_, i) => String(i + 1)),
  )
})

/** Runs `meanwhile` while no mark can be written, once one delivery waits for that. */
async function whileMarksAreLocked(deliver: () => unknown, meanwhile: () => Promise<void>): Promise<void> {
  const held = `select 1 from pg_locks where mode = 'AccessExclusiveLock' and granted and relation = 'dirty_customer'::regclass`
  const waiting = `select pid from pg_stat_activity where datname = current_database() and wait_event = 'relation'`
  const isTrue = async (question: string) => (await rowsIn(sandbox.databaseUrl, question)).length > 0
  const lock = rowsIn(sandbox.databaseUrl, 'begin; lock table dirty_customer; select pg_sleep(60)').catch(() => 'cut')
  await vi.waitUntil(() => isTrue(held), { timeout: 20_000 })
  deliver()
  await vi.waitUntil(() => isTrue(waiting), { timeout: 20_000 })
  await meanwhile()
  // Waiting sessions are ended first: if the lock were released before, they would finish.
  await rowsIn(sandbox.databaseUrl, `select pg_terminate_backend(pid) from (${waiting}) as waiting`)
  await vi.waitUntil(async () => !(await isTrue(waiting)), { timeout: 20_000 })
  await cutConnections()
  expect(await lock).toBe('cut')
}

test('a delivery is not answered before its mark is committed', async () => {
  const { shop } = await givenInstalledShop(sandbox)
  const delivery = shop.webhooks.compose('customers/update', { id: '1', updatedAt: '2026-11-20T10:00:00Z' })
  let answered: number | null = null

  await whileMarksAreLocked(
    () => void shop.webhooks.deliverOnce(delivery).then((status) => (answered = status)),
    async () => expect(answered).toBeNull(),
  )

  await vi.waitUntil(() => answered !== null, { timeout: 20_000 })
})

test('a connection that breaks in the middle of a statement costs a 503, and the next delivery finds a new one', async () => {
  const { domain, shop } = await givenInstalledShop(sandbox)
  const delivery = shop.webhooks.compose('customers/update', { id: '1', updatedAt: '2026-11-20T10:00:00Z' })
  let answered: Promise<number> = Promise.resolve(0)

  await whileMarksAreLocked(
    () => (answered = shop.webhooks.deliverOnce(delivery)),
    async () => {},
  )

  expect(await answered).toBe(503)
  expect(await marksOf(domain)).toEqual([])
  expect(await shop.webhooks.deliverOnce(delivery)).toBe(200)
  expect(await marksOf(domain)).toHaveLength(1)
})

test('healthz says whether the database answers', async () => {
  const health = async () => {
    const answer = await fetch(`${door.origin}/healthz`)
    return [answer.status, await answer.json()]
  }
  // An answer of the database is used for a second.
  const untilHealth = (expected: unknown) =>
    vi.waitFor(async () => expect(await health()).toEqual(expected), { timeout: 10_000, interval: 50 })
  await untilHealth([200, { database: 'up' }])
  await takeDatabaseAway()
  await untilHealth([503, { database: 'down' }])
  await onServer(`alter database ${nameOf()} allow_connections true`)
  await untilHealth([200, { database: 'up' }])
})
