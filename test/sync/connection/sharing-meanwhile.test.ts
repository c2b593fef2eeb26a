import { expect, test } from 'vitest'
import { connectKlaviyo } from '#app/sync/connection/connect-klaviyo.ts'
import { syncShop } from '#app/sync/turn/sync-shop.ts'
import { clock, skip } from '#test/support/clock.ts'
import { rowsIn } from '#test/support/rows.ts'
import { givenInstalledShop, syncToRest, useSandbox } from '#test/support/sandbox.ts'
import { choose } from '#test/support/settings.ts'
import { tellUndated } from '#test/support/tell.ts'

const sandbox = useSandbox({ bulkDurationMs: 5, jobMs: 5 })

test('a customer whose profile was imported under another prefix, and whose id is not known yet, keeps it', async () => {
  const given = await givenInstalledShop(sandbox)
  given.shop.customers.createMany(60, (i) => ({ email: `c${i}@example.com` }))
  await connectKlaviyo(given.domain, given.key, clock())
  const hasToFetch = async () =>
    (await rowsIn(sandbox.databaseUrl, "select 1 from outbox where shop = $1 and kind = 'fetch_ids'", [given.domain]))
      .length > 0
  for (let turns = 0; turns < 60 && !(await hasToFetch()); turns++) {
    await syncShop(given.domain, { clock, signal: AbortSignal.timeout(30_000), sliceMs: 1 })
    skip(300)
  }
  expect(await hasToFetch()).toBe(true)
  const account = sandbox.klaviyo.account(given.accountId)
  const { id: profile } = account.profileByEmail('c5@example.com')!

  await choose(given, 'destination', { sharing: { kind: 'prefixed', prefix: 'EU' } })
  const { id } = [...given.shop.customers.all()].find(
    (one) => one.defaultEmailAddress?.emailAddress === 'c5@example.com',
  )!
  given.shop.customers.update(id, { email: 'moved@example.com' })
  await tellUndated(given.domain, id)
  await syncToRest(given.domain)
  expect(account.profileByEmail('moved@example.com')).toMatchObject({
    id: profile,
    attributes: { properties: { 'EU shopify_customer_id': id } },
  })
})
