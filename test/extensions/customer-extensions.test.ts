import { expect, test, vi } from 'vitest'
import { gidOf } from '#app/core/ids.ts'
import { rowsIn } from '#test/support/rows.ts'
import { givenConnectedShop, syncToRest, useSandbox } from '#test/support/sandbox.ts'
import { givenLoyalShop } from '../sync/loyalty/given-loyalty.ts'
import { givenExtension, SOON, useExtensions } from './given-extension.ts'

const sandbox = useSandbox({ bulkDurationMs: 5, jobMs: 5 })
useExtensions()

const block = { handle: 'customer-block', target: 'admin.customer-details.block.render' } as const
const action = { handle: 'customer-action', target: 'admin.customer-details.action.render' } as const
const gid = (id: string) => gidOf(id as never)

async function givenShop() {
  const given = await givenConnectedShop(sandbox, (shop) => {
    shop.customers.create({ email: 'ada@example.com' })
    shop.customers.create({ email: 'not an address' })
  })
  const [good, bad] = given.shop.customers.ascending().map(({ id }) => id) as [string, string]
  const marks = () =>
    rowsIn(sandbox.databaseUrl, 'select customer_id, heard from dirty_customer where shop = $1', [given.domain])
  return { ...given, good, bad, marks }
}

test('the block on a customer’s page says that the customer is in sync, and with which loyalty values', async () => {
  const given = await givenLoyalShop(sandbox)
  const opened = givenExtension(sandbox, { ...block, domain: given.domain, selected: [gid(given.ids()[0]!)] })
  await opened.extension.render()
  await vi.waitFor(() => expect(opened.text()).toContain('In sync. Klaviyo has what Shopify has.'), SOON)
  expect(opened.text()).toContain('Tier: Gold')
  expect(opened.text()).toContain('Last sent: ')
  expect(document.body.querySelector('s-link')?.getAttribute('href')).toBe(`app:app/customers/${given.ids()[0]}`)
})

test('the block says why a customer is not in Klaviyo and what to do, in the language of the admin', async () => {
  const given = await givenShop()
  for (const [language, headline, button] of [
    ['en', 'Email address is not valid', 'Sync now'],
    ['de', 'E-Mail-Adresse', 'Jetzt synchronisieren'],
    ['ja', 'メールアドレス', '今すぐ同期'],
  ] as const) {
    const opened = givenExtension(sandbox, { ...block, domain: given.domain, selected: [gid(given.bad)], language })
    await opened.extension.render()
    await vi.waitFor(() => expect(opened.text()).toContain(headline), SOON)
    expect(opened.text()).toContain(button)
    opened.extension[Symbol.dispose]()
  }
})

test('Sync now in the block marks the customer, and shows that it waits', async () => {
  const given = await givenShop()
  const opened = givenExtension(sandbox, { ...block, domain: given.domain, selected: [gid(given.good)] })
  await opened.extension.render()
  await vi.waitFor(() => expect(opened.text()).toContain('In sync'), SOON)
  await opened.press('Sync now')
  await vi.waitFor(() => expect(opened.text()).toContain('Syncing 1 customer now'), SOON)
  expect(await given.marks()).toEqual([{ customer_id: given.good, heard: 'sync_now' }])
  await syncToRest(given.domain)
  expect(await given.marks()).toEqual([])
})

test('the action on a customer’s page syncs the customer and closes', async () => {
  const given = await givenShop()
  const opened = givenExtension(sandbox, { ...action, domain: given.domain, selected: [gid(given.bad)] })
  await opened.extension.render()
  await vi.waitFor(() => expect(opened.text()).toContain('Email address is not valid'), SOON)
  await opened.press('Sync now')
  await vi.waitFor(() => expect(opened.text()).toContain('Syncing 1 customer now'), SOON)
  expect(await given.marks()).toEqual([{ customer_id: given.bad, heard: 'sync_now' }])
  await opened.press('Close')
  expect(opened.close).toHaveBeenCalledOnce()
})

test('while the app cannot be reached, the block says so and tries again at a press', async () => {
  const given = await givenShop()
  const opened = givenExtension(sandbox, { ...block, domain: given.domain, selected: [gid(given.good)] })
  opened.setAway(true)
  await opened.extension.render()
  await vi.waitFor(() => expect(opened.text()).toContain('Lockstep did not answer'), SOON)
  opened.setAway(false)
  await opened.press('Try again')
  await vi.waitFor(() => expect(opened.text()).toContain('In sync'), SOON)
  expect(opened.text()).not.toContain('did not answer')
})

test('another shop’s customer is unknown', async () => {
  const [given, other] = [await givenShop(), await givenConnectedShop(sandbox)]
  const opened = givenExtension(sandbox, { ...block, domain: other.domain, selected: [gid(given.bad)] })
  await opened.extension.render()
  await vi.waitFor(() => expect(opened.text()).toContain('Lockstep has not read this customer yet'), SOON)
  expect(opened.text()).not.toContain('not valid')
})

test('nobody who is not signed in is told anything', async () => {
  const given = await givenShop()
  const opened = givenExtension(sandbox, { ...block, domain: null, selected: [gid(given.bad)] })
  await opened.extension.render()
  await vi.waitFor(() => expect(opened.text()).toContain('Lockstep did not answer'), SOON)
  expect(opened.text()).not.toContain('Email address')
})
