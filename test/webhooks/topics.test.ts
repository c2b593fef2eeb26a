import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { webhookAt } from '#app/webhooks/door.ts'
import type { Delivery } from '#test/sandbox/shopify/webhooks/delivery.ts'
import type { WebhookSender } from '#test/sandbox/shopify/webhooks/webhook-sender.ts'
import { useDoor } from '#test/support/door.ts'
import { rowsIn } from '#test/support/rows.ts'
import { givenInstalledShop, useSandbox } from '#test/support/sandbox.ts'

const sandbox = useSandbox()
useDoor(sandbox)

interface Subscription {
  readonly topic: string
  readonly uri: string
  /** `namespace.key` that a trigger names; null for webhooks. */
  readonly metafield: string | null
}

const toml = readFileSync(new URL('../../shopify.app.toml', import.meta.url), 'utf8')
const subscriptions = toml
  .split(/^\s*\[\[/m)
  .slice(1)
  .flatMap(subscriptionsIn)

/** What one `[[…]]` block subscribes to: topics, compliance topics, or one topic of the Events, once for each trigger. */
function subscriptionsIn(block: string): Subscription[] {
  const uri = /^\s*uri = "([^"]+)"/m.exec(block)?.[1] ?? ''
  const list = /^\s*(?:compliance_)?topics = \[([^\]]*)\]/m.exec(block)?.[1]
  const one = /^\s*topic = "([^"]+)"/m.exec(block)?.[1]
  const triggers = [...block.matchAll(/metafield\(namespace: '([^']+)', key: '([^']+)'\)/g)]
  if (list === undefined)
    return triggers.map(([, namespace, key]) => ({ topic: one ?? '', uri, metafield: `${namespace}.${key}` }))
  return [...list.matchAll(/"([^"]+)"/g)].map((found) => ({ topic: found[1]!, uri, metafield: null }))
}

/** A delivery of the topic as the stand-in's shop sends it. */
function sampleOf({ topic, metafield }: Subscription, webhooks: WebhookSender): Delivery {
  const subject = {
    id: '7000000000001',
    updatedAt: '2026-11-20T10:00:00Z',
    keptId: '7000000000001',
    goneId: '7000000000002',
    defaultEmailAddress: { emailAddress: 'ada@example.com' },
    defaultPhoneNumber: null,
    previous: [],
    current: [],
  }
  if (metafield !== null) return webhooks.sendEvent({ customerId: subject.id, metafield, how: 'added' })
  if (topic !== 'bulk_operations/finish') return webhooks.compose(topic as 'customers/redact', subject as never)
  const operation = {
    id: 'gid://shopify/BulkOperation/1',
    createdAt: subject.updatedAt,
    completedAt: subject.updatedAt,
  }
  return webhooks.compose(topic, { ...operation, errorCode: null, status: 'COMPLETED' })
}

test('the app’s file names topics, and an address for each', () => {
  expect(subscriptions.length).toBeGreaterThan(35)
  for (const { topic, uri } of subscriptions) expect(topic && uri, `${topic} at ${uri}`).toMatch(/^\//)
})

test.each(subscriptions)(
  '$topic $metafield is taken at $uri, which can parse what Shopify sends',
  async (subscription) => {
    const { uri } = subscription
    const { domain, shop } = await givenInstalledShop(sandbox)
    const delivery = sampleOf(subscription, shop.webhooks)
    await shop.webhooks.flush()

    expect(webhookAt(uri), `${uri} is nobody's`).not.toBeNull()
    expect(delivery.uri).toBe(uri)
    expect(await shop.webhooks.deliverOnce(delivery)).toBe(200)

    const counted = 'select coalesce(sum(unreadable), 0)::int as n from sync_hour where shop = $1'
    expect(await rowsIn(sandbox.databaseUrl, counted, [domain])).toEqual([{ n: 0 }])
  },
)

test('an event about points or a tier marks the customer', async () => {
  const { domain, shop } = await givenInstalledShop(sandbox)
  shop.webhooks.automatic = true
  const { id } = shop.customers.create({ email: 'ada@example.com' })
  await shop.webhooks.flush()

  shop.customers.setLoyalty(id, { points: 10, tier: 'Gold' })
  shop.customers.setLoyalty(id, { tier: null })
  await shop.webhooks.flush()

  // One for the creation, three for the events.
  const marks = await rowsIn(sandbox.databaseUrl, 'select customer_id, changes from dirty_customer where shop = $1', [
    domain,
  ])
  expect(marks).toEqual([{ customer_id: id, changes: 4 }])
})

test('a change of the shop’s name has it read again, and a merge marks both customers', async () => {
  const { domain, shop } = await givenInstalledShop(sandbox)
  const [kept, gone] = [
    shop.customers.create({ email: 'ada@example.com' }),
    shop.customers.create({ phone: '+4930123456' }),
  ]
  await rowsIn(sandbox.databaseUrl, 'update shop set facts_read_at = now() where domain = $1', [domain])
  shop.webhooks.automatic = true

  shop.setFacts({ name: 'Ada & Sons' })
  shop.customers.merge(kept.id, gone.id)
  await shop.webhooks.flush()

  expect(await rowsIn(sandbox.databaseUrl, 'select facts_read_at from shop where domain = $1', [domain])).toEqual([
    { facts_read_at: null },
  ])
  const marked = 'select customer_id, changes from dirty_customer where shop = $1 order by customer_id'
  expect(await rowsIn(sandbox.databaseUrl, marked, [domain])).toEqual([
    { customer_id: kept.id, changes: 2 },
    { customer_id: gone.id, changes: 1 },
  ])
})
