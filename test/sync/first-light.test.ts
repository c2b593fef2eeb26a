import { expect, test } from 'vitest'
import { loadSyncCard } from '#app/sync/report/load-sync-card.ts'
import { seedCustomers } from '#test/sandbox/shopify/seed-customers.ts'
import { givenConnectedShop, useSandbox } from '#test/support/sandbox.ts'

const sandbox = useSandbox()

test('a shop that connects is filled', async () => {
  const { domain, accountId } = await givenConnectedShop(sandbox, (shop) => seedCustomers(shop, { count: 300, seed: 7, refused: true }))
  const card = await loadSyncCard(domain, new Date())
  console.log(card, sandbox.klaviyo.account(accountId).size, sandbox.klaviyo.log.counts())
  expect(card.syncedTotal).toBeGreaterThan(200)
})
