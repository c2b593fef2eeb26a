import { expect, test } from 'vitest'
import { plainSharing } from '#app/core/profile/sharing.ts'
import { findDataRequests } from '#app/store/data-requests.ts'
import { findDryRun } from '#app/store/dry-runs.ts'
import { connectKlaviyo } from '#app/sync/connection/connect-klaviyo.ts'
import { startDryRun } from '#app/sync/dry-run/start-dry-run.ts'
import { redactShop } from '#app/sync/privacy/privacy-webhooks.ts'
import { startFullSync } from '#app/sync/status/start-full-sync.ts'
import { syncShop } from '#app/sync/turn/sync-shop.ts'
import type { Customer } from '#test/sandbox/shopify/customers/customer.ts'
import { seedCustomers } from '#test/sandbox/shopify/seed-customers.ts'
import { callsSince } from '#test/support/calls.ts'
import { clock, skip } from '#test/support/clock.ts'
import { useDoor } from '#test/support/door.ts'
import { expectLaw } from '#test/support/law.ts'
import { reopenApp } from '#test/support/reopen-app.ts'
import { requestsOf } from '#test/support/requests.ts'
import { rowsIn } from '#test/support/rows.ts'
import {
  givenConnectedShop,
  givenInstalledShop,
  type InstalledShop,
  syncToRest,
  useSandbox,
} from '#test/support/sandbox.ts'
import { tell, tellUndated } from '#test/support/tell.ts'

const sandbox = useSandbox()
useDoor(sandbox)

async function givenAda() {
  let ada = {} as Customer
  const installed = await givenConnectedShop(sandbox, (shop) => {
    ada = shop.customers.create({ email: 'ada@example.com', phone: '+493012345678', firstName: 'Ada' })
    shop.customers.create({ email: 'ben@example.com' })
  })
  return { ...installed, ada }
}

async function redact({ shop }: InstalledShop, customer: Customer): Promise<void> {
  shop.webhooks.send('customers/redact', customer)
  await shop.webhooks.flush()
}

const profileOf = ({ accountId }: InstalledShop, email: string) =>
  sandbox.klaviyo.account(accountId).profileByEmail(email)
const syncOneTurn = ({ domain }: InstalledShop) => syncShop(domain, { clock, signal: AbortSignal.timeout(30_000) })

/** Every row of every table that contains a text. */
async function rowsWith(text: string): Promise<string[]> {
  const tables = await rowsIn(
    sandbox.databaseUrl,
    `select table_name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`,
  )
  const found = tables.map(
    ({ table_name: table }) => `select '${table}: ' || t::text as row from "${table}" t where strpos(t::text, $1) > 0`,
  )
  return (await rowsIn(sandbox.databaseUrl, found.join(' union all '), [text])).map(({ row }) => row)
}

const erasuresOf = ({ domain }: { domain: string }) => requestsOf(sandbox.databaseUrl, domain, 'erase')

test('an erased customer leaves only a number, and Klaviyo is asked to delete them', async () => {
  const given = await givenAda()
  await tellUndated(given.domain, given.ada.id)
  given.shop.webhooks.send('customers/data_request', given.ada)
  await given.shop.webhooks.flush()
  await redact(given, given.ada)
  given.shop.customers.remove(given.ada.id)

  const held = (await rowsWith(given.ada.id)).filter((row) => row.includes(given.domain))
  expect(held.map((row) => row.split(':')[0]).sort()).toEqual(['outbox', 'tombstone'])
  expect(await erasuresOf(given)).toMatchObject([{ subject: given.ada.id, payload: { sealed: expect.any(String) } }])

  await syncToRest(given.domain)
  expect(sandbox.klaviyo.account(given.accountId).deletions).toHaveLength(1)
  skip(1_000)
  expect(profileOf(given, 'ada@example.com')).toBeUndefined()
  expect(await rowsIn(sandbox.databaseUrl, 'select asked_at from tombstone where shop = $1', [given.domain])).toEqual([
    { asked_at: expect.any(Date) },
  ])
  expect((await rowsWith(given.ada.id)).filter((row) => row.includes(given.domain))).toHaveLength(1)
  expect(await rowsWith('ada@example.com')).toEqual([])
  await expectLaw(sandbox, given)
})

test('a dry run does not keep the number of an erased customer among its examples', async () => {
  const given = await givenAda()
  const others = [{ email: 'grace@example.com' }, { email: 'joan@example.com' }]
  const [grace] = others.map((values) => given.shop.customers.create(values))
  await startDryRun(given.domain, { subject: 'full', choice: null, version: null, by: null, now: clock() })
  await syncToRest(given.domain)
  expect((await findDryRun(given.domain))?.examples).toHaveLength(2)
  await redact(given, grace!)
  expect((await rowsWith(grace!.id)).map((row) => row.split(':')[0])).not.toContain('dry_run')
  expect((await findDryRun(given.domain))?.examples).toHaveLength(1)
})

test('no later change, workflow, file or connection brings an erased customer back', async () => {
  const given = await givenAda()
  await redact(given, given.ada)
  await syncToRest(given.domain)
  skip(61 * 60_000)

  await tell(given.domain, given.shop.customers.update(given.ada.id, { firstName: 'Ghost' }))
  given.shop.webhooks.runFlow(given.ada.id)
  await given.shop.webhooks.flush()
  await syncToRest(given.domain)
  await startFullSync(given.domain, { trigger: 'by_hand', by: null, now: clock() })
  await syncToRest(given.domain)
  const otherKey = `pk_erased_${given.accountId}_0123456789`
  sandbox.klaviyo.addAccount({ id: `${given.accountId}B`, name: 'Other', keys: [{ key: otherKey, scopes: 'full' }] })
  await connectKlaviyo(given.domain, otherKey, clock())
  await syncToRest(given.domain)

  expect(profileOf(given, 'ada@example.com')).toBeUndefined()
  const other = { ...given, accountId: `${given.accountId}B` }
  expect(profileOf(other, 'ada@example.com')).toBeUndefined()
  expect(profileOf(other, 'ben@example.com')).toBeDefined()
  expect(
    await rowsIn(sandbox.databaseUrl, 'select * from profile where shop = $1 and customer_id = $2', [
      given.domain,
      given.ada.id,
    ]),
  ).toEqual([])
})

test('while an import that may carry the customer is under way, Klaviyo is not asked: the import would create the profile again', async () => {
  const given = await givenInstalledShop(sandbox)
  given.shop.customers.createMany(60, (i) => ({ email: `c${i}@example.com` }))
  await connectKlaviyo(given.domain, given.key, clock())
  sandbox.klaviyo.faults.add({ kind: 'stuckJob' })
  for (let i = 0; i < 4; i++) {
    await syncOneTurn(given)
    skip(1_000)
  }
  const erased = given.shop.customers.ascending()[5]!
  await redact(given, erased)
  given.shop.customers.remove(erased.id)
  for (let i = 0; i < 20; i++) {
    await syncOneTurn(given)
    skip(30_000)
  }
  const calls = callsSince(sandbox, given.accountId)
  expect(sandbox.klaviyo.account(given.accountId).deletions).toEqual([])

  sandbox.klaviyo.faults.release('stuckJob')
  await syncToRest(given.domain)
  skip(1_000)
  expect(calls('request_profile_deletion')).toHaveLength(1)
  expect(profileOf(given, 'c5@example.com')).toBeUndefined()
  expect(await expectLaw(sandbox, given)).toMatchObject({ customers: 59, synced: 59 })
})

test('a customer that Klaviyo does not know is erased all the same', async () => {
  const given = await givenAda()
  await redact(given, {
    ...given.ada,
    id: '42',
    defaultEmailAddress: { ...given.ada.defaultEmailAddress!, emailAddress: 'stranger@example.com' },
  })
  await syncToRest(given.domain)
  expect(
    await rowsIn(sandbox.databaseUrl, 'select customer_id from tombstone where shop = $1', [given.domain]),
  ).toEqual([{ customer_id: '42' }])
  expect(await erasuresOf(given)).toEqual([])
})

test('a redaction that Shopify repeats asks Klaviyo again and stores nothing', async () => {
  const given = await givenAda()
  await redact(given, given.ada)
  await syncToRest(given.domain)
  await redact(given, given.ada)
  await syncToRest(given.domain)
  expect(await erasuresOf(given)).toEqual([])
})

test('a customer’s request to see their data is kept with what was stored about them then, once', async () => {
  const given = await givenAda()
  const delivery = given.shop.webhooks.send('customers/data_request', given.ada)
  given.shop.webhooks.repeat(delivery)
  await given.shop.webhooks.flush()

  expect(await findDataRequests(given.domain)).toEqual([
    {
      requestId: expect.any(String),
      customerId: given.ada.id,
      requestedAt: expect.any(String),
      held: {
        state: 'synced',
        fieldNames: expect.arrayContaining(['email', 'first_name']),
        klaviyoProfileId: expect.any(String),
        lastSyncedAt: expect.any(String),
        loyalty: null,
      },
    },
  ])
  expect(JSON.stringify(await findDataRequests(given.domain))).not.toContain('ada@example.com')
})

test('a request about an unknown customer is kept too: there is no data to hand over', async () => {
  const given = await givenAda()
  given.shop.webhooks.send('customers/data_request', { ...given.ada, id: '4711' })
  await given.shop.webhooks.flush()
  expect(await findDataRequests(given.domain)).toMatchObject([{ customerId: '4711', held: null }])
})

test('an erased shop leaves no row in any table, and another shop’s rows are unchanged', async () => {
  const [given, other] = [await givenAda(), await givenAda()]
  given.shop.webhooks.runFlow(given.ada.id)
  given.shop.webhooks.send('customers/data_request', given.ada)
  await redact(given, given.shop.customers.ascending()[1]!)
  await syncToRest(given.domain)
  await tellUndated(given.domain, given.ada.id)
  const others = await rowsWith(other.domain)
  expect((await rowsWith(given.domain)).length).toBeGreaterThan(8)

  given.shop.uninstall()
  await given.shop.webhooks.flush()
  skip(48 * 60 * 60_000)
  given.shop.webhooks.send('shop/redact')
  await given.shop.webhooks.flush()

  expect(await rowsWith(given.domain)).toEqual([])
  expect(await rowsWith(given.accountId)).toEqual([])
  expect(await rowsWith(other.domain)).toEqual(others)
  expect(await rowsWith(other.accountId)).not.toEqual([])
  expect(await syncOneTurn(given)).toBeNull()
})

test('a shop is not erased when the renewal of its token gets no answer', async () => {
  const given = await givenAda()
  skip(2 * 60 * 60_000)
  sandbox.shopify.faults.cause({ kind: 'reset', when: 'before', door: 'token' })
  await expect(redactShop(given.domain, clock())).rejects.toThrow('is not known')
  sandbox.shopify.faults.clear()
  await syncToRest(given.domain)
  await expectLaw(sandbox, given)
})

test('an erased shop’s Klaviyo account keeps its allowance while another shop uses it', async () => {
  const [given, other] = [await givenAda(), await givenInstalledShop(sandbox)]
  await connectKlaviyo(other.domain, given.key, clock(), plainSharing)
  given.shop.uninstall()
  await given.shop.webhooks.flush()
  given.shop.webhooks.send('shop/redact')
  await given.shop.webhooks.flush()
  expect((await rowsWith(given.accountId)).map((row) => row.split(':')[0])).toEqual(
    expect.arrayContaining(['klaviyo_budget', 'connection']),
  )
  expect(await rowsWith(given.domain)).toEqual([])
})

test.each(['this process', 'another process'])(
  'a shop that was erased by %s and is installed again starts from the beginning',
  async (by) => {
    const given = await givenConnectedShop(sandbox, (shop) => seedCustomers(shop, { count: 60, seed: 5 }))
    given.shop.uninstall()
    await given.shop.webhooks.flush()
    if (by === 'this process') given.shop.webhooks.send('shop/redact')
    else {
      for (const table of [
        'profile',
        'delivery',
        'profile_count',
        'synced_minute',
        'field_set',
        'sync_run',
        'sync_hour',
        'connection',
      ])
        await rowsIn(sandbox.databaseUrl, `delete from ${table} where shop = $1`, [given.domain])
      await rowsIn(sandbox.databaseUrl, 'delete from shop where domain = $1', [given.domain])
    }
    await given.shop.webhooks.flush()
    expect(await rowsWith(given.domain)).toEqual([])

    await reopenApp(sandbox, given)
    await connectKlaviyo(given.domain, given.key, clock())
    await syncToRest(given.domain)

    await expectLaw(sandbox, given)
    const unknown =
      'select field_set from profile p where shop = $1 and not exists (select 1 from field_set f where f.shop = p.shop and f.id = p.field_set)'
    expect(
      await rowsIn(sandbox.databaseUrl, `${unknown} and field_set is not null`, [given.domain]),
      'fields nobody could clear',
    ).toEqual([])
  },
)

test('erasing a customer in one shop affects no other shop’s customer with the same number', async () => {
  const [given, other] = [await givenAda(), await givenAda()]
  expect(given.ada.id).toBe(other.ada.id)
  const before = await rowsWith(other.domain)
  await redact(given, given.ada)
  await syncToRest(given.domain)
  skip(1_000)

  expect(profileOf(other, 'ada@example.com')).toBeDefined()
  expect(await rowsWith(other.domain)).toEqual(before)
  await expectLaw(sandbox, other)
})
