import { globSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { flowTriggers } from '#app/core/flow/flow-trigger.ts'
import { webhookAt } from '#app/webhooks/door.ts'
import { forgedDelivery } from '#test/sandbox/shopify/webhooks/delivery.ts'
import { useDoor } from '#test/support/door.ts'
import { rowsIn } from '#test/support/rows.ts'
import { givenInstalledShop, type InstalledShop, useSandbox } from '#test/support/sandbox.ts'

const sandbox = useSandbox()
useDoor(sandbox)

const usesOf = ({ domain }: InstalledShop) =>
  rowsIn(sandbox.databaseUrl, 'select trigger, used from flow_trigger where shop = $1 order by 1', [domain])

test('Flow’s message that a workflow uses a trigger is taken for its shop alone', async () => {
  const [given, other] = [await givenInstalledShop(sandbox), await givenInstalledShop(sandbox)]
  for (const { handle } of Object.values(flowTriggers)) given.shop.webhooks.tellFlowUse({ trigger: handle, used: true })
  await given.shop.webhooks.flush()
  given.shop.webhooks.tellFlowUse({ trigger: flowTriggers.sync_stopped.name, used: false })
  await given.shop.webhooks.flush()
  expect(await usesOf(given)).toEqual([
    { trigger: 'customer_not_synced', used: true },
    { trigger: 'loyalty_tier_delivered', used: true },
    { trigger: 'sync_stopped', used: false },
  ])
  expect(await usesOf(other)).toEqual([])
})

test('a message that Shopify did not sign is answered 401', async () => {
  const given = await givenInstalledShop(sandbox)
  given.shop.webhooks.pause()
  const delivery = given.shop.webhooks.tellFlowUse({ trigger: 'sync-stopped', used: true })
  expect(await given.shop.webhooks.deliverOnce(forgedDelivery(delivery))).toBe(401)
  expect(await usesOf(given)).toEqual([])
  given.shop.webhooks.resume()
})

test('a trigger that this version does not have is answered 200, so that the merchant can turn the workflow on', async () => {
  const given = await givenInstalledShop(sandbox)
  given.shop.webhooks.pause()
  const delivery = given.shop.webhooks.tellFlowUse({ trigger: 'of-another-version', used: true })
  expect(await given.shop.webhooks.deliverOnce(delivery)).toBe(200)
  expect(await usesOf(given)).toEqual([])
  given.shop.webhooks.resume()
})

test('every address in the extensions’ files is taken', () => {
  const files = globSync('extensions/*/shopify.extension.toml')
  const addresses = files.flatMap((file) => [...readFileSync(file, 'utf8').matchAll(/^(?:runtime_)?url = "(.+)"$/gm)])
  expect(addresses).toHaveLength(2)
  for (const [, address] of addresses) expect(webhookAt(new URL(address!).pathname), address).not.toBeNull()
})
